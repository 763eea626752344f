"""One direction of a connection as a network: late, but in order.

TCP hands bytes over in the order in which they were sent, so a message that was less delayed than the one before it
waits for that one; only what a fault reorders overtakes. Each message's moment is reckoned from when it came, on the
event loop's clock, so a busy process does not add its delays up: it is late by what the loop is late, once.

    came at      0 ms   10 ms   20 ms
    delay          60      20      30
    due at         60      30      50
    handed over    60      60      60
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# epoll wakes up to a millisecond late; what is due within half of one is handed over with the rest.
_CLOSE_ENOUGH_SECONDS = 0.0005

Handover = Callable[[], None]


@dataclass(slots=True)
class Line:
    """Messages on their way; `stop` loses them."""

    _waiting: deque[tuple[float, Handover]] = field(default_factory=deque)
    _timer: asyncio.TimerHandle | None = None

    def send(self, hand_over: Handover, late_seconds: float = 0.0) -> None:
        """Hand a message over after so long, and after all that was sent before it."""
        loop = asyncio.get_running_loop()
        if not self._waiting and late_seconds <= 0:
            hand_over()
            return
        due = loop.time() + late_seconds
        if self._waiting:
            due = max(due, self._waiting[-1][0])
        self._waiting.append((due, hand_over))
        if self._timer is None:
            self._timer = loop.call_at(due, self._release)

    def stop(self) -> None:
        """Lose what is on its way."""
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _release(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time() + _CLOSE_ENOUGH_SECONDS
        while self._waiting and self._waiting[0][0] <= now:
            _, hand_over = self._waiting.popleft()
            hand_over()
        self._timer = loop.call_at(self._waiting[0][0], self._release) if self._waiting else None
