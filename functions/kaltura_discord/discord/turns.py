"""Whose turn it is where many processes wait for one bucket of Discord's: one after the other, as the bucket fills.

What waits in the queue and comes back has had its turn given to it, so it does not ask for another one first. That is
known of the work and not of the process, which may be another one by then.
"""

from contextvars import ContextVar
from typing import Protocol

_comes_back: ContextVar[bool] = ContextVar("comes_back", default=False)


def note_whether_it_comes_back(comes_back: bool) -> None:
    """From here on, in this task and those that it starts, work is done that has waited before, or has not."""
    _comes_back.set(comes_back)


def comes_back() -> bool:
    """Whether what is being done has waited before."""
    return _comes_back.get()


class Turns(Protocol):
    """Gives turns to all processes. It never fails: where it cannot know, nobody waits longer than they know of."""

    async def take(self, bucket: str, seconds: float, pace: float) -> float:
        """How many seconds until one's turn at a bucket that is known to be empty for `seconds`.

        Turns follow one another by `pace` seconds. With no `seconds`, 0 means that nobody waits there.
        """

    async def tell(self, bucket: str, seconds: float) -> None:
        """Let the others know that a bucket is empty for so many seconds."""
