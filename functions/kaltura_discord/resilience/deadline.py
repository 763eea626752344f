"""A moment after which nobody waits for the answer any more.

A time-out says how long one step may take; a deadline says when the whole must be done, and is handed down
unchanged through every call and every repetition, so that three tries of ten seconds cannot outlive a promise
of fifteen. It counts on a monotonic clock: setting the machine's clock does not move it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]
"""Seconds on a clock that only moves forward; its zero means nothing."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which the work must be done.

    Attributes:
        ends_at: that moment, in seconds of `clock`.
        clock: the monotonic clock it is read on.
    """

    ends_at: float
    clock: Clock = field(default=time.monotonic, repr=False, compare=False)

    @classmethod
    def after(cls, seconds: float, clock: Clock = time.monotonic) -> "Deadline":
        """The deadline `seconds` from now."""
        return cls(clock() + seconds, clock)

    def remaining_seconds(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self.ends_at - self.clock())

    @property
    def expired(self) -> bool:
        """Whether no time is left."""
        return self.remaining_seconds() <= 0.0

    def at_most(self, seconds: float) -> float:
        """The shorter of `seconds` and what is left: the time-out of one step."""
        return min(seconds, self.remaining_seconds())

    def sooner(self, seconds: float) -> "Deadline":
        """A deadline for a part of the work: `seconds` from now, but not after this one."""
        return Deadline(self.clock() + self.at_most(seconds), self.clock)
