"""POST /kaltura/webhooks/{token}, as Kaltura knocks on it and as strangers do."""

import asyncio
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

import httpx
import pytest

from kaltura_discord.aws.attributes import Item
from kaltura_discord.aws.queues import Queue
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.commands.canary_round import CanaryRound
from kaltura_discord.events.models import Event
from kaltura_discord.events.store import EventStore
from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import lines, opened, request
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.tasks_double import TasksDouble
from tests.unit.kaltura.length_extension import extended

Json = dict[str, Any]
Result = TypeVar("Result")

TOKEN = "a-long-random-text"
SECRET, OLD_SECRET = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
STRANGE = "text-that-the-sender-chose"


def notification(job_id: str, entry_id: str = "1_abcd1234", kind: int = 1) -> Json:
    return {
        "object": {"id": entry_id, "name": STRANGE, "status": 2, "objectType": "KalturaMediaEntry"},
        "eventObjectType": kind,
        "eventNotificationJobId": int(job_id),
        "templateSystemName": "DISCORD_ENTRY_READY",
        "eventType": 3,
        "objectType": "KalturaHttpNotification",
    }


@dataclass(frozen=True)
class Door:
    """The door, and a hand that signs as Kaltura does."""

    module: ModuleType
    environment: dict[str, str]

    def knock(
        self,
        body: bytes,
        *,
        token: str = TOKEN,
        secret: str = SECRET,
        algorithm: str = "sha256",
        sent: bytes | None = None,
    ) -> Json:
        signature = hashlib.new(algorithm, secret.encode() + body).hexdigest()
        headers = {"x-kaltura-signature": signature, "x-kaltura-hash-algo": algorithm}
        return self.bare(body if sent is None else sent, headers, token)

    def bare(
        self, body: bytes, headers: dict[str, str] | None = None, token: str = TOKEN, method: str = "POST"
    ) -> Json:
        answer: Json = self.module.handler(
            request(method, f"/kaltura/webhooks/{token}", body, headers, is_binary=True), None
        )
        return answer

    def tell(self, payload: Json) -> Json:
        return self.knock(json.dumps(payload).encode())

    def kept(self, key: str) -> Event | None:
        """What the table holds under an event's key."""

        async def find() -> Event | None:
            caller = SignedCaller("dynamodb", self.environment)
            nowhere = Queue(TasksDouble(), "https://sqs/tasks")
            found = await EventStore(Table(caller, self.environment["TABLE_NAME"]), nowhere).find(key)
            await caller.close()
            return found

        return self._run(find())

    def table(self) -> list[Item]:
        """All that the table holds."""

        async def read() -> list[Item]:
            caller = SignedCaller("dynamodb", self.environment)
            items, more = await Table(caller, self.environment["TABLE_NAME"]).scan()
            await caller.close()
            assert more is None
            return sorted(items, key=str)

        return self._run(read())

    def handed_on(self) -> list[str]:
        """The keys of events on the tasks queue; it is empty afterwards."""

        async def receive() -> list[str]:
            caller = SignedCaller("sqs", self.environment)
            url = self.environment["TASKS_QUEUE_URL"]
            keys: list[str] = []
            while messages := (await caller.call("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})).get(
                "Messages", []
            ):
                for message in messages:
                    task = json.loads(message["Body"])
                    # Other doors' tests leave tasks of other kinds on the same queue.
                    keys += [task["key"]] if "key" in task else []
                    await caller.call("DeleteMessage", {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]})
            await caller.close()
            return keys

        return self._run(receive())

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(work)


@pytest.fixture
def door(environment: dict[str, str]) -> Iterator[Door]:
    settings = {"KALTURA_WEBHOOK_TOKEN": TOKEN, "KALTURA_WEBHOOK_SECRETS": f"{SECRET}, {OLD_SECRET}"}
    with opened("kaltura_webhooks", {**environment, **settings}) as module:
        opened_door = Door(module, environment)
        opened_door.handed_on()
        yield opened_door


