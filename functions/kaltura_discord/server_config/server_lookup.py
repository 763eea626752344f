"""A server as everything begins with it: whether it may use this deployment, and how it wants things done.

Both stand in one partition of the table, so a cold look is one read. Both are remembered for 30 seconds; what grants a
level reads past that (`now=True`).
"""

from typing import NamedTuple

from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers, allowed_key
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.override_store import overrides_key, overrides_of
from kaltura_discord.server_config.quick_settings import QuickSettings
from kaltura_discord.server_config.server_configs import ServerConfigs


class FoundServer(NamedTuple):
    """What was found.

    Attributes:
        allowed: the server, or None where the operator has not allowed it.
        known_settings: its settings, or why they cannot be read.
    """

    allowed: AllowedServer | None
    known_settings: QuickSettings | ConfigError

    @property
    def settings(self) -> QuickSettings:
        """Its settings.

        Raises:
            NewerSettings: a newer version of this app wrote them.
        """
        if isinstance(self.known_settings, ConfigError):
            raise self.known_settings
        return self.known_settings


class ServerLookup:
    """Looks servers up. What it reads, `servers` and `configs` remember as if they had read it themselves."""

    def __init__(self, table: Table, servers: AllowedServers, configs: ServerConfigs) -> None:
        self.table = table
        self.servers = servers
        self.configs = configs

    def remembers(self, guild_id: GuildId) -> bool:
        """Whether `find` answers without asking the table."""
        return self.servers.remembers(guild_id) and self.configs.remembers(guild_id)

    async def find(self, guild_id: GuildId, *, now: bool = False) -> FoundServer:
        """The server; with `now` as it is at this moment, else up to 30 seconds old."""
        if not now and self.remembers(guild_id):
            return FoundServer(await self.servers.find(guild_id), await self.configs.quick(guild_id))
        allowed, overrides = await self.table.get_all([allowed_key(guild_id), overrides_key(guild_id)])
        server = self.servers.take(guild_id, allowed)
        try:
            return FoundServer(server, self.configs.take(guild_id, overrides_of(overrides)))
        except ConfigError as error:
            return FoundServer(server, error)
