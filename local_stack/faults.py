"""Faults on order: what tests ask the simulated world to do wrong.

A fault names a target (discord, kaltura, proxy, dynamodb, sqs, socket), what it matches, a kind and a value:

    {"target": "kaltura", "match": "POST /api_v3/service/room_room/*", "kind": "delay", "value": 30000, "times": 2}

`match` is `METHOD /path*` for HTTP, an operation such as `PutItem` for AWS, a user id for sockets; `*` matches
anything and stands anywhere. Sockets also know `in:{user id}`, `out:{user id}` (one direction), `$connect` and
`$disconnect`; queues `EventSource.Deliver` and `EventSource.Delete` (what feeds the functions, not their own calls).

`times` is how often it strikes (for ever where it is left out). `value` is a status for `status`, milliseconds for
`delay` and `jitter`, a share from 0 to 1 for `drop`, `garbage`, `throttle`, `reorder` and `cut` (1 where it is left
out).
"""

import asyncio
import fnmatch
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from aiohttp import web
from aiohttp.typedefs import Middleware

Target = Literal["discord", "kaltura", "proxy", "dynamodb", "sqs", "socket"]
Kind = Literal["status", "delay", "jitter", "drop", "garbage", "throttle", "reorder", "cut"]

GARBAGE = b"<html><body>\xff\xfe upstream connect error</body></html>"


class InvalidFault(ValueError):
    """The order of a fault makes no sense; the message says why."""


@dataclass(slots=True)
class Fault:
    """One ordered fault; `remaining` is None where it never wears off."""

    target: Target
    match: str
    kind: Kind
    value: float
    remaining: int | None

    def strikes(self, target: str, names: tuple[str, ...]) -> bool:
        """Whether this fault concerns a call known by any of `names` (see the module for their form)."""
        return self.target == target and any(fnmatch.fnmatchcase(name, self.match) for name in names)


@dataclass(slots=True)
class FaultTable:
    """The faults in force, and the (seeded) dice that shares are thrown with."""

    dice: random.Random = field(default_factory=lambda: random.Random(20261120))
    faults: list[Fault] = field(default_factory=list)

    def order(self, wish: dict[str, Any]) -> Fault:
        """Put a fault in force.

        Raises:
            InvalidFault: a field is missing or out of range.
        """
        target: Target = wish.get("target", "")
        kind: Kind = wish.get("kind", "")
        if target not in get_args(Target):
            raise InvalidFault(f"target is one of {', '.join(get_args(Target))}")
        if kind not in get_args(Kind):
            raise InvalidFault(f"kind is one of {', '.join(get_args(Kind))}")
        times = wish.get("times")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise InvalidFault("times is a whole number from 1")
        fault = Fault(target, str(wish.get("match", "*")), kind, _value(kind, wish.get("value")), times)
        self.faults.append(fault)
        return fault

    def clear(self) -> None:
        """Lift every fault."""
        self.faults.clear()

    def strike(self, target: Target, *names: str) -> list[Fault]:
        """The faults that strike the call known by `names`, each counted as used once."""
        struck: list[Fault] = []
        for fault in list(self.faults):
            if not fault.strikes(target, names):
                continue
            if fault.kind in ("drop", "garbage", "throttle", "reorder", "cut") and self.dice.random() >= fault.value:
                continue
            struck.append(fault)
            if fault.remaining is not None:
                fault.remaining -= 1
                if fault.remaining == 0:
                    self.faults.remove(fault)
        return struck

    async def wait_out_delays(self, struck: list[Fault]) -> None:
        """Sleep for the `delay` and `jitter` faults among `struck`."""
        for fault in struck:
            if fault.kind == "delay":
                await asyncio.sleep(fault.value / 1000)
            if fault.kind == "jitter":
                await asyncio.sleep(self.dice.uniform(0, fault.value) / 1000)


def _value(kind: Kind, wished: object) -> float:
    """The value of a fault, checked against what its kind means by it."""
    if wished is None:
        return {"status": 500.0, "delay": 1000.0, "jitter": 1000.0}.get(kind, 1.0)
    if not isinstance(wished, int | float) or isinstance(wished, bool):
        raise InvalidFault("value is a number")
    lowest, highest = {"status": (100, 599), "delay": (0, 3_600_000), "jitter": (0, 3_600_000)}.get(kind, (0, 1))
    if not lowest <= wished <= highest:
        raise InvalidFault(f"value of {kind} is from {lowest} to {highest}")
    return float(wished)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def http_fault_middleware(
    table: FaultTable,
    target: Target,
    throttled: Callable[[web.Request], web.Response],
    names_of: Callable[[web.Request], tuple[str, ...]] = lambda request: (f"{request.method} {request.path}",),
) -> Middleware:
    """An aiohttp middleware that makes an HTTP service fail as ordered.

    `throttled` builds the service's own answer to too many requests (Discord's 429, Kaltura's ACTION_BLOCKED);
    `names_of` gives the names by which a fault may match this request, such as its path within the API.
    `drop` closes the connection after the request was handled, so the caller does not know the outcome;
    `cut` closes it before. Paths under `_sim` never fail: they are the test's own door.
    """

    @web.middleware
    async def fail_as_ordered(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "/_sim/" in request.path:
            return await handler(request)
        struck = table.strike(target, *names_of(request))
        await table.wait_out_delays(struck)
        kinds = {fault.kind: fault for fault in struck}
        if "cut" in kinds:
            return _hang_up(request)
        if "throttle" in kinds:
            return throttled(request)
        if "status" in kinds:
            return web.Response(status=int(kinds["status"].value), text="ordered fault")
        if "garbage" in kinds:
            return web.Response(body=GARBAGE, content_type="text/html")
        response = await handler(request)
        return _hang_up(request) if "drop" in kinds else response

    return fail_as_ordered


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)
