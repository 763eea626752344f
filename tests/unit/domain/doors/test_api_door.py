"""/j/{token} and the health check, through the real handler."""

import html
import json
import time
from collections.abc import Iterator

import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.commands.services import Services
from tests.unit.domain.doors.api_house import TITLE, House, in_between, living_house
from tests.unit.domain.doors.door import body_of, lines, opened, request
from tests.unit.domain.sent_by_discord import BO


@pytest.fixture
def house(environment: dict[str, str]) -> Iterator[House]:
    with living_house(environment) as house:
        yield house


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
    circuits = {name: each["circuit"] for name, each in body["dependencies"].items()}
    nothing_to_break = {"table": None, "tasks_queue": None, "notifications_queue": None}
    assert circuits == {**nothing_to_break, "discord": "closed", "kaltura": "closed"}
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
