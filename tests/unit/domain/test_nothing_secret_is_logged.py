"""No secret, session, token or text of a person reaches the log: at its most talkative, whatever is done or goes wrong.

Each secret and each text is one that occurs nowhere else, so that a line that holds it is found.
"""

import hashlib
import io
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from nacl.signing import SigningKey

from kaltura_discord.aws.json_log import JsonLines, start_logging
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.kaltura.errors import KalturaError, KalturaUnavailable
from kaltura_discord.settings import MissingSetting
from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import opened, request
from tests.unit.domain.identity import rich_life
from tests.unit.domain.identity.people_double import UsersDouble
from tests.unit.domain.rooms_double import SESSION
from tests.unit.domain.sent_by_discord import ANN, Place, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception

SECRETS = {
    "CANARY_SECRET": "ca7a12" + "5e" * 29,
    "DISCORD_BOT_TOKEN": "canary-bot-token-5f1c",
    "DISCORD_CLIENT_SECRET": "canary-client-secret-8e2d",
    "JWT_SECRET": "canary-jwt-secret-71aa-that-is-long-enough",
    "KALTURA_ADMIN_SECRET": "ca9a5edc0ffee0123456789abcdef777",
    "KALTURA_WEBHOOK_TOKEN": "canary-webhook-token-33b0",
    "KALTURA_WEBHOOK_SECRETS": "canary-webhook-secret-90fe",
}
TEXTS = (
    "canary title 2b7e",
    "canary description 99c1",
    "canary search 4d0f",
    "canary entry name e5a8",
    "canary text 07c4",
)
TITLE, DESCRIPTION, SEARCH, ENTRY_NAME, TEXT = TEXTS

KEY = SigningKey(bytes(range(32)))
CANARY_KEY = SigningKey(bytes.fromhex(SECRETS["CANARY_SECRET"]))


@dataclass
class Log:
    """All that was logged, and what must not be in it."""

    capsys: pytest.CaptureFixture[str]
    lines: io.StringIO = field(default_factory=io.StringIO)
    forbidden: set[str] = field(default_factory=lambda: {*SECRETS.values(), *TEXTS, SESSION})

    def forbid(self, payload: dict[str, object]) -> dict[str, object]:
        """An interaction, whose token lets anyone answer in our name."""
        self.forbidden.add(str(payload["token"]))
        return payload

    def check(self, *, says: str) -> None:
        """Something was logged, `says` among it, and nothing that is forbidden."""
        captured = self.capsys.readouterr()
        everything = captured.out + captured.err + self.lines.getvalue()
        assert "--- Logging error ---" not in everything
        assert says in everything
        assert [secret for secret in self.forbidden if secret in everything] == []


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    product, root = logging.getLogger("kaltura_discord"), logging.root
    before = list(root.handlers), root.level, product.level
    start_logging("DEBUG")
    kept = Log(capsys)
    # The stage logs here; doors set up logging for themselves, to what is standard output while the test runs.
    handler = logging.StreamHandler(kept.lines)
    handler.setFormatter(JsonLines())
    root.handlers = [handler]
    yield kept
    root.handlers = before[0]
    root.setLevel(before[1])
    product.setLevel(before[2])


@pytest.fixture(scope="module")
def environment(environment: dict[str, str]) -> dict[str, str]:
    return {
        **environment,
        **SECRETS,
        "CANARY_PUBLIC_KEY": CANARY_KEY.verify_key.encode().hex(),
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "LOG_LEVEL": "DEBUG",
    }


async def comes_in(stage: Stage, log: Log, meeting_id: str) -> None:
    answer = await stage.answer_to(log.forbid(stage.place.press(f"1:join:{meeting_id}")))
    token = buttons_of(answer)["Open the meeting"].rsplit("/", 1)[-1]
    log.forbidden.add(token)
    way = await stage.services.join_door.open(token, soon())
    log.forbidden.add(way.url)


