"""Turns at Discord's buckets, given to all processes by one item for each bucket, in the table.

The item says from when on nobody is waiting. Whoever has to wait takes that moment and moves it on:

    A   429, empty for 5 s     at 0: until 5 ──────────► until 6.25     A's turn is at 5
    B   429, empty for 5 s     at 0: 6.25 is later ────► until 7.5      B's turn is at 6.25
    C   comes with the next    at 1: 7.5 is later ─────► until 8.75     C's turn is at 7.5
    A   comes back at 5, and asks no more: it has had its turn

So what waits for one channel comes back one after the other, as fast as the bucket fills, and not all at once. The
moment is only ever moved on: each write's condition says so. A turn that nobody uses is lost, and hurts nobody.

Nothing can be read from the item's key, and there is nothing else in it. Where the table does not answer, everybody
waits as long as they themselves know.
"""

import logging
import math
import time
from collections.abc import Callable

from kaltura_discord.aws.caller import AwsError, ConditionNotMet
from kaltura_discord.aws.table import NOT_THERE, Key, Table, Update

_TRIES = 3
# The item is of no use once its moment is over; clocks may be apart.
_KEPT_SECONDS = 60

log = logging.getLogger(__name__)


class BucketTurns:
    """Speaks `Turns`. `now` is epoch seconds."""

    def __init__(self, table: Table, now: Callable[[], float] = time.time) -> None:
        self._table = table
        self._now = now

    async def take(self, bucket: str, seconds: float, pace: float) -> float:
        """How many seconds until one's turn; with no `seconds`, 0 where nobody waits."""
        try:
            for _ in range(_TRIES):
                turn = await self._take(bucket, seconds, pace)
                if turn is not None:
                    return turn
        except AwsError as error:
            log.warning("no turn", extra={"reason": str(error)})
        return seconds

    async def tell(self, bucket: str, seconds: float) -> None:
        """Move the moment on by nobody's turn."""
        try:
            await self._begin(bucket, self._in_ms(seconds), 0)
        except AwsError as error:
            log.warning("nobody told", extra={"reason": str(error)})

    async def _take(self, bucket: str, seconds: float, pace: float) -> float | None:
        """None where somebody else was faster."""
        free_at, step = self._in_ms(seconds), math.ceil(pace * 1000)
        behind = await self._stand_behind(bucket, free_at, step)
        if behind is not None:
            return max(0.0, behind / 1000 - self._now())
        if seconds <= 0:
            return 0.0
        return seconds if await self._begin(bucket, free_at, step) else None

    async def _stand_behind(self, bucket: str, free_at: int, step: int) -> int | None:
        """Behind those who wait until `free_at` or longer; the epoch millisecond of one's turn, None without them."""
        update = Update(
            _key(bucket),
            "SET ends_at = ends_at + :step, expires_at = expires_at + :longer",
            "ends_at >= :free_at",
            values={":step": step, ":free_at": free_at, ":longer": math.ceil(step / 1000)},
        )
        try:
            item = await self._table.update(update)
        except ConditionNotMet:
            return None
        return int(item["ends_at"]) - step

    async def _begin(self, bucket: str, free_at: int, step: int) -> bool:
        """Be the first to wait until `free_at`; False where others wait longer."""
        ends_at = free_at + step
        update = Update(
            _key(bucket),
            "SET ends_at = :ends_at, expires_at = :expires",
            f"{NOT_THERE} OR ends_at < :free_at",
            values={":ends_at": ends_at, ":free_at": free_at, ":expires": math.ceil(ends_at / 1000) + _KEPT_SECONDS},
        )
        try:
            await self._table.update(update)
        except ConditionNotMet:
            return False
        return True

    def _in_ms(self, seconds: float) -> int:
        return math.ceil((self._now() + seconds) * 1000)


def _key(bucket: str) -> Key:
    return Key(f"BUCKET#{bucket}", "BUCKET")
