"""The domain on a stage: real services and a real table, with doubles where Discord, Kaltura and the queue would be."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from kaltura_discord.audit.models import AuditRecord
from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.commands.dispatch import Acknowledged, acknowledge
from kaltura_discord.commands.due_work import work_off
from kaltura_discord.commands.notifying import tell
from kaltura_discord.commands.registry import REGISTRY, Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.buckets import Buckets
from kaltura_discord.discord.identifiers import ChannelId, GuildId, InteractionId, UserId
from kaltura_discord.discord.interaction import parse_interaction
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.discord_double import APPLICATION, DiscordDouble
from tests.unit.domain.rooms_double import RoomsDouble
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, Member, Place, snowflake
from tests.unit.domain.steps import CountedAws, Steps
from tests.unit.domain.tasks_double import TasksDouble

Json = dict[str, Any]

# Every stage plays on a day of its own, so that nobody is near a limit because of what another test did.
_days = count(2_000_000_000, 24 * 3600)


@dataclass
class Clock:
    """Epoch seconds that move only when a test moves them."""

    seconds: float = field(default_factory=lambda: next(_days))

    def __call__(self) -> float:
        return self.seconds

    def pass_seconds(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Pauses:
    """Waits that take no time."""

    taken: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def soon() -> Deadline:
    """A deadline that no test reaches."""
    return Deadline.after(30)


@dataclass
class Stage:
    """Everything a test of a command or a meeting needs, in a server of its own."""

    services: Services
    dynamodb: CountedAws
    tasks: TasksDouble
    discord: DiscordDouble
    rooms: RoomsDouble
    clock: Clock
    steps: Steps
    pauses: Pauses
    place: Place
    registry: Registry = REGISTRY

    @property
    def guild_id(self) -> GuildId:
        return GuildId(self.place.guild_id)

    @property
    def channel_id(self) -> ChannelId:
        return ChannelId(self.place.channel_id)

    async def acknowledged(self, payload: Json) -> Acknowledged:
        """The quick half."""
        answer = await acknowledge(parse_interaction(payload), self.services, self.registry)
        if answer.body is not None and answer.body["type"] == 5:
            self.discord.thinking.add(payload["token"])
        return answer

    async def work(self) -> None:
        """The slow half: whatever is on the queue, and what channels are told by it."""
        while tasks := self.tasks.take_all():
            for task in tasks:
                await carry_out(task, self.services, self.registry)
        await self.tell()

    async def work_off(self, kind: str) -> None:
        """What is on the queue of one kind; everything else stays there."""
        tasks = self.tasks.take_all()
        self.tasks.sent = [task for task in tasks if task["kind"] != kind]
        for task in tasks:
            if task["kind"] == kind:
                await carry_out(task, self.services, self.registry)

    async def sweep(self) -> None:
        """A minute later: events that nobody handed on are, and channels are told."""
        self.clock.pass_seconds(61)
        await self.work()
        for key in await self.services.events.left_lying():
            await self.services.events.hand_on(key)
        await self.work()

    async def tell(self) -> None:
        """Whatever is on the queue of what is to be told, in its order; what cannot be told now stays there."""
        while self.tasks.in_order:
            try:
                await tell(self.tasks.in_order[0], self.services, 1, soon())
            except NotNow:
                return
            self.tasks.in_order.pop(0)

    async def answer_to(self, payload: Json) -> Json:
        """The message that whoever sent `payload` reads in the end, after both halves."""
        answer = await self.acknowledged(payload)
        assert answer.body is not None
        if answer.body["type"] in (4, 7):
            message: Json = answer.body["data"]
            return message
        follow_ups = len(self.discord.follow_ups)
        await self.work()
        told = self.discord.answers.get(payload["token"])
        return told if told is not None else self.discord.follow_ups[follow_ups]

    async def start(self, title: str = "Weekly review", by: Member = ANN, kind: str = "room") -> Meeting:
        """A live meeting, started as people do."""
        payload = self.place.command("kaltura-start", {"type": kind, "title": title}, by)
        await self.answer_to(payload)
        return await self.meeting(payload["id"])

    async def set(self, document: Json, guild_id: GuildId | None = None, *, seen: bool = True) -> None:
        """Give the server (or another one) these settings of its own, in place of what it has.

        Unless they are `seen` at once, somebody else's process has set them, and ours may remember former ones.
        """
        guild = guild_id or self.guild_id
        store, configs = self.services.overrides, self.services.server_configs
        author = Author(UserId(ADMINISTRATOR.user_id), InteractionId(snowflake()))
        await store.save(guild, await store.read(guild), document, author)
        if seen:
            configs.forget(guild)

    async def meeting(self, meeting_id: str) -> Meeting:
        found = await self.services.meetings.find(self.guild_id, MeetingId(meeting_id))
        assert found is not None
        return found

    async def audited(self) -> list[AuditRecord]:
        """All that the audit holds of this server."""
        return [record async for record in self.services.audit.entries(self.guild_id)]

    async def notes(self, subject: str) -> list[DueNote]:
        """All notes about `subject`, due or not."""
        everything = await self.services.due.due(self.clock.seconds + 10**8)
        return [note for note in everything if note.subject.startswith(subject)]

    async def housekeeping(self, subject: str) -> None:
        """Work off what is due about `subject`."""
        for note in await self.services.due.due(self.clock.seconds):
            if note.subject.startswith(subject):
                await work_off(note, self.services, self.clock.seconds, soon())
        await self.work()

    async def until_done(self, attempt: Callable[[], Awaitable[object]]) -> None:
        """Let `attempt` run without a crash."""
        self.steps.crash_at = 0
        await attempt()


def rest_over(
    discord: DiscordDouble,
    http: httpx.AsyncClient,
    pauses: Pauses,
    lost: Callable[[GuildId], Awaitable[None]] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> DiscordRest:
    """Our client, talking to the double; for what it knows of rate limits, the pauses take time as well."""
    buckets = Buckets(lambda: clock() + sum(pauses.taken))
    return DiscordRest("https://discord.test/api/v10", APPLICATION, "bot-token", http, pauses, lost, buckets)
