"""Kaltura's calendar as a double: one event for each room, with what it says now."""

from dataclasses import dataclass, field, replace

from kaltura_discord.kaltura.errors import KalturaError, KalturaUnavailable, NotFound
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.kaltura.schedule_event import FoundPlan, PlannedEvent, ScheduleDesk
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.steps import Steps


@dataclass
class CalendarDouble(ScheduleDesk):
    """Speaks as `ScheduleDesk` does.

    Attributes:
        failure: is raised by every call.
        refusal: is raised by every change.
        loses_changes: events are changed, and no answer arrives.
        hides: what stands there is not told, though it can be changed.
    """

    steps: Steps
    events: dict[str, PlannedEvent] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    failure: KalturaError | None = None
    refusal: KalturaError | None = None
    loses_changes: bool = False
    hides: bool = False

    async def enter(self, plan: PlannedEvent, room: CreatedRoom, deadline: Deadline) -> str:
        self._asked()
        for event_id, reference in self.rooms.items():
            if reference == room.reference_id and event_id not in self.cancelled:
                return event_id
        event_id = str(len(self.events) + 1)
        self.events[event_id] = plan
        self.rooms[event_id] = room.reference_id
        self.steps.take()
        return event_id

    async def find(self, event_id: str, deadline: Deadline) -> FoundPlan:
        self._asked()
        if self.hides:
            raise KalturaUnavailable("TIMEOUT")
        if event_id not in self.events:
            raise NotFound("SCHEDULE_EVENT_ID_NOT_FOUND")
        event = self.events[event_id]
        self.steps.take()
        return FoundPlan(event.starts_at, event.ends_at, event_id in self.cancelled)

    async def change(self, event_id: str, plan: PlannedEvent, room: CreatedRoom, deadline: Deadline) -> None:
        self._asked()
        if event_id not in self.events:
            raise NotFound("SCHEDULE_EVENT_ID_NOT_FOUND")
        if self.refusal is not None:
            raise self.refusal
        self.events[event_id] = plan
        self.steps.take()
        if self.loses_changes:
            raise KalturaUnavailable("TIMEOUT")

    async def cancel(self, event_id: str, deadline: Deadline) -> None:
        self._asked()
        self.cancelled.add(event_id)
        self.steps.take()

    def move(self, event_id: str, starts_at: int, ends_at: int) -> None:
        """Somebody moves it in Kaltura."""
        self.events[event_id] = replace(self.events[event_id], starts_at=starts_at, ends_at=ends_at)

    def of(self, reference_id: str) -> list[PlannedEvent]:
        """What stands in the calendar of a meeting."""
        mine = [event_id for event_id, reference in self.rooms.items() if reference == reference_id]
        return [self.events[event_id] for event_id in mine if event_id not in self.cancelled]

    def _asked(self) -> None:
        self.steps.take()
        if self.failure is not None:
            raise self.failure
