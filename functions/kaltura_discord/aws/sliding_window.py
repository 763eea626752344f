"""How often somebody may do something: at most n times in any stretch of so many seconds.

The moments of the last uses are kept in one item, which is written only where it still holds what we took it to hold.
So two uses at the same moment cannot both take the last place:

    A  believes [1, 4] ─────────────── writes [1, 4, 9] where it is [1, 4]: done
    B  ──── believes [1, 4] ──────────────────── writes [1, 4, 9] where it is [1, 4]: it is [1, 4, 9]. Counts again.

Nothing is read first: what this process wrote last, else nothing at all, is mostly still right, and the refusal of a
write says what was found. Only a refusal is never by heart: the item is read before somebody is sent away.

Moments are whole seconds; a use is rounded up and the present down, so a stretch is never shorter than it says.
"""

import asyncio
import math
import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.caller import AwsThrottled, ConditionNotMet
from kaltura_discord.aws.table import NOT_THERE, Key, Table, Update, found_instead

_TRIES = 8
_MOST_REMEMBERED = 1000


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
        self._written: OrderedDict[str, list[int]] = OrderedDict()

    async def use(self, allowance: Allowance, who: str) -> int | None:
        """Count one use by `who`. None when it is allowed, else the epoch second at which the next one is.

        Raises:
            AwsThrottled: too many others count at this very moment; nothing was counted.
        """
        key = Key(f"LIMIT#{allowance.name}#{who}", "LIMIT")
        seen = self._written.get(key.pk, [])
        if len(seen) >= allowance.uses:
            seen = await self._read(key)
        for attempt in range(_TRIES):
            now = self._now()
            recent = sorted(moment for moment in seen if moment > math.floor(now) - allowance.seconds)
            if len(recent) >= allowance.uses:
                return recent[-allowance.uses] + allowance.seconds
            found = await self._write(key, seen, [*recent, math.ceil(now)], allowance.seconds, now)
            if found is None:
                return None
            seen = found
            if attempt:
                # Whoever lost the race for the item waits a moment, each a different one.
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, no secret
        raise AwsThrottled("UpdateItem", "TooManyAtOnce")

    async def _write(self, key: Key, seen: list[int], uses: list[int], seconds: int, now: float) -> list[int] | None:
        """Write the uses where the item holds what was `seen`; None when it is done, else what it holds."""
        values: dict[str, Value] = {":uses": list(uses), ":expires": max(uses) + seconds, ":now": math.floor(now)}
        update = Update(
            key,
            "SET uses = :uses, expires_at = :expires",
            condition=("uses = :seen" if seen else NOT_THERE) + " OR expires_at <= :now",
            values={**values, ":seen": list(seen)} if seen else values,
            tells_current=True,
        )
        try:
            await self._table.update(update)
        except ConditionNotMet as refused:
            found = found_instead(refused)
            return list(found["uses"]) if found else []
        self._remember(key.pk, uses)
        return None

    async def _read(self, key: Key) -> list[int]:
        item = await self._table.get(key, consistent=True)
        return list(item["uses"]) if item else []

    def _remember(self, pk: str, uses: list[int]) -> None:
        self._written[pk] = uses
        self._written.move_to_end(pk)
        if len(self._written) > _MOST_REMEMBERED:
            self._written.popitem(last=False)
