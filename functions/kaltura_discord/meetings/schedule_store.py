"""How meetings in the future are kept: in the meeting's own item, under `schedule`.

Whoever changes, cancels, restores or begins one does so by one conditional write that names the revision they saw, so
of two who do so at once one is told that it has changed meanwhile:

    Ann     reads revision 1 ─────────────── moves it to 16:00: revision 2
    Bo              reads revision 1 ───────────────── cancels it: not revision 1 any more
    housekeeping             reads revision 1 ─── begins it: live, so neither of them any more

Discord has no idempotency key for events, so whoever brings Discord and Kaltura in step holds a lease meanwhile.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace

from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.models import AuditEntry, AuditKind
from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Put, Table, Update
from kaltura_discord.discord.identifiers import InteractionId
from kaltura_discord.events.store import EventStore
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings import happenings
from kaltura_discord.meetings.meeting_items import KEPT_SECONDS, meeting_item, running_item
from kaltura_discord.meetings.models import Meeting, MeetingState, Person
from kaltura_discord.meetings.schedule import Place, Schedule

LEASE_SECONDS = 65
"""Longer than anybody works at one piece: the tasks function 45 s, housekeeping 25 s for a note."""

_MARKS = ("event_mark", "event_telling", "kaltura_mark", "kaltura_telling", "kaltura_told_back")


class ScheduleStore:
    """The plans of all meetings."""

    def __init__(self, table: Table, audit: AuditLog, events: EventStore) -> None:
        self._table = table
        self._audit = audit
        self._events = events

    async def write_down(self, meeting: Meeting) -> bool:
        """A new plan; False where it is there already (the same button, carried out again)."""
        # The meeting's id is the interaction's that it was asked for in.
        told = self._told("meeting_scheduled", meeting, meeting.started_by, meeting.meeting_id)
        return await self._write([Put(meeting_item(meeting)), told])

    async def change(self, meeting: Meeting, changed: Meeting, by: Person, interaction_id: str) -> bool:
        """Have the plan be as in `changed`. False where it is not as in `meeting` any more.

        What Discord and Kaltura have is not touched, as somebody may be telling them right now; only where the change
        comes from there does it bring new marks.
        """
        plan, seen = _plan(changed), _plan(meeting)
        marks = {name: getattr(plan, name) for name in _MARKS if getattr(plan, name) != getattr(seen, name)}
        values: dict[str, Value] = {
            "title": changed.title,
            "description": changed.description,
            "started_at": plan.starts_at,
            "expires_at": plan.starts_at + KEPT_SECONDS,
            "schedule.starts_at": plan.starts_at,
            "schedule.minutes": plan.minutes,
            "schedule.time_zone": plan.time_zone,
            "schedule.event_problem": plan.event_problem,
            "schedule.revision": seen.revision + 1,
            **{f"schedule.{name}": mark for name, mark in marks.items()},
        }
        told = self._told("meeting_rescheduled", changed, by, interaction_id)
        return await self._move(meeting, MeetingState.SCHEDULED, MeetingState.SCHEDULED, values, [told])

    async def cancel(
        self, meeting: Meeting, by: Person, at: int, interaction_id: str, elsewhere: Place | None = None
    ) -> bool:
        """Call it off, as somebody has done `elsewhere`. False where it is not as in `meeting` any more."""
        values: dict[str, Value] = {
            "ended_by": by.name,
            "ended_by_id": by.user_id,
            "ended_at": at,
            "schedule.called_off_in": elsewhere or "",
        }
        told = self._told("meeting_cancelled", meeting, by, interaction_id)
        return await self._move(meeting, MeetingState.SCHEDULED, MeetingState.CANCELLED, values, [told])

    async def restore(self, meeting: Meeting, by: Person, interaction_id: str) -> bool:
        """Take the cancelling back: with new events, as cancelled ones stay so, and new sessions.

        The room stays remembered only where it was kept.
        """
        was = _plan(meeting)
        plan = Schedule(was.starts_at, was.minutes, was.time_zone, was.revision + 1, reminded_of=was.reminded_of)
        values: dict[str, Value] = {
            "ended_by": "",
            "ended_by_id": "",
            "ended_at": 0,
            "generation": meeting.generation + 1,
            "schedule": _kept(plan),
        }
        told = self._told("meeting_scheduled", meeting, by, interaction_id)
        return await self._move(meeting, MeetingState.CANCELLED, MeetingState.SCHEDULED, values, [told])

    async def begin(self, meeting: Meeting, at: int) -> bool:
        """It is live. False where it is not as in `meeting` any more."""
        live = replace(meeting, started_at=at)
        values: dict[str, Value] = {"started_at": at, "expires_at": at + KEPT_SECONDS}
        event = happenings.started(live)
        writes = [
            Put(running_item(live), condition=""),
            self._told("meeting_started", meeting, meeting.started_by, ""),
            self._events.write(event),
        ]
        if not await self._move(meeting, MeetingState.SCHEDULED, MeetingState.LIVE, values, writes):
            return False
        await self._events.hand_on_at_once(event.key)
        return True

    async def give_up(self, meeting: Meeting, sentence: str) -> bool:
        """Kaltura would not make the room. False where it is not as in `meeting` any more."""
        values: dict[str, Value] = {"failure": sentence}
        return await self._move(meeting, MeetingState.SCHEDULED, MeetingState.FAILED, values, [])

    async def place_room(self, meeting: Meeting, room: CreatedRoom) -> None:
        """Remember the room, in whatever state the meeting is: whoever cancels it needs to know."""
        fields: dict[str, Value] = {
            "room": dict(asdict(room)),
            "gsi1pk": f"KALTURA#{room.room_id}",
            "gsi1sk": f"MEETING#{meeting.meeting_id}",
        }
        await self._set(meeting, fields)

    async def forget_room(self, meeting: Meeting) -> None:
        """The room is deleted."""
        update = Update(_key(meeting), "REMOVE room, gsi1pk, gsi1sk", condition="attribute_exists(pk)")
        await self._write([update])

    async def note(self, meeting: Meeting, facts: Mapping[str, Value]) -> None:
        """Remember of this revision what Discord and Kaltura have of it."""
        update = Update(
            _key(meeting),
            "SET " + ", ".join(f"schedule.#{name} = :{name}" for name in facts),
            condition="schedule.#revision = :seen",
            names={f"#{name}": name for name in (*facts, "revision")},
            values={**{f":{name}": value for name, value in facts.items()}, ":seen": _plan(meeting).revision},
        )
        await self._write([update])

    async def remember(self, meeting: Meeting, facts: Mapping[str, Value]) -> None:
        """What Discord or Kaltura has been told, of whichever revision; for whoever holds the lease."""
        await self._set(meeting, {f"schedule.{name}": value for name, value in facts.items()})

    async def take_lease(self, meeting: Meeting, mark: str, now: int) -> bool:
        """Whether the caller alone may bring the meeting in step until the lease is over."""
        update = Update(
            _key(meeting),
            "SET step_until = :until, step_by = :mark",
            condition="attribute_exists(pk) AND "
            "(attribute_not_exists(step_until) OR step_until < :now OR step_by = :mark)",
            values={":until": now + LEASE_SECONDS, ":mark": mark, ":now": now},
        )
        return await self._write([update])

    async def give_back(self, meeting: Meeting, mark: str) -> None:
        """The lease is over."""
        update = Update(
            _key(meeting), "REMOVE step_until, step_by", condition="step_by = :mark", values={":mark": mark}
        )
        await self._write([update])

    async def _set(self, meeting: Meeting, fields: Mapping[str, Value]) -> None:
        setting = _Setting(fields)
        update = Update(
            _key(meeting),
            setting.expression,
            condition="attribute_exists(pk)",
            names=setting.names,
            values=setting.values,
        )
        await self._write([update])

    async def _move(
        self,
        meeting: Meeting,
        was: MeetingState,
        state: MeetingState,
        changes: Mapping[str, Value],
        others: list[Put],
    ) -> bool:
        setting = _Setting({"state": state, **changes})
        move = Update(
            _key(meeting),
            setting.expression,
            condition="#state = :was AND schedule.revision = :seen AND generation = :opening",
            names={"#state": "state", **setting.names},
            values={
                **setting.values,
                ":was": was,
                ":seen": _plan(meeting).revision,
                ":opening": meeting.generation,
            },
        )
        return await self._write([move, *others])

    def _told(self, kind: AuditKind, meeting: Meeting, by: Person, interaction_id: str) -> Put:
        details = {"title": meeting.title, "type": meeting.kind, "channel": meeting.channel_id}
        entry = AuditEntry(kind, by.user_id, InteractionId(interaction_id), details, meeting.meeting_id)
        return self._audit.write(meeting.guild_id, entry)

    async def _write(self, writes: list[Update | Put]) -> bool:
        try:
            await self._table.transact(writes)
        except ConditionNotMet:
            return False
        return True


class _Setting:
    """An update that sets fields; `schedule.minutes` is one of the plan."""

    def __init__(self, fields: Mapping[str, Value]) -> None:
        words = {word for name in fields for word in name.split(".")}
        paths = {name: ".".join(f"#{word}" for word in name.split(".")) for name in fields}
        marks = {name: ":" + name.replace(".", "_") for name in fields}
        self.expression = "SET " + ", ".join(f"{paths[name]} = {marks[name]}" for name in fields)
        self.names = {f"#{word}": word for word in words}
        self.values = {marks[name]: value for name, value in fields.items()}


def _key(meeting: Meeting) -> Key:
    return Key(f"SERVER#{meeting.guild_id}", f"MEETING#{meeting.meeting_id}")


def _plan(meeting: Meeting) -> Schedule:
    if meeting.schedule is None:
        raise ValueError("not a meeting with a plan")
    return meeting.schedule


def _kept(plan: Schedule) -> dict[str, Value]:
    return dict(asdict(plan))
