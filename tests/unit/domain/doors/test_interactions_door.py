"""POST /discord/interactions, as Discord's own tests knock on it and as strangers do."""

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

from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import body_of, lines, opened, request
from tests.unit.domain.sent_by_discord import Place, ping, snowflake

Json = dict[str, Any]

KEY = SigningKey(bytes(range(32)))
PATH = "/discord/interactions"
STRANGE = "text-that-the-sender-chose"


@dataclass(frozen=True)
class Door:
    """The door, and a hand that signs as Discord does."""

    module: ModuleType

    def __call__(self, event: Json) -> Json:
        answer: Json = self.module.handler(event, None)
        return answer

    def knock(self, body: bytes, *, age: int = 0, is_binary: bool = False, key: SigningKey = KEY) -> Json:
        timestamp = str(int(time.time()) - age)
        signature = key.sign(timestamp.encode() + body).signature.hex()
        headers = {"x-signature-ed25519": signature, "x-signature-timestamp": timestamp}
        return self(request("POST", PATH, body, headers, is_binary=is_binary))


@pytest.fixture
def door(environment: dict[str, str]) -> Iterator[Door]:
    with opened("interactions", {**environment, "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex()}) as module:
        yield Door(module)


@pytest.mark.parametrize("is_binary", [False, True], ids=["text", "base64"])
def test_a_ping_is_answered(door: Door, is_binary: bool) -> None:
    answer = door.knock(json.dumps(ping()).encode(), is_binary=is_binary)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "application/json"
    assert json.loads(body_of(answer)) == {"type": 1}


def test_a_ping_needs_neither_table_nor_secrets(environment: dict[str, str]) -> None:
    nothing_else = {
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_REGION": "us-east-1",
        "SECRETS_PATH": "/nowhere",
    }
    with opened("interactions", nothing_else) as module:
        assert Door(module).knock(json.dumps(ping()).encode())["statusCode"] == 200


GOOD = "0" * 128
WRONG: dict[str, Callable[[], dict[str, str]]] = {
    "no headers": dict,
    "no signature": lambda: {"x-signature-timestamp": str(int(time.time()))},
    "no timestamp": lambda: {"x-signature-ed25519": GOOD},
    "empty": lambda: {"x-signature-ed25519": "", "x-signature-timestamp": ""},
    "truncated": lambda: {"x-signature-ed25519": GOOD[:64], "x-signature-timestamp": str(int(time.time()))},
    "not hex": lambda: {"x-signature-ed25519": "g" * 128, "x-signature-timestamp": str(int(time.time()))},
    "unicode": lambda: {"x-signature-ed25519": "ü" * 128, "x-signature-timestamp": "ü"},
    "wrong": lambda: {"x-signature-ed25519": GOOD, "x-signature-timestamp": str(int(time.time()))},
    "its own text": lambda: {"x-signature-ed25519": STRANGE, "x-signature-timestamp": STRANGE},
}


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG.keys())
def test_what_discord_did_not_sign_is_401(
    door: Door, headers: Callable[[], dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    answer = door(request("POST", PATH, json.dumps({"type": 1, "note": STRANGE}).encode(), headers()))
    assert answer["statusCode"] == 401
    assert body_of(answer) == b""
    assert STRANGE not in lines(caplog)


def test_another_key_a_stale_time_and_a_future_one_are_401(door: Door) -> None:
    body = json.dumps(ping()).encode()
    assert door.knock(body, key=SigningKey(bytes(32)))["statusCode"] == 401
    assert door.knock(body, age=301)["statusCode"] == 401
    assert door.knock(body, age=-310)["statusCode"] == 401
    assert door.knock(body, age=290)["statusCode"] == 200


CANARY = SigningKey(bytes(range(32, 64)))


def test_what_the_canary_signs_is_taken_in_and_never_read_as_an_interaction(environment: dict[str, str]) -> None:
    keys = {
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "CANARY_PUBLIC_KEY": CANARY.verify_key.encode().hex(),
    }
    with opened("interactions", {**environment, **keys}) as module:
        door = Door(module)
        assert door.knock(json.dumps({"canary": "ab" * 16}).encode(), key=CANARY)["statusCode"] == 202
        assert door.knock(json.dumps(ping()).encode(), key=CANARY)["statusCode"] == 400
        assert door.knock(json.dumps({"canary": "ab" * 16}).encode(), key=CANARY, age=301)["statusCode"] == 401
        assert door.knock(json.dumps({"canary": "ab" * 16}).encode())["statusCode"] == 400


def test_without_its_key_the_canary_is_a_stranger(door: Door) -> None:
    assert door.knock(json.dumps({"canary": "ab" * 16}).encode(), key=CANARY)["statusCode"] == 401


def test_a_megabyte_of_garbage_is_401(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    headers = {"x-signature-ed25519": GOOD, "x-signature-timestamp": str(int(time.time()))}
    assert door(request("POST", PATH, b"\xfe" * 1_000_000, headers, is_binary=True))["statusCode"] == 401
    assert len(lines(caplog)) < 1000


def test_an_empty_body_is_401(door: Door) -> None:
    assert door(request("POST", PATH))["statusCode"] == 401


NO_INTERACTIONS = {
    "not json": b"{" + STRANGE.encode(),
    "not text": b"\xff\xfe\xfd",
    "empty": b"",
    "a number": b"5",
    "a list": b"[]",
    "nothing in it": b"{}",
    "an endless number": b'{"type": 1e999}',
    "nested without end": b"[" * 200_000,
    "a type of the future": json.dumps({**ping(), "type": 99}).encode(),
    "options that are none": json.dumps({**ping(), "type": 2, "data": {"options": 5}}).encode(),
}


@pytest.mark.parametrize("body", NO_INTERACTIONS.values(), ids=NO_INTERACTIONS.keys())
def test_what_is_signed_and_no_interaction_is_400(door: Door, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    answer = door.knock(body, is_binary=True)
    assert answer["statusCode"] == 400
    logged = lines(caplog)
    assert "signed, but not an interaction" in logged
    assert STRANGE not in logged


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_another_method_is_405(door: Door, method: str) -> None:
    assert door(request(method, PATH))["statusCode"] == 405


def test_another_path_is_404(door: Door) -> None:
    assert door(request("POST", "/discord/other"))["statusCode"] == 404


def test_a_command_is_answered_once(door: Door) -> None:
    body = json.dumps(Place(snowflake(), snowflake()).command("kaltura-help")).encode()
    first = door.knock(body)
    assert first["statusCode"] == 200
    assert "This server can't use Kaltura yet" in body_of(first).decode()
    second = door.knock(body)
    assert second["statusCode"] == 202
    assert body_of(second) == b""


def test_emoji_and_right_to_left_text_verify_byte_by_byte(door: Door) -> None:
    payload = Place(snowflake(), snowflake()).command("kaltura-start", {"title": "פגישה 👩‍👩‍👧‍👦"})
    assert door.knock(json.dumps(payload, ensure_ascii=False).encode())["statusCode"] == 200


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        (Place("300", "400").command("kaltura-help"), "can't take commands right now"),
        (Place("300", "400").typing("kaltura-join", "meeting", "a"), '"choices": []'),
    ],
)
def test_while_the_secrets_cannot_be_read_there_is_an_answer(
    environment: dict[str, str], payload: Json, answer: str
) -> None:
    unreadable = {
        **environment,
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "SECRETS_PATH": "/kaltura-discord/test",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    }
    with opened("interactions", unreadable) as module:
        told = Door(module).knock(json.dumps(payload).encode())
    assert told["statusCode"] == 200
    assert answer in body_of(told).decode()


def test_the_door_imports_nothing_slow() -> None:
    slow = ("boto3", "botocore", "httpx", "pydantic", "cryptography", "jwt", "aws_lambda_powertools")
    script = f"import sys, interactions; print([name for name in {slow!r} if name in sys.modules])"
    environment = {"DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(), "PYTHONPATH": str(REPOSITORY / "functions")}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
