"""Making something in Kaltura exactly once, although a call's outcome may stay unknown.

Kaltura has no idempotency key. What it has is a field for our own id that can be searched for. So:

    look up ──found──────────────────────────────────────────────► that one
       │ nothing
      add ────answered───────────────────────────────────────────► the new one
       │ outcome unknown (timed out, connection lost, HTTP 5xx)
    look up, a few times, for the index lags by seconds ──found──► that one
       │ nothing
    the failure of `add`, as unknown as it was: a later look-up, by whoever cleans up, may find the thing

The first look-up costs a call, and makes a repeated command (a message delivered twice) find the first one's room.
`add` is given less time than there is, so that after its time-out some is left for looking.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kaltura_discord.kaltura.errors import KalturaError, KalturaUnavailable
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import Sleep

Made = TypeVar("Made")

LOOK_UP_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each look-up after an unknown outcome."""

KEPT_FOR_LOOKING = 5.0
"""Seconds that `add` may not use, or half of what there is where that is less."""

_LEAST_FOR_LOOK_UP = 0.25
"""With fewer seconds left, another look-up has no chance."""


async def create_once(
    add: Callable[[Deadline], Awaitable[Made]],
    find: Callable[[], Awaitable[Made | None]],
    *,
    deadline: Deadline,
    sleep: Sleep,
) -> Made:
    """What `find` finds, else what `add` makes.

    Args:
        add: makes it before the deadline that it is given; tried once.
        find: looks it up; changes nothing.
        deadline: no pause is begun that would leave no time for a look-up.
        sleep: waits so many seconds.

    Raises:
        KalturaError: of the first look-up, or of `add`; where the outcome is unknown, a `KalturaUnavailable` that is
            not `retry_safe`.
    """
    existing = await _found_before(find)
    if existing is not None:
        return existing
    remaining = deadline.remaining_seconds()
    try:
        return await add(deadline.sooner(remaining - min(KEPT_FOR_LOOKING, remaining / 2)))
    except KalturaUnavailable as failure:
        if failure.retry_safe:
            raise
        made = await _found_after_all(find, deadline, sleep)
        if made is None:
            raise
        return made


async def _found_before(find: Callable[[], Awaitable[Made | None]]) -> Made | None:
    """The first look-up. Where it fails, nothing was made yet, and the failure says so."""
    try:
        return await find()
    except KalturaUnavailable as failure:
        if failure.retry_safe:
            raise
        raise KalturaUnavailable(failure.code, failure.message, retry_safe=True) from None


async def _found_after_all(find: Callable[[], Awaitable[Made | None]], deadline: Deadline, sleep: Sleep) -> Made | None:
    for pause in LOOK_UP_PAUSES:
        if pause + _LEAST_FOR_LOOK_UP >= deadline.remaining_seconds():
            return None
        await sleep(pause)
        try:
            made = await find()
        except KalturaError:  # still down: the next look-up may get through
            continue
        if made is not None:
            return made
    return None
