"""How right our engine's clock is: on one machine the true offset between page and server is nought."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench_sync.recordings import Recording


@dataclass(frozen=True, slots=True)
class ClockErrors:
    """Milliseconds that the estimates were off, and how often one was off by more than it said."""

    errors: Sequence[float]
    bounds: Sequence[float]
    broken_bounds: int


def clock_errors(recordings: Sequence[Recording], start: float, end: float) -> ClockErrors:
    """Of all beliefs of recordings that are on the wall clock; what the measurement itself may be off by is allowed."""
    errors: list[float] = []
    bounds: list[float] = []
    broken = 0
    for recording in recordings:
        allowance = recording.skew_uncertainty_ms
        for belief in recording.between(start, end).beliefs:
            error = abs(belief.server_now - belief.at)
            errors.append(error)
            if belief.bound is not None:
                bounds.append(belief.bound)
                broken += error > belief.bound + allowance
    return ClockErrors(errors, bounds, broken)