async def test_a_rich_life(stage: Stage, log: Log) -> None:
    stage.services.people.kaltura_users = UsersDouble()  # type: ignore[assignment]
    payload = log.forbid(stage.place.command("kaltura-start", {"type": "room", "title": TITLE}))
    await stage.answer_to(payload)
    await comes_in(stage, log, str(payload["id"]))
    life = await rich_life.live(stage)
    log.forbidden |= {life.person.name, "What Annabel began", "Still on"}
    await stage.answer_to(log.forbid(stage.place.command("kaltura-list")))
    await stage.answer_to(log.forbid(stage.place.press(f"1:end:{payload['id']}")))
    await stage.sweep()
    log.check(says='"interaction"')


async def test_a_search_whose_words_kaltura_repeats_in_its_error(
    stage: Stage, kaltura: ScriptedKaltura, log: Log
) -> None:
    kaltura.on("elasticsearch_esearch.searchEntry", api_exception("INTERNAL", f"no such {SEARCH} {ENTRY_NAME}"))
    await stage.answer_to(log.forbid(stage.place.command("kaltura-video-search", {"query": SEARCH})))
    await stage.acknowledged(stage.place.typing("kaltura-watch", "video", SEARCH))
    log.check(says="kaltura_action")


@pytest.mark.parametrize(
    "failure",
    [
        ValueError(f"{TITLE} {SECRETS['DISCORD_BOT_TOKEN']}"),
        KeyError(SECRETS["KALTURA_ADMIN_SECRET"]),
        KalturaUnavailable("TIMEOUT", TEXT),
    ],
    ids=["a mistake of ours", "another one", "kaltura is away"],
)
async def test_whatever_goes_wrong_while_a_meeting_starts(
    stage: Stage, log: Log, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(stage.rooms, "create", fail)
    await stage.answer_to(log.forbid(stage.place.command("kaltura-start", {"type": "room", "title": TITLE})))
    log.check(says='"ERROR"' if not isinstance(failure, KalturaUnavailable) else '"interaction"')


async def test_discord_repeats_what_it_was_sent_in_its_refusal(stage: Stage, log: Log) -> None:
    payload = log.forbid(stage.place.command("kaltura-start", {"type": "room", "title": TITLE}))
    await stage.acknowledged(payload)
    refusal = {"message": f"Invalid Form Body {TEXT}", "code": 50035, "errors": {"content": {"_errors": [TEXT]}}}

    async def refuse(_: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json=refusal)

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse)) as http:
        bot_token = SECRETS["DISCORD_BOT_TOKEN"]
        stage.services.rest = DiscordRest("https://discord.test/api/v10", "1", bot_token, http, stage.pauses, None)
        await stage.work()
    log.check(says="answer refused")


async def test_a_session_of_kalturas_that_is_minted_and_used(log: Log) -> None:
    kaltura = ScriptedKaltura()
    kaltura.on("room_room.add", api_exception("NO_LUCK", TEXT))
    call = kaltura.transport().call("room_room", "add", {"name": ENTRY_NAME}, deadline=soon(), repeatable=False)
    with pytest.raises(KalturaError):
        await call
    (seen,) = kaltura.calls
    log.forbidden.add(str(seen.parameters["ks"]))
    log.check(says="NO_LUCK")


def signed(payload: dict[str, object], key: SigningKey = KEY) -> dict[str, object]:
    body, timestamp = json.dumps(payload).encode(), str(int(time.time()))
    signature = key.sign(timestamp.encode() + body).signature.hex()
    headers = {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp}
    return request("POST", "/discord/interactions", body, headers)


def test_the_door_of_interactions(environment: dict[str, str], log: Log) -> None:
    place = Place(snowflake(), snowflake())
    command = log.forbid(place.command("kaltura-start", {"title": TITLE, "type": "room"}))
    with opened("interactions", environment) as module:
        assert module.handler(signed(command), None)["statusCode"] == 200
    with opened("interactions", {**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}) as module:
        assert module.handler(signed(log.forbid(place.command("kaltura-list"))), None)["statusCode"] == 200
        assert module.handler(request("POST", "/discord/interactions", TEXT.encode()), None)["statusCode"] == 401
    log.check(says="not acknowledged")


