"""Discord's rate limits as one process knows them: all buckets, and the one limit over them.

Several routes may share a bucket, so which one a route has is learnt from its answers (Discord docs, Rate Limits:
`X-RateLimit-Bucket`). What a bucket is, is told in `bucket`.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from kaltura_discord.discord.bucket import Bucket, told_in
from kaltura_discord.discord.errors import DiscordHeldBack, DiscordRateLimited
from kaltura_discord.discord.routes import Route

GLOBAL = "global"
"""By which all processes know the limit over all buckets: 50 calls a second (Discord docs: Global Rate Limit)."""

# Four fifths of it, so that who does not wait for a turn finds something left.
_GLOBAL_PACE_SECONDS = 1 / 40

MOST_REMEMBERED = 1000

Hear = Callable[[httpx.Response, DiscordRateLimited | None], None]


class Buckets:
    """All of them; `clock` is monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._names: OrderedDict[str, str] = OrderedDict()
        self._everything = Bucket()

    @contextmanager
    def call(self, route: Route) -> Iterator[Hear]:
        """While a call is made; what is yielded is to be told its answer, and the rate limit in it, if any.

        Raises:
            DiscordHeldBack: Discord would refuse it, so it must not be made.
        """
        self.check(route)
        bucket, began = self._of(route), self._clock()
        bucket.begin(began)
        answers: list[httpx.Response] = []

        def hear(answer: httpx.Response, limited: DiscordRateLimited | None) -> None:
            answers.append(answer)
            bucket.under_way -= 1
            self._hear(route, began, answer, limited)

        try:
            yield hear
        finally:
            if not answers:
                bucket.under_way -= 1
                bucket.miss()

    def check(self, route: Route) -> None:
        """Let a call be made, or not.

        Raises:
            DiscordHeldBack: Discord would refuse it.
        """
        now = self._clock()
        everywhere = self._everything.ends_at - now if route.counts_globally else 0.0
        here = self._of(route).seconds_until_free(now)
        if max(here, everywhere) > 0:
            raise DiscordHeldBack(max(here, everywhere), is_global=everywhere > here)

    def key(self, route: Route, *, is_global: bool) -> str:
        """By which all processes know the bucket of a route; nothing can be read from it."""
        return GLOBAL if is_global else hashlib.sha256(self._place(route).encode()).hexdigest()[:32]

    def pace(self, route: Route, *, is_global: bool) -> float:
        """How many seconds apart calls may follow one another, and leave something to others; 0: not known."""
        return _GLOBAL_PACE_SECONDS if is_global else self._of(route).pace()

    def is_contended(self, route: Route, *, is_global: bool) -> bool:
        """Whether others are expected there, who may leave nothing."""
        return self._clock() < self._meant(route, is_global=is_global).contended_until

    def hear_free(self, route: Route, *, is_global: bool) -> None:
        """Nobody waits there, as the other processes know."""
        self._meant(route, is_global=is_global).heard_free_at = self._clock()

    def was_free(self, route: Route, seconds: float, *, is_global: bool) -> bool:
        """Whether that was heard within so many seconds."""
        return self._clock() < self._meant(route, is_global=is_global).heard_free_at + seconds

    def _meant(self, route: Route, *, is_global: bool) -> Bucket:
        return self._everything if is_global else self._of(route)

    def _hear(self, route: Route, began: float, answer: httpx.Response, limited: DiscordRateLimited | None) -> None:
        now = self._clock()
        if limited is not None and limited.is_global:
            self._everything.close(limited.retry_after, now)
            return
        told = told_in(answer.headers)
        if told is not None:
            # Where its name was not known before, it is another bucket from here on.
            self._remember(route, told.bucket)
            self._of(route).hear(told, began, now)
        if limited is not None:
            self._of(route).close(limited.retry_after, now)
        elif told is None:
            self._of(route).miss()

    def _place(self, route: Route) -> str:
        return f"{self._names.get(route.name, route.name)} {route.resource}"

    def _of(self, route: Route) -> Bucket:
        bucket = self._buckets.setdefault(self._place(route), Bucket())
        self._buckets.move_to_end(self._place(route))
        _keep_latest(self._buckets)
        return bucket

    def _remember(self, route: Route, name: str) -> None:
        self._names[route.name] = name
        self._names.move_to_end(route.name)
        _keep_latest(self._names)


def _keep_latest(remembered: OrderedDict[str, Any]) -> None:
    if len(remembered) > MOST_REMEMBERED:
        remembered.popitem(last=False)
