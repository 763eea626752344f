"""What can go wrong, by dice: processes die, AWS throttles and falls silent, Discord has all of its moods."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest, AwsThrottled, AwsUnavailable
from local_stack.discord.rate_limits import Limit, RateLimiter, Verdict
from tests.unit.domain.discord_double import DiscordDouble
from tests.unit.domain.steps import Crash

_LIMITS = {"GET": Limit(10, 5.0), "POST": Limit(5, 5.0), "PATCH": Limit(5, 5.0)}
_LONGEST_WAIT_SECONDS = 20.0
# A request that Discord takes up after we have stopped waiting for it (5 s) may take effect until then.
_LATEST_EFFECT_SECONDS = 8.0


@dataclass
class Life:
    """One process, and the step at which it dies; a dead one does nothing any more."""

    dies_at: int = 0
    steps: int = 0
    is_dead: bool = False

    def begin(self, dies_at: int) -> None:
        self.dies_at, self.steps = dies_at, 0

    def step(self) -> None:
        """Take a step, or die instead."""
        self.steps += 1
        if self.is_dead or self.steps == self.dies_at:
            self.is_dead = True
            raise Crash


@dataclass(frozen=True)
class Trouble:
    """How often what goes wrong, as parts of 1."""

    aws_throttles: float = 0.01
    aws_silent: float = 0.005
    discord_busy: float = 0.03
    discord_busy_everywhere: float = 0.002
    discord_broken: float = 0.03
    discord_silent: float = 0.03
    discord_late: float = 0.01
    kaltura_down: float = 0.02
    deaths: float = 0.1


@dataclass(frozen=True)
class MoodyAws:
    """An AWS service as one process meets it."""

    inner: AwsCaller
    life: Life
    dice: random.Random
    trouble: Trouble
    calls: Counter[str]

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.life.step()
        self.calls[operation] += 1
        await asyncio.sleep(self.dice.uniform(0.002, 0.02))
        if self.dice.random() < self.trouble.aws_throttles:
            raise AwsThrottled(operation, "ThrottlingException")
        answer = await self.inner.call(operation, request)
        if self.dice.random() < self.trouble.aws_silent:
            raise AwsUnavailable(operation, "answer lost")
        self.life.step()
        return answer


@dataclass
class MoodyDiscord:
    """Discord with its limits and its moods. `now` is epoch seconds."""

    inner: DiscordDouble
    now: Callable[[], float]
    dice: random.Random
    trouble: Trouble
    calls: Counter[str] = field(default_factory=Counter)
    is_down: bool = False
    _busy_until: float = 0.0
    _limits: RateLimiter = field(init=False)
    _effects: set[asyncio.Task[httpx.Response]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._limits = RateLimiter(self.now)

    def for_process(self, life: Life) -> httpx.MockTransport:
        """How one process reaches it."""

        async def answer(request: httpx.Request) -> httpx.Response:
            life.step()
            response = await self._answer(request)
            life.step()
            return response

        return httpx.MockTransport(answer)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.calls[request.method] += 1
        await asyncio.sleep(self.dice.uniform(0.03, 0.3))
        refused = self._refusal()
        if refused is None:
            verdict = self._counted(request)
            if verdict.retry_after is None:
                return _told(await self._answered(request), verdict)
            refused = _told(_busy(verdict.retry_after, is_everywhere=verdict.is_global), verdict)
        self.calls[str(refused.status_code)] += 1
        return refused

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        mood = self.dice.random() - self.trouble.discord_late
        if mood < 0:
            self.calls["late"] += 1
            return await self._later(request, self.dice.uniform(1, _LATEST_EFFECT_SECONDS))
        response = self._effect(request)
        if mood < self.trouble.discord_silent:
            self.calls["silent"] += 1
            raise httpx.ReadTimeout("lost on its way")
        return response

    def _refusal(self) -> httpx.Response | None:
        if self.is_down:
            raise httpx.ConnectError("down")
        if self.dice.random() < self.trouble.discord_broken:
            return httpx.Response(self.dice.choice((500, 502, 503)), text="<html>")
        if self.now() < self._busy_until:
            return _busy(self._busy_until - self.now(), is_everywhere=True)
        mood = self.dice.random()
        if mood < self.trouble.discord_busy_everywhere:
            self._busy_until = self.now() + self.dice.uniform(1, 5)
            return _busy(self._busy_until - self.now(), is_everywhere=True)
        if mood < self.trouble.discord_busy:
            return _busy(self.dice.uniform(0.3, _LONGEST_WAIT_SECONDS))
        return None

    def _counted(self, request: httpx.Request) -> Verdict:
        parts = request.url.path.removeprefix("/api/v10/").split("/")
        route = "/".join(":" if part.isdecimal() else part for part in parts)
        return self._limits.take(f"{request.method} {route}", parts[1], _LIMITS[request.method])

    async def _later(self, request: httpx.Request, seconds: float) -> httpx.Response:
        async def take_effect() -> httpx.Response:
            await asyncio.sleep(seconds)
            return self._effect(request)

        effect = asyncio.create_task(take_effect())
        self._effects.add(effect)
        effect.add_done_callback(self._effects.discard)
        return await asyncio.shield(effect)

    def _effect(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.answer(request)
        self.inner.requests.clear()
        return answer


def _busy(seconds: float, *, is_everywhere: bool = False) -> httpx.Response:
    body = {"message": "You are being rate limited.", "retry_after": seconds, "global": is_everywhere}
    return httpx.Response(429, json=body, headers={"Retry-After": str(int(seconds) + 1)})


def _told(answer: httpx.Response, verdict: Verdict) -> httpx.Response:
    answer.headers.update(verdict.headers())
    return answer
