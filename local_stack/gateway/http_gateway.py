"""The HTTP API in front of the functions: limits, routing, invocation, answer.

Limits (API Gateway guide, "Quotas for configuring and running an HTTP API"): 10,240 bytes for request line and
headers, 10 MB for the payload (6 MB where it goes to Lambda), 30 s for the integration. Errors have the gateway's
own body, `{"message": "..."}`.
"""

import asyncio
import time
from dataclasses import dataclass

from aiohttp import web

from local_stack.gateway.access_log import AccessLog
from local_stack.gateway.http_events import (
    IncomingRequest,
    ResponseInvalid,
    http_event,
    http_response,
    new_request_id,
)
from local_stack.gateway.routes import Match, RouteTable
from local_stack.gateway.throttle import TokenBucket
from local_stack.gateway.worker_process import Outcome
from local_stack.gateway.workers import EventTooLarge, WorkerPool

LONGEST_HEAD = 10_240
LARGEST_PAYLOAD = 10 * 1024 * 1024
INTEGRATION_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """The quotas; tests make them small."""

    longest_head: int = LONGEST_HEAD
    largest_payload: int = LARGEST_PAYLOAD
    integration_seconds: float = INTEGRATION_SECONDS


class PayloadTooLarge(Exception):
    """More body than the gateway takes."""


class HttpGateway:
    """Turns requests that fit a route into invocations."""

    def __init__(
        self,
        routes: RouteTable,
        pools: dict[str, WorkerPool],
        throttle: TokenBucket,
        access_log: AccessLog,
        limits: HttpLimits | None = None,
    ) -> None:
        self._access_log = access_log
        self._routes = routes
        self._pools = pools
        self._throttle = throttle
        self._limits = limits if limits is not None else HttpLimits()
        self._overdue: set[asyncio.Task[Outcome]] = set()

    def find(self, request: web.Request) -> Match | None:
        """The route that the request fits."""
        return self._routes.find(request.method, request.path)

    async def answer(self, request: web.Request, match: Match) -> web.Response:
        """Invoke the function behind `match` and answer the request."""
        began = time.monotonic()
        request_id = new_request_id()
        response = await self._answer(request, match, request_id)
        response.headers["apigw-requestid"] = request_id
        self._access_log.write(request_id, match.route.key, response.status, began, request.remote or "")
        return response

    async def _answer(self, request: web.Request, match: Match, request_id: str) -> web.Response:
        if _head_size(request) > self._limits.longest_head:
            return refusal(431, "Request Header Fields Too Large", close=True)
        if not self._throttle.take():
            return refusal(429, "Too Many Requests")
        try:
            body = await read_body(request, self._limits.largest_payload)
        except PayloadTooLarge:
            return refusal(413, "Request Entity Too Large", close=True)
        incoming = incoming_request(request, body)
        event = http_event(incoming, match.route.key, match.path_parameters, request_id)
        return await self._invoke(self._pools[match.route.function.name], event, len(body))

    async def _invoke(self, pool: WorkerPool, event: dict[str, object], body_size: int) -> web.Response:
        invocation = asyncio.create_task(pool.invoke(event, body_size))
        # A function that is over the integration's time goes on running; only the caller stops waiting.
        self._overdue.add(invocation)
        invocation.add_done_callback(self._overdue.discard)
        done, _ = await asyncio.wait({invocation}, timeout=self._limits.integration_seconds)
        if not done:
            return refusal(503, "Service Unavailable")
        try:
            outcome = invocation.result()
        except EventTooLarge:
            return refusal(413, "Request Entity Too Large")
        if outcome.error is not None:
            return refusal(500, "Internal Server Error")
        try:
            answer = http_response(outcome.result)
        except ResponseInvalid as error:
            pool.log.write(f"[ERROR] the result is no HTTP response: {error}")
            return refusal(500, "Internal Server Error")
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    async def stop(self) -> None:
        """Give up the invocations that nobody waits for any more."""
        for invocation in list(self._overdue):
            invocation.cancel()
        await asyncio.gather(*self._overdue, return_exceptions=True)


def refusal(status: int, message: str, *, close: bool = False) -> web.Response:
    """The gateway's own error; `close` where the rest of the request will not be read."""
    response = web.json_response({"message": message}, status=status)
    if close:
        response.force_close()
    return response


def incoming_request(request: web.Request, body: bytes) -> IncomingRequest:
    """The parts of an aiohttp request that events are made of."""
    headers = tuple((name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.raw_headers)
    address = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return IncomingRequest(
        method=request.method,
        path=request.path,
        query=request.raw_path.partition("?")[2].partition("#")[0],
        headers=headers,
        body=body,
        source_ip=request.remote or "127.0.0.1",
        scheme=request.scheme,
        port=address[1] if address else 80,
        epoch_seconds=time.time(),
    )


async def read_body(request: web.Request, largest: int) -> bytes:
    """The whole body.

    Raises:
        PayloadTooLarge: it is announced or turns out to be larger than `largest` bytes.
    """
    if not request.body_exists:
        return b""
    if request.content_length is not None and request.content_length > largest:
        raise PayloadTooLarge
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > largest:
            raise PayloadTooLarge
    return bytes(body)


def _head_size(request: web.Request) -> int:
    """Bytes of the request line and the headers as sent."""
    line = len(request.method) + len(request.raw_path) + len(" HTTP/1.1") + 3
    return line + sum(len(name) + len(value) + 4 for name, value in request.raw_headers)
