"""/j/{token} and the health check, through the real handler."""

import asyncio
import html
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings.models import Meeting, MeetingId, Person
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.doors.discord_on_a_port import DiscordOnAPort, discord_on_a_port
from tests.unit.domain.doors.door import body_of, lines, opened, request
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
        return self.handler(request(method, path), None)

    def link(self, by: Member = BO) -> str:
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


@pytest.fixture
def house(environment: dict[str, str]) -> Iterator[House]:
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


def test_the_health_check(house: House) -> None:
    answer = house.get("/api/v1/health")
    assert answer["statusCode"] == 200
    application_id = house.environment["DISCORD_APPLICATION_ID"]
    assert json.loads(body_of(answer)) == {"status": "ok", "application_id": application_id}


def test_not_ready_is_503_in_words_and_says_nothing_else(house: House) -> None:
    """Kaltura is nowhere, and Discord knows no such application; the table and the queues are there."""
    nowhere = {**house.environment, "KALTURA_SERVICE_URL": "http://127.0.0.1:9"}
    with opened("api", nowhere) as module:
        answer = module.handler(request("GET", "/api/v1/health/ready"), None)
    assert answer["statusCode"] == 503
    body = json.loads(body_of(answer))
    assert body["status"] == "not ready"
    states = {name: each["status"] for name, each in body["dependencies"].items()}
    assert states == {
        "table": "ok",
        "tasks_queue": "ok",
        "notifications_queue": "ok",
        "discord": "failing",
        "kaltura": "failing",
    }
    assert all(set(each) == {"status", "latency_ms", "circuit"} for each in body["dependencies"].values())
    assert "127.0.0.1" not in json.dumps(body)


def test_a_link_leads_into_the_room_and_leaves_no_trace(house: House, caplog: pytest.LogCaptureFixture) -> None:
    path = house.link()
    answer = house.get(path)
    assert answer["statusCode"] == 302
    location = answer["headers"]["location"]
    assert location.startswith("https://12345.kaf.kaltura.com/embeddedrooms/index/view-room/ks/")
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    assert house.joined() == 1
    session = location.rsplit("/", 1)[1]
    assert session not in lines(caplog)
    assert "kaf.kaltura.com" not in lines(caplog)


def test_the_card_is_told_of_the_first_time_only(house: House) -> None:
    path = house.link()
    for _ in range(3):
        assert house.get(path)["statusCode"] == 302

    told = {"kind": "refresh_card", "guild_id": house.guild_id, "meeting_id": house.meeting.meeting_id}
    assert house.tasks("refresh_card") == [told]


def test_whoever_comes_in_is_to_be_written_to_kaltura_by_somebody_else(house: House) -> None:
    assert house.get(house.link())["statusCode"] == 302

    (task,) = house.tasks("sync_user")
    assert task["guild_id"] == house.guild_id
    assert task["level"] == "viewer"


def test_a_look_without_opening_mints_and_counts_nothing(house: House) -> None:
    answer = house.get(house.link(), "HEAD")
    assert answer["statusCode"] == 200
    assert "location" not in answer["headers"]
    assert answer["headers"]["cache-control"] == "no-store"
    assert house.joined() == 0
    assert house.discord.received == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method_is_405(house: House, method: str) -> None:
    assert house.get("/j/anything", method)["statusCode"] == 405


@pytest.mark.parametrize("token", ["never-made", "x" * 3000, "%3Cscript%3E"])
def test_a_link_that_was_never_made_is_a_page(house: House, token: str) -> None:
    answer = house.get(f"/j/{token}")
    assert answer["statusCode"] == 404
    page = body_of(answer).decode()
    assert "This link has expired" in page
    assert "press Join" in page
    assert token not in page
    assert answer["headers"]["content-type"].startswith("text/html")
    assert answer["headers"]["content-security-policy"].startswith("default-src 'none'")


