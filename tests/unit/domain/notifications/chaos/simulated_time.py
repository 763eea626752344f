"""Simulated time: a loop in which waiting takes none, so that hours pass in seconds, and always in the same way."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

_MICROSECOND = 1e-6


class _Leaps(selectors.DefaultSelector):
    """Where the loop would wait, its clock is moved on instead."""

    def __init__(self) -> None:
        super().__init__()
        self.leap: Callable[[float], None] = lambda seconds: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for somebody else"
        if timeout > 0:
            self.leap(timeout)
        return super().select(0)


class SimulatedTime(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, which begins at 0."""

    def __init__(self) -> None:
        self._seconds = 0.0
        leaps = _Leaps()
        super().__init__(leaps)
        leaps.leap = self._leap
        # Sums of seconds are not exact, and a timer must not wait for the last digit.
        self._clock_resolution = _MICROSECOND

    def time(self) -> float:
        return self._seconds

    def _leap(self, seconds: float) -> None:
        self._seconds += seconds


def run(life: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end, in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedTime) as runner:
        return runner.run(life)
