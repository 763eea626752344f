"""What this process has told the queue of lately, so that it does not tell of it with every use."""

import time
from collections import OrderedDict
from collections.abc import Callable


class ToldLately:
    """Remembers subjects for so many seconds, the latest thousand of them; `clock` only moves forward."""

    MOST = 1000

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until: OrderedDict[str, float] = OrderedDict()

    def __contains__(self, subject: str) -> bool:
        return self._until.get(subject, 0.0) > self._clock()

    def add(self, subject: str) -> None:
        """It was told now."""
        self._until[subject] = self._clock() + self._seconds
        self._until.move_to_end(subject)
        if len(self._until) > self.MOST:
            self._until.popitem(last=False)
