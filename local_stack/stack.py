"""The whole cloud on one machine, put together.

    front 3333    gateway (HTTP, WebSocket), simulated Discord, Activity's files   this process
    3334, 3335    simulated Kaltura: API with CDN front and KAF; media host        this process
    3336          AWS as the functions see it: a proxy that fails on order         this process
    3337          MiniStack                                                        a child process
    -             one process per Lambda execution environment                     child processes

Start: take the ports, start MiniStack and the first environment of every function side by side, create table and
queues, open the doors, do what an operator would do once, write `stack.json`. Stop goes the other way round.
"""

import asyncio
import json
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from local_stack.embedded_aws.fault_proxy import FaultProxy
from local_stack.embedded_aws.json_api import AwsJson
from local_stack.embedded_aws.ministack import EmbeddedAws
from local_stack.embedded_aws.resources import create_resources, queue_url
from local_stack.faults import FaultTable
from local_stack.gateway import ports
from local_stack.gateway.access_log import AccessLog
from local_stack.gateway.connections import Connections
from local_stack.gateway.env_file import Choice
from local_stack.gateway.frame_policy import FramePolicy
from local_stack.gateway.front import FrontParts, create_front_app
from local_stack.gateway.function_environment import StackSecrets, common_environment, function_environment
from local_stack.gateway.function_log import FunctionLog, print_to_console
from local_stack.gateway.http_gateway import HttpGateway
from local_stack.gateway.kaltura_hosts import kaltura_origins
from local_stack.gateway.management_api import ManagementApi
from local_stack.gateway.manifest import FunctionPlan, Manifest, read_manifest
from local_stack.gateway.operator_steps import OperatorStep, run_steps
from local_stack.gateway.queues import QueueSource
from local_stack.gateway.routes import RouteTable
from local_stack.gateway.schedule import Schedule
from local_stack.gateway.servers import serve
from local_stack.gateway.static_files import StaticFiles
from local_stack.gateway.throttle import TokenBucket
from local_stack.gateway.websocket import WebSocketGateway
from local_stack.gateway.worker_process import WorkerPlan
from local_stack.gateway.workers import WorkerPool
from local_stack.gateway.worlds import DiscordStage, KalturaStage
from local_stack.places import REPOSITORY, Places

ALL_SIMULATED = Choice({}, real_discord=False, real_kaltura=False)


class FunctionsBroken(Exception):
    """Functions could not be imported; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the stack is made from; tests put their own handlers here.

    Attributes:
        manifest_path: `functions.json`.
        functions: the folder that handlers are imported from.
        activity: the built Activity.
    """

    manifest_path: Path = REPOSITORY / "infra" / "functions.json"
    functions: Path = REPOSITORY / "functions"
    activity: Path = REPOSITORY / "activity_client" / "dist"


