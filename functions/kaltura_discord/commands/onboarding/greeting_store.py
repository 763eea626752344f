"""Whether a server has been greeted, and where.

    SERVER#{guild}  ONBOARDING    the greeting of a server; there as soon as somebody is about to greet it

Discord's event and a first use may come at the same moment, each of them more than once. Whoever greets takes a lease
first; a worker that dies with it is followed by another once it is over, who finds its message, if there is one
(`discord.single_messages`):

    event       lease until +65 s ── post ── ✗ died
    event           taken, so it comes back from the queue in a moment
    event again                          … lease over ── lease ── it is there already ── place it
    first use                                                            placed, so nothing to do

Where nothing could be posted, the greeting waits for the first who may set the server up, and is shown to them once.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId, UserId

# Longer than a worker may take; the function's time limit is 60 seconds.
LEASE_SECONDS = 65


@dataclass(frozen=True, slots=True)
class GreetingLease:
    """The right to greet a server.

    Attributes:
        mark: whose it is.
        greeting: what tells this greeting from a former one, whoever posts it.
        since: when somebody first began to post it, epoch seconds.
    """

    mark: str
    greeting: str
    since: int


@dataclass(frozen=True, slots=True)
class Greeting:
    """The greeting of a server.

    Attributes:
        channel_id: where it stands; None while it stands nowhere.
        message_id: as which message.
        is_direct: whether that is in direct messages.
        server_name: what the server was called then, a stranger's words.
        shown: the mark of the progress that it shows; empty while that is not known.
        finished_at: when it said that all is done, or was found to be deleted, epoch seconds; 0 before. After that it
            does not change.
        is_waiting: whether it could be posted nowhere.
        told: who has seen it instead.
    """

    channel_id: ChannelId | None = None
    message_id: MessageId | None = None
    is_direct: bool = False
    server_name: str = ""
    shown: str = ""
    finished_at: int = 0
    is_waiting: bool = False
    told: UserId | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it stands anywhere."""
        return self.message_id is not None

    @property
    def may_change(self) -> bool:
        """Whether it stands somewhere and has not said that all is done."""
        return self.is_placed and not self.finished_at


class GreetingStore:
    """The greetings of all servers.

    Args:
        table: where they are kept.
        now: epoch seconds.
    """

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    async def find(self, guild_id: GuildId) -> Greeting | None:
        """The server's greeting; None where nobody has ever begun with it."""
        item = await self._table.get(_key(guild_id), consistent=True)
        return _greeting(item) if item else None

    async def lease(self, guild_id: GuildId) -> GreetingLease | None:
        """The right to greet the server; None where it has been greeted, or somebody is about to."""
        now, mark = int(self._now()), secrets.token_hex(8)
        condition = (
            "attribute_not_exists(message_id) AND attribute_not_exists(told) AND "
            "(attribute_not_exists(leased_until) OR leased_until < :now OR leased_by = :mark)"
        )
        values: dict[str, Value] = {":until": now + LEASE_SECONDS, ":mark": mark, ":now": now}
        expression = (
            "SET leased_until = :until, leased_by = :mark, "
            "nonce = if_not_exists(nonce, :mark), begun_at = if_not_exists(begun_at, :now)"
        )
        try:
            item = await self._table.update(Update(_key(guild_id), expression, condition, values=values))
        except ConditionNotMet:
            return None
        return GreetingLease(mark, str(item["nonce"]), int(item["begun_at"]))

    async def begin(self, guild_id: GuildId) -> None:
        """It is about to be posted, and does not stand there yet."""
        await self._change(guild_id, "SET begun_at = :now", "attribute_exists(pk)", {":now": int(self._now())})

    async def give_back(self, guild_id: GuildId, lease: GreetingLease) -> None:
        """It did not work; somebody else may try at once."""
        await self._change(guild_id, "REMOVE leased_until", "leased_by = :mark", {":mark": lease.mark})

    async def place(self, guild_id: GuildId, greeting: Greeting) -> None:
        """It stands somewhere now."""
        values: dict[str, Value] = {
            ":channel": greeting.channel_id,
            ":message": greeting.message_id,
            ":direct": greeting.is_direct,
            ":name": greeting.server_name,
            ":shown": greeting.shown,
        }
        await self._change(
            guild_id,
            "SET channel_id = :channel, message_id = :message, is_direct = :direct, server_name = :name, "
            "shown = :shown REMOVE leased_until, is_waiting",
            "attribute_not_exists(message_id)",
            values,
        )

    async def wait(self, guild_id: GuildId) -> None:
        """It can stand nowhere, so the first who may set the server up is to see it."""
        condition = "attribute_not_exists(message_id)"
        await self._change(guild_id, "SET is_waiting = :yes REMOVE leased_until", condition, {":yes": True})

    async def claim_telling(self, guild_id: GuildId, user_id: UserId) -> bool:
        """Whether this person is the one who sees the waiting greeting."""
        condition = "is_waiting = :yes AND (attribute_not_exists(told) OR told = :user)"
        return await self._change(guild_id, "SET told = :user", condition, {":yes": True, ":user": user_id})

    async def give_up_telling(self, guild_id: GuildId, user_id: UserId) -> None:
        """They did not get to see it."""
        await self._change(guild_id, "REMOVE told", "told = :user", {":user": user_id})

    async def show(self, guild_id: GuildId, greeting: Greeting, shown: str, finished_at: int) -> None:
        """It says so much now."""
        values: dict[str, Value] = {":shown": shown, ":at": finished_at, ":message": greeting.message_id}
        await self._change(guild_id, "SET shown = :shown, finished_at = :at", "message_id = :message", values)

    async def lose(self, guild_id: GuildId, greeting: Greeting) -> None:
        """It is not there any more, and another one may be posted."""
        everything = "channel_id, message_id, is_direct, server_name, shown, finished_at, nonce, begun_at"
        values: dict[str, Value] = {":message": greeting.message_id}
        await self._change(guild_id, f"REMOVE {everything}", "message_id = :message", values)

    async def begin_anew(self, guild_id: GuildId) -> None:
        """Whoever saw it once, instead of everybody, need not be the one who sees it this time."""
        await self._change(guild_id, "REMOVE told, is_waiting", "attribute_exists(pk)", {})

    async def _change(self, guild_id: GuildId, expression: str, condition: str, values: dict[str, Value]) -> bool:
        try:
            await self._table.update(Update(_key(guild_id), expression, condition, values=values))
        except ConditionNotMet:
            return False
        return True


def _key(guild_id: GuildId) -> Key:
    return Key(f"SERVER#{guild_id}", "ONBOARDING")


def _greeting(item: Item) -> Greeting:
    return Greeting(
        ChannelId(item["channel_id"]) if "channel_id" in item else None,
        MessageId(item["message_id"]) if "message_id" in item else None,
        bool(item.get("is_direct", False)),
        str(item.get("server_name", "")),
        str(item.get("shown", "")),
        int(item.get("finished_at", 0)),
        bool(item.get("is_waiting", False)),
        UserId(item["told"]) if "told" in item else None,
    )
