"""The stack's own doors under `/_local`: faults, health, schedules. For tests and tools on this machine only.

    GET|POST|DELETE /_local/faults        see, order, lift faults
    GET             /_local/health        200 {"ready": true}, 503 while the stack is starting
    POST|DELETE     /_local/cut           {"match": user id, "seconds": 10}: a network is down; or up again
    GET|POST        /_local/frame-policy  {"workers": false}: Discord refuses workers in the Activity's frame
    POST            /_local/schedule/{f}  run a scheduled function now; answers what it returned

These doors, the simulated Discord and `@connections` are closed to whoever comes through a tunnel or by another
name than loopback: otherwise anyone on the internet could order faults, and a web page could by DNS rebinding.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeGuard

from aiohttp import web

from local_stack.faults import Fault, FaultTable, InvalidFault
from local_stack.gateway.connections import Connections
from local_stack.gateway.frame_policy import FramePolicy
from local_stack.gateway.schedule import NotScheduled, Schedule
from local_stack.gateway.socket_events import STAGE

LONGEST_CUT_SECONDS = 3600
PRIVATE_PREFIXES = ("/_local", "/discord-sim", "/@connections", f"/{STAGE}/@connections")

# Every tunnel adds one of these, also those that rewrite Host.
_TUNNEL_HEADERS = ("x-forwarded-for", "x-forwarded-host", "forwarded", "cf-connecting-ip", "x-real-ip")


def is_private(path: str) -> bool:
    """Whether a path is for this machine only."""
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in PRIVATE_PREFIXES)


def comes_from_here(request: web.Request) -> bool:
    """Whether the request was made to a loopback name, and not through a tunnel."""
    if any(name in request.headers for name in _TUNNEL_HEADERS):
        return False
    host = request.url.host or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def add_local_doors(
    app: web.Application,
    faults: FaultTable,
    connections: Connections,
    schedule: Schedule,
    policy: FramePolicy,
    ready: Callable[[], bool],
) -> None:
    """Add the routes under `/_local`; `ready` is what the health door tells."""

    async def see(_request: web.Request) -> web.Response:
        return web.json_response({"faults": [asdict(fault) for fault in faults.faults]})

    async def order(request: web.Request) -> web.Response:
        return await _order(request, faults)

    async def lift(_request: web.Request) -> web.Response:
        faults.clear()
        connections.restore()
        return web.Response(status=204)

    async def cut(request: web.Request) -> web.Response:
        return await _cut(request, connections)

    async def restore(_request: web.Request) -> web.Response:
        connections.restore()
        return web.Response(status=204)

    async def see_policy(_request: web.Request) -> web.Response:
        return web.json_response({"workers": policy.workers})

    async def set_policy(request: web.Request) -> web.Response:
        return await _set_policy(request, policy)

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"ready": ready()}, status=200 if ready() else 503)

    async def run_now(request: web.Request) -> web.Response:
        return await _run_now(schedule, request.match_info["function"])

    app.router.add_get("/_local/faults", see)
    app.router.add_post("/_local/faults", order)
    app.router.add_delete("/_local/faults", lift)
    app.router.add_post("/_local/cut", cut)
    app.router.add_delete("/_local/cut", restore)
    app.router.add_get("/_local/frame-policy", see_policy)
    app.router.add_post("/_local/frame-policy", set_policy)
    app.router.add_get("/_local/health", health)
    app.router.add_post("/_local/schedule/{function}", run_now)


async def _order(request: web.Request, faults: FaultTable) -> web.Response:
    try:
        wish: Any = await request.json()
        if not isinstance(wish, dict):
            raise InvalidFault("a fault is an object")
        fault: Fault = faults.order(wish)
    except ValueError as error:
        return web.json_response({"message": str(error)}, status=400)
    return web.json_response(asdict(fault), status=201)


async def _cut(request: web.Request, connections: Connections) -> web.Response:
    try:
        wish: Any = await request.json()
    except ValueError:
        wish = None
    match, seconds = (wish.get("match"), wish.get("seconds")) if isinstance(wish, dict) else (None, None)
    if not isinstance(match, str) or not match or not _is_duration(seconds):
        message = f"match is a user id or *, seconds a number from 0 to {LONGEST_CUT_SECONDS}"
        return web.json_response({"message": message}, status=400)
    return web.json_response({"cut": connections.cut_off(match, float(seconds))}, status=201)


def _is_duration(seconds: Any) -> TypeGuard[int | float]:
    return type(seconds) in (int, float) and 0 <= seconds <= LONGEST_CUT_SECONDS


async def _set_policy(request: web.Request, policy: FramePolicy) -> web.Response:
    try:
        wish: Any = await request.json()
    except ValueError:
        wish = None
    if not isinstance(wish, dict) or not isinstance(wish.get("workers"), bool):
        return web.json_response({"message": 'the body is {"workers": true} or {"workers": false}'}, status=400)
    policy.workers = wish["workers"]
    return web.json_response({"workers": policy.workers})


async def _run_now(schedule: Schedule, name: str) -> web.Response:
    try:
        outcome = await schedule.run_now(name)
    except NotScheduled as error:
        return web.json_response({"message": str(error)}, status=404)
    if outcome.error is not None:
        return web.json_response({"error": asdict(outcome.error)}, status=502)
    return web.json_response({"result": outcome.result})