def test_the_canary_and_the_door_that_it_knocks_at(environment: dict[str, str], log: Log) -> None:
    with opened("interactions", environment) as module:
        assert module.handler(signed({"canary": "0" * 32}, CANARY_KEY), None)["statusCode"] == 202
        assert module.handler(signed({"canary": TEXT}, CANARY_KEY), None)["statusCode"] == 400
    with opened("canary", {**environment, "PUBLIC_BASE_URL": "http://127.0.0.1:9"}) as module:
        assert "command" in module.handler({}, None)["failures"]
    mispasted = {**environment, "CANARY_SECRET": f"{SECRETS['CANARY_SECRET']}!"}
    with opened("canary", mispasted) as module, pytest.raises(MissingSetting) as raised:
        module.handler({}, None)
    # Lambda writes it into the log.
    assert SECRETS["CANARY_SECRET"] not in str(raised.value)
    log.check(says='"trial"')


def test_the_secrets_are_all_that_functions_read() -> None:
    described = json.loads((REPOSITORY / "infra" / "functions.json").read_text(encoding="utf-8"))
    assert set(SECRETS) == {name for each in described["functions"] for name in each["access"].get("secrets", [])}


def test_the_door_of_kalturas_webhooks(environment: dict[str, str], log: Log) -> None:
    notification = {
        "object": {
            "id": "1_abcd1234",
            "name": ENTRY_NAME,
            "description": DESCRIPTION,
            "objectType": "KalturaMediaEntry",
        },
        "eventObjectType": 1,
        "eventNotificationJobId": 77,
        "templateSystemName": "DISCORD_ENTRY_READY",
        "eventType": 3,
        "objectType": "KalturaHttpNotification",
    }
    path = f"/kaltura/webhooks/{SECRETS['KALTURA_WEBHOOK_TOKEN']}"
    with opened("kaltura_webhooks", environment) as module:
        for body in (json.dumps(notification).encode(), b'{"object": "' + TEXT.encode() + b'"}'):
            signature = hashlib.sha256(SECRETS["KALTURA_WEBHOOK_SECRETS"].encode() + body).hexdigest()
            headers = {"x-kaltura-signature": signature, "x-kaltura-hash-algo": "sha256"}
            module.handler(request("POST", path, body, headers), None)
            module.handler(request("POST", path, body), None)
    log.check(says="kaltura event")


def test_the_door_of_the_api(environment: dict[str, str], log: Log) -> None:
    link_token, bearer = "canary-link-token-c0de", "canary-bearer-6a6a"
    log.forbidden |= {link_token, bearer}
    nowhere = {**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "DISCORD_API_URL": "http://127.0.0.1:9"}
    with opened("api", nowhere) as module:
        module.handler(request("GET", f"/j/{link_token}"), None)
        module.handler(request("GET", "/api/v1/videos", headers={"authorization": f"Bearer {bearer}"}), None)
        body = json.dumps({"code": bearer}).encode()
        module.handler(request("POST", "/api/v1/auth/token", body), None)
        module.handler(request("GET", "/api/v1/health/ready"), None)
    log.check(says="dependency not ready")


def test_the_doors_of_the_queues(environment: dict[str, str], log: Log) -> None:
    payload = log.forbid(
        Place(snowflake(), snowflake()).command("kaltura-start", {"type": "room", "title": TITLE}, ANN)
    )
    task = {"kind": "interaction", "interaction": payload, "received_at": int(time.time())}
    record = {"messageId": "1", "receiptHandle": "r", "attributes": {"ApproximateReceiveCount": "1"}}
    nowhere = {**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "DISCORD_API_URL": "http://127.0.0.1:9"}
    with opened("tasks", nowhere) as module:
        module.handler({"Records": [{**record, "body": json.dumps(task)}]}, None)
    log.check(says="to be tried again")
