"""Scheduled events of servers that take place elsewhere, with Discord's own rules.

Source: Discord docs, Guild Scheduled Event. An external event has a location of 1 to 100 characters and an end, and no
channel. Its status moves SCHEDULED → ACTIVE → COMPLETED, or SCHEDULED → CANCELED, and what is over does not change any
more. It begins and ends by itself at its times. A server has 100 at most that are not over. Whoever makes one needs
Create Events; Manage Events alone is not enough since February 2026. Their own they may change with either, others'
with Manage Events.

Events in a voice or stage channel are not simulated: nobody here makes one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from local_stack.discord.errors import Complaints, Refusal, missing_permissions, unknown
from local_stack.discord.permissions import Permission
from local_stack.discord.rules.schemas import check_schema
from local_stack.discord.wire import Clock, Json, timestamp

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
_MOVES: Final = {(SCHEDULED, ACTIVE), (ACTIVE, COMPLETED), (SCHEDULED, CANCELED)}
_EXTERNAL: Final = 3
MOST_EVENTS: Final = 100
_LONGEST_AHEAD_SECONDS: Final = 5 * 365.25 * 24 * 3600


@dataclass(slots=True)
class ScheduledEvent:
    """One event; times are epoch seconds."""

    event_id: str
    guild_id: str
    creator_id: str
    name: str
    description: str | None
    location: str
    starts_at: float
    ends_at: float
    status: int = SCHEDULED
    interested: set[str] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether it can't change any more."""
        return self.status in (COMPLETED, CANCELED)

    def as_json(self) -> Json:
        """The event as the API shows it."""
        return {
            "id": self.event_id,
            "guild_id": self.guild_id,
            "channel_id": None,
            "creator_id": self.creator_id,
            "name": self.name,
            "description": self.description,
            "image": None,
            "scheduled_start_time": timestamp(self.starts_at),
            "scheduled_end_time": timestamp(self.ends_at),
            "privacy_level": 2,
            "status": self.status,
            "entity_type": _EXTERNAL,
            "entity_id": None,
            "entity_metadata": {"location": self.location},
            "recurrence_rule": None,
            "guild_scheduled_event_exceptions": [],
        }


