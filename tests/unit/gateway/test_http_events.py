"""Requests as events: API Gateway guide, HTTP API, payload format 2.0."""

import base64
from pathlib import Path

import pytest

from tests.unit.gateway.harness import Gateway, function, manifest

ROUTES = ["ANY /echo/{proxy+}", "POST /do", "GET /users/{user}"]


async def test_the_event_has_the_shape_of_payload_format_2(state: Path) -> None:
    async with Gateway(manifest(function(routes=ROUTES)), state) as gateway:
        event = await gateway.event("GET", "/users/ann?a=1&b=&a=2%20x", headers={"User-Agent": "tests"})
        assert event["version"] == "2.0"
        assert event["routeKey"] == "GET /users/{user}"
        assert event["rawPath"] == "/users/ann"
        assert event["rawQueryString"] == "a=1&b=&a=2%20x"
        assert event["queryStringParameters"] == {"a": "1,2 x", "b": ""}
        assert event["pathParameters"] == {"user": "ann"}
        assert event["isBase64Encoded"] is False
        context = event["requestContext"]
        assert context["http"] == {
            "method": "GET",
            "path": "/users/ann",
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "tests",
        }
        assert context["stage"] == "$default"
        assert context["routeKey"] == "GET /users/{user}"
        assert context["domainName"] == f"127.0.0.1:{gateway.port}"
        assert context["time"].endswith(" +0000")
        assert isinstance(context["timeEpoch"], int)


async def test_what_is_absent_is_an_absent_key(state: Path) -> None:
    async with Gateway(manifest(function(routes=ROUTES)), state) as gateway:
        event = await gateway.event("GET", "/echo/x")
        absent = {"body", "cookies", "queryStringParameters", "stageVariables"}
        assert absent.isdisjoint(event)


async def test_header_names_are_lower_case_and_repeated_ones_are_joined(state: Path) -> None:
    async with Gateway(manifest(function(routes=ROUTES)), state) as gateway:
        headers = [("X-Many", "one"), ("X-Many", "two"), ("X-Signature-Ed25519", "AbC")]
        event = await gateway.event("GET", "/echo/x", headers=headers)
        assert event["headers"]["x-many"] == "one,two"
        assert event["headers"]["x-signature-ed25519"] == "AbC"
        assert all(name == name.lower() for name in event["headers"])


async def test_the_gateway_adds_forwarding_and_trace_headers(state: Path) -> None:
    async with Gateway(manifest(function(routes=ROUTES)), state) as gateway:
        event = await gateway.event("GET", "/echo/x", headers={"X-Forwarded-For": "203.0.113.7"})
        assert event["headers"]["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"
        assert event["headers"]["x-forwarded-port"] == str(gateway.port)
        assert event["headers"]["x-amzn-trace-id"].startswith("Root=1-")
        assert event["headers"]["host"] == f"127.0.0.1:{gateway.port}"
        assert "connection" not in event["headers"]


async def test_cookies_have_a_list_of_their_own(state: Path) -> None:
    async with Gateway(manifest(function(routes=ROUTES)), state) as gateway:
        event = await gateway.event("GET", "/echo/x", headers={"Cookie": "a=1; b=2"})
        assert event["cookies"] == ["a=1", "b=2"]
        assert "cookie" not in event["headers"]


async def test_the_path_is_decoded_and_the_query_string_is_not(state: Path) -> None:
    async with Gateway(manifest(function(routes=ROUTES)), state) as gateway:
        async with gateway.client.get(f"{gateway.url}/echo/a%20b%2Fc?q=%C3%A4") as response:
            event = await response.json()
        assert event["rawPath"] == "/echo/a b/c"
        assert event["pathParameters"] == {"proxy": "a b/c"}
        assert event["rawQueryString"] == "q=%C3%A4"
        assert event["queryStringParameters"] == {"q": "ä"}


@pytest.mark.parametrize(
    ("content_type", "is_text"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("text/plain", True),
        ("application/xml", True),
        ("application/javascript", True),
        ("application/x-www-form-urlencoded", False),
        ("application/octet-stream", False),
        ("image/png", False),
    ],
)
async def test_only_text_types_arrive_as_text(state: Path, content_type: str, is_text: bool) -> None:
    async with Gateway(manifest(function("echo", "echo.handler", routes=ROUTES)), state) as gateway:
        sent = "schön=1".encode()
        event = await gateway.event("POST", "/echo/x", data=sent, headers={"Content-Type": content_type})
        assert event["isBase64Encoded"] is not is_text
        received = event["body"].encode() if is_text else base64.b64decode(event["body"])
        assert received == sent


async def test_a_compressed_body_arrives_as_base64(state: Path) -> None:
    async with Gateway(manifest(function("echo", "echo.handler", routes=ROUTES)), state) as gateway:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        event = await gateway.event("POST", "/echo/x", data=b"\x1f\x8bnot really", headers=headers)
        assert base64.b64decode(event["body"]) == b"\x1f\x8bnot really"
