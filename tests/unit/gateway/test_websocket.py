"""The WebSocket API, as a browser meets it."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSMsgType

from local_stack.gateway.websocket import SocketLimits
from tests.unit.gateway.harness import Gateway, diary, eventually
from tests.unit.gateway.socket_rooms import rooms


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
