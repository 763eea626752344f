"""Who joins a meeting is told in lines: all who come within a short time are one.

    Ann joins        books a line, due 20 seconds later ──────────── it is told: who has joined and is in no line yet
    Bo, Chen join           it is booked already                     Ann, Bo and Chen joined

A booking knows which event made it, so that where a worker died before the queue knew of the line, the same event makes
the same line again. Before a line is posted, those in it are marked with it; a later try names the same people, and the
next line names others. Names are read at that moment, and are in the message only: whoever is forgotten by then is not
named. Those marked while a line is not told, as in quiet hours, are named in no later one.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Item
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.events.models import Event
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.outbox import Outbox

TASK = "join_lines"
"""The kind of the tasks queue's message that a line becomes."""

LINE = "line"
"""The detail of a notification that says which line it is: the epoch second of its booking."""

NOBODY_LEFT = "Who came then was named in another line, or asked to be forgotten."
"""Why a line is not told. It is not listed among deliveries: there the other line is."""

AFTER_SECONDS = 20
# Whoever comes later than this has a line of their own: what the table takes a moment to know must be there by then.
_OPEN_SECONDS = 15
# Somebody whose event was late is not told as if they had just come.
_LATEST_SECONDS = 600
_BOOKING_KEPT_SECONDS = 24 * 3600

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody in a line; when they came, epoch seconds."""

    user_id: UserId
    name: str
    at: int


@dataclass(frozen=True, slots=True)
class JoinLines:
    """The lines of all meetings. `now` is epoch seconds."""

    table: Table
    tasks: Queue
    now: Callable[[], float] = time.time

    async def book(self, event: Event) -> bool:
        """Have the one who joined told in a line; whether it is a new one.

        Raises:
            AwsError: it is not known to be on its way; the same event may come again.
        """
        if event.guild_id is None:
            return False
        by = hashlib.sha256(event.key.encode()).hexdigest()[:16]
        booking = Update(
            Key(f"SERVER#{event.guild_id}", f"JOINLINE#{event.subject}"),
            "SET booked_at = :at, booked_by = :by, expires_at = :expires",
            condition="attribute_not_exists(booked_at) OR booked_at <= :before OR booked_by = :by",
            values={
                ":at": event.at,
                ":by": by,
                ":before": event.at - _OPEN_SECONDS,
                ":expires": int(self.now()) + _BOOKING_KEPT_SECONDS,
            },
        )
        try:
            await self.table.update(booking)
        except ConditionNotMet:
            return False
        line = {"kind": TASK, "guild_id": event.guild_id, "meeting_id": event.subject, "at": event.at}
        await self.tasks.send(line, delay_seconds=AFTER_SECONDS)
        return True

    async def people(self, told: Notification, *, is_begun: bool) -> list[Joined]:
        """Those in a line, who came first first; unless it is begun, all who are in none are in it from here on."""
        participants = await self.participants(told)
        if is_begun:
            return marked_with(told, participants)
        at = int(told.details[LINE])
        waiting = [item for item in participants if LINE not in item and item["joined_at"] >= at - _LATEST_SECONDS]
        return marked_with(told, [*participants, *await self._mark(waiting, at)])

    async def participants(self, told: Notification) -> list[Item]:
        """All who have joined the meeting of a line, whichever line they are in."""
        pk = f"SERVER#{told.guild_id}"
        return await self.table.query(pk, sk_prefix=f"PARTICIPANT#{told.subject}#", consistent=True)

    async def _mark(self, items: Sequence[Item], at: int) -> list[Item]:
        places = asyncio.Semaphore(_AT_ONCE)
        marked: list[Item] = []

        async def mark(item: Item) -> None:
            update = Update(
                Key(item["pk"], item["sk"]),
                "SET #line = :at",
                condition="attribute_exists(pk) AND attribute_not_exists(#line)",
                names={"#line": LINE},
                values={":at": at},
            )
            # Forgotten meanwhile, or in another line.
            with suppress(ConditionNotMet):
                async with places:
                    marked.append(await self.table.update(update))

        await asyncio.gather(*(mark(item) for item in items))
        return marked


def marked_with(told: Notification, participants: Iterable[Item]) -> list[Joined]:
    """Those of the participants who are in a line, who came first first."""
    marked = [item for item in participants if item.get(LINE) == int(told.details[LINE])]
    people = [Joined(UserId(item["sk"].split("#")[2]), item["name"], int(item["joined_at"])) for item in marked]
    return sorted(people, key=lambda person: (person.at, person.user_id))


async def tell_line(guild_id: GuildId, meeting_id: MeetingId, at: int, outbox: Outbox) -> None:
    """Have the line that was booked at an epoch second told.

    Raises:
        AwsError: it is not known to be on its way.
    """
    key = f"user_join#{meeting_id}#{at}"
    await outbox.tell(Notification(key, guild_id, "user_join", meeting_id, {LINE: str(at), "join_time": str(at)}, at))
