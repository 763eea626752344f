"""Channels that a server has set and that do not take messages: noticed once a week each, not with every message."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.notifications.errors import ChannelClosed

REMEMBERED_SECONDS = 7 * 24 * 3600

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LostChannel:
    """A channel that does not take messages, and whether it is gone."""

    channel_id: ChannelId
    is_gone: bool


@dataclass(frozen=True, slots=True)
class LostChannels:
    """Remembers them: `SERVER#{guild}` / `LOST#{channel}`."""

    table: Table
    now: Callable[[], float] = time.time

    async def note(self, guild_id: GuildId, closed: ChannelClosed) -> bool:
        """Remember it; whether it is news."""
        is_news = await self.table.put_new(
            {
                "pk": f"SERVER#{guild_id}",
                "sk": f"LOST#{closed.channel_id}",
                "is_gone": closed.is_gone,
                "expires_at": int(self.now()) + REMEMBERED_SECONDS,
            }
        )
        if is_news:
            log.warning("channel lost", extra={"guild_id": guild_id, "code": closed.code})
        return is_news

    async def all(self, guild_id: GuildId) -> list[LostChannel]:
        """Those of a server."""
        items = await self.table.query(f"SERVER#{guild_id}", sk_prefix="LOST#")
        return [LostChannel(ChannelId(item["sk"].removeprefix("LOST#")), bool(item["is_gone"])) for item in items]