class LocalStack:
    """The stack as an async context manager: inside it, everything is ready."""

    def __init__(
        self,
        places: Places | None = None,
        choice: Choice = ALL_SIMULATED,
        *,
        sources: Sources | None = None,
        operator_steps: Sequence[OperatorStep] | None = None,
        extra_environment: dict[str, str] | None = None,
        console: Callable[[str], None] = print_to_console,
    ) -> None:
        """Describe a stack; nothing starts yet.

        Args:
            places: ports and folders.
            choice: what is real (see `env_file`).
            sources: manifest, handlers and files.
            operator_steps: instead of those of the simulated Discord's servers.
            extra_environment: on top of the functions' environment.
            console: where warnings of the functions go.
        """
        self.places = places if places is not None else Places()
        self.faults = FaultTable()
        self.sources = sources if sources is not None else Sources()
        self.manifest: Manifest = read_manifest(self.sources.manifest_path)
        self.environment: dict[str, str] = {}
        self.pools: dict[str, WorkerPool] = {}
        self._choice = choice
        self._operator_steps = operator_steps
        self._extra_environment = extra_environment or {}
        self._console = console
        self._secrets = StackSecrets.fresh()
        self._embedded_aws: EmbeddedAws | None = None
        self._closing = AsyncExitStack()
        self._queue_sources: list[QueueSource] = []
        self._ready = False

    @property
    def description_path(self) -> Path:
        """`stack.json`, there while the stack is ready."""
        return self.places.state_directory / "stack.json"

    @property
    def embedded_aws_pid(self) -> int | None:
        """MiniStack's process id, None before it runs."""
        return None if self._embedded_aws is None else self._embedded_aws.pid

    async def __aenter__(self) -> "LocalStack":
        try:
            await self._start()
        except BaseException:
            await self._closing.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    async def failure(self) -> Exception:
        """Wait until something dies that the stack can't live without; gives the reason."""
        if self._embedded_aws is None:
            raise RuntimeError("the stack has not been started")
        return await self._embedded_aws.ended()

    async def _start(self) -> None:
        places = self.places
        places.state_directory.mkdir(parents=True, exist_ok=True)
        front_sockets = self._listen(places.front_port)
        kaltura_ports = () if self._choice.real_kaltura else (places.kaltura_port, places.media_port)
        kaltura_sockets = [self._listen(port) for port in kaltura_ports]
        ports.check_free(places.aws_port)
        ports.check_free(places.embedded_aws_port)
        # Only now: the description may be of a stack that holds these ports.
        self.description_path.unlink(missing_ok=True)
        discord = None if self._choice.real_discord else DiscordStage(self.places.discord_page_url)
        kaltura = None if self._choice.real_kaltura else KalturaStage(places)
        self.environment = {
            **common_environment(
                places,
                self.manifest,
                self._choice,
                self._secrets,
                None if discord is None else discord.credentials,
                None if kaltura is None else kaltura.credentials,
            ),
            **self._extra_environment,
        }
        aws = await self._start_children()
        await self._open_doors(aws, discord, kaltura, front_sockets, kaltura_sockets)
        await run_steps(self._steps(discord, kaltura), self.environment)
        self._write_description(discord, kaltura)
        self._ready = True

    def _listen(self, port: int) -> list[socket.socket]:
        sockets = ports.listen(port)
        for listener in sockets:
            self._closing.callback(listener.close)
        return sockets

    async def _start_children(self) -> AwsJson:
        """MiniStack and the functions side by side; when one fails, the other is not left half started."""
        starts = (asyncio.create_task(self._start_aws()), asyncio.create_task(self._start_functions()))
        try:
            aws, _ = await asyncio.gather(*starts)
        except BaseException:
            for start in starts:
                start.cancel()
            await asyncio.gather(*starts, return_exceptions=True)
            raise
        return aws

    async def _start_aws(self) -> AwsJson:
        kept_in = self.places.state_directory / "embedded_aws_state" if self._choice.anything_real else None
        embedded = await EmbeddedAws.start(self.places.embedded_aws_port, self.places.state_directory / "logs", kept_in)
        self._closing.push_async_callback(embedded.stop)
        self._embedded_aws = embedded
        aws = await self._closing.enter_async_context(AwsJson(self.places.embedded_aws_url))
        await create_resources(aws, self.manifest)
        proxy = FaultProxy(self.places.embedded_aws_port, self.faults, self._wake_queues)
        await proxy.start(self.places.aws_port)
        self._closing.push_async_callback(proxy.stop)
        return aws

    def _wake_queues(self) -> None:
        for source in self._queue_sources:
            source.wake()

    async def _start_functions(self) -> None:
        """Start one environment of each function.

        Raises:
            FunctionsBroken: one of them can't be imported.
        """
        for plan in self.manifest.functions:
            pool = self._pool(plan)
            self.pools[plan.name] = pool
            self._closing.push_async_callback(pool.stop)
        errors = await asyncio.gather(*(pool.warm_up() for pool in self.pools.values()))
        broken = [
            f"{name}: {error.error_type}: {error.message}"
            for name, error in zip(self.pools, errors, strict=True)
            if error is not None
        ]
        if broken:
            logs = self.places.state_directory / "logs"
            raise FunctionsBroken("Functions that can't be imported (more in {}):\n{}".format(logs, "\n".join(broken)))

    def _pool(self, plan: FunctionPlan) -> WorkerPool:
        worker_plan = WorkerPlan(
            handler=plan.handler,
            folder=self.sources.functions,
            environment=function_environment(self.environment, plan),
            timeout_seconds=plan.timeout_seconds,
        )
        log = FunctionLog(plan.name, self.places.state_directory / "logs", self._console)
        return WorkerPool(plan.name, worker_plan, plan.local_workers, log)

    async def _open_doors(
        self,
        aws: AwsJson,
        discord: DiscordStage | None,
        kaltura: KalturaStage | None,
        front_sockets: list[socket.socket],
        kaltura_sockets: list[list[socket.socket]],
    ) -> None:
        if kaltura is not None:
            applications = (kaltura.api_application(self.faults), kaltura.media_application())
            for application, sockets in zip(applications, kaltura_sockets, strict=True):
                await self._serve(application, sockets)
        schedule = Schedule(self.manifest.functions, self.pools)
        await self._serve(self._front(discord, schedule), front_sockets)
        self._start_queue_sources(aws)
        schedule.start()
        self._closing.push_async_callback(schedule.stop)

    def _front(self, discord: DiscordStage | None, schedule: Schedule) -> web.Application:
        stage = self.manifest.http_stage
        socket_stage = self.manifest.websocket_stage
        socket_throttle = TokenBucket(socket_stage.rate, socket_stage.burst)
        access_log = AccessLog(FunctionLog("access", self.places.state_directory / "logs", self._console))
        self._closing.callback(access_log.close)
        http_throttle = TokenBucket(stage.rate, stage.burst)
        routes = RouteTable.of(self.manifest)
        http = HttpGateway(routes, self.pools, http_throttle, access_log)
        self._closing.push_async_callback(http.stop)
        connections = Connections(self.faults)
        interactions_url = f"{self.places.base_url}/discord/interactions"
        takes_events = routes.find("POST", "/discord/events") is not None
        events_url = f"{self.places.base_url}/discord/events" if takes_events else ""
        origins = kaltura_origins(self.environment)
        policy = FramePolicy(origins)
        if discord is not None:
            discord.map_hosts(urlsplit(origin).netloc for origin in origins)
        parts = FrontParts(
            http=http,
            websocket=WebSocketGateway(
                self.manifest, self.pools, connections, self.faults, socket_throttle, access_log
            ),
            management=ManagementApi(connections, socket_throttle),
            schedule=schedule,
            faults=self.faults,
            files=StaticFiles(self.sources.activity),
            discord=None if discord is None else discord.application(self.faults, interactions_url, events_url),
            proxy=None if discord is None else discord.proxy(self.faults, policy),
            policy=policy,
            ready=lambda: self._ready,
        )
        return create_front_app(parts)

    async def _serve(self, application: web.Application, sockets: list[socket.socket]) -> None:
        runner = await serve(application, sockets)
        self._closing.push_async_callback(runner.cleanup)

    def _start_queue_sources(self, aws: AwsJson) -> None:
        queues = {queue.name: queue for queue in self.manifest.queues}
        for plan in self.manifest.functions:
            if plan.queue is None:
                continue
            queue = queues[plan.queue]
            url = queue_url(self.places.embedded_aws_url, queue.full_name)
            source = QueueSource(plan, queue, url, aws, self.pools[plan.name], self.faults, self._console)
            self._queue_sources.append(source)
            self._closing.push_async_callback(source.stop)
            source.start()

    def _steps(self, discord: DiscordStage | None, kaltura: KalturaStage | None) -> Sequence[OperatorStep]:
        if self._operator_steps is not None:
            return self._operator_steps
        of_discord = [] if discord is None else discord.operator_steps(kaltura is not None)
        of_kaltura = [] if kaltura is None else kaltura.operator_steps()
        return [*of_discord, *of_kaltura]

    def _write_description(self, discord: DiscordStage | None, kaltura: KalturaStage | None) -> None:
        """`stack.json`, whole or not at all; real secrets don't go in."""
        text = json.dumps(self._description(discord, kaltura), indent=2, ensure_ascii=False)
        temporary = self.description_path.with_suffix(".json.new")
        temporary.write_text(text + "\n", encoding="utf-8")
        os.replace(temporary, self.description_path)
        self._closing.callback(lambda: self.description_path.unlink(missing_ok=True))

    def _description(self, discord: DiscordStage | None, kaltura: KalturaStage | None) -> dict[str, Any]:
        places = self.places
        described = {"discord": {}, "servers": []} if discord is None else discord.description()
        return {
            "base_url": places.base_url,
            "interactions_url": f"{places.base_url}/discord/interactions",
            "websocket_url": places.websocket_url,
            "discord": {
                "application_id": self.environment["DISCORD_APPLICATION_ID"],
                "public_key": self.environment["DISCORD_PUBLIC_KEY"],
                "signing_key": None,
                "bot_token": None,
                **described["discord"],
                "rest_url": self.environment["DISCORD_API_URL"],
            },
            "servers": described["servers"],
            "kaltura": {
                "service_url": self.environment["KALTURA_SERVICE_URL"],
                "partner_id": int(self.environment["KALTURA_PARTNER_ID"]),
                "admin_secret": None if kaltura is None else kaltura.credentials.admin_secret,
                "webhook_url": f"{places.base_url}/kaltura/webhooks/{self.environment['KALTURA_WEBHOOK_TOKEN']}",
            },
            "dynamodb": {"endpoint_url": places.embedded_aws_url, "table": self.manifest.table.name},
            "faults_url": places.faults_url,
        }
