"""A live meeting behind the API's door, and what is done and seen behind it."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings.models import Meeting, MeetingId, Person
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.doors.discord_on_a_port import DiscordOnAPort, discord_on_a_port
from tests.unit.domain.doors.door import opened, request
from tests.unit.domain.sent_by_discord import ANN, BO, Member, snowflake

Json = dict[str, Any]
Handler = Callable[[Json, None], Json]
Result = TypeVar("Result")
TITLE = 'Review <script>alert("1")</script> & more'


@dataclass
class House:
    """The door, and what stands behind it."""

    environment: dict[str, str]
    discord: DiscordOnAPort
    handler: Handler
    guild_id: GuildId
    meeting: Meeting

    def get(self, path: str, method: str = "GET") -> Json:
        """What the door answers."""
        return self.handler(request(method, path), None)

    def link(self, by: Member = BO) -> str:
        """The path of a new link into the meeting."""

        async def make(services: Services) -> str:
            person = Person(UserId(by.user_id), by.name)
            return await services.join_links.make(self.guild_id, self.meeting.meeting_id, person, "en-US")

        return "/j/" + in_between(self.environment, make).rsplit("/", 1)[1]

    def tasks(self, kind: str) -> list[Json]:
        """What is on the queue of this kind; it shows a message after its delay of a second or two."""

        async def receive(sqs: SignedCaller) -> list[Json]:
            wanted = {"QueueUrl": self.environment["TASKS_QUEUE_URL"], "MaxNumberOfMessages": 10}
            received: list[Json] = []
            for patience in (1, 1, 1, 0):
                answer = await sqs.call("ReceiveMessage", {**wanted, "WaitTimeSeconds": 0 if received else patience})
                told = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
                received += [task for task in told if task["kind"] == kind]
            return received

        return with_queues(self.environment, receive)

    def joined(self) -> int:
        """How many the meeting knows to have joined."""

        async def count(services: Services) -> int:
            meeting = await services.meetings.find(self.guild_id, self.meeting.meeting_id)
            assert meeting is not None
            return meeting.joined_count

        return in_between(self.environment, count)


def with_queues(environment: dict[str, str], deed: Callable[[SignedCaller], Awaitable[Result]]) -> Result:
    """Do something with the queues from outside the door."""

    async def call(services: Services) -> Result:
        sqs = SignedCaller("sqs", services.environment)
        try:
            return await deed(sqs)
        finally:
            await sqs.close()

    return in_between(environment, call)


async def own_queue(sqs: SignedCaller) -> str:
    """The address of a queue that nobody else uses."""
    created = await sqs.call("CreateQueue", {"QueueName": f"tasks-{snowflake()}"})
    return str(created["QueueUrl"])


def in_between(environment: dict[str, str], deed: Callable[[Services], Awaitable[Result]]) -> Result:
    """Do something in the table from outside the door."""

    callers: list[SignedCaller] = []

    def caller_for(service: str) -> SignedCaller:
        callers.append(SignedCaller(service, environment))
        return callers[-1]

    async def run() -> Result:
        try:
            return await deed(Services(environment, caller_for))
        finally:
            for caller in callers:
                await caller.close()

    # Not asyncio.run, which would take the door's own loop away.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


@contextmanager
def living_house(environment: dict[str, str]) -> Iterator[House]:
    """A live meeting in an allowed server, and the door in front of it."""
    with discord_on_a_port() as discord:
        queue = with_queues(environment, own_queue)
        known = {**environment, "DISCORD_API_URL": discord.url, "TASKS_QUEUE_URL": queue}
        guild_id = GuildId(snowflake())
        meeting_id = MeetingId(snowflake())
        meeting = Meeting(
            meeting_id=meeting_id,
            guild_id=guild_id,
            channel_id=ChannelId(snowflake()),
            title=TITLE,
            description="",
            kind="room",
            started_by=Person(UserId(ANN.user_id), "Ann"),
            started_at=int(time.time()),
        )

        async def set_up(services: Services) -> None:
            await services.servers.allow(AllowedServer(guild_id))
            await services.meetings.begin(meeting)
            await services.meetings.open(meeting, CreatedRoom("room_entry", "1_ab12cd34", meeting_id))

        in_between(known, set_up)
        everyone = {"id": guild_id, "name": "@everyone", "permissions": "0"}
        discord.answers[("GET", f"/guilds/{guild_id}")] = 200, {"owner_id": "1", "roles": [everyone]}
        for member in (ANN, BO):
            discord.answers[("GET", f"/members/{member.user_id}")] = 200, {"roles": []}
        with opened("api", known) as module:
            yield House(known, discord, module.handler, guild_id, meeting)
