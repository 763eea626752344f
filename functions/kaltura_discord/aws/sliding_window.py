"""How often somebody may do something: at most n times in any stretch of so many seconds.

The moments of the last uses are kept in one item, which is written only where it still holds what was read. So two
uses at the same moment cannot both take the last place:

    A  reads [1, 4] ─────────────── writes [1, 4, 9] where it is [1, 4]: done
    B  ──── reads [1, 4] ──────────────────── writes [1, 4, 9] where it is [1, 4]: it is not. Reads again.

Moments are whole seconds; a use is rounded up and the present down, so a stretch is never shorter than it says.
"""

import asyncio
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.caller import AwsThrottled, ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most `uses` in any `seconds`; `name` keeps it apart from others."""

    name: str
    uses: int
    seconds: int


class SlidingWindow:
    """Counts uses against allowances."""

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now

    async def use(self, allowance: Allowance, who: str) -> int | None:
        """Count one use by `who`. None when it is allowed, else the epoch second at which the next one is.

        Raises:
            AwsThrottled: too many others count at this very moment; nothing was counted.
        """
        key = Key(f"LIMIT#{allowance.name}#{who}", "LIMIT")
        for attempt in range(_TRIES):
            now = self._now()
            item = await self._table.get(key, consistent=True)
            seen: list[int] = item["uses"] if item else []
            recent = sorted(moment for moment in seen if moment > math.floor(now) - allowance.seconds)
            if len(recent) >= allowance.uses:
                return recent[-allowance.uses] + allowance.seconds
            if await self._write(key, seen, [*recent, math.ceil(now)], allowance.seconds, now):
                return None
            # Whoever lost the race for the item waits a moment, each a different one.
            await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, no secret
        raise AwsThrottled("UpdateItem", "TooManyAtOnce")

    async def _write(self, key: Key, seen: list[int], uses: list[int], seconds: int, now: float) -> bool:
        update = Update(
            key,
            "SET uses = :uses, expires_at = :expires",
            condition="attribute_not_exists(pk) OR uses = :seen OR expires_at <= :now",
            values={
                ":uses": list(uses),
                ":seen": list(seen),
                ":expires": max(uses) + seconds,
                ":now": math.floor(now),
            },
        )
        try:
            await self._table.update(update)
        except ConditionNotMet:
            return False
        return True
