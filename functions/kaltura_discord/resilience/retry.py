"""Trying again: with full jitter, within a deadline, and only what the caller declares safe.

After the n-th failure the pause is drawn evenly from zero to `first_pause_seconds * 2**n` (cut at
`longest_pause_seconds`): full jitter spreads a crowd of callers better than any fixed ladder. A pause that would
outlast the deadline is not begun; the failure is raised at once, while there is time left to tell somebody.

Own code instead of tenacity or stamina: forty lines, and neither takes a deadline with an injected clock.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from kaltura_discord.resilience.deadline import Deadline

Result = TypeVar("Result")
Sleep = Callable[[float], Awaitable[None]]
"""Waits for so many seconds."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patiently something is tried again.

    Attributes:
        tries: how often in all, the first one included.
        first_pause_seconds: the longest pause after the first failure; doubled after each further one.
        longest_pause_seconds: no pause is drawn from more than this.
        dice: where the jitter comes from.
        sleep: how the pause is waited out.
    """

    tries: int = 3
    first_pause_seconds: float = 0.2
    longest_pause_seconds: float = 2.0
    dice: random.Random = field(default_factory=random.Random, repr=False, compare=False)
    sleep: Sleep = field(default=asyncio.sleep, repr=False, compare=False)

    def pause_after(self, failures: int) -> float:
        """Seconds to wait after so many failures (from 1), drawn anew each time."""
        longest = min(self.longest_pause_seconds, self.first_pause_seconds * 2.0 ** (failures - 1))
        return self.dice.uniform(0.0, longest)


async def with_retries(
    attempt: Callable[[], Awaitable[Result]],
    *,
    may_repeat: Callable[[Exception], bool],
    policy: RetryPolicy,
    deadline: Deadline,
) -> Result:
    """What the first successful `attempt` returns.

    Args:
        attempt: one try; called anew each time.
        may_repeat: whether, after this failure, another try is both safe and worth it.
        policy: how often, and how long to wait in between.
        deadline: no pause is begun that would end after it.

    Raises:
        Exception: the last failure.
    """
    failures = 0
    while True:
        try:
            return await attempt()
        except Exception as failure:
            failures += 1
            if failures >= policy.tries or not may_repeat(failure):
                raise
            pause = policy.pause_after(failures)
            if pause >= deadline.remaining_seconds():
                raise
        await policy.sleep(pause)
