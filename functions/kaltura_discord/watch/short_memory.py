"""What this process was told lately, so that a thousand viewers of one video do not ask Kaltura a thousand times."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ShortMemory(Generic[K, V]):
    """Remembers answers for a while, the latest `most` of them; `clock` is in seconds and only moves forward."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._known: OrderedDict[K, tuple[float, V]] = OrderedDict()

    async def of(self, key: K, seconds: Callable[[V], float], ask: Callable[[], Awaitable[V]]) -> V:
        """What is known of `key`, else what `ask` says, remembered for so many seconds; failures are not.

        What is not to be remembered takes no place: a stranger's guesses push nothing out.
        """
        known = self._known.get(key)
        if known is not None and known[0] > self._clock():
            return known[1]
        value = await ask()
        lifetime = seconds(value)
        if lifetime <= 0:
            self._known.pop(key, None)
            return value
        self._known[key] = (self._clock() + lifetime, value)
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return value
