"""A viewer's network: TCP links that take as long as a profile says, and can be cut.

Each viewer's browser reaches everything (our gateway, the media, a peer's server) through links of its own, so that
no two viewers share a delay. A connection's first bytes wait one round trip more: that is its handshake, which the
browser made with us and not with the far end.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.bench_sync.profiles import NetworkProfile

_CHUNK_BYTES = 65_536
# The least that Linux waits before it sends a segment again (TCP_RTO_MIN).
RETRANSMISSION_SECONDS = 0.2


@dataclass(slots=True)
class Lateness:
    """When chunks of one direction arrive; nothing is sent before `open_from`."""

    profile: NetworkProfile
    dice: random.Random
    newest: float = 0.0
    open_from: float = 0.0

    def arrival(self, now: float) -> float:
        """When a chunk arrives that is sent now, in the same seconds; never before the one before it."""
        late = self.profile.least_ms + self.dice.uniform(0, self.profile.jitter_ms)
        lost = RETRANSMISSION_SECONDS if self.dice.random() < self.profile.lost_share else 0.0
        self.newest = max(self.newest, max(now, self.open_from) + late / 1000 + lost)
        return self.newest


@dataclass(slots=True)
class ViewerNetwork:
    """All links of one viewer."""

    profile: NetworkProfile
    dice: random.Random
    _servers: list[asyncio.Server] = field(default_factory=list)
    _connections: set[asyncio.Task[None]] = field(default_factory=set)
    _is_cut: bool = False

    async def link(self, port: int) -> int:
        """Reach this machine's `port` through the network; the port at which the link begins."""

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._carry(port, reader, writer))
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self._servers.append(server)
        begins_at: int = server.sockets[0].getsockname()[1]
        return begins_at

    def cut(self) -> None:
        """Lose every connection, and refuse new ones until `mend`."""
        self._is_cut = True
        for connection in self._connections:
            connection.cancel()

    def mend(self) -> None:
        """Let connections through again."""
        self._is_cut = False

    async def close(self) -> None:
        """Take the links away."""
        for server in self._servers:
            server.close()
        self.cut()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await asyncio.gather(*(server.wait_closed() for server in self._servers))

    async def _carry(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_writer: asyncio.StreamWriter | None = None
        try:
            if self._is_cut:
                return
            far_reader, far_writer = await asyncio.open_connection("localhost", port)
            there = Lateness(self.profile, self.dice)
            back = Lateness(self.profile, self.dice)
            now = asyncio.get_running_loop().time
            there.open_from = back.arrival(there.arrival(now()))
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, far_writer, there, now))
                both.create_task(_pump(far_reader, writer, back, now))
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for open_writer in (writer, far_writer):
                if open_writer is not None:
                    open_writer.transport.abort()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lateness: Lateness, now: Callable[[], float]
) -> None:
    """Carry one direction: reading never waits for what is still under way."""
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def read() -> None:
        while data := await reader.read(_CHUNK_BYTES):
            under_way.put_nowait((lateness.arrival(now()), data))
        under_way.put_nowait((lateness.arrival(now()), b""))

    reading = asyncio.create_task(read())
    try:
        while True:
            arrival, data = await under_way.get()
            await asyncio.sleep(arrival - now())
            if not data:
                break
            writer.write(data)
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()
        await reading
    finally:
        reading.cancel()