def test_after_the_end_there_is_a_page_on_which_the_title_does_not_run(house: House) -> None:
    path = house.link()

    async def end(services: Services) -> None:
        assert await services.meetings.end(house.meeting, house.meeting.started_by, int(time.time()))

    in_between(house.environment, end)
    answer = house.get(path)
    assert answer["statusCode"] == 410
    page = body_of(answer).decode()
    assert html.escape(TITLE) in page
    assert "<script" not in page


def test_who_left_the_server_is_403(house: House) -> None:
    path = house.link()
    house.discord.answers[("GET", f"/members/{BO.user_id}")] = 404, {"message": "Unknown Member", "code": 10007}
    answer = house.get(path)
    assert answer["statusCode"] == 403
    assert "closed to you" in body_of(answer).decode()
    assert house.joined() == 0


def test_while_the_servers_settings_cannot_be_read_there_is_a_page(house: House) -> None:
    path = house.link()
    config: dict[str, Value] = {"pk": f"SERVER#{house.guild_id}", "sk": "CONFIG", "schema": 999, "overrides": {}}

    async def of_tomorrow(services: Services) -> None:
        await services.table.put({**config, "version": 1, "changed_at_ms": 1, "changed_by": "1"})

    in_between(house.environment, of_tomorrow)
    answer = house.get(path)
    assert answer["statusCode"] == 503
    assert "settings of this server can&#x27;t be read" in body_of(answer).decode()
    assert house.joined() == 0


def test_while_the_table_is_down_there_is_a_page(environment: dict[str, str]) -> None:
    with opened("api", {**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}) as module:
        answer = module.handler(request("GET", "/j/anything"), None)
    assert answer["statusCode"] == 503
    assert "Reload this page in a minute" in body_of(answer).decode()


def test_without_the_queue_people_come_in_all_the_same(
    environment: dict[str, str], house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = f"{environment['AWS_ENDPOINT_URL']}/000000000000/no-such-queue"
    path = house.link()
    with opened("api", {**house.environment, "TASKS_QUEUE_URL": nowhere}) as module:
        assert module.handler(request("GET", path), None)["statusCode"] == 302
    assert "card not to be refreshed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/health/", 404),
        ("POST", "/api/v1/health", 405),
        ("DELETE", "/api/v1/videos", 405),
        ("OPTIONS", "/api/v1/rooms/session", 405),
        ("GET", "/api/v1/videos", 401),
        ("GET", "/api/v1/media/x/master.m3u8", 401),
    ],
)
def test_an_unknown_address_or_method_is_a_problem(house: House, method: str, path: str, status: int) -> None:
    known = {**house.environment, "JWT_SECRET": "x" * 32}
    with opened("api", known) as module:
        answer = module.handler(request(method, path), None)
    assert answer["statusCode"] == status
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert json.loads(body_of(answer))["status"] == status
    assert "location" not in answer["headers"]


@pytest.mark.parametrize("secret", ["", "short"])
def test_without_a_secret_for_tokens_nobody_is_let_in_and_the_log_says_why(
    house: House, capsys: pytest.CaptureFixture[str], secret: str
) -> None:
    with opened("api", {**house.environment, "JWT_SECRET": secret}) as module:
        answer = module.handler(request("GET", "/api/v1/videos", headers={"authorization": "Bearer x"}), None)
    assert answer["statusCode"] == 503
    assert "not set up" in json.loads(body_of(answer))["detail"]
    logged = capsys.readouterr().out
    assert "JWT_SECRET" in logged


def test_the_description_for_programs(house: House) -> None:
    document = json.loads(body_of(house.get("/api/v1/openapi.json")))
    assert document["openapi"] == "3.1.0"


def test_a_link_with_a_slash_too_many_is_not_redirected(house: House) -> None:
    answer = house.get(house.link() + "/")
    assert answer["statusCode"] == 404
    assert "location" not in answer["headers"]
