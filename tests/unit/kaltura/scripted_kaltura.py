"""A Kaltura that answers by script, and a clock that moves only when somebody sleeps."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from kaltura_discord.kaltura.account import KalturaAccount
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.wire import Limits
from kaltura_discord.resilience.circuit_breaker import CircuitBreaker
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import RetryPolicy

PARTNER_ID = 12345
SECRET = "0123456789abcdef0123456789abcdef"
EPOCH = 1_790_000_000
DICE = random.Random(1)
ADDRESSES = KalturaAddresses.of_account("https://kaltura.test/", "https://cdn.test/", "", PARTNER_ID, 45678)


@dataclass
class Clock:
    """Monotonic seconds from 0, and epoch seconds from `EPOCH`; both move together."""

    seconds: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.seconds

    def epoch(self) -> float:
        return EPOCH + self.seconds

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    def deadline(self, seconds: float) -> Deadline:
        return Deadline.after(seconds, self.monotonic)


@dataclass(frozen=True)
class SeenCall:
    """One call as it arrived."""

    name: str
    parameters: dict[str, object]
    headers: httpx.Headers
    url: str


Reply = object
"""JSON to answer with, an `httpx.Response`, an exception to raise, or a function of the call that gives one."""


def api_exception(code: str, message: str = "", **arguments: str) -> dict[str, object]:
    return {
        "objectType": "KalturaAPIException",
        "code": code,
        "message": message,
        "args": arguments if arguments else [],
    }


@dataclass
class ScriptedKaltura:
    """Answers each action by the replies set for it, in order; the last one stays."""

    clock: Clock = field(default_factory=Clock)
    calls: list[SeenCall] = field(default_factory=list)
    script: dict[str, list[Reply]] = field(default_factory=dict)

    def on(self, name: str, *replies: Reply) -> None:
        """`name` is `service.action`, `multirequest`, or the path of any other page (up to the session)."""
        self.script[name] = list(replies)

    def names(self) -> list[str]:
        return [call.name for call in self.calls]

    def only(self, name: str) -> SeenCall:
        matching = [call for call in self.calls if call.name == name]
        assert len(matching) == 1, self.names()
        return matching[0]

    def transport(
        self, *, limits: Limits | None = None, tries: int = 3, breaker: CircuitBreaker | None = None
    ) -> KalturaTransport:
        return KalturaTransport(
            KalturaAccount(PARTNER_ID, SECRET, self.clock.epoch),
            ADDRESSES,
            limits=limits,
            retries=RetryPolicy(tries=tries, dice=DICE, sleep=self.clock.sleep),
            breaker=breaker or CircuitBreaker(clock=self.clock.monotonic),
            http_transport=httpx.MockTransport(self._answer),
            clock=self.clock.monotonic,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        name = _name_of(request)
        parameters = json.loads(request.content) if request.content else {}
        call = SeenCall(name, parameters, request.headers, str(request.url))
        self.calls.append(call)
        replies = self.script.get(name)
        assert replies, f"nothing is scripted for {name}"
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        return _response(reply, call)


def _name_of(request: httpx.Request) -> str:
    parts = request.url.path.split("/")
    if "multirequest" in parts:
        return "multirequest"
    if "service" in parts:
        return f"{parts[parts.index('service') + 1]}.{parts[parts.index('action') + 1]}"
    return request.url.path.partition("/ks/")[0]


def _response(reply: Reply, call: SeenCall) -> httpx.Response:
    if isinstance(reply, BaseException):
        raise reply
    if isinstance(reply, httpx.Response):
        return reply
    if callable(reply):
        respond: Callable[[SeenCall], Reply] = reply
        return _response(respond(call), call)
    return httpx.Response(200, content=json.dumps(reply), headers={"X-Kaltura-Session": "1234567890"})