def test_an_event_is_kept_and_handed_on_before_it_is_answered(door: Door) -> None:
    answer = door.tell(notification(snowflake()))
    assert answer["statusCode"] == 200
    assert answer["body"], "an empty answer is none to Kaltura"
    (key,) = door.handed_on()
    event = door.kept(key)
    assert event is not None
    assert (event.kind, event.subject, event.guild_id) == ("entry_changed", "1_abcd1234", None)
    assert event.details["status"] == "2"


def test_nothing_but_ids_is_kept_of_what_a_webhook_says(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.tell(notification(snowflake()))
    (key,) = door.handed_on()
    assert STRANGE not in str(door.kept(key))
    assert STRANGE not in lines(caplog)


def test_a_webhook_that_is_sent_again_is_handed_on_once(door: Door) -> None:
    payload = notification(snowflake())
    assert [door.tell(payload)["statusCode"] for _ in range(3)] == [200, 200, 200]
    assert len(door.handed_on()) == 1


def test_what_is_about_no_entry_is_kept_counted_and_goes_no_further(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    before = door.table()
    assert door.tell(notification(snowflake(), kind=2))["statusCode"] == 200
    assert door.handed_on() == []
    (kept,) = (item for item in door.table() if item not in before)
    assert (kept["sk"], kept["kind"], kept["state"]) == ("EVENT", "unknown", "unknown")
    assert [getattr(record, "UnknownEvents", 0) for record in caplog.records if hasattr(record, "_aws")] == [1]


def test_an_event_that_is_known_is_not_counted_among_the_unknown(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.tell(notification(snowflake()))
    assert "UnknownEvents" not in lines(caplog)


def test_a_webhook_signed_with_the_secret_before_the_last_is_taken(door: Door) -> None:
    assert door.knock(json.dumps(notification(snowflake())).encode(), secret=OLD_SECRET)["statusCode"] == 200


BODY = json.dumps(notification("12345")).encode()

STRANGERS = {
    "another secret": lambda door: door.knock(BODY, secret="guessed"),
    "another algorithm": lambda door: door.knock(BODY, algorithm="sha1"),
    "an algorithm of their own": lambda door: door.knock(BODY, algorithm="md5"),
    "no signature": lambda door: door.bare(BODY),
    "an empty signature": lambda door: door.bare(BODY, {"x-kaltura-signature": "", "x-kaltura-hash-algo": "sha256"}),
    "a signature without its algorithm": lambda door: door.bare(
        BODY, {"x-kaltura-signature": hashlib.sha256(SECRET.encode() + BODY).hexdigest()}
    ),
    "a flipped bit": lambda door: door.knock(BODY, sent=bytes([BODY[0] ^ 1]) + BODY[1:]),
    "appended bytes": lambda door: door.knock(BODY, sent=BODY + b" "),
    "an empty body, whose signature never changes": lambda door: door.knock(b""),
}


@pytest.mark.parametrize("knock", STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_not_kalturas_is_401_and_leaves_nothing(door: Door, knock: Any) -> None:
    before = door.table()
    assert knock(door)["statusCode"] == 401
    assert (door.handed_on(), door.table()) == ([], before)


@pytest.mark.parametrize("token", ["guessed", "%20", TOKEN[:-1], TOKEN.upper()])
def test_another_path_is_404_however_well_signed(door: Door, token: str) -> None:
    before = door.table()
    assert door.knock(BODY, token=token)["statusCode"] == 404
    assert (door.handed_on(), door.table()) == ([], before)


@pytest.mark.parametrize("setting", [{}, {"KALTURA_WEBHOOK_TOKEN": " "}], ids=["no token", "an empty one"])
def test_where_no_token_is_set_every_address_is_404(environment: dict[str, str], setting: dict[str, str]) -> None:
    with opened("kaltura_webhooks", {**environment, **setting}) as module:
        door = Door(module, environment)
        before, secret = door.table(), environment["KALTURA_ADMIN_SECRET"]
        answers = [door.knock(BODY, token=token, secret=secret) for token in (TOKEN, "canary", "%20", "None")]
        assert [answer["statusCode"] for answer in answers] == [404] * 4
        assert (door.handed_on(), door.table()) == ([], before)


def test_the_canarys_round_passes_where_only_what_is_required_is_set(environment: dict[str, str]) -> None:
    with opened("kaltura_webhooks", environment) as module:
        door, loop = Door(module, environment), asyncio.get_event_loop_policy().get_event_loop()

        def answered(request: httpx.Request) -> int:
            asyncio.set_event_loop(loop)
            return int(door.bare(request.content, token=request.url.path.rpartition("/")[2])["statusCode"])

        async def deployment(request: httpx.Request) -> httpx.Response:
            others = {"/api/v1/health/ready": 200, "/discord/interactions": 401, "/ws": 401}
            if request.url.path in others:
                return httpx.Response(others[request.url.path])
            return httpx.Response(await asyncio.to_thread(answered, request))

        async def failures() -> list[str]:
            async with httpx.AsyncClient(transport=httpx.MockTransport(deployment)) as http:
                table = Table(SignedCaller("dynamodb", environment), environment["TABLE_NAME"])
                return await CanaryRound("https://k.test", http, table, secret="").failures()

        with asyncio.Runner() as runner:
            assert runner.run(failures()) == []


def test_only_post_is_taken(door: Door) -> None:
    assert door.bare(b"", method="GET")["statusCode"] == 405


def test_five_megabytes_are_refused_unread(door: Door) -> None:
    before = door.table()
    assert door.knock(b"{" + b" " * (5 << 20) + b"}")["statusCode"] == 413
    assert (door.handed_on(), door.table()) == ([], before)


@pytest.mark.parametrize("body", [b"hello", b'{"entry_id": "\xff"}', BODY[:-1], b"[]", b"data="])
def test_what_is_signed_and_no_webhook_is_400_and_leaves_nothing(door: Door, body: bytes) -> None:
    before = door.table()
    assert door.knock(body)["statusCode"] == 400
    assert (door.handed_on(), door.table()) == ([], before)


def test_what_a_stranger_appends_and_signs_without_the_secret_is_400_and_leaves_nothing(door: Door) -> None:
    before = door.table()
    genuine = hashlib.sha256(SECRET.encode() + BODY).hexdigest()
    longer, signature = extended(genuine, BODY, len(SECRET), b'{"entry_id":"1_evil","entry_status":"2"}')
    assert signature == hashlib.sha256(SECRET.encode() + longer).hexdigest()
    headers = {"x-kaltura-signature": signature, "x-kaltura-hash-algo": "sha256"}
    assert door.bare(longer, headers)["statusCode"] == 400
    assert (door.handed_on(), door.table()) == ([], before)


def test_what_a_stranger_sends_again_changes_nothing(door: Door) -> None:
    payload = notification(snowflake())
    door.tell(payload)
    door.handed_on()
    before = door.table()
    assert [door.tell(payload)["statusCode"] for _ in range(3)] == [200] * 3
    assert (door.handed_on(), door.table()) == ([], before)


def test_while_the_table_is_down_kaltura_is_asked_to_come_again(environment: dict[str, str]) -> None:
    settings = {"KALTURA_WEBHOOK_TOKEN": TOKEN, "KALTURA_WEBHOOK_SECRETS": SECRET}
    with opened("kaltura_webhooks", {**environment, **settings, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}) as module:
        began = time.monotonic()
        assert Door(module, environment).tell(notification(snowflake()))["statusCode"] == 503
        assert time.monotonic() - began < 9


def test_the_door_imports_nothing_slow() -> None:
    code = (
        "import sys; sys.path.insert(0, 'functions'); import kaltura_webhooks;"
        "print([name for name in ('boto3', 'httpx', 'pydantic') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
