"""Looking many servers up at once: all that are allowed by one query, their settings by a hundred in each call."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.aws.attributes import Item
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.override_store import overrides_key, overrides_of
from kaltura_discord.server_config.server_configs import ServerConfigs

if TYPE_CHECKING:
    from kaltura_discord.server_config.models import ServerConfig

# As many as DynamoDB gives in one answer (Amazon DynamoDB API Reference: BatchGetItem).
_AT_ONCE = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ManyServers:
    """Looks servers up. What it reads of their settings, `configs` remembers as if it had read it itself."""

    table: Table
    servers: AllowedServers
    configs: ServerConfigs

    async def allowed(self) -> list[AllowedServer]:
        """Every server that the operator has allowed."""
        return await self.servers.all()

    async def settings_of(self, guild_ids: Sequence[GuildId], *, now: bool = False) -> "Mapping[GuildId, ServerConfig]":
        """The settings of these servers, possibly 30 seconds old; without those whose settings cannot be read.

        With `now` they are as they are at this moment.
        """
        wanted = list(dict.fromkeys(guild_ids))
        items = await self._items([guild_id for guild_id in wanted if now or not self.configs.remembers(guild_id)])
        found: dict[GuildId, ServerConfig] = {}
        for guild_id in wanted:
            try:
                if guild_id in items:
                    self.configs.take(guild_id, overrides_of(items[guild_id]))
                found[guild_id] = await self.configs.whole(guild_id)
            except ConfigError as error:
                log.error("settings not read", extra={"guild_id": guild_id, "reason": error.sentence})
        return found

    async def settled(
        self, guild_ids: Sequence[GuildId], is_told: "Callable[[GuildId, ServerConfig], bool]"
    ) -> "Mapping[GuildId, ServerConfig]":
        """The same; where what is remembered would have a server not told, as they are at this moment.

        What is not told is lost for good, and whoever has just asked for it would wait in vain.
        """
        remembered = [guild_id for guild_id in dict.fromkeys(guild_ids) if self.configs.remembers(guild_id)]
        found = await self.settings_of(guild_ids)
        left_out = [guild_id for guild_id in remembered if guild_id in found and not is_told(guild_id, found[guild_id])]
        return {**found, **await self.settings_of(left_out, now=True)}

    async def _items(self, guild_ids: Sequence[GuildId]) -> Mapping[GuildId, Item | None]:
        items: dict[GuildId, Item | None] = {}
        for first in range(0, len(guild_ids), _AT_ONCE):
            some = guild_ids[first : first + _AT_ONCE]
            found = await self.table.get_all([overrides_key(guild_id) for guild_id in some])
            items.update(zip(some, found, strict=True))
        return items
