"""The networks that the players are measured on."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """One viewer's way to everybody else, the same in both directions.

    A chunk of bytes takes `least_ms` and up to `jitter_ms` more, evenly spread, but never overtakes one before it: so
    does our gateway delay a message by a `delay` and a `jitter` fault. A lost chunk comes a retransmission later.

    Attributes:
        lost_share: of chunks, from 0 to 1.
    """

    name: str
    least_ms: float = 0.0
    jitter_ms: float = 0.0
    lost_share: float = 0.0

    @property
    def one_way(self) -> str:
        """As people say it: the middle, and how far to both sides."""
        half = self.jitter_ms / 2
        return f"{self.least_ms + half:g} ± {half:g} ms"


NONE: Final = NetworkProfile("none")
HOME: Final = NetworkProfile("home", least_ms=20, jitter_ms=40)
FAR: Final = NetworkProfile("far", least_ms=60, jitter_ms=80)

PROFILES: Final = {profile.name: profile for profile in (NONE, HOME, FAR)}
