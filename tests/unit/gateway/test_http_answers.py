"""Results as responses, and the gateway's own refusals."""

import asyncio
import base64
import io
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local_stack.gateway.http_gateway import HttpLimits
from tests.unit.gateway.harness import Gateway, function, manifest

DO = function(routes=["ANY /do", "ANY /echo/{proxy+}"])


async def test_a_result_without_status_is_the_body_of_a_json_200(state: Path) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        response = await gateway.ask(do="return", value={"a": [1, None]})
        assert (response.status, response.content_type) == (200, "application/json")
        assert await response.json() == {"a": [1, None]}


async def test_status_headers_cookies_and_body_go_out(state: Path) -> None:
    value = {
        "statusCode": 201,
        "headers": {"X-One": "1", "x-true": True, "content-type": "text/html"},
        "cookies": ["a=1; HttpOnly", "b=2"],
        "body": "grüße",
    }
    async with Gateway(manifest(DO), state) as gateway:
        response = await gateway.ask(do="return", value=value)
        assert response.status == 201
        assert response.headers["x-one"] == "1"
        assert response.headers["x-true"] == "true"
        assert response.headers.getall("set-cookie") == ["a=1; HttpOnly", "b=2"]
        assert await response.text() == "grüße"
        assert "apigw-requestid" in response.headers


async def test_a_body_without_type_is_plain_text(state: Path) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        response = await gateway.ask(do="return", value={"statusCode": 200, "body": "x"})
        assert response.headers["content-type"] == "text/plain;charset=UTF-8"


async def test_a_base64_body_is_decoded(state: Path) -> None:
    value = {"statusCode": 200, "isBase64Encoded": True, "body": base64.b64encode(b"\x00\xff").decode()}
    async with Gateway(manifest(DO), state) as gateway:
        assert await (await gateway.ask(do="return", value=value)).read() == b"\x00\xff"


@pytest.mark.parametrize(
    "value",
    [
        {"statusCode": "abc"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"not": "a string"}},
        {"statusCode": 200, "headers": {"x": "a\r\nb: c"}},
        {"statusCode": 200, "headers": {"x": ["list"]}},
        {"statusCode": 200, "body": "&&&", "isBase64Encoded": True},
    ],
)
async def test_what_is_no_response_is_an_internal_error(state: Path, value: dict[str, Any]) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        response = await gateway.ask(do="return", value=value)
        assert response.status == 500
        assert await response.json() == {"message": "Internal Server Error"}


@pytest.mark.parametrize("do", ["raise", "exit", "marshal"])
async def test_a_failing_function_is_an_internal_error(state: Path, do: str) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        response = await gateway.ask(do=do, message="secret")
        assert response.status == 500
        assert await response.json() == {"message": "Internal Server Error"}
        assert (await gateway.ask(do="return", value=1)).status == 200


async def test_a_response_above_6_megabytes_is_an_internal_error(state: Path) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        assert (await gateway.ask(do="large", size=6 * 1024 * 1024 + 200)).status == 500
        assert (await gateway.ask(do="large", size=5 * 1024 * 1024)).status == 200


async def test_an_integration_over_its_time_is_unavailable_and_the_function_goes_on(state: Path) -> None:
    gateway = Gateway(manifest(DO), state)
    gateway.http_limits = HttpLimits(integration_seconds=0.5)
    async with gateway:
        await gateway.pools["answers"].warm_up()
        await gateway.ask(do="facts")
        response = await gateway.ask(do="sleep", seconds=1)
        assert response.status == 503
        assert await response.json() == {"message": "Service Unavailable"}
        await asyncio.sleep(0.8)
        facts = await (await gateway.ask(do="facts")).json()
        assert facts["invocations"] == 3


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("POST", "/"), ("PATCH", "/echo")])
async def test_what_fits_no_route_is_not_found(state: Path, method: str, path: str) -> None:
    async with Gateway(manifest(DO), state) as gateway, gateway.client.request(method, path) as response:
        assert response.status == 404
        assert await response.json() == {"message": "Not Found"}


async def test_a_payload_above_10_megabytes_is_refused(state: Path) -> None:
    async with (
        Gateway(manifest(DO), state) as gateway,
        gateway.client.post("/do", data=io.BytesIO(b"x" * (10 * 1024 * 1024 + 1))) as response,
    ):
        assert response.status == 413


async def test_a_payload_that_lambda_does_not_take_is_refused(state: Path) -> None:
    async with (
        Gateway(manifest(DO), state) as gateway,
        gateway.client.post("/do", data=io.BytesIO(b"x" * (5 * 1024 * 1024))) as response,
    ):
        assert response.status == 413, "5 MB are 6.7 MB of base64"


async def test_heads_above_10240_bytes_are_refused(state: Path) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        async with gateway.client.get("/echo/x", headers={"X-Long": "y" * 9_500}) as response:
            assert response.status == 200
        async with gateway.client.get("/echo/x", headers={"X-Long": "y" * 10_200}) as response:
            assert response.status == 431


async def test_the_stage_throttles(state: Path) -> None:
    plan = manifest(DO, stages={"http": {"rate": 0.001, "burst": 2}})
    async with Gateway(plan, state) as gateway:
        statuses = [(await gateway.ask(do="return", value=1)).status for _ in range(3)]
        assert statuses == [200, 200, 429]


async def test_many_requests_share_one_worker_and_all_are_answered(state: Path) -> None:
    async with Gateway(manifest(DO), state) as gateway:
        responses = await asyncio.gather(*(gateway.ask(do="facts") for _ in range(40)))
        facts = [await response.json() for response in responses]
        assert len({fact["pid"] for fact in facts}) == 1
        assert sorted(fact["invocations"] for fact in facts) == list(range(1, 41))


async def test_the_site_is_served_where_no_route_fits(state: Path) -> None:
    gateway = Gateway(manifest(DO), state)
    (gateway.files / "assets").mkdir(parents=True)
    (gateway.files / "index.html").write_text("<h1>hello</h1>")
    (gateway.files / "assets" / "app-1a2b.js").write_text("export {}")
    (state / "secret.txt").write_text("outside")
    async with gateway:
        async with gateway.client.get("/") as response:
            assert response.headers["content-type"] == "text/html; charset=utf-8"
            assert await response.text() == "<h1>hello</h1>"
        async with gateway.client.get("/assets/app-1a2b.js") as response:
            assert response.headers["content-type"] == "text/javascript; charset=utf-8"
            assert "immutable" in response.headers["cache-control"]
        for outside in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"):
            reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
            writer.write(f"GET {outside} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 403")), outside
            assert b"outside" not in answer


@pytest.mark.parametrize("path", ["/_local/faults", "/_local/health", "/discord-sim/", "/@connections/abc"])
@pytest.mark.parametrize(
    "headers", [{"Host": "demo.example.org"}, {"X-Forwarded-For": "203.0.113.7"}, {"Cf-Connecting-Ip": "203.0.113.7"}]
)
async def test_the_private_doors_are_closed_to_tunnels(state: Path, path: str, headers: dict[str, str]) -> None:
    gateway = Gateway(manifest(DO), state)
    async with (
        gateway,
        aiohttp.ClientSession() as client,
        client.get(gateway.url + path, headers=headers) as response,
    ):
        assert response.status == 404


async def test_our_own_routes_are_open_to_tunnels(state: Path) -> None:
    async with (
        Gateway(manifest(DO), state) as gateway,
        gateway.client.get("/echo/x", headers={"Host": "demo.example.org"}) as response,
    ):
        assert response.status == 200
