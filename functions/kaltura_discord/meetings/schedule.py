"""When a meeting is planned for, and what Discord and Kaltura have been told of the plan. Cheap to import."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

DOORS_OPEN_SECONDS = 600
"""So long before its start a meeting lets people in, and the channel is reminded of it."""

# Housekeeping looks once a minute, and may be down for some.
_HOUSEKEEPING_LATE_SECONDS = 15 * 60


class Place(StrEnum):
    """Where else a plan stands."""

    DISCORD = "discord"
    KALTURA = "kaltura"


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
        event_mark: what Discord's event was told last (`plan_marks`).
        event_telling: what it may have been told since then, without an answer: marks, with spaces between them.
        kaltura_event_id: Kaltura's schedule event; empty where there is none yet.
        kaltura_mark: what Kaltura's was told last.
        kaltura_telling: what it may have been told since then.
        kaltura_told_back: how it stood there when that was told back, as no meeting can be; empty where that was taken.
        told: the revision and state that Discord and Kaltura have been told last: `2 scheduled`.
        reminded_of: the start that the channel was reminded of; the doors are open then.
        called_off_in: where else it was called off; empty where that was done here.
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
    event_mark: str = ""
    kaltura_mark: str = ""
    called_off_in: str = ""
    event_telling: str = ""
    kaltura_telling: str = ""
    kaltura_told_back: str = ""

    def as_told(self, state: str) -> str:
        """What `told` is once Discord and Kaltura have been told of this revision in this state."""
        return f"{self.revision} {state}"

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
    # A newer version may have written more.
    names = [field.name for field in fields(Schedule) if field.name in item]
    known: dict[str, Any] = {name: int(item[name]) if name in whole_numbers else item[name] for name in names}
    return Schedule(**known)
