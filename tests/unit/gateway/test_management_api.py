"""The management API of the WebSocket API, as functions call it: by hand, and through AWS's SDK."""

import asyncio
from pathlib import Path

import boto3
import pytest
from aiohttp import WSMsgType
from yarl import URL

from tests.unit.gateway.harness import SIGNED, Gateway, eventually
from tests.unit.gateway.socket_rooms import connection_id, manage, rooms


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
