"""The HTTP door of api_v3: reads a request, runs it, writes the answer with Kaltura's headers.

Whatever goes wrong inside is answered with HTTP 200; only what breaks before the dispatcher is anything else.
"""

import time

from aiohttp import web

from . import dispatch, serialise
from .calls import ServedText
from .errors import ApiError
from .parameters import Parameters, path_pairs, read_parameters
from .world import KalturaWorld


class ApiDoor:
    """Answers everything under `/api_v3`."""

    def __init__(self, world: KalturaWorld) -> None:
        self._world = world

    async def handle(self, request: web.Request) -> web.Response:
        """One api_v3 request, single or multi."""
        started = time.perf_counter()
        parameters = await read_parameters(request)
        caller = dispatch.Caller(request.remote or "", request.path)
        answer = dispatch.run(self._world, parameters, caller)
        return self._written(answer, parameters, time.perf_counter() - started)

    def throttled(self, request: web.Request) -> web.Response:
        """What the rate limiter answers: an exception with HTTP 200, in the format of the query or the path."""
        parameters: Parameters = {**request.query, **path_pairs(request.path)}
        if request.content_type == "application/json":
            # The limiter answers before the body is read; who talks JSON asked for JSON in every client we know.
            parameters.setdefault("format", serialise.JSON)
        return self._written(ApiError("ACTION_BLOCKED"), parameters, 0.0)

    def _written(self, answer: object, parameters: Parameters, seconds: float) -> web.Response:
        headers = {
            "X-Me": "simulated-kaltura",
            "X-Kaltura-Session": str(self._world.dice.randrange(10**8, 10**10)),
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Expose-Headers": "Server, Content-Length, Date, X-Kaltura, X-Kaltura-Session, X-Me",
            "Cache-Control": "no-store",
        }
        if isinstance(answer, ServedText):
            return web.Response(text=answer.text, content_type=answer.content_type, headers=headers)
        if isinstance(answer, ApiError):
            headers["X-Kaltura"] = f"error-{answer.code}"
            headers["X-Kaltura-App"] = f"exiting on error {answer.code}"
        format_ = serialise.format_of(parameters.get("format"))
        callback = str(parameters.get("callback") or "callback")
        text = serialise.write(answer, format_, callback, seconds)
        return web.Response(text=text, content_type=serialise.CONTENT_TYPES[format_], headers=headers)


def fault_names(request: web.Request) -> tuple[str, ...]:
    """The names by which a fault may match: `METHOD /path`, and `service.action` where the path has them."""
    names = [f"{request.method} {request.path}"]
    pairs = {**request.query, **path_pairs(request.path)}
    if "service" in pairs and "action" in pairs:
        names.append(f"{pairs['service'].lower()}.{pairs['action'].lower()}")
        names.append(f"{pairs['service']}.{pairs['action']}")
    return tuple(dict.fromkeys(names))
