"""How often somebody may do something: at most n times in any stretch of so many seconds.

The moments of the last uses are kept in one item and changed by conditional write, so two uses at the same moment
cannot both take the last place.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update

_TRIES = 6


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
        """Count one use by `who`. None when it is allowed, else the epoch second at which the next one is."""
        key = Key(f"LIMIT#{allowance.name}#{who}", "LIMIT")
        for _ in range(_TRIES):
            now = int(self._now())
            item = await self._table.get(key, consistent=True)
            version = int(item["version"]) if item else 0
            recent = [moment for moment in (item["uses"] if item else []) if moment > now - allowance.seconds]
            if len(recent) >= allowance.uses:
                return int(recent[0]) + allowance.seconds
            if await self._write(key, [*recent, now], version, now + allowance.seconds):
                return None
        # Somebody who loses this race six times in a row is hammering.
        return int(self._now()) + 1

    async def _write(self, key: Key, uses: list[int], version: int, expires_at: int) -> bool:
        update = Update(
            key,
            "SET uses = :uses, version = :next, expires_at = :expires",
            condition="attribute_not_exists(pk) OR version = :version OR expires_at <= :now",
            values={
                ":uses": list(uses),
                ":next": version + 1,
                ":version": version,
                ":expires": expires_at,
                ":now": uses[-1],
            },
        )
        try:
            await self._table.update(update)
        except ConditionNotMet:
            return False
        return True
