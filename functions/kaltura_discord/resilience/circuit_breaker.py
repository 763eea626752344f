"""A circuit breaker: after several failures in a row, stop asking for a while.

While another system is down, each call to it costs its whole time-out and brings nothing. The breaker counts
failures in a row and, from a threshold on, refuses calls at once; after a pause it lets a single call through, and
that one's outcome decides for all.

    state       a call comes                    a success           a failure
    closed      let through                     count = 0           count + 1; at the threshold: open
    open        refused, until the pause is     (of a call let      (likewise)
                over: half-open, let through    through earlier:
                                                not counted)
    half-open   refused: one is on its way      closed              open, for another pause

Outcomes arrive late: a call let through while the breaker was closed may fail after it has opened and even
half-opened again. Each change of state begins a new generation, and an outcome counts only in the generation in
which its call was let through.

It knows one process only, which suits Lambda: each instance finds out for itself within a few calls, and nothing
shared has to be asked first. Own code instead of aiobreaker or pybreaker: neither takes an injected clock.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["closed", "open", "half-open"]


class CircuitOpen(Exception):
    """The call was refused; `retry_after_seconds` until one is let through again."""

    def __init__(self, retry_after_seconds: float) -> None:
        super().__init__(f"refused for another {retry_after_seconds:.1f} s")
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one call; hand it back with the call's outcome."""

    generation: int


class CircuitBreaker:
    """One breaker, for one other system."""

    def __init__(
        self,
        failures_to_open: int = 5,
        open_seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A closed breaker that opens after `failures_to_open` failures in a row, for `open_seconds`."""
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._clock = clock
        self._state: State = "closed"
        self._generation = 0
        self._failures = 0
        self._opened_at = 0.0

    @property
    def state(self) -> State:
        """Where it stands; an open one whose pause is over half-opens with the next call."""
        return self._state

    def admit(self) -> Permit:
        """Let a call through.

        Raises:
            CircuitOpen: not now.
        """
        if self._state == "half-open":
            raise CircuitOpen(self._open_seconds)
        if self._state == "open":
            wait = self._opened_at + self._open_seconds - self._clock()
            if wait > 0:
                raise CircuitOpen(wait)
            self._enter("half-open")
        return Permit(self._generation)

    def succeeded(self, permit: Permit) -> None:
        """The call reached the other system and got an answer."""
        if permit.generation != self._generation:
            return
        self._failures = 0
        if self._state == "half-open":
            self._enter("closed")

    def failed(self, permit: Permit) -> None:
        """The call got no usable answer."""
        if permit.generation != self._generation:
            return
        self._failures += 1
        if self._state == "half-open" or self._failures >= self._failures_to_open:
            self._opened_at = self._clock()
            self._enter("open")

    def gave_up(self, permit: Permit) -> None:
        """The caller stopped waiting, which says nothing about the other system.

        In half-open, the next call becomes the one that decides.
        """
        if permit.generation == self._generation and self._state == "half-open":
            self._enter("open")

    def _enter(self, state: State) -> None:
        self._state = state
        self._generation += 1
        self._failures = 0
