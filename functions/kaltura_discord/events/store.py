"""Events, in the table until they are handed on to the tasks queue.

    EVENT#{key} / EVENT      state: received → enqueued; an unknown one is kept and stays as it is

Whoever tells of an event may be told "yes" only once it cannot be lost any more, and may tell of it again:

    door            received ── on the queue ── enqueued ── 200
    door                received ── ✗ died        (Kaltura was not answered, and tells again, or does not)
    housekeeping                      a minute later, still received ── on the queue ── enqueued

So an event may be on the queue twice, and never not at all: routing makes that harmless. What changes in the table
itself, such as the state of a meeting, is written in the same transaction as its event (`write`).
"""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from kaltura_discord.aws.attributes import Item
from kaltura_discord.aws.caller import AwsError, ConditionNotMet
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.table import Key, Put, Table, Update
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.models import Event

KEPT_SECONDS = 30 * 24 * 3600

TASK = "event"
"""The kind of the tasks queue's message that an event becomes."""

_WAITING = "EVENTS#received"

# Who has just written an event is about to hand it on; after so long, nobody is any more.
_LEFT_LYING_SECONDS = 60
_SWEPT_AT_ONCE = 200

# Whoever has just changed something has a person waiting.
_PATIENCE_SECONDS = 1.0

log = logging.getLogger(__name__)

# Where it could not be dealt with, because Kaltura is down.
_LONGEST_PAUSE_SECONDS = 3600
_GIVEN_UP_SECONDS = 3 * 24 * 3600


class EventStore:
    """All events.

    Args:
        table: where they are kept.
        tasks: where they are handed on to.
        now: epoch seconds.
    """

    def __init__(self, table: Table, tasks: Queue, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._tasks = tasks
        self._now = now

    def write(self, event: Event) -> Put:
        """The event as a part of a transaction, which fails where it is there already. Hand it on afterwards."""
        return Put(self._item(event))

    async def receive(self, event: Event) -> bool:
        """Keep the event; whether it has to be handed on, being new or left lying."""
        if await self._table.put_new(self._item(event)):
            return event.kind != "unknown"
        known = await self._table.get(_key(event.key), consistent=True)
        if known is not None and known["state"] == "received":
            return True
        if event.kind == "entry_changed" and "job_id" not in event.details:
            await self._look_again(event.key)
        return False

    async def hand_on(self, key: str) -> None:
        """Put the event on the tasks queue; to do it twice does no harm.

        Raises:
            AwsError: it is not known to be there; housekeeping does it later.
        """
        await self._tasks.send({"kind": TASK, "key": key})
        done = Update(
            _key(key),
            "SET #state = :enqueued REMOVE gsi1pk, gsi1sk",
            "attribute_exists(pk)",
            {"#state": "state"},
            {":enqueued": "enqueued"},
        )
        with suppress(ConditionNotMet):
            await self._table.update(done)

    async def _look_again(self, key: str) -> None:
        """Have housekeeping hand it on once more, in a minute or two.

        Where Kaltura does not number what it sends, two things that happen to an entry within a minute are one event,
        such as being put into two categories; and the first may have been looked into before the second happened.
        """
        again = Update(
            _key(key),
            "SET looked_at_again = :now, gsi1pk = :waiting, gsi1sk = :since",
            "attribute_exists(pk) AND attribute_not_exists(looked_at_again)",
            values={
                ":now": int(self._now()),
                ":waiting": _WAITING,
                ":since": _waiting_since(int(self._now()), key),
            },
        )
        with suppress(ConditionNotMet):
            await self._table.update(again)

    async def put_back(self, key: str) -> bool:
        """Leave an event that could not be dealt with to housekeeping; False where it is too old for that.

        It is handed on again after as long as it has been waiting, an hour at most.
        """
        item = await self._table.get(_key(key), consistent=True)
        now = int(self._now())
        if item is None or item["at"] <= now - _GIVEN_UP_SECONDS:
            return False
        pause = min(max(now - int(item["at"]), _LEFT_LYING_SECONDS), _LONGEST_PAUSE_SECONDS)
        again = Update(
            _key(key),
            "SET #state = :received, gsi1pk = :waiting, gsi1sk = :since",
            "attribute_exists(pk)",
            {"#state": "state"},
            {":received": "received", ":waiting": _WAITING, ":since": _waiting_since(now + pause, key)},
        )
        try:
            await self._table.update(again)
        except ConditionNotMet:
            return False
        return True

    async def hand_on_at_once(self, key: str) -> None:
        """The same where a person waits: for a moment only, and it never fails. Housekeeping does what is left."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self.hand_on(key)
        except (AwsError, TimeoutError) as error:
            log.warning("event not handed on yet", extra={"event": key, "reason": str(error) or "out of time"})

    async def find(self, key: str) -> Event | None:
        """The event, or None where it is not kept any more."""
        item = await self._table.get(_key(key), consistent=True)
        return _event(item) if item else None

    async def left_lying(self) -> list[str]:
        """The keys of events that should have been handed on and were not, oldest first."""
        items = await self._table.query_index(_WAITING, limit=_SWEPT_AT_ONCE)
        before = _waiting_since(int(self._now()) - _LEFT_LYING_SECONDS, "~")
        return [item["pk"].removeprefix("EVENT#") for item in items if item["gsi1sk"] <= before]

    def _item(self, event: Event) -> Item:
        at = event.at or int(self._now())
        item: Item = {
            "pk": _key(event.key).pk,
            "sk": _key(event.key).sk,
            "kind": event.kind,
            "subject": event.subject,
            "guild_id": event.guild_id,
            "details": dict(event.details),
            "at": at,
            "state": "unknown" if event.kind == "unknown" else "received",
            "expires_at": at + KEPT_SECONDS,
        }
        if event.kind != "unknown":
            item |= {"gsi1pk": _WAITING, "gsi1sk": _waiting_since(at, event.key)}
        return item


def _waiting_since(at: int, key: str) -> str:
    return f"{at:012d}#{key}"


def _key(key: str) -> Key:
    return Key(f"EVENT#{key}", "EVENT")


def _event(item: Item) -> Event:
    guild_id = item.get("guild_id")
    return Event(
        item["pk"].removeprefix("EVENT#"),
        item["kind"],
        item["subject"],
        GuildId(guild_id) if guild_id else None,
        dict(item.get("details", {})),
        int(item["at"]),
    )
