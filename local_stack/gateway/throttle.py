"""Token buckets, as API Gateway limits a stage (API Gateway guide, "Throttle requests")."""

import time
from collections.abc import Callable


class TokenBucket:
    """`rate` tokens per second, at most `burst` at once."""

    def __init__(self, rate: float, burst: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._tokens = float(burst)
        self._now = now
        self._filled_at = now()

    def take(self) -> bool:
        """Use one token; False when none is left."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
