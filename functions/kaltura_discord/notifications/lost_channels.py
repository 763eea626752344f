"""Channels that a server has set and that do not take messages: told once a week each, not with every message.

Which notification tells it is written down before it is posted. It has told it once it stands somewhere, so nothing has
to be written then; where it never will, the next one tells it:

    A    closed: A tells it ── default is busy ── ✗ died
    B                                                     closed: A tells it, and is not done yet
    A again                                                         tells it ── stands in the default
    C                                                                             closed: A has told it

A channel that takes a message again is lost no more. Which channels of a server are lost stands beside that it is
allowed, too, which is read with each message anyway: so nothing has to be looked up for those that are not.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update, found_instead
from kaltura_discord.discord.errors import NOT_IN_SERVER
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.notifications.errors import ChannelClosed
from kaltura_discord.notifications.models import Notification, NotificationState
from kaltura_discord.notifications.store import notification_key
from kaltura_discord.server_config.allowed_servers import AllowedServers

REMEMBERED_SECONDS = 7 * 24 * 3600

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LostChannel:
    """A channel that does not take messages, and whether it is gone."""

    channel_id: ChannelId
    is_gone: bool


@dataclass(frozen=True, slots=True)
class LostChannels:
    """Remembers them: `SERVER#{guild}` / `LOST#{channel}`.

    Attributes:
        table: where they are kept.
        servers: the servers, each with the channels that are lost there.
        suspect: is told of a server that the bot seems not to be in any more.
        now: epoch seconds.
    """

    table: Table
    servers: AllowedServers
    suspect: Callable[[GuildId], Awaitable[None]]
    now: Callable[[], float] = time.time

    async def note(self, told: Notification, closed: ChannelClosed) -> int:
        """A channel did not take what was to be told: since when it is this one's to say so, epoch seconds.

        0 where another one has said so this week, or is about to.
        """
        if closed.code in NOT_IN_SERVER:
            await self.suspect(told.guild_id)
        server = await self.servers.find(told.guild_id)
        if server is not None and closed.channel_id not in server.lost_channels:
            await self.servers.note_lost(told.guild_id, closed.channel_id)
        now = int(self.now())
        known = await self._claim(
            told, closed, "attribute_not_exists(told_by) OR expires_at <= :now", now=now, since=now
        )
        if known is None:
            log.warning("channel lost", extra={"guild_id": told.guild_id, "code": closed.code})
            return now
        if known["told_by"] == told.key:
            return 0 if known["is_told"] else int(known["since"])
        if known["is_told"] or not await self._is_given_up(told.guild_id, known["told_by"]):
            return 0
        # The one that is given up may have said it without hearing so: whoever says it again has to find that.
        since = int(known["since"])
        is_ours = await self._claim(told, closed, "told_by = :teller", teller=known["told_by"], since=since) is None
        return since if is_ours else 0

    async def told_by(self, told: Notification, channel_id: ChannelId) -> ChannelClosed | None:
        """How the channel refused what was to be told, where it is this one's to say so."""
        item = await self.table.get(_key(told.guild_id, channel_id), consistent=True)
        # Older ones do not say who tells it.
        if item is None or item.get("told_by") != told.key or item["is_told"]:
            return None
        return ChannelClosed(channel_id, int(item["code"]), is_gone=bool(item["is_gone"]))

    async def note_told(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        """It has been said without a notification that stands anywhere."""
        key = _key(guild_id, channel_id)
        with suppress(ConditionNotMet):
            await self.table.update(Update(key, "SET is_told = :yes", "attribute_exists(pk)", values={":yes": True}))

    async def found_open(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        """The channel takes messages: where it is known as lost, it is so no more."""
        if not self.servers.remembers(guild_id):
            return
        server = await self.servers.find(guild_id)
        if server is not None and channel_id in server.lost_channels:
            await self.table.delete(_key(guild_id, channel_id))
            await self.servers.note_found(guild_id, channel_id)

    async def all(self, guild_id: GuildId) -> list[LostChannel]:
        """Those of a server."""
        items = await self.table.query(f"SERVER#{guild_id}", sk_prefix="LOST#")
        return [LostChannel(ChannelId(item["sk"].removeprefix("LOST#")), bool(item["is_gone"])) for item in items]

    async def _claim(
        self, told: Notification, closed: ChannelClosed, condition: str, **known: str | int
    ) -> Item | None:
        """Write down that this one tells it; what is known instead, where the condition does not hold."""
        values: dict[str, Value] = {
            ":gone": closed.is_gone,
            ":code": closed.code,
            ":key": told.key,
            ":no": False,
            ":week": int(self.now()) + REMEMBERED_SECONDS,
        }
        update = Update(
            _key(told.guild_id, closed.channel_id),
            "SET is_gone = :gone, code = :code, told_by = :key, is_told = :no, since = :since, expires_at = :week",
            condition,
            values={**values, **{f":{name}": value for name, value in known.items()}},
            tells_current=True,
        )
        try:
            await self.table.update(update)
        except ConditionNotMet as refused:
            return found_instead(refused) or {}
        return None

    async def _is_given_up(self, guild_id: GuildId, key: str) -> bool:
        """Whether a notification will not stand anywhere."""
        teller = await self.table.get(notification_key(guild_id, key), consistent=True)
        return teller is None or teller["state"] not in (NotificationState.PENDING, NotificationState.SENT)


def _key(guild_id: GuildId, channel_id: ChannelId) -> Key:
    return Key(f"SERVER#{guild_id}", f"LOST#{channel_id}")
