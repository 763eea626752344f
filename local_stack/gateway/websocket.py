"""The WebSocket API: from the upgrade to `$disconnect`.

    client                      gateway                                  functions
      | -- GET /ws (upgrade) --> | -- authorizer, then $connect --------> |
      | <-- 101 or 4xx/5xx ----- |   (the socket is not open before 101)  |
      | -- text ---------------> | -- one invocation per message -------> |  side by side: no order
      | <-- route response ----- |                                        |
      | -- close, or silence --> | -- $disconnect ----------------------> |  best effort

Limits (API Gateway guide, "Quotas for configuring and running a WebSocket API"): frames 32 KB and messages 128 KB
(close 1009), text only (close 1003), idle 10 minutes, age 2 hours, 29 s for an integration, 500 new connections a
second. Clients that matter here never split a message into frames, so a message above 32 KB is a frame above 32 KB.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from local_stack.faults import GARBAGE, FaultTable
from local_stack.gateway.access_log import AccessLog
from local_stack.gateway.authorizer import ask_authorizer
from local_stack.gateway.connections import BufferFull, Connection, Connections, travel
from local_stack.gateway.http_events import new_request_id
from local_stack.gateway.manifest import FunctionPlan, Manifest
from local_stack.gateway.message_routes import MessageRoutes
from local_stack.gateway.socket_events import ConnectionFacts, connect_event, disconnect_event, message_event
from local_stack.gateway.throttle import TokenBucket
from local_stack.gateway.worker_process import Outcome
from local_stack.gateway.workers import EventTooLarge, WorkerPool

LONGEST_URL = 4096
_UNLIMITED_WRITER = 1 << 30
_BROKEN = "Internal server error"


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """The quotas; tests make them small."""

    largest_frame: int = 32 * 1024
    idle_seconds: float = 600.0
    age_seconds: float = 7200.0
    integration_seconds: float = 29.0
    connects_per_second: int = 500


class WebSocketGateway:
    """All that happens on `/ws`."""

    def __init__(
        self,
        manifest: Manifest,
        pools: dict[str, WorkerPool],
        connections: Connections,
        faults: FaultTable,
        throttle: TokenBucket,
        access_log: AccessLog,
        limits: SocketLimits | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._manifest = manifest
        self._pools = pools
        self._connections = connections
        self._faults = faults
        self._throttle = throttle
        self._access_log = access_log
        self._limits = limits if limits is not None else SocketLimits()
        self._now = now
        self._connects = TokenBucket(self._limits.connects_per_second, self._limits.connects_per_second)
        self._routes = MessageRoutes(manifest)
        self._sweeper: asyncio.Task[None] | None = None
        self._farewells: set[asyncio.Task[None]] = set()
        self._invocations: set[asyncio.Task[Outcome]] = set()

    @property
    def connections(self) -> Connections:
        """Those that are open."""
        return self._connections

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """The upgrade, and then the whole life of the connection."""
        began = time.monotonic()
        facts = self._facts(request)
        protocols = await self._consider(request, facts)
        status = protocols.status if isinstance(protocols, web.Response) else 101
        self._access_log.write(new_request_id(), "$connect", status, began, facts.source_ip)
        if isinstance(protocols, web.Response):
            return protocols
        return await self._open(request, facts, protocols)

    async def _consider(self, request: web.Request, facts: ConnectionFacts) -> tuple[str, ...] | web.Response:
        """Whether a client may come in: the subprotocol to answer with, or the refusal."""
        if not self._manifest_has_sockets() or not web.WebSocketResponse().can_prepare(request).ok:
            return _refused(400, "Bad Request")
        if self._connections.is_cut_off(()):
            return _cut_off(request)
        if len(request.raw_path) > LONGEST_URL:
            return _refused(414, "URI Too Long")
        if not self._connects.take() or not self._throttle.take():
            return _refused(429, "Too Many Requests")
        struck = self._faults.strike("socket", "$connect")
        await self._faults.wait_out_delays(struck)
        for fault in struck:
            if fault.kind == "status":
                return _refused(int(fault.value), "ordered fault")
        return await self._admit(request, facts)

    def _manifest_has_sockets(self) -> bool:
        return any(function.websocket for function in self._manifest.functions)

    def _facts(self, request: web.Request) -> ConnectionFacts:
        headers = tuple(
            (name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.raw_headers
        )
        return ConnectionFacts(
            connection_id=new_request_id(),
            domain_name=request.host,
            source_ip=request.remote or "127.0.0.1",
            user_agent=request.headers.get("user-agent", ""),
            headers=headers,
            query=request.raw_path.partition("?")[2],
            connected_at=self._now(),
            now=self._now,
        )

    async def _admit(self, request: web.Request, facts: ConnectionFacts) -> tuple[str, ...] | web.Response:
        """Authorizer and `$connect`: the subprotocol to answer with, or the refusal."""
        authorizer = self._manifest.with_websocket_role("authorizer")
        if authorizer is not None:
            verdict = await ask_authorizer(self._pools[authorizer.name], authorizer.identity_sources, facts)
            if verdict.status != 200:
                return _refused(verdict.status, verdict.message)
            facts.authorizer = verdict.context
        if self._connections.is_cut_off(_names_for_faults(facts)):
            return _cut_off(request)
        function = self._manifest.with_websocket_role("connect")
        if function is None:
            return ()
        outcome = await self._invoke(function, connect_event(facts))
        if outcome is None:
            return _refused(504, "Endpoint request timed out", facts)
        status = _status_of(outcome)
        if not 200 <= status <= 299:
            return _refused(status, _BROKEN if status >= 500 else "Forbidden", facts)
        return _subprotocol(outcome.result)

    async def _open(
        self, request: web.Request, facts: ConnectionFacts, protocols: tuple[str, ...]
    ) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            protocols=protocols,
            compress=False,
            max_msg_size=self._limits.largest_frame + 1,
            writer_limit=_UNLIMITED_WRITER,
        )
        await socket.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return socket
        names = _names_for_faults(facts)
        connection = Connection(facts, socket, transport, asyncio.get_running_loop().time(), names)
        self._connections.add(connection)
        self._sweep_from_now_on()
        try:
            await self._read(connection)
        finally:
            self._connections.remove(facts.connection_id)
            connection.lose_messages()
            self._say_farewell(connection)
        return socket

    async def _read(self, connection: Connection) -> None:
        """Every message becomes an invocation at once; nobody waits for the one before."""
        loop = asyncio.get_running_loop()
        async for message in connection.socket:
            connection.last_active_at = loop.time()
            if message.type == WSMsgType.BINARY:
                await connection.close(1003, "Binary messages are not supported")
                return
            if message.type == WSMsgType.TEXT:
                if len(message.data.encode()) > self._limits.largest_frame:
                    await connection.close(1009, "Frame too large")
                    return
                self._receive(connection, message.data)

    def _receive(self, connection: Connection, body: str) -> None:
        """One message on its way in, as faults allow."""
        struck = self._connections.strike(connection, "in")
        journey = self._connections.journey(struck)
        if journey.cut:
            connection.cut()
        if journey.cut or journey.lost:
            return
        kinds = {fault.kind for fault in struck}
        complaint = "Too Many Requests" if "throttle" in kinds else _BROKEN if "status" in kinds else None
        data = GARBAGE.decode("utf-8", "replace") if journey.garbled else body

        def arrive() -> None:
            connection.keep(asyncio.create_task(self._handle(connection, data, complaint)))

        travel(connection.incoming, journey, arrive)

    async def _handle(self, connection: Connection, body: str, complaint: str | None) -> None:
        """One message: route, invoke, and answer where the route has something to say."""
        if complaint is not None or not self._throttle.take():
            self._complain(connection, complaint or "Too Many Requests")
            return
        route_key, function = self._routes.find(body)
        if function is None:
            self._complain(connection, "Forbidden")
            return
        began = time.monotonic()
        event = message_event(connection.facts, route_key, body)
        outcome = await self._invoke(function, event)
        failed = outcome is None or outcome.error is not None
        request_id = event["requestContext"]["requestId"]
        self._access_log.write(request_id, route_key, 500 if failed else 200, began, connection.facts.source_ip)
        if outcome is None or outcome.error is not None:
            self._complain(connection, _BROKEN)
            return
        answer = outcome.result.get("body") if isinstance(outcome.result, dict) else None
        if isinstance(answer, str) and answer:
            self._send(connection, answer)

    def _complain(self, connection: Connection, message: str) -> None:
        """API Gateway's own error, sent over the socket."""
        ids = {"connectionId": connection.facts.connection_id, "requestId": new_request_id()}
        self._send(connection, json.dumps({"message": message, **ids}))

    def _send(self, connection: Connection, text: str) -> None:
        """An answer, which travels as posts do."""
        try:
            self._connections.post(connection, text.encode(), self._connections.strike(connection, "out"))
        except BufferFull:
            return

    async def _invoke(self, function: FunctionPlan, event: dict[str, Any]) -> Outcome | None:
        """The outcome, None when the integration's time is over (the function itself goes on)."""
        pool = self._pools[function.name]
        invocation = asyncio.create_task(pool.invoke(event, len(event.get("body") or "")))
        self._invocations.add(invocation)
        invocation.add_done_callback(self._invocations.discard)
        done, _ = await asyncio.wait({invocation}, timeout=self._limits.integration_seconds)
        if not done:
            return None
        try:
            return invocation.result()
        except EventTooLarge:
            return None

    def _say_farewell(self, connection: Connection) -> None:
        """Run `$disconnect` in the background, unless a fault loses it: AWS promises nothing either."""
        function = self._manifest.with_websocket_role("disconnect")
        struck = self._faults.strike("socket", "$disconnect")
        if function is None or any(fault.kind == "drop" for fault in struck):
            return
        code, reason = connection.ended_because or _client_close(connection.socket)
        farewell = asyncio.create_task(self._disconnect(function, disconnect_event(connection.facts, code, reason)))
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)

    async def _disconnect(self, function: FunctionPlan, event: dict[str, Any]) -> None:
        await self._invoke(function, event)

    def _sweep_from_now_on(self) -> None:
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())

    async def _sweep(self) -> None:
        """Close connections that are idle or old."""
        limits = self._limits
        pause = min(1.0, limits.idle_seconds / 4, limits.age_seconds / 4)
        while True:
            await asyncio.sleep(pause)
            now = asyncio.get_running_loop().time()
            for connection in self._connections.all():
                age = self._now() - connection.facts.connected_at
                if now - connection.last_active_at > limits.idle_seconds or age > limits.age_seconds:
                    self._connections.remove(connection.facts.connection_id)
                    connection.keep(asyncio.create_task(connection.close(1001, "Going away")))

    async def stop(self) -> None:
        """Hang up everywhere."""
        tasks: list[asyncio.Task[Any]] = [*self._farewells, *self._invocations]
        if self._sweeper is not None:
            tasks.append(self._sweeper)
        for connection in self._connections.all():
            tasks.extend(connection.tasks)
            connection.cut()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _cut_off(request: web.Request) -> web.Response:
    """No answer at all: the way to the gateway is down."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


def _status_of(outcome: Outcome) -> int:
    """The status of `$connect`: 502 for an error or for something that is no response."""
    if outcome.error is not None or not isinstance(outcome.result, dict):
        return 502
    try:
        return int(outcome.result["statusCode"])
    except (KeyError, TypeError, ValueError):
        return 502


def _subprotocol(result: dict[str, Any]) -> tuple[str, ...]:
    headers = result.get("headers") or {}
    return tuple(str(value) for name, value in headers.items() if name.lower() == "sec-websocket-protocol")


def _names_for_faults(facts: ConnectionFacts) -> tuple[str, ...]:
    """By what faults may call this connection: its id, and who the authorizer said it is."""
    context = {value for value in facts.authorizer.values() if isinstance(value, str)}
    return (facts.connection_id, *sorted(context))


def _client_close(socket: web.WebSocketResponse) -> tuple[int, str]:
    code = socket.close_code
    if code is None or code == 1006:
        return 1006, "Connection closed abnormally"
    if code == 1005:
        return 1005, "Client-side close frame status not set"
    return code, "Connection Closed Normally" if code == 1000 else ""


def _refused(status: int, message: str, facts: ConnectionFacts | None = None) -> web.Response:
    body = {"message": message}
    if facts is not None:
        body |= {"connectionId": facts.connection_id, "requestId": new_request_id()}
    return web.json_response(body, status=status)
