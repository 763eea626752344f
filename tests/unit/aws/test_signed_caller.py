"""Our own connections to AWS: kept, renewed, suspicious of what comes back, and never waiting longer than said."""

import asyncio
import calendar
import time

import pytest

from kaltura_discord.aws.caller import AwsError, AwsThrottled, AwsUnavailable, ConditionNotMet
from kaltura_discord.aws.signed_caller import Patience, SignedCaller
from kaltura_discord.aws.sigv4 import Credentials, signed_headers
from tests.unit.aws.scripted_server import (
    QUICK,
    Play,
    ScriptedServer,
    answer,
    hang_up_after,
    raw,
    refusal,
    reset,
    silence,
)

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_a_call_is_signed_json_with_its_target(server: ScriptedServer) -> None:
    server.script = [answer(b'{"Item":{"pk":{"S":"A"}}}')]
    caller = server.caller()

    found = await caller.call("GetItem", {"TableName": "t", "Key": {"pk": {"S": "ä"}}})

    assert found == {"Item": {"pk": {"S": "A"}}}
    (request,) = server.requests
    assert request.json == {"TableName": "t", "Key": {"pk": {"S": "ä"}}}
    assert request.headers["x-amz-target"] == "DynamoDB_20120810.GetItem"
    assert request.headers["content-type"] == "application/x-amz-json-1.0"
    assert request.headers["x-amz-security-token"] == "token"
    _assert_signed(request.headers, request.body, server.port)
    await caller.close()


@pytest.mark.parametrize(
    ("service", "target", "content_type"),
    [
        ("sqs", "AmazonSQS.Whatever", "application/x-amz-json-1.0"),
        ("ssm", "AmazonSSM.Whatever", "application/x-amz-json-1.1"),
    ],
)
async def test_each_service_has_its_own_dialect(
    server: ScriptedServer, service: str, target: str, content_type: str
) -> None:
    caller = server.caller(service)
    await caller.call("Whatever", {})
    assert server.requests[0].headers["x-amz-target"] == target
    assert server.requests[0].headers["content-type"] == content_type
    await caller.close()


# --- connections -----------------------------------------------------------------------------------------------------


async def test_one_connection_serves_call_after_call(server: ScriptedServer) -> None:
    caller = server.caller()
    for _ in range(3):
        await caller.call("GetItem", {})
    assert server.connections() == [1, 1, 1]
    await caller.close()


async def test_calls_at_the_same_time_have_a_connection_each_and_keep_them(server: ScriptedServer) -> None:
    caller = server.caller()
    await asyncio.gather(*(caller.call("GetItem", {}) for _ in range(4)))
    await asyncio.gather(*(caller.call("GetItem", {}) for _ in range(4)))
    assert sorted(server.connections()) == [1, 1, 2, 2, 3, 3, 4, 4]
    await caller.close()


@pytest.mark.parametrize("closing", [hang_up_after(), reset()], ids=["closed", "reset"])
async def test_a_kept_connection_that_aws_closed_costs_one_more_request_and_no_pause(
    server: ScriptedServer, closing: Play
) -> None:
    caller = server.caller(patience=Patience(attempts=1))
    await caller.call("GetItem", {})
    server.script = [closing, answer(b'{"Item":{}}')]

    assert await caller.call("GetItem", {}) == {"Item": {}}

    assert server.connections() == [1, 1, 2]
    await caller.close()


