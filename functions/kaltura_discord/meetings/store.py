"""How meetings are kept.

    SERVER#{guild}  MEETING#{id}               the meeting; in the index under KALTURA#{room}
    SERVER#{guild}  RUNNING#{id}               there while it is live, so that lists read only what is live
    SERVER#{guild}  PARTICIPANT#{id}#{user}    somebody joined; written once each, which keeps the count right

Every change of state is one conditional write, so two people who end a meeting at once end it once. What the audit is
to hold of it, and the event by which channels are told, are written in the same transaction, so that none of them is
there without the others. Events are handed on afterwards, at once if possible (see `events.store`).
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict

from kaltura_discord.audit.log import AuditLog
from kaltura_discord.audit.models import AuditEntry, AuditKind
from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Delete, Put, Table, Update, Write
from kaltura_discord.discord.identifiers import GuildId, InteractionId
from kaltura_discord.events.models import Event
from kaltura_discord.events.store import EventStore
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings import happenings
from kaltura_discord.meetings.meeting_items import (
    KEPT_SECONDS,
    meeting_item,
    meeting_key,
    meeting_of,
    running_item,
    running_key,
    running_of,
)
from kaltura_discord.meetings.models import (
    NAMES_SHOWN,
    Card,
    Meeting,
    MeetingId,
    MeetingState,
    Person,
    RunningMeeting,
)

# So many meetings in a row that could not be started are as good as none.
_LOOKED_AT = 20


class MeetingStore:
    """The meetings of all servers; `audit` and `events` are told of each that starts, ends or is opened again."""

    def __init__(self, table: Table, audit: AuditLog, events: EventStore) -> None:
        self._table = table
        self._audit = audit
        self._events = events

    async def begin(self, meeting: Meeting) -> bool:
        """Write a new meeting down; False where it is there already (the same command, carried out again)."""
        return await self._table.put_new(meeting_item(meeting))

    async def find(self, guild_id: GuildId, meeting_id: MeetingId) -> Meeting | None:
        """The meeting as it is now."""
        item = await self._table.get(meeting_key(guild_id, meeting_id), consistent=True)
        return meeting_of(item) if item else None

    async def running(self, guild_id: GuildId) -> list[RunningMeeting]:
        """The server's live meetings, newest first."""
        items = await self._table.query(f"SERVER#{guild_id}", sk_prefix="RUNNING#", newest_first=True)
        return [running_of(item) for item in items]

    async def has_held_any(self, guild_id: GuildId) -> bool:
        """Whether a meeting of the server's was live, or is; as far back as meetings are kept."""
        items = await self._table.query(f"SERVER#{guild_id}", sk_prefix="MEETING#", newest_first=True, limit=_LOOKED_AT)
        return any(item["state"] in (MeetingState.LIVE, MeetingState.ENDED) for item in items)

    async def open(self, meeting: Meeting, room: CreatedRoom) -> bool:
        """The room is there: from starting to live. False where it was not starting any more."""
        move = _move(
            meeting,
            was=MeetingState.STARTING,
            now=MeetingState.LIVE,
            changes={
                "room": dict(asdict(room)),
                "gsi1pk": f"KALTURA#{room.room_id}",
                "gsi1sk": f"MEETING#{meeting.meeting_id}",
            },
        )
        # The meeting's id is the interaction's that it was started from.
        told = self._told("meeting_started", meeting, meeting.started_by, InteractionId(meeting.meeting_id))
        writes: list[Write] = [move, Put(running_item(meeting), condition=""), told]
        return await self._transition(writes, happenings.started(meeting))

    async def fail(self, meeting: Meeting, sentence: str) -> bool:
        """The room could not be made: from starting to failed."""
        changes: dict[str, Value] = {"failure": sentence}
        move = _move(meeting, was=MeetingState.STARTING, now=MeetingState.FAILED, changes=changes)
        return await self._transition([move])

    async def end(self, meeting: Meeting, by: Person, at: int, interaction_id: InteractionId | None = None) -> bool:
        """From live to ended. False where somebody else ended that opening first."""
        changes: dict[str, Value] = {"ended_by": by.name, "ended_by_id": by.user_id, "ended_at": at}
        move = _move(meeting, was=MeetingState.LIVE, now=MeetingState.ENDED, changes=changes)
        told = self._told("meeting_ended", meeting, by, interaction_id)
        return await self._transition([move, Delete(running_key(meeting)), told], happenings.ended(meeting, at))

    async def reopen(self, meeting: Meeting, by: Person, at: int, interaction_id: InteractionId | None = None) -> bool:
        """From ended back to live, with a new session group. False where it was not ended."""
        changes: dict[str, Value] = {
            "generation": meeting.generation + 1,
            "last_joined_at": at,
            "ended_by": "",
            "ended_by_id": "",
            "ended_at": 0,
        }
        move = _move(meeting, was=MeetingState.ENDED, now=MeetingState.LIVE, changes=changes)
        told = self._told("meeting_reopened", meeting, by, interaction_id)
        writes: list[Write] = [move, Put(running_item(meeting), condition=""), told]
        return await self._transition(writes, happenings.reopened(meeting, at))

    async def book_refresh(self, meeting: Meeting, until: int, now: int) -> bool:
        """Whether the caller is to refresh the card at `until` (epoch seconds); False where somebody already is.

        A hundred people who join at once become one change of the card instead of a hundred.
        """
        booking = Update(
            meeting_key(meeting.guild_id, meeting.meeting_id),
            "SET refresh_booked_until = :until",
            condition="attribute_not_exists(refresh_booked_until) OR refresh_booked_until <= :now",
            values={":until": until, ":now": now},
        )
        try:
            await self._table.update(booking)
        except ConditionNotMet:
            return False
        return True

    async def note_shown(self, meeting: Meeting, shown: str) -> None:
        """Remember what the card shows, by a fingerprint of it; an empty one while that is not known."""
        update = Update(
            meeting_key(meeting.guild_id, meeting.meeting_id),
            "SET card_shows = :shown",
            condition="attribute_exists(pk)",
            values={":shown": shown},
        )
        with suppress(ConditionNotMet):
            await self._table.update(update)

    async def begin_card(self, meeting: Meeting, at: int) -> None:
        """Remember that its card is about to be posted, at an epoch second, and does not stand there yet."""
        await self._table.update(
            Update(
                meeting_key(meeting.guild_id, meeting.meeting_id),
                "SET card_since = :at",
                condition="attribute_exists(pk)",
                values={":at": at},
            )
        )

    async def place_card(self, meeting: Meeting, card: Card) -> None:
        """Remember where the card stands."""
        await self._table.update(
            Update(
                meeting_key(meeting.guild_id, meeting.meeting_id),
                "SET card = :card",
                condition="attribute_exists(pk)",
                values={":card": dict(asdict(card))},
            )
        )

    async def record_join(self, meeting: Meeting, person: Person, at: int) -> bool:
        """Somebody went in; whether it is the first time for them."""
        participant: dict[str, Value] = {
            "pk": f"SERVER#{meeting.guild_id}",
            "sk": f"PARTICIPANT#{meeting.meeting_id}#{person.user_id}",
            "name": person.name,
            "joined_at": at,
            "expires_at": meeting.started_at + KEPT_SECONDS,
        }
        names = "joined_names = list_append(joined_names, :name)," if meeting.joined_count < NAMES_SHOWN else ""
        values: dict[str, Value] = {":one": 1, ":at": at}
        if names:
            values[":name"] = [person.name]
        count = Update(
            meeting_key(meeting.guild_id, meeting.meeting_id),
            f"SET {names} last_joined_at = :at ADD joined_count :one",
            condition="attribute_exists(pk)",
            values=values,
        )
        if await self._transition([Put(participant), count], happenings.joined(meeting, person, at)):
            return True
        seen_again = Update(
            meeting_key(meeting.guild_id, meeting.meeting_id),
            "SET last_joined_at = :at",
            condition="attribute_exists(pk)",
            values={":at": at},
        )
        await self._transition([seen_again])
        return False

    def _told(self, kind: AuditKind, meeting: Meeting, by: Person, interaction_id: InteractionId | None) -> Put:
        details = {"title": meeting.title, "type": meeting.kind, "channel": meeting.channel_id}
        entry = AuditEntry(kind, by.user_id, interaction_id or "", details, meeting.meeting_id)
        return self._audit.write(meeting.guild_id, entry)

    async def _transition(self, writes: Sequence[Write], event: Event | None = None) -> bool:
        events = [] if event is None else [self._events.write(event)]
        try:
            await self._table.transact([*writes, *events])
        except ConditionNotMet:
            return False
        if event is not None:
            await self._events.hand_on_at_once(event.key)
        return True


def _move(meeting: Meeting, *, was: MeetingState, now: MeetingState, changes: Mapping[str, Value]) -> Update:
    """From one state to another, if it is still in the first, and still the same opening."""
    everything = {"state": now, **changes}
    return Update(
        meeting_key(meeting.guild_id, meeting.meeting_id),
        "SET " + ", ".join(f"#{name} = :{name}" for name in everything),
        condition="#state = :was AND generation = :this_generation",
        names={f"#{name}": name for name in everything},
        values={
            **{f":{name}": value for name, value in everything.items()},
            ":was": was,
            ":this_generation": meeting.generation,
        },
    )
