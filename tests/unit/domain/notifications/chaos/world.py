"""The trial: the real doors, router, notifier and housekeeping over a moody world, from one seed.

    Kaltura ──► webhook door ──► table, tasks queue ──► router ──► ordered queue ──► notifier ──► Discord
    people start, join and end meetings; streams start and stop; housekeeping looks once a minute

Every process may die between any two of its steps, and is followed by another one that remembers nothing.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import httpx

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.buckets import Buckets
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.meetings.card_board import STALE_CARD
from kaltura_discord.meetings.starting import ORPHAN_ROOM
from kaltura_discord.notifications.bucket_turns import BucketTurns
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.discord_double import APPLICATION, DiscordDouble
from tests.unit.domain.doors.door import opened
from tests.unit.domain.notifications.chaos.account import SECRET, TOKEN, Account
from tests.unit.domain.notifications.chaos.event_table import EventTable
from tests.unit.domain.notifications.chaos.moods import Life, MoodyAws, MoodyDiscord, Trouble
from tests.unit.domain.notifications.chaos.queues import Queued, SimulatedQueue, SimulatedSqs
from tests.unit.domain.notifications.chaos.servers import SERVERS
from tests.unit.domain.rooms_double import RoomsDouble
from tests.unit.domain.steps import Crash, Steps
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

# 20 November 2026, 20:00:00 UTC.
BEGINNING = 1_795_204_800

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "TABLE_NAME": "table",
    "TASKS_QUEUE_URL": "https://sqs/tasks",
    "NOTIFICATIONS_QUEUE_URL": "https://sqs/notifications.fifo",
    "PUBLIC_BASE_URL": "https://kaltura.example",
    "JWT_SECRET": "a secret of 32 characters, or more",
    "DISCORD_APPLICATION_ID": APPLICATION,
    "DISCORD_PUBLIC_KEY": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "DISCORD_BOT_TOKEN": "bot-token",
    "DISCORD_API_URL": "https://discord.test/api/v10",
    "KALTURA_PARTNER_ID": "12345",
    "KALTURA_ADMIN_SECRET": SECRET,
    "KALTURA_WEBHOOK_TOKEN": TOKEN,
    "KALTURA_WEBHOOK_SECRETS": SECRET,
    "LOG_LEVEL": "CRITICAL",
}

# As infra/functions.json has them; a function that runs longer is killed.
_TASKS_RECEIVES, _TELLING_RECEIVES, _PATIENCE_SECONDS, _LONGEST_SECONDS = 5, 1000, 360, 60
_WORKERS = 4
_KNOCKS = 3
# Lambda's own call to take what is done off the queue may fail.
_NOT_TAKEN_OFF = 0.01
_STEPS_OF_A_LIFE = 40


T = TypeVar("T")

Entrance = Callable[[list[dict[str, Any]]], Awaitable[dict[str, Any]]]


@dataclass
class Process:
    """One process of ours, from its start to its death."""

    services: Services
    life: Life


_process: ContextVar[Process] = ContextVar("process")


class Current:
    """Speaks `ServicesOnDemand`: the services of the process that is asking."""

    async def ready(self) -> Services:
        return _process.get().services


@dataclass
class World:
    """Everything in it, from one seed."""

    seed: int
    trouble: Trouble
    doors: dict[str, ModuleType]
    calls: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    table: EventTable = field(default_factory=EventTable)
    rooms: RoomsDouble = field(default_factory=lambda: RoomsDouble(Steps()))
    dice: random.Random = field(init=False)
    account: Account = field(init=False)
    discord: MoodyDiscord = field(init=False)
    sqs: SimulatedSqs = field(init=False)

    def __post_init__(self) -> None:
        # Also what the product itself draws, such as jitter.
        random.seed(self.seed)
        self.dice = random.Random(self.seed)
        self.account = Account(self.dice, self.trouble.kaltura_down)
        double = DiscordDouble(Steps(), now=self.now)
        double.closed_channels = {server.closed for server in SERVERS if server.closed}
        self.discord = MoodyDiscord(double, self.now, self.dice, self.trouble)
        tasks = SimulatedQueue(self.now, self.dice, _TASKS_RECEIVES, _PATIENCE_SECONDS)
        telling = SimulatedQueue(self.now, self.dice, _TELLING_RECEIVES, _PATIENCE_SECONDS, is_ordered=True)
        self.sqs = SimulatedSqs(tasks, telling)
        self.kaltura = ScriptedKaltura().transport(tries=1)

    def now(self) -> float:
        return BEGINNING + asyncio.get_running_loop().time()

    def process(self, *, is_lucky: bool = False) -> Process:
        """A new process of ours; nothing goes wrong for a lucky one."""
        life = Life()
        trouble = replace(self.trouble, aws_throttles=0, aws_silent=0) if is_lucky else self.trouble
        callers = {
            "dynamodb": MoodyAws(self.table, life, self.dice, trouble, self.calls),
            "sqs": MoodyAws(self.sqs, life, self.dice, trouble, self.calls),
        }
        services = Services(ENVIRONMENT, lambda service: callers[service], self.now)
        http = httpx.AsyncClient(transport=self.discord.for_process(life), trust_env=False)
        services.rest = DiscordRest(
            ENVIRONMENT["DISCORD_API_URL"],
            APPLICATION,
            "bot-token",
            http,
            asyncio.sleep,
            services.suspicions.suspect,
            Buckets(asyncio.get_running_loop().time),
            BucketTurns(services.table, self.now),
        )
        services.rooms = self.rooms
        services.kaltura_transport = self.kaltura
        telling: Any = services.telling
        router = telling.router
        origins = replace(router.origins, entries=self.account)
        telling.router = replace(router, entries=self.account, origins=origins)
        telling.live_watch = SimpleNamespace(look=_nothing)
        return Process(services, life)

    async def found(self) -> None:
        """The servers, as their administrators have set them."""
        services = self.process(is_lucky=True).services
        for server in SERVERS:
            guild_id = GuildId(server.guild_id)
            await services.servers.allow(AllowedServer(guild_id, server.gets))
            author = Author(UserId("1"), InteractionId("2"))
            await services.overrides.save(guild_id, await services.overrides.read(guild_id), server.settings(), author)

    async def knock(self, body: bytes, headers: dict[str, str]) -> bool:
        """Kaltura sends a webhook: three times, a minute apart; whether it was taken."""
        for _ in range(_KNOCKS):
            try:
                if await self._within("kaltura_webhooks", self.process(), lambda: self._posted(body, headers)) == 200:
                    return True
            except (Crash, TimeoutError):
                self.deaths["webhook door"] += 1
            await asyncio.sleep(60)
        return False

    async def _posted(self, body: bytes, headers: dict[str, str]) -> int:
        door = httpx.ASGITransport(app=self.doors["kaltura_webhooks"].app)
        async with httpx.AsyncClient(transport=door, base_url="https://kaltura.example", trust_env=False) as client:
            answer = await client.post(f"/kaltura/webhooks/{TOKEN}", content=body, headers=headers)
        return answer.status_code

    async def serve(self, door: str, entrance: Entrance, queue: SimulatedQueue) -> None:
        """Lambda's work: one message after the other through a door."""
        process = self.process()
        while True:
            message = await queue.receive()
            try:
                answer = await self._within(door, process, partial(entrance, [message.record()]))
            except (Crash, TimeoutError):
                self.deaths[door] += 1
                process = self.process()
                continue
            except AwsError:
                # The function has failed, and its message comes back.
                self.deaths["failed runs"] += 1
                continue
            self._settle(message, answer, queue)

    def _settle(self, message: Queued, answer: Any, queue: SimulatedQueue) -> None:
        if not answer["batchItemFailures"] and self.dice.random() >= _NOT_TAKEN_OFF:
            queue.delete(message.handle)

    async def housekeeping(self) -> None:
        """Once a minute."""
        process = self.process()
        while True:
            await asyncio.sleep(60)
            try:
                await self._within("housekeeping", process, self.doors["housekeeping"]._work_off)
            except (Crash, TimeoutError):
                self.deaths["housekeeping"] += 1
                process = self.process()
            except AwsError:
                self.deaths["failed runs"] += 1

    async def at_work(self, what: str, work: Callable[[Services], Awaitable[T]]) -> T | None:
        """Work in a process of its own; None where it died of it."""
        process = self.process()
        try:
            return await self._within(what, process, lambda: work(process.services))
        except (Crash, TimeoutError):
            self.deaths[what] += 1
            return None

    async def _within(self, what: str, process: Process, work: Callable[[], Awaitable[T]]) -> T:
        """Work in a process, which may die of it."""
        is_fatal = self.dice.random() < self.trouble.deaths
        process.life.begin(self.dice.randint(1, _STEPS_OF_A_LIFE) if is_fatal else 0)
        _process.set(process)
        try:
            async with asyncio.timeout(_LONGEST_SECONDS * (2 if what == "housekeeping" else 1)):
                return await work()
        except TimeoutError:
            process.life.is_dead = True
            raise

    def is_quiet(self) -> bool:
        """Whether nothing is on its way any more."""
        if len(self.sqs.tasks) or len(self.sqs.notifications):
            return False
        return not any(_is_on_its_way(item) for item in self.table.everything())

    def workers(self) -> list[Coroutine[Any, Any, None]]:
        """All that runs for ever."""
        tasks, notifier = self.doors["tasks"]._carry_out_all, self.doors["notifier"]._tell_all
        served = [self.serve("tasks", tasks, self.sqs.tasks) for _ in range(_WORKERS)]
        served += [self.serve("notifier", notifier, self.sqs.notifications) for _ in range(_WORKERS)]
        return [*served, self.housekeeping()]


async def until_it_works(work: Callable[[], Awaitable[Any]]) -> Any:
    """As people do: try again after a while."""
    while True:
        try:
            return await work()
        except (AwsError, TimeoutError):
            await asyncio.sleep(20)


async def _nothing(_: object) -> int:
    return 0


def _is_on_its_way(item: dict[str, Any]) -> bool:
    if item["pk"].startswith("EVENT#"):
        return item["state"] in ("received", "pending", "held") or item.get("gsi1pk") == "EVENTS#received"
    return item["sk"].startswith("HELD#") or any(f"#{kind}#" in item["sk"] for kind in (STALE_CARD, ORPHAN_ROOM))


def doors_of(stack: ExitStack) -> dict[str, ModuleType]:
    """Our doors, opened until the end of the stack, each asking for the services of whoever knocks."""
    modules = {
        name: stack.enter_context(opened(name, ENVIRONMENT))
        for name in ("kaltura_webhooks", "tasks", "notifier", "housekeeping")
    }
    for module in modules.values():
        module._services = Current()  # type: ignore[attr-defined]
    return modules
