"""When a meeting is planned for, and what Discord and Kaltura have been told of the plan. Cheap to import."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DOORS_OPEN_SECONDS = 600
"""So long before its start a meeting lets people in, and the channel is reminded of it."""

# Housekeeping looks once a minute, and may be down for some.
_HOUSEKEEPING_LATE_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True)
class Schedule:
    """The plan of a meeting.

    Attributes:
        starts_at: epoch seconds.
        minutes: how long it is to last.
        time_zone: in which it was written, for the form that changes it.
        revision: counts the changes of the plan; whoever changes it must have seen the last one.
        event_id: Discord's scheduled event; empty where there is none (yet).
        event_problem: a sentence that says why Discord has none, empty where it is not known to lack anything.
        kaltura_event_id: Kaltura's schedule event; empty where there is none yet.
        told: the revision and state that Discord and Kaltura have been told last: `2 scheduled`.
        reminded_of: the start that the channel was reminded of; the doors are open then.
    """

    starts_at: int
    minutes: int
    time_zone: str
    revision: int = 1
    event_id: str = ""
    event_problem: str = ""
    kaltura_event_id: str = ""
    told: str = ""
    reminded_of: int = 0

    @property
    def ends_at(self) -> int:
        """When it is to be over, epoch seconds."""
        return self.starts_at + self.minutes * 60

    def is_end(self, ended_at: int) -> bool:
        """Whether what ended by itself at an epoch second did so because the plan says so."""
        return self.ends_at <= ended_at < self.overdue_at

    @property
    def overdue_at(self) -> int:
        """From when on it is not the plan that ends it, where it still runs (epoch seconds)."""
        return self.ends_at + _HOUSEKEEPING_LATE_SECONDS

    @property
    def doors_open_at(self) -> int:
        """From when on people are let in, epoch seconds."""
        return self.starts_at - DOORS_OPEN_SECONDS


def stored_schedule(item: Mapping[str, Any] | None) -> Schedule | None:
    """The plan as the table keeps it; None where the meeting has none."""
    if not item:
        return None
    whole_numbers = ("starts_at", "minutes", "revision", "reminded_of")
    fields: dict[str, Any] = {name: int(each) if name in whole_numbers else each for name, each in item.items()}
    return Schedule(**fields)