async def test_a_kept_connection_known_to_be_closed_is_not_used_again(server: ScriptedServer) -> None:
    server.script = [hang_up_after(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")]
    caller = server.caller()
    await caller.call("GetItem", {})
    await asyncio.sleep(0.02)

    await caller.call("GetItem", {})

    assert server.connections() == [1, 2]
    await caller.close()


async def test_a_new_connection_that_closes_at_once_is_no_stale_one(server: ScriptedServer) -> None:
    server.script = [hang_up_after()]
    caller = server.caller(patience=Patience(attempts=1))
    with pytest.raises(AwsUnavailable):
        await caller.call("GetItem", {})
    assert server.connections() == [1]
    await caller.close()


async def test_an_answer_that_asks_to_close_is_the_last_of_its_connection(server: ScriptedServer) -> None:
    server.script = [answer(b"{}", 200, "Connection: close")]
    caller = server.caller()
    await caller.call("GetItem", {})
    await caller.call("GetItem", {})
    assert server.connections() == [1, 2]
    await caller.close()


async def test_who_gives_up_waiting_leaves_no_half_read_connection_behind(server: ScriptedServer) -> None:
    server.script = [silence()]
    caller = server.caller(patience=Patience())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(caller.call("GetItem", {}), 0.05)

    assert await caller.call("GetItem", {}) == {}

    assert server.connections() == [1, 2]
    await caller.close()


async def test_nobody_listens(server: ScriptedServer) -> None:
    caller = server.caller()
    await server.close()
    with pytest.raises(AwsUnavailable, match="ConnectionRefused"):
        await caller.call("GetItem", {})


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "chunks",
    [
        b'9\r\n{"Item":{\r\n2\r\n}}\r\n0\r\n\r\n',
        b'B\r\n{"Item":{}}\r\n0\r\n\r\n',
        b'b;note=x\r\n{"Item":{}}\r\n000\r\nChecksum: 1\r\nMore: 2\r\n\r\n',
    ],
    ids=["two", "one", "extension and trailers"],
)
async def test_an_answer_may_come_in_chunks(server: ScriptedServer, chunks: bytes) -> None:
    server.script = [raw(CHUNKED + chunks)]
    caller = server.caller()
    assert await caller.call("GetItem", {}) == {"Item": {}}
    assert await caller.call("GetItem", {}) == {}
    assert server.connections() == [1, 1]
    await caller.close()


async def test_an_answer_may_be_empty(server: ScriptedServer) -> None:
    server.script = [answer(b"")]
    caller = server.caller("sqs")
    assert await caller.call("ChangeMessageVisibility", {}) == {}
    await caller.close()


GARBAGE = {
    "not HTTP": raw(b"\x00\xff\x16garbage\r\n\r\n"),
    "no status": raw(b"HTTP/1.1 \r\n\r\n"),
    "status of letters": raw(b"HTTP/1.1 abc OK\r\n\r\n"),
    "HTML": answer(b"<html>502 Bad Gateway</html>"),
    "HTML with an error status": answer(b"<html>502 Bad Gateway</html>", 502),
    "a list": answer(b"[]"),
    "cut JSON": answer(b'{"Item":'),
    "not UTF-8": answer(b'{"Item":"\xff"}'),
    "bottomless JSON": answer(b'{"a":' + b"[" * 100_000),
    "no length": hang_up_after(b"HTTP/1.1 200 OK\r\n\r\n{}"),
    "negative length": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}"),
    "length of letters": raw(b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}"),
    "length of 5000 digits": raw(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n{}"),
    "oversized": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\n"),
    "shorter than it says": hang_up_after(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}"),
    "endless headers": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000),
    "cut headers": hang_up_after(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "chunk size of letters": raw(CHUNKED + b"xyz\r\n{}\r\n0\r\n\r\n"),
    "negative chunk": raw(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n"),
    "empty chunk size": raw(CHUNKED + b"\r\n{}\r\n0\r\n\r\n"),
    "oversized chunk": raw(CHUNKED + b"ffffff1\r\n"),
    "endless chunk size": raw(CHUNKED + b"0" * 200_000),
    "cut chunk": hang_up_after(CHUNKED + b"ff\r\n{}"),
    "no last chunk": hang_up_after(CHUNKED + b"2\r\n{}\r\n"),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_is_no_answer_and_is_asked_for_again(server: ScriptedServer, garbage: Play) -> None:
    server.script = [garbage, answer(b'{"Item":{}}')]
    caller = server.caller()
    assert await caller.call("GetItem", {}) == {"Item": {}}
    assert len(server.requests) == 2
    await caller.close()


async def test_garbage_without_end_is_aws_being_unavailable(server: ScriptedServer) -> None:
    server.script = [answer(b"<html>")] * 9
    caller = server.caller()
    with pytest.raises(AwsUnavailable, match="GetItem: NotJson"):
        await caller.call("GetItem", {})
    assert len(server.requests) == QUICK.attempts
    await caller.close()


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_broken_aws_is_asked_again(server: ScriptedServer, status: int) -> None:
    server.script = [refusal(status, "InternalServerError"), answer(b'{"Item":{}}')]
    caller = server.caller()
    assert await caller.call("GetItem", {}) == {"Item": {}}
    await caller.close()


async def test_a_throttled_call_is_tried_again_and_then_says_so(server: ScriptedServer) -> None:
    throttled = refusal(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
    server.script = [throttled, throttled, answer(b"{}"), throttled, throttled, throttled]
    caller = server.caller()
    assert await caller.call("PutItem", {}) == {}
    with pytest.raises(AwsThrottled):
        await caller.call("PutItem", {})
    assert len(server.requests) == 6
    await caller.close()


async def test_a_refusal_for_good_is_not_repeated(server: ScriptedServer) -> None:
    server.script = [refusal(400, "com.amazon.coral.validate#ValidationException", message="no such key")]
    caller = server.caller()
    with pytest.raises(AwsError, match="PutItem: ValidationException no such key"):
        await caller.call("PutItem", {})
    assert len(server.requests) == 1
    await caller.close()


async def test_a_condition_not_met_is_an_answer_and_brings_the_item(server: ScriptedServer) -> None:
    code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
    server.script = [refusal(400, code, message="The conditional request failed", Item={"pk": {"S": "A"}})]
    caller = server.caller()
    with pytest.raises(ConditionNotMet) as refused:
        await caller.call("PutItem", {})
    assert refused.value.current == {"pk": {"S": "A"}}
    assert len(server.requests) == 1
    await caller.close()


async def test_a_refusal_keeps_the_connection(server: ScriptedServer) -> None:
    server.script = [refusal(400, "ValidationException")]
    caller = server.caller()
    with pytest.raises(AwsError):
        await caller.call("PutItem", {})
    await caller.call("PutItem", {})
    assert server.connections() == [1, 1]
    await caller.close()


# --- time ------------------------------------------------------------------------------------------------------------


async def test_a_slow_answer_is_not_waited_for_and_asked_for_once_more(server: ScriptedServer) -> None:
    server.script = [silence(), answer(b'{"Item":{}}')]
    caller = server.caller()
    assert await caller.call("GetItem", {}) == {"Item": {}}
    assert server.connections() == [1, 2]
    await caller.close()


async def test_an_aws_that_never_answers_is_unavailable_within_the_calls_own_time(server: ScriptedServer) -> None:
    server.script = [silence()] * 9
    caller = server.caller()
    started = time.monotonic()
    with pytest.raises(AwsUnavailable, match="TimeoutError"):
        await caller.call("GetItem", {})
    assert QUICK.call_seconds <= time.monotonic() - started < QUICK.call_seconds + 0.3
    await caller.close()


def test_by_default_a_call_is_given_up_before_discord_gives_up() -> None:
    assert Patience().call_seconds < 3
    assert Patience().attempt_seconds < Patience().call_seconds


# --- addresses -------------------------------------------------------------------------------------------------------


def test_without_an_endpoint_the_service_of_the_region_is_called_over_tls() -> None:
    caller = SignedCaller("sqs", {"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    assert caller.address == "https://sqs.eu-west-1.amazonaws.com:443"


def test_without_a_region_there_is_no_caller() -> None:
    with pytest.raises(KeyError, match="AWS_DEFAULT_REGION"):
        SignedCaller("sqs", {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})


def _assert_signed(headers: dict[str, str], body: bytes, port: int) -> None:
    moment = time.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
    expected = signed_headers(
        Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "token"),
        region="eu-central-1",
        service="dynamodb",
        method="POST",
        path="/",
        headers={name: headers[name] for name in ("host", "content-type", "x-amz-target")},
        body=body,
        at=calendar.timegm(moment),
    )
    assert headers["host"] == f"127.0.0.1:{port}"
    assert headers["authorization"] == expected["authorization"]
