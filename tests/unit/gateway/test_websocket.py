"""The WebSocket API, as a browser meets it."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import boto3
import pytest
from aiohttp import WSMsgType
from yarl import URL

from local_stack.gateway.manifest import Manifest
from local_stack.gateway.websocket import SocketLimits
from tests.unit.gateway.harness import SIGNED, Gateway, diary, eventually, function, manifest


def rooms(workers: int = 2, **more: Any) -> Manifest:
    """Authorizer, $connect, $disconnect, $default and the custom route `special`."""
    sources = ["route.request.querystring.ticket"]
    return manifest(
        function("authorizer", "room.authorize", websocket="authorizer", identity_sources=sources),
        function("connect", "room.connect", websocket=["connect"]),
        function("disconnect", "room.disconnect", websocket=["disconnect"]),
        function("default", "room.default", websocket=["default", "special"], local_workers=workers),
        websocket_route_selection="$request.body.t",
        **more,
    )


async def test_the_first_request_reaches_authorizer_and_connect(state: Path) -> None:
    async with (
        Gateway(rooms(), state) as gateway,
        gateway.client.ws_connect("/ws?ticket=ann&x=1&x=2", headers={"X-Own": "Yes"}),
    ):
        (event,) = diary(state)
    assert event["headers"]["X-Own"] == "Yes"
    assert event["multiValueHeaders"]["X-Own"] == ["Yes"]
    assert event["queryStringParameters"] == {"ticket": "ann", "x": "2"}
    assert event["multiValueQueryStringParameters"]["x"] == ["1", "2"]
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$connect", "CONNECT")
    assert context["authorizer"]["principalId"] == "ann"
    assert (context["authorizer"]["level"], context["authorizer"]["host"]) == ("3", "true")
    assert context["connectionId"].endswith("=")
    assert context["identity"]["sourceIp"] == "127.0.0.1"


async def test_a_message_carries_no_headers_but_the_authorizers_context(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_str("not json")
        event = await socket.receive_json()
    assert set(event) == {"requestContext", "body", "isBase64Encoded"}
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$default", "MESSAGE")
    assert context["messageId"]
    assert context["authorizer"]["user"] == "ann"


async def test_the_route_selection_expression_chooses_the_route(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_json({"t": "special"})
        assert (await socket.receive_json())["requestContext"]["routeKey"] == "special"
        await socket.send_json({"t": "unknown"})
        assert (await socket.receive_json())["requestContext"]["routeKey"] == "$default"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 401),
        ("?ticket=", 401),
        ("?ticket=unauthorized", 401),
        ("?ticket=deny", 403),
        ("?ticket=raise", 500),
        ("?ticket=malformed", 500),
        ("?ticket=ann&status=400", 400),
        ("?ticket=ann&status=403", 403),
        ("?ticket=ann&connect=raise", 502),
    ],
)
async def test_refusals_reach_the_client_before_the_socket_opens(state: Path, query: str, status: int) -> None:
    async with Gateway(rooms(), state) as gateway:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await gateway.client.ws_connect(f"/ws{query}")
        assert refused.value.status == status
        assert len(gateway.connections) == 0


async def test_a_plain_request_is_refused(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.get("/ws?ticket=ann") as response:
        assert response.status == 400


async def test_the_subprotocol_that_connect_chose_is_answered(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        async with gateway.client.ws_connect("/ws?ticket=ann", protocols=("v2", "v1")) as socket:
            assert socket.protocol == "v2"
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            assert socket.protocol is None


async def test_messages_run_side_by_side_and_may_overtake_each_other(state: Path) -> None:
    async with Gateway(rooms(workers=2), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_str("echo")
        await socket.receive_str()
        await socket.send_str("sleep 0.5")
        await asyncio.sleep(0.05)
        await socket.send_str("echo")
        answers = [await socket.receive_str(), await socket.receive_str()]
    assert answers == ["echo", "sleep 0.5"]


async def test_a_failing_route_answers_with_the_gateways_error(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_str("raise")
        error = await socket.receive_json()
    assert error["message"] == "Internal server error"
    assert {"connectionId", "requestId"} <= set(error)


async def test_a_route_without_body_says_nothing(state: Path) -> None:
    async with Gateway(rooms(workers=1), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_str("quiet")
        await socket.send_str("echo")
        assert await socket.receive_str() == "echo"


@pytest.mark.parametrize(("size", "code"), [(32 * 1024, None), (32 * 1024 + 1, 1009), (140 * 1024, 1009)])
async def test_frames_above_32_kilobytes_close_with_1009(state: Path, size: int, code: int | None) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_str("x" * size)
        answer = await socket.receive()
        assert (answer.type, socket.close_code) == (WSMsgType.TEXT if code is None else WSMsgType.CLOSE, code)


async def test_binary_frames_close_with_1003(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        await socket.send_bytes(b"\x00")
        await socket.receive()
        assert socket.close_code == 1003


async def test_disconnect_tells_how_it_ended(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            await socket.close(code=4001)
        await eventually(lambda: len(diary(state)) == 2)
    context = diary(state)[1]["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$disconnect", "DISCONNECT")
    assert context["disconnectStatusCode"] == 4001
    assert context["authorizer"]["principalId"] == "ann"


async def test_a_fault_loses_the_disconnect_event(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        gateway.faults.order({"target": "socket", "match": "$disconnect", "kind": "drop"})
        async with gateway.client.ws_connect("/ws?ticket=ann"):
            pass
        await eventually(lambda: len(gateway.connections) == 0)
        await asyncio.sleep(0.3)
    assert [event["requestContext"]["eventType"] for event in diary(state)] == ["CONNECT"]


@pytest.mark.parametrize("limits", [SocketLimits(idle_seconds=0.3), SocketLimits(age_seconds=0.3)])
async def test_idle_and_old_connections_are_closed(state: Path, limits: SocketLimits) -> None:
    gateway = Gateway(rooms(), state)
    gateway.socket_limits = limits
    async with gateway:
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            closing = await socket.receive(timeout=3)
            assert (closing.type, socket.close_code) == (WSMsgType.CLOSE, 1001)
        await eventually(lambda: len(diary(state)) == 2)
    assert diary(state)[1]["requestContext"]["disconnectStatusCode"] == 1001


async def test_new_connections_are_limited_per_second(state: Path) -> None:
    gateway = Gateway(rooms(), state)
    gateway.socket_limits = SocketLimits(connects_per_second=1)
    async with gateway, gateway.client.ws_connect("/ws?ticket=ann"):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await gateway.client.ws_connect("/ws?ticket=bo")
        assert refused.value.status == 429


async def test_the_stage_throttles_messages(state: Path) -> None:
    async with (
        Gateway(rooms(stages={"websocket": {"rate": 0.001, "burst": 2}}), state) as gateway,
        gateway.client.ws_connect("/ws?ticket=ann") as socket,
    ):
        await socket.send_str("echo")
        assert await socket.receive_str() == "echo"
        await socket.send_str("echo")
        assert (await socket.receive_json())["message"] == "Too Many Requests"


async def test_an_integration_over_its_time_is_an_error_on_the_socket(state: Path) -> None:
    gateway = Gateway(rooms(), state)
    gateway.socket_limits = SocketLimits(integration_seconds=0.5)
    async with gateway:
        await asyncio.gather(*(pool.warm_up() for pool in gateway.pools.values()))
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            await socket.send_str("sleep 1")
            assert (await socket.receive_json())["message"] == "Internal server error"


async def connection_id(socket: aiohttp.ClientWebSocketResponse) -> str:
    """The id by which functions know this client, encoded for a URL."""
    await socket.send_str("who am i")
    event = await socket.receive_json()
    return str(event["requestContext"]["connectionId"]).replace("=", "%3D").replace("/", "%2F").replace("+", "%2B")


async def manage(gateway: Gateway, method: str, connection: str, data: Any = None, **headers: str) -> tuple[int, str]:
    """One call of the management API: status and x-amzn-ErrorType."""
    url = URL(f"{gateway.url}/%40connections/{connection}", encoded=True)
    async with gateway.client.request(method, url, data=data, headers=headers or SIGNED) as response:
        return response.status, response.headers.get("x-amzn-ErrorType", "")


async def test_functions_post_to_a_connection(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        connection = await connection_id(socket)
        assert await manage(gateway, "POST", connection, "grüße".encode()) == (200, "")
        assert await socket.receive_str() == "grüße"


async def test_unsigned_calls_are_refused(state: Path) -> None:
    other_service = {**SIGNED, "authorization": SIGNED["authorization"].replace("execute-api", "sqs")}
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        connection = await connection_id(socket)
        assert (await manage(gateway, "POST", connection, b"x", accept="*/*"))[0] == 403
        assert (await manage(gateway, "POST", connection, b"x", **other_service))[0] == 403


async def test_a_connection_that_is_gone_is_410(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        assert await manage(gateway, "POST", "abc%3D", b"x") == (410, "GoneException")
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            connection = await connection_id(socket)
        await eventually(lambda: len(gateway.connections) == 0)
        for method in ("POST", "GET", "DELETE"):
            assert await manage(gateway, method, connection, b"x") == (410, "GoneException")


async def test_posts_above_128_kilobytes_are_413(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        connection = await connection_id(socket)
        assert (await manage(gateway, "POST", connection, b"x" * 131_072))[0] == 200
        assert len(await socket.receive_str()) == 131_072
        answer = await manage(gateway, "POST", connection, b"x" * 131_073)
        assert answer == (413, "PayloadTooLargeException")


async def test_a_client_that_does_not_read_is_429(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        connection = await connection_id(socket)
        (open_connection,) = gateway.connections.all()
        # Nobody awaits `socket.receive`, so after a while the client's side stops taking bytes from the network.
        answers = [(await manage(gateway, "POST", connection, b"x" * 100_000))[1] for _ in range(120)]
        assert answers[0] == ""
        assert answers[-1] == "LimitExceededException"
        open_connection.cut()


async def test_a_connection_can_be_described_and_deleted(state: Path) -> None:
    async with (
        Gateway(rooms(), state) as gateway,
        gateway.client.ws_connect("/ws?ticket=ann", headers={"User-Agent": "tests"}) as socket,
    ):
        connection = await connection_id(socket)
        url = URL(f"{gateway.url}/@connections/{connection}", encoded=True)
        async with gateway.client.get(url, headers=SIGNED) as response:
            described = await response.json()
        assert described["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "tests"}
        assert described["connectedAt"].endswith("Z")
        assert (await manage(gateway, "DELETE", connection))[0] == 204
        assert (await socket.receive()).type == WSMsgType.CLOSE
        assert (await manage(gateway, "GET", connection))[0] == 410


async def test_faults_by_user_lose_delay_and_reorder_what_is_sent(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        connection = await connection_id(socket)
        gateway.faults.order({"target": "socket", "match": "out:ann", "kind": "drop", "times": 1})
        gateway.faults.order({"target": "socket", "match": "bo", "kind": "drop"})
        await manage(gateway, "POST", connection, b"lost")
        await manage(gateway, "POST", connection, b"arrives")
        assert await socket.receive_str() == "arrives"
        gateway.faults.order({"target": "socket", "match": "out:ann", "kind": "reorder", "times": 1})
        await manage(gateway, "POST", connection, b"first")
        await manage(gateway, "POST", connection, b"second")
        assert [await socket.receive_str(), await socket.receive_str()] == ["second", "first"]
        gateway.faults.order({"target": "socket", "match": "ann", "kind": "delay", "value": 200, "times": 1})
        await manage(gateway, "POST", connection, b"slow")
        await manage(gateway, "POST", connection, b"after it")
        assert [await socket.receive_str(), await socket.receive_str()] == ["slow", "after it"]


async def test_a_cut_ends_the_connection_without_a_close_frame(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            gateway.faults.order({"target": "socket", "match": "in:ann", "kind": "cut", "times": 1})
            await socket.send_str("echo")
            ended = await socket.receive(timeout=3)
            assert ended.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
        await eventually(lambda: len(diary(state)) == 2)
    assert diary(state)[1]["requestContext"]["disconnectStatusCode"] == 1006


async def test_lost_messages_never_reach_the_function(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        gateway.faults.order({"target": "socket", "match": "in:ann", "kind": "drop", "times": 1})
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            await socket.send_str(json.dumps({"lost": True}))
            await socket.send_str("echo")
            assert await socket.receive_str() == "echo"


async def test_a_routes_answer_travels_as_posts_do(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        gateway.faults.order({"target": "socket", "match": "out:ann", "kind": "drop", "times": 1})
        await socket.send_str("echo")
        await socket.send_str("x2")
        assert await socket.receive_str() in ("echo", "x2")
        with pytest.raises(TimeoutError):
            await socket.receive_str(timeout=0.3)
        gateway.faults.order({"target": "socket", "match": "ann", "kind": "delay", "value": 150})
        sent = time.monotonic()
        await socket.send_str("echo")
        assert await socket.receive_str() == "echo"
        assert time.monotonic() - sent >= 0.3, "late on the way in and on the way out"


async def test_delayed_messages_reach_the_function_in_order(state: Path) -> None:
    async with Gateway(rooms(1), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        gateway.faults.order({"target": "socket", "match": "in:ann", "kind": "jitter", "value": 120})
        for number in range(20):
            await socket.send_str(f"x{number}")
        assert [await socket.receive_str() for _ in range(20)] == [f"x{number}" for number in range(20)]


async def test_a_reordered_message_is_overtaken_on_its_way_in(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway, gateway.client.ws_connect("/ws?ticket=ann") as socket:
        gateway.faults.order({"target": "socket", "match": "in:ann", "kind": "reorder", "times": 1})
        await socket.send_str("x first")
        await socket.send_str("x second")
        assert [await socket.receive_str(), await socket.receive_str()] == ["x second", "x first"]


async def test_a_cut_network_takes_no_new_connections_until_it_is_back(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        async with gateway.client.ws_connect("/ws?ticket=ann") as ann, gateway.client.ws_connect("/ws?ticket=bo") as bo:
            async with gateway.client.post("/_local/cut", json={"match": "ann", "seconds": 0.6}) as answer:
                assert await answer.json() == {"cut": 1}
            cut = time.monotonic()
            assert (await ann.receive(timeout=3)).type in (WSMsgType.CLOSED, WSMsgType.ERROR)
            await bo.send_str("echo")
            assert await bo.receive_str() == "echo"
        with pytest.raises(aiohttp.ClientConnectionError):
            await gateway.client.ws_connect("/ws?ticket=ann")
        assert time.monotonic() - cut < 0.6
        await asyncio.sleep(0.6)
        async with gateway.client.ws_connect("/ws?ticket=ann") as ann:
            await ann.send_str("echo")
            assert await ann.receive_str() == "echo"
        async with gateway.client.post("/_local/cut", json={"match": "*", "seconds": 60}) as answer:
            assert answer.status == 201
        with pytest.raises(aiohttp.ClientConnectionError):
            await gateway.client.ws_connect("/ws?ticket=bo")
        async with gateway.client.delete("/_local/cut") as answer:
            assert answer.status == 204
        async with gateway.client.ws_connect("/ws?ticket=bo"):
            pass
        nonsense: list[object] = [{"match": "ann"}, {"match": "ann", "seconds": -1}, {"match": "", "seconds": 1}, []]
        for wish in nonsense:
            async with gateway.client.post("/_local/cut", json=wish) as answer:
                assert answer.status == 400


async def test_the_sdk_of_aws_can_talk_to_clients(state: Path) -> None:
    async with Gateway(rooms(), state) as gateway:
        sdk = boto3.client(
            "apigatewaymanagementapi",
            endpoint_url=gateway.url,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        async with gateway.client.ws_connect("/ws?ticket=ann") as socket:
            await socket.send_str("who am i")
            connection = (await socket.receive_json())["requestContext"]["connectionId"]
            await asyncio.to_thread(sdk.post_to_connection, ConnectionId=connection, Data=b"from the sdk")
            assert await socket.receive_str() == "from the sdk"
            described = await asyncio.to_thread(sdk.get_connection, ConnectionId=connection)
            assert described["Identity"]["SourceIp"] == "127.0.0.1"
            with pytest.raises(sdk.exceptions.PayloadTooLargeException):
                await asyncio.to_thread(sdk.post_to_connection, ConnectionId=connection, Data=b"x" * 131_073)
        await eventually(lambda: len(gateway.connections) == 0)
        with pytest.raises(sdk.exceptions.GoneException):
            await asyncio.to_thread(sdk.post_to_connection, ConnectionId=connection, Data=b"late")