@dataclass(slots=True)
class EventBook:
    """All events of all servers."""

    now: Clock
    new_id: Callable[[], str]
    events: dict[str, ScheduledEvent] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget all."""
        self.events.clear()

    def of_server(self, guild_id: str) -> list[ScheduledEvent]:
        """What is planned or goes on, soonest first; what is over is listed no more."""
        found = [self._current(event) for event in self.events.values() if event.guild_id == guild_id]
        return sorted((event for event in found if not event.is_over), key=lambda event: event.starts_at)

    def find(self, guild_id: str, event_id: str) -> ScheduledEvent:
        """One event.

        Raises:
            Refusal: 10070, there is none.
        """
        event = self.events.get(event_id)
        if event is None or event.guild_id != guild_id:
            raise unknown("Guild Scheduled Event", 10070)
        return self._current(event)

    def create(self, guild_id: str, creator_id: str, may: Permission, payload: Json) -> ScheduledEvent:
        """A new event.

        Raises:
            Refusal: 50013, 30038, or 50035 with all that is wrong.
        """
        if Permission.CREATE_EVENTS not in may:
            raise missing_permissions()
        complaints = Complaints()
        check_schema("ExternalScheduledEventCreateRequest", payload, complaints)
        if payload.get("scheduled_end_time") is None:
            complaints.add(("scheduled_end_time",), "BASE_TYPE_REQUIRED", "This field is required")
        _check_words(payload, complaints)
        complaints.raise_if_any()
        starts_at, ends_at = _second(payload["scheduled_start_time"]), _second(payload["scheduled_end_time"])
        self._check_times(starts_at, ends_at, complaints)
        complaints.raise_if_any()
        if len(self.of_server(guild_id)) >= MOST_EVENTS:
            raise Refusal(400, 30038, "Maximum number of uncompleted guild scheduled events reached (100)")
        location = payload["entity_metadata"]["location"]
        event = ScheduledEvent(
            self.new_id(),
            guild_id,
            creator_id,
            payload["name"],
            payload.get("description"),
            location,
            starts_at,
            ends_at,
        )
        self.events[event.event_id] = event
        return event

    def change(self, event: ScheduledEvent, changer_id: str, may: Permission, payload: Json) -> ScheduledEvent:
        """Change an event, or move it on.

        Raises:
            Refusal: 50013, 180000 for one that is over, or 50035 with all that is wrong.
        """
        _check_may_change(event, changer_id, may)
        if event.is_over:
            raise Refusal(400, 180000, "Cannot update a finished event")
        complaints = Complaints()
        check_schema("ExternalScheduledEventPatchRequestPartial", payload, complaints)
        _check_words(payload, complaints)
        status = payload.get("status") or event.status
        if status != event.status and (event.status, status) not in _MOVES:
            complaints.add(("status",), "GUILD_SCHEDULED_EVENT_INVALID_STATUS", "Invalid Guild Scheduled Event status")
        complaints.raise_if_any()
        starts_at = _second(payload["scheduled_start_time"]) if "scheduled_start_time" in payload else event.starts_at
        ends_at = _second(payload["scheduled_end_time"]) if payload.get("scheduled_end_time") else event.ends_at
        if (starts_at, ends_at) != (event.starts_at, event.ends_at):
            self._check_times(starts_at, ends_at, complaints)
        if event.status == ACTIVE and starts_at != event.starts_at:
            complaints.add(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_ACTIVE", "Cannot move a started event")
        complaints.raise_if_any()
        event.name = payload.get("name", event.name)
        event.description = payload.get("description", event.description)
        event.location = (payload.get("entity_metadata") or {}).get("location", event.location)
        event.starts_at, event.ends_at, event.status = starts_at, ends_at, status
        return event

    def delete(self, event: ScheduledEvent, deleter_id: str, may: Permission) -> None:
        """Delete an event.

        Raises:
            Refusal: 50013.
        """
        _check_may_change(event, deleter_id, may)
        del self.events[event.event_id]

    def _check_times(self, starts_at: float, ends_at: float, complaints: Complaints) -> None:
        now = self.now()
        if starts_at <= now:
            message = "Cannot schedule event in the past."
            complaints.add(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", message)
        if ends_at <= starts_at:
            message = "End time must be after the start time."
            complaints.add(("scheduled_end_time",), "GUILD_SCHEDULED_EVENT_END_BEFORE_START", message)
        if starts_at > now + _LONGEST_AHEAD_SECONDS:
            message = "Cannot schedule event more than five years ahead."
            complaints.add(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_TOO_FAR", message)

    def _current(self, event: ScheduledEvent) -> ScheduledEvent:
        """The event as its times have moved it by now."""
        now = self.now()
        if event.status == SCHEDULED and event.starts_at <= now:
            event.status = ACTIVE
        if event.status == ACTIVE and event.ends_at <= now:
            event.status = COMPLETED
        return event


def _check_may_change(event: ScheduledEvent, user_id: str, may: Permission) -> None:
    is_own = event.creator_id == user_id and Permission.CREATE_EVENTS in may
    if Permission.MANAGE_EVENTS not in may and not is_own:
        raise missing_permissions()


def _check_words(payload: Json, complaints: Complaints) -> None:
    complaints.too_long(("name",), payload.get("name"), 100, 1)
    metadata = payload.get("entity_metadata")
    if isinstance(metadata, dict):
        complaints.too_long(("entity_metadata", "location"), metadata.get("location"), 100, 1)
    if payload.get("channel_id") is not None:
        message = "Channel id must be null for an external event."
        complaints.add(("channel_id",), "GUILD_SCHEDULED_EVENT_CHANNEL_ID_NOT_NULL", message)
    for name in ("scheduled_start_time", "scheduled_end_time"):
        written = payload.get(name)
        if isinstance(written, str) and not _is_time(written):
            complaints.add((name,), "DATE_TIME_TYPE_PARSE", f"Could not parse {written}. Should be ISO8601.")


def _is_time(written: str) -> bool:
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


def _second(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()
