"""A viewer's network takes as long as its profile says, keeps the order, and can be cut."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.bench_sync.network import RETRANSMISSION_SECONDS, Lateness, ViewerNetwork
from tests.bench_sync.profiles import FAR, HOME, NONE, NetworkProfile


@pytest.fixture
async def echo_port() -> AsyncIterator[int]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1000):
                writer.write(data)
        await hang_up(writer)

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def is_lost(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(1000) == b""
    except ConnectionError:
        return True


def network(profile: NetworkProfile) -> ViewerNetwork:
    return ViewerNetwork(profile, random.Random(1))


def test_chunks_are_as_late_as_the_profile_says_and_never_overtake() -> None:
    lateness = Lateness(HOME, random.Random(7))
    arrivals = [lateness.arrival(sent) for sent in range(1000)]
    delays = [arrival - sent for sent, arrival in enumerate(arrivals)]
    assert min(delays) >= 0.020
    assert max(delays) <= 0.060
    assert 0.035 < sum(delays) / 1000 < 0.045
    at_once = [lateness.arrival(2000) for _ in range(100)]
    assert at_once == sorted(at_once)


def test_a_lost_chunk_comes_later() -> None:
    lateness = Lateness(NetworkProfile("lossy", lost_share=1.0), random.Random(7))
    assert lateness.arrival(5.0) == 5.0 + RETRANSMISSION_SECONDS


def test_profiles_are_called_as_the_targets_call_them() -> None:
    assert (HOME.one_way, FAR.one_way) == ("40 ± 20 ms", "100 ± 40 ms")


async def test_a_link_carries_both_ways_and_takes_its_time(echo_port: int) -> None:
    slow = network(NetworkProfile("slow", least_ms=50))
    reader, writer = await asyncio.open_connection("127.0.0.1", await slow.link(echo_port))
    began = time.monotonic()
    writer.write(b"hello")
    assert await reader.read(1000) == b"hello"
    first = time.monotonic() - began
    began = time.monotonic()
    writer.write(b"again")
    assert await reader.read(1000) == b"again"
    second = time.monotonic() - began
    assert first >= 0.2, "the first bytes wait for the handshake"
    assert 0.1 <= second < first
    await hang_up(writer)
    await slow.close()


async def test_the_end_of_a_connection_comes_through(echo_port: int) -> None:
    quick = network(NONE)
    reader, writer = await asyncio.open_connection("127.0.0.1", await quick.link(echo_port))
    writer.write(b"hello")
    writer.write_eof()
    assert await reader.read() == b"hello"
    await hang_up(writer)
    await quick.close()


async def test_a_cut_loses_connections_and_refuses_new_ones_until_it_is_mended(echo_port: int) -> None:
    fragile = network(NONE)
    port = await fragile.link(echo_port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello")
    assert await reader.read(1000) == b"hello"
    fragile.cut()
    assert await is_lost(reader)
    again, again_writer = await asyncio.open_connection("127.0.0.1", port)
    assert await is_lost(again)
    fragile.mend()
    healed, healed_writer = await asyncio.open_connection("127.0.0.1", port)
    healed_writer.write(b"back")
    assert await healed.read(1000) == b"back"
    for open_writer in (writer, again_writer, healed_writer):
        await hang_up(open_writer)
    await fragile.close()
