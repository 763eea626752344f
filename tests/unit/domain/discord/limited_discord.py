"""A Discord that does nothing but limit rates, in simulated time; it sees whether it is asked what cannot work."""

import asyncio
import random
from dataclasses import dataclass, field

import httpx

from kaltura_discord.discord.buckets import Buckets
from kaltura_discord.discord.rest_calls import RestCalls
from kaltura_discord.discord.turns import Turns
from kaltura_discord.resilience.deadline import Deadline
from local_stack.discord.rate_limits import Limit, RateLimiter

Seen = dict[tuple[str, str], float]
"""By bucket and channel: until when it is known to be empty, as one process has been told."""

ROUTES = {"POST": "writing", "PATCH": "writing", "GET": "reading"}
"""Which bucket a method falls into: two of them share one, which a process cannot know before it was told."""

_FRACTIONS = 0.002
"""Discord rounds to milliseconds."""


@dataclass
class LimitedDiscord:
    """Answers after a way there and a way back of random seconds, from `dice`."""

    dice: random.Random
    limit: Limit = field(default_factory=lambda: Limit(5, 5.0))
    longest_way: float = 0.3
    silences: float = 0.0
    asked: list[tuple[float, str]] = field(default_factory=list)
    refused: int = 0
    needless: list[str] = field(default_factory=list)
    """Calls into a bucket that their process had been told is empty."""
    limits: RateLimiter = field(init=False)

    def __post_init__(self) -> None:
        self.limits = RateLimiter(lambda: asyncio.get_running_loop().time())

    def process(self, turns: Turns | None = None) -> RestCalls:
        """How one process of ours calls it."""
        clock = asyncio.get_running_loop().time
        http = httpx.AsyncClient(transport=self._transport({}), trust_env=False)
        return RestCalls(
            "https://discord.test", "token", http, asyncio.sleep, None, buckets=Buckets(clock), turns=turns
        )

    def taken_by_others(self, channel: str) -> None:
        """Another application of ours, of which our processes know nothing, posts."""
        self.limits.take("writing", channel, self.limit)

    def _transport(self, known: Seen) -> httpx.MockTransport:
        answered: set[str] = set()

        async def answer(request: httpx.Request) -> httpx.Response:
            clock = asyncio.get_running_loop().time
            route, channel = ROUTES[request.method], request.url.path.split("/")[2]
            # Whose bucket a route has is known from its first answer on.
            here = [(route, channel)] if request.method in answered else []
            for place in [*here, ("everything", "")]:
                if clock() < known.get(place, 0.0):
                    self.needless.append(f"{request.method} {request.url.path} at {clock()}")
            await asyncio.sleep(self.dice.uniform(0, self.longest_way))
            verdict = self.limits.take(route, channel, self.limit)
            self.asked.append((clock(), channel))
            self.refused += verdict.retry_after is not None
            ends_at = verdict.reset_at - _FRACTIONS
            await asyncio.sleep(self.dice.uniform(0, self.longest_way))
            if self.dice.random() < self.silences:
                raise httpx.ReadTimeout("lost on its way")
            if not verdict.is_global:
                answered.add(request.method)
            if verdict.retry_after is not None or not verdict.remaining:
                place = ("everything", "") if verdict.is_global else (route, channel)
                known[place] = max(known.get(place, 0.0), ends_at)
            if verdict.retry_after is not None:
                return httpx.Response(429, json=verdict.body(), headers=verdict.headers())
            return httpx.Response(200, json={"id": "1"}, headers=verdict.headers())

        return httpx.MockTransport(answer)


def patience(seconds: float = 100_000.0) -> Deadline:
    """A deadline in simulated time."""
    return Deadline.after(seconds, asyncio.get_running_loop().time)
