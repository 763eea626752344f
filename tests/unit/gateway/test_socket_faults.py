"""What goes wrong on a WebSocket on order: messages are lost, late and overtaken, connections and networks are cut."""

import asyncio
import json
import time
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSMsgType

from tests.unit.gateway.harness import Gateway, diary, eventually
from tests.unit.gateway.socket_rooms import connection_id, manage, rooms


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
