"""What Discord itself tries on an interactions endpoint, and what strangers try (Discord docs: Security)."""

import json
import time

import httpx
import pytest
from nacl.signing import SigningKey

from tests.integration.running_stack import Stack

PING = json.dumps({"type": 1, "id": "1400000000000000001", "application_id": "1", "token": "t", "version": 1}).encode()


def post(stack: Stack, body: bytes, *, timestamp: str | None = None, signature: str | None = None) -> httpx.Response:
    stamp = timestamp or str(int(time.time()))
    key = SigningKey(bytes.fromhex(stack.description["discord"]["signing_key"]))
    signed = key.sign(stamp.encode() + body).signature.hex()
    headers = {
        "X-Signature-Ed25519": signed if signature is None else signature,
        "X-Signature-Timestamp": stamp,
        "Content-Type": "application/json",
    }
    return httpx.post(stack.description["interactions_url"], content=body, headers=headers)


def test_a_signed_ping_is_answered(stack: Stack) -> None:
    answer = post(stack, PING)

    assert answer.status_code == 200
    assert answer.json() == {"type": 1}
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "signature",
    ["", "00" * 64, "ab" * 63, "zz" * 64, "é" * 128, "0" * 4000],
    ids=["none", "wrong", "truncated", "not hex", "not ascii", "long"],
)
def test_a_bad_signature_is_refused(stack: Stack, signature: str) -> None:
    stamp = str(int(time.time()))
    headers = [(b"X-Signature-Ed25519", signature.encode()), (b"X-Signature-Timestamp", stamp.encode())]

    answer = httpx.post(stack.description["interactions_url"], content=PING, headers=headers)

    assert answer.status_code == 401


def test_no_signature_at_all_is_refused(stack: Stack) -> None:
    assert httpx.post(stack.description["interactions_url"], content=PING).status_code == 401


@pytest.mark.parametrize("age_seconds", [301, 3600, -330])
def test_a_stale_request_is_refused_though_well_signed(stack: Stack, age_seconds: int) -> None:
    assert post(stack, PING, timestamp=str(int(time.time()) - age_seconds)).status_code == 401


def test_a_megabyte_of_garbage_is_refused(stack: Stack) -> None:
    assert post(stack, b"\x00\xff" * 500_000, signature="00" * 64).status_code in (401, 413)


def test_bytes_that_are_no_text_are_refused(stack: Stack) -> None:
    # API Gateway hands the body on as text, so whatever was signed is not what arrives.
    assert post(stack, b"\xff\xfe").status_code in (400, 401)


def test_signed_bytes_that_are_no_json_are_a_bad_request(stack: Stack) -> None:
    assert post(stack, b"not json").status_code == 400
    assert post(stack, b"[]").status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_is_answered(stack: Stack, method: str) -> None:
    assert httpx.request(method, stack.description["interactions_url"]).status_code == 405


def test_a_repeated_interaction_does_nothing_and_is_answered_empty(stack: Stack) -> None:
    ann = stack.member("Ann")
    channel = stack.channel("general")
    token = f"hand-made-{time.time_ns()}"
    registered = stack.http.post(
        f"{stack.rest_url}/_sim/tokens", json={"user_id": ann.user_id, "channel_id": channel, "token": token}
    )
    assert registered.status_code < 300, registered.text
    body = json.dumps(
        {
            "type": 2,
            "id": str(int(time.time() * 1000 - 1420070400000) << 22),
            "application_id": stack.description["discord"]["application_id"],
            "token": token,
            "version": 1,
            "guild_id": stack.server("Riverside")["guild_id"],
            "channel_id": channel,
            "member": {"user": {"id": ann.user_id, "username": "ann"}, "roles": [], "permissions": "0"},
            "data": {"id": "1", "name": "kaltura-help", "type": 1},
        }
    ).encode()

    first, second = post(stack, body), post(stack, body)

    assert first.status_code == 200
    assert first.json()["type"] == 4
    assert second.status_code == 202
    assert second.content == b""
