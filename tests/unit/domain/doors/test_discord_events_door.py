"""POST /discord/events, as Discord's own tests knock on it and as strangers do."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from nacl.signing import SigningKey

from kaltura_discord.aws.signed_caller import SignedCaller
from local_stack.places import REPOSITORY
from tests.unit.domain.discord_double import APPLICATION
from tests.unit.domain.doors.door import body_of, lines, opened, request
from tests.unit.domain.sent_by_discord import snowflake

Json = dict[str, Any]

KEY = SigningKey(bytes(range(32)))
PATH = "/discord/events"
STRANGE = "text-that-the-sender-chose"
GUILD, USER = "300000000000000001", "200000000000000001"
AT = "2026-11-20T14:00:00.123456+00:00"

PING: Json = {"version": 1, "application_id": APPLICATION, "type": 0}


def event(name: str, data: Json | None, at: object = AT) -> Json:
    return {
        "version": 1,
        "application_id": APPLICATION,
        "type": 1,
        "event": {"type": name, "timestamp": at, "data": data},
    }


def installed(guild_id: str = GUILD, user_id: str = USER) -> Json:
    user = {"id": user_id, "username": "ann", "discriminator": "0", "global_name": "Ann"}
    guild = {"id": guild_id, "name": "Riverside", "roles": []}
    data = {"integration_type": 0, "user": user, "scopes": ["bot", "applications.commands"], "guild": guild}
    return event("APPLICATION_AUTHORIZED", data)


@dataclass(frozen=True)
class Door:
    """The door, and a hand that signs as Discord does."""

    module: ModuleType
    environment: dict[str, str]

    def __call__(self, event: Json) -> Json:
        answer: Json = self.module.handler(event, None)
        return answer

    def knock(self, body: bytes, *, age: int = 0, is_binary: bool = False, key: SigningKey = KEY) -> Json:
        timestamp = str(int(time.time()) - age)
        signature = key.sign(timestamp.encode() + body).signature.hex()
        headers = {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp}
        return self(request("POST", PATH, body, headers, is_binary=is_binary))

    def tell(self, payload: Json) -> Json:
        return self.knock(json.dumps(payload, ensure_ascii=False).encode())

    def kept(self) -> list[Json]:
        """What is on the tasks queue; it is empty afterwards."""

        async def receive() -> list[Json]:
            caller = SignedCaller("sqs", self.environment)
            url = self.environment["TASKS_QUEUE_URL"]
            found: list[Json] = []
            while True:
                received = await caller.call("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10})
                messages = received.get("Messages", [])
                for message in messages:
                    found.append(json.loads(message["Body"]))
                    handle = message["ReceiptHandle"]
                    await caller.call("DeleteMessage", {"QueueUrl": url, "ReceiptHandle": handle})
                if not messages:
                    await caller.close()
                    return found

        # On the door's own loop: it must be there for the next knock, too.
        return asyncio.get_event_loop_policy().get_event_loop().run_until_complete(receive())


@pytest.fixture
def door(environment: dict[str, str]) -> Iterator[Door]:
    with opened("discord_events", {**environment, "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex()}) as module:
        opened_door = Door(module, environment)
        opened_door.kept()
        yield opened_door


@pytest.mark.parametrize("is_binary", [False, True], ids=["text", "base64"])
def test_a_ping_is_answered_with_nothing(door: Door, is_binary: bool) -> None:
    answer = door.knock(json.dumps(PING).encode(), is_binary=is_binary)
    assert answer["statusCode"] == 204
    assert body_of(answer) == b""
    assert door.kept() == []


def test_an_installation_is_kept_before_it_is_answered(door: Door) -> None:
    answer = door.tell(installed())
    assert (answer["statusCode"], body_of(answer)) == (204, b"")
    assert door.kept() == [
        {"kind": "discord_event", "event": "authorized", "user_id": USER, "guild_id": GUILD, "happened_at": AT}
    ]


def test_an_installation_for_oneself_names_no_server(door: Door) -> None:
    payload = installed()
    del payload["event"]["data"]["guild"]
    assert door.tell(payload)["statusCode"] == 204
    (kept,) = door.kept()
    assert kept["guild_id"] == ""


def test_a_taken_back_authorisation_is_kept(door: Door) -> None:
    assert door.tell(event("APPLICATION_DEAUTHORIZED", {"user": {"id": USER}}))["statusCode"] == 204
    assert door.kept() == [{"kind": "discord_event", "event": "deauthorized", "user_id": USER, "happened_at": AT}]


def test_nothing_of_a_server_is_kept_but_its_id(door: Door) -> None:
    payload = installed()
    payload["event"]["data"]["guild"]["name"] = STRANGE
    door.tell(payload)
    assert STRANGE not in json.dumps(door.kept())


def test_a_server_of_hundreds_of_roles_fits(door: Door) -> None:
    payload = installed()
    payload["event"]["data"]["guild"]["roles"] = [{"id": snowflake(), "name": "r" * 100} for _ in range(2000)]
    assert door.tell(payload)["statusCode"] == 204


def test_while_the_queue_is_down_discord_is_asked_to_come_again(environment: dict[str, str]) -> None:
    unplugged = {
        **environment,
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }
    with opened("discord_events", unplugged) as module:
        door = Door(module, environment)
        began = time.monotonic()
        assert door.tell(installed())["statusCode"] == 503
        assert time.monotonic() - began < 3
        assert door.tell(PING)["statusCode"] == 204, "a PING needs no queue"


UNHEARD = {
    "an event that we did not ask for": event("ENTITLEMENT_CREATE", {"id": "1"}),
    "an event of the future": event("SOMETHING_NEW", None),
    "a kind of the future": {"version": 2, "application_id": APPLICATION, "type": 7},
}


@pytest.mark.parametrize("payload", UNHEARD.values(), ids=UNHEARD.keys())
def test_what_we_have_no_use_for_is_taken_and_noted(
    door: Door, payload: Json, caplog: pytest.LogCaptureFixture
) -> None:
    assert door.tell(payload)["statusCode"] == 204
    assert "event of no use to us" in lines(caplog)
    assert door.kept() == []


NO_EVENTS = {
    "not json": b"{" + STRANGE.encode(),
    "not text": b"\xff\xfe\xfd",
    "empty": b"",
    "a number": b"5",
    "a list": b"[]",
    "nothing in it": b"{}",
    "nested without end": b"[" * 200_000,
    "a type that is true": b'{"type": true}',
    "no event": json.dumps({"type": 1}).encode(),
    "an event without a name": json.dumps({"type": 1, "event": {"data": {}}}).encode(),
    "nobody": json.dumps(event("APPLICATION_DEAUTHORIZED", {})).encode(),
    "no data": json.dumps(event("APPLICATION_AUTHORIZED", None)).encode(),
    "a user without an id": json.dumps(event("APPLICATION_DEAUTHORIZED", {"user": {"id": "ann"}})).encode(),
    "a server without an id": json.dumps(installed(guild_id="")).encode(),
    "no time": json.dumps(event("APPLICATION_DEAUTHORIZED", {"user": {"id": USER}}, at=5)).encode(),
    "an endless time": json.dumps(event("APPLICATION_DEAUTHORIZED", {"user": {"id": USER}}, at="9" * 65)).encode(),
}


@pytest.mark.parametrize("body", NO_EVENTS.values(), ids=NO_EVENTS.keys())
def test_what_is_signed_and_no_event_is_400(door: Door, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert door.knock(body, is_binary=True)["statusCode"] == 400
    logged = lines(caplog)
    assert "signed, but not an event" in logged
    assert STRANGE not in logged
    assert door.kept() == []


GOOD = "0" * 128
WRONG: dict[str, Callable[[], dict[str, str]]] = {
    "no headers": dict,
    "no signature": lambda: {"x-signature-timestamp": str(int(time.time()))},
    "no timestamp": lambda: {"x-signature-ed25519": GOOD},
    "truncated": lambda: {"x-signature-ed25519": GOOD[:64], "x-signature-timestamp": str(int(time.time()))},
    "not hex": lambda: {"x-signature-ed25519": "g" * 128, "x-signature-timestamp": str(int(time.time()))},
    "unicode": lambda: {"x-signature-ed25519": "ü" * 128, "x-signature-timestamp": "ü"},
    "wrong": lambda: {"x-signature-ed25519": GOOD, "x-signature-timestamp": str(int(time.time()))},
}


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
def test_what_discord_did_not_sign_is_401_and_not_looked_at(
    door: Door, headers: Callable[[], dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    payload = installed() | {"note": STRANGE}
    answer = door(request("POST", PATH, json.dumps(payload).encode(), headers()))
    assert (answer["statusCode"], body_of(answer)) == (401, b"")
    assert STRANGE not in lines(caplog)
    assert door.kept() == []


def test_another_key_a_stale_time_and_a_future_one_are_401(door: Door) -> None:
    body = json.dumps(PING).encode()
    assert door.knock(body, key=SigningKey(bytes(32)))["statusCode"] == 401
    assert door.knock(body, age=301)["statusCode"] == 401
    assert door.knock(body, age=-310)["statusCode"] == 401
    assert door.knock(body, age=290)["statusCode"] == 204


def test_what_is_longer_than_any_event_is_not_even_verified(door: Door) -> None:
    assert door.knock(b"[" + b" " * (1 << 20), is_binary=True)["statusCode"] == 413
    assert door.knock(b" " * ((1 << 20) - 2) + b"{}", is_binary=True)["statusCode"] == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_another_method_is_405(door: Door, method: str) -> None:
    assert door(request(method, PATH))["statusCode"] == 405


def test_the_door_imports_nothing_slow_and_no_commands() -> None:
    slow = ("boto3", "botocore", "httpx", "pydantic", "cryptography", "jwt", "kaltura_discord.commands")
    script = f"import sys, discord_events; print([name for name in {slow!r} if name in sys.modules])"
    environment = {
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "TASKS_QUEUE_URL": "https://sqs.test/1/tasks",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "PYTHONPATH": str(REPOSITORY / "functions"),
    }
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
