"""A gateway around the small handlers beside this file, without the simulated services."""

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from local_stack.discord.url_mappings import UrlMapping
from local_stack.faults import FaultTable
from local_stack.gateway.access_log import AccessLog
from local_stack.gateway.connections import Connections
from local_stack.gateway.discord_proxy import DiscordProxy
from local_stack.gateway.frame_policy import FramePolicy
from local_stack.gateway.front import FrontParts, create_front_app
from local_stack.gateway.function_environment import function_environment
from local_stack.gateway.function_log import FunctionLog
from local_stack.gateway.http_gateway import HttpGateway, HttpLimits
from local_stack.gateway.management_api import ManagementApi
from local_stack.gateway.manifest import FunctionPlan, Manifest, parse_manifest
from local_stack.gateway.routes import RouteTable
from local_stack.gateway.schedule import Schedule
from local_stack.gateway.servers import serve
from local_stack.gateway.static_files import StaticFiles
from local_stack.gateway.throttle import TokenBucket
from local_stack.gateway.websocket import SocketLimits, WebSocketGateway
from local_stack.gateway.worker_process import WorkerPlan
from local_stack.gateway.workers import WorkerPool

HANDLERS = Path(__file__).resolve().parent / "handlers"
SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20261120/us-east-1/execute-api/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    "x-amz-date": "20261120T100000Z",
}


def function(name: str = "answers", handler: str = "answers.handler", **trigger: Any) -> dict[str, Any]:
    """One entry of `functions.json`."""
    return {
        "name": name,
        "handler": handler,
        "timeout_seconds": 5,
        "memory_megabytes": 256,
        "local_workers": 1,
        **trigger,
    }


def manifest(*functions: dict[str, Any], **more: Any) -> Manifest:
    """A manifest with a table."""
    table = {"name": "test-table", "index": "gsi1", "ttl_attribute": "expires_at"}
    return parse_manifest({"functions": list(functions), "table": table, **more})


def free_port() -> int:
    """A port that is free now, below those that the system gives to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def pool_for(plan: FunctionPlan, state: Path, console: Callable[[str], None] = lambda _line: None) -> WorkerPool:
    """Workers of one function; `DIARY` is a file for handlers that keep one."""
    common = {"AWS_REGION": "us-east-1", "DIARY": str(state / "diary.jsonl")}
    worker_plan = WorkerPlan(plan.handler, HANDLERS, function_environment(common, plan), plan.timeout_seconds)
    return WorkerPool(plan.name, worker_plan, plan.local_workers, FunctionLog(plan.name, state / "logs", console))


def diary(state: Path) -> list[dict[str, Any]]:
    """What the handlers noted."""
    path = state / "diary.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def eventually(condition: Callable[[], bool | Awaitable[bool]], seconds: float = 5.0) -> None:
    """Wait until something is true; fail when it does not become true."""
    async with asyncio.timeout(seconds):
        while True:
            answer = condition()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.02)


class Gateway:
    """A front door on a free port, and a client for it."""

    def __init__(self, plan: Manifest, state: Path) -> None:
        self.manifest = plan
        self.state = state
        self.faults = FaultTable()
        self.connections = Connections(self.faults)
        self.http_limits = HttpLimits()
        self.socket_limits = SocketLimits()
        self.files = state / "site"
        self.discord: web.Application | None = None
        self.mappings: list[UrlMapping] = []
        self.policy = FramePolicy()
        self.console: list[str] = []
        self.pools: dict[str, WorkerPool] = {}
        self._port = free_port()
        self._closing = AsyncExitStack()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def port(self) -> int:
        """The port of `url`."""
        return self._port

    async def __aenter__(self) -> "Gateway":
        for plan in self.manifest.functions:
            pool = pool_for(plan, self.state, self.console.append)
            self.pools[plan.name] = pool
            self._closing.push_async_callback(pool.stop)
        http_stage, socket_stage = self.manifest.http_stage, self.manifest.websocket_stage
        sockets = TokenBucket(socket_stage.rate, socket_stage.burst)
        http_throttle = TokenBucket(http_stage.rate, http_stage.burst)
        access_log = AccessLog(FunctionLog("access", self.state / "logs"))
        self._closing.callback(access_log.close)
        http = HttpGateway(RouteTable.of(self.manifest), self.pools, http_throttle, access_log, self.http_limits)
        self._closing.push_async_callback(http.stop)
        websocket = WebSocketGateway(
            self.manifest, self.pools, self.connections, self.faults, sockets, access_log, self.socket_limits
        )
        parts = FrontParts(
            http=http,
            websocket=websocket,
            management=ManagementApi(self.connections, sockets),
            schedule=Schedule(self.manifest.functions, self.pools),
            faults=self.faults,
            files=StaticFiles(self.files),
            discord=self.discord,
            proxy=DiscordProxy(lambda: self.mappings, self.faults, self.policy),
            policy=self.policy,
        )
        listener = socket.create_server(("127.0.0.1", self._port))
        runner = await serve(create_front_app(parts), [listener])
        self._closing.push_async_callback(runner.cleanup)
        self.client = await self._closing.enter_async_context(aiohttp.ClientSession(self.url))
        return self

    async def __aexit__(self, *_details: object) -> None:
        await self._closing.aclose()

    async def event(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The event that a request becomes (for the handler `answers`, which returns it)."""
        async with self.client.request(method, path, **request) as response:
            assert response.status == 200, await response.text()
            event: dict[str, Any] = await response.json()
            return event

    async def ask(self, **order: Any) -> aiohttp.ClientResponse:
        """Let the handler `answers` do something; the response is read already."""
        response = await self.client.post("/do", json=order)
        await response.read()
        return response
