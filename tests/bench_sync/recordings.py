"""What the sampler in a viewer's page saw, in Python's words.

Times are epoch milliseconds by the page's own clock until `Recording.on_the_wall` moves them all to the machine's; then
those of all viewers can be compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PAUSED, SEEKING, STARVED = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of `currentTime`."""

    at: float
    media_seconds: float
    rate: float
    bits: int

    @property
    def runs(self) -> bool:
        """Whether the film runs on from here."""
        return self.bits == 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, and when it came onto the screen."""

    at: float
    media_seconds: float


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the video element; `rate` is what it then had."""

    at: float
    name: str
    rate: float


@dataclass(frozen=True, slots=True)
class Belief:
    """What our engine holds true: the server's time, how wrong that may be, its own drift, in milliseconds."""

    at: float
    server_now: float
    bound: float | None
    drift: float | None


@dataclass(slots=True)
class Recording:
    """All of one viewer, in order of time."""

    samples: list[Sample] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    beliefs: list[Belief] = field(default_factory=list)
    walls: tuple[float, float] = (0.0, 0.0)

    def add(self, taken: Mapping[str, Any]) -> None:
        """Take in what `window.sampler.take()` gave."""
        self.samples.extend(Sample(*one) for one in taken["samples"])
        self.frames.extend(Frame(*one) for one in taken["frames"])
        self.happenings.extend(Happening(*one) for one in taken["happenings"])
        self.beliefs.extend(Belief(*one) for one in taken["beliefs"])
        least, most = taken["walls"]
        self.walls = (least, most)

    @property
    def skew_ms(self) -> float:
        """How far the machine's clock is ahead of the page's.

        `Date.now()` drops what is beyond the millisecond, so each comparison says: at least this, less than one more.
        """
        least, most = self.walls
        return (max(most, least) + min(most, least) + 1.0) / 2

    @property
    def skew_uncertainty_ms(self) -> float:
        """How wrong `skew_ms` may be."""
        least, most = self.walls
        return abs((least + 1.0) - most) / 2

    def on_the_wall(self) -> "Recording":
        """The same by the machine's clock."""
        skew = self.skew_ms
        return Recording(
            [Sample(one.at + skew, one.media_seconds, one.rate, one.bits) for one in self.samples],
            [Frame(one.at + skew, one.media_seconds) for one in self.frames],
            [Happening(one.at + skew, one.name, one.rate) for one in self.happenings],
            [Belief(one.at + skew, one.server_now, one.bound, one.drift) for one in self.beliefs],
            self.walls,
        )

    def between(self, start: float, end: float) -> "Recording":
        """What was recorded from `start` until before `end`."""
        return Recording(
            [one for one in self.samples if start <= one.at < end],
            [one for one in self.frames if start <= one.at < end],
            [one for one in self.happenings if start <= one.at < end],
            [one for one in self.beliefs if start <= one.at < end],
            self.walls,
        )


def count(happenings: Sequence[Happening], name: str) -> int:
    """How often something happened."""
    return sum(one.name == name for one in happenings)
