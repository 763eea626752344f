"""The room's truth as a line through time: at server time `at_ms` the media stands at `position`.

While it plays, position(t) = position + rate * (t - at_ms) / 1000; before `at_ms` it has not begun, so it stands. All
of it is pure: no clock is read here. Times are milliseconds since the epoch, positions are seconds of media.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kaltura_discord.watch.protocol import LEAD_AT_FIRST_MS, LEAD_LEAST_MS, LEAD_MARGIN_MS, LEAD_MOST_MS


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where the media stands, and whether it moves."""

    revision: int
    paused: bool
    position: float
    rate: float
    at_ms: float

    def position_at(self, now_ms: float, duration: float = 0) -> float:
        """The position at `now_ms`; not beyond the end where a `duration` (seconds) is known."""
        if self.paused:
            return self.position
        position = self.position + self.rate * max(0.0, now_ms - self.at_ms) / 1000
        return min(position, max(duration, self.position)) if duration else position

    def held(self, now_ms: float, duration: float = 0) -> "Timeline":
        """Stopped where it stands at `now_ms`, as the next revision."""
        return replace(
            self,
            revision=self.revision + 1,
            paused=True,
            position=self.position_at(now_ms, duration),
            at_ms=now_ms,
        )


def at_the_beginning(revision: int, now_ms: float) -> Timeline:
    """Of a video that nobody has started: paused at 0."""
    return Timeline(revision, True, 0.0, 1.0, now_ms)


def lead_for(one_way_ms: Iterable[float]) -> int:
    """How long ahead a change is scheduled, in milliseconds, for participants so far away.

    A little longer than the slowest one-way time, so that everybody can act at the same moment, the sender included.
    """
    slowest = max(one_way_ms, default=None)
    if slowest is None:
        return LEAD_AT_FIRST_MS
    return round(min(max(slowest + LEAD_MARGIN_MS, LEAD_LEAST_MS), LEAD_MOST_MS))
