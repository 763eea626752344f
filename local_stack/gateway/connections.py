"""Open WebSocket connections, and what is sent to them.

A post to a connection is accepted at once and delivered by the network later; posts from two environments may
arrive swapped (API Gateway promises no order). When a client does not read, its buffer fills and posts are refused
with 429, as API Gateway does.
"""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from local_stack.faults import GARBAGE, Fault, FaultTable, Kind
from local_stack.gateway.socket_events import ConnectionFacts

# How much may wait in this process for a client that does not read; the kernel's buffers come on top.
FULL_BUFFER_BYTES = 512 * 1024
REORDER_SECONDS = (0.15, 0.3)


class ConnectionGone(Exception):
    """Nobody is connected under this id (any more): 410."""


class BufferFull(Exception):
    """The client does not read what it is sent: 429."""


@dataclass(slots=True)
class Connection:
    """One open connection."""

    facts: ConnectionFacts
    socket: web.WebSocketResponse
    transport: asyncio.Transport
    last_active_at: float
    names: tuple[str, ...]
    ended_because: tuple[int, str] | None = None
    last_delayed: asyncio.Task[None] | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def keep(self, task: asyncio.Task[None]) -> None:
        """Hold on to a task until it is done."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def close(self, code: int, reason: str) -> None:
        """Close from our side; `$disconnect` will carry this code and reason."""
        if self.ended_because is None:
            self.ended_because = (code, reason)
        await self.socket.close(code=code, message=reason.encode())

    def cut(self) -> None:
        """Lose the connection without a close frame, as a failing network does."""
        if self.ended_because is None:
            self.ended_because = (1006, "Connection closed abnormally")
        self.transport.abort()


class Connections:
    """All open connections by their id."""

    def __init__(self, faults: FaultTable) -> None:
        self._faults = faults
        self._open: dict[str, Connection] = {}

    def __len__(self) -> int:
        return len(self._open)

    def all(self) -> list[Connection]:
        """Those open now."""
        return list(self._open.values())

    def add(self, connection: Connection) -> None:
        """From now on posts to it arrive."""
        self._open[connection.facts.connection_id] = connection

    def remove(self, connection_id: str) -> None:
        """From now on posts to it are refused."""
        self._open.pop(connection_id, None)

    def find(self, connection_id: str) -> Connection:
        """An open connection.

        Raises:
            ConnectionGone: there is none.
        """
        connection = self._open.get(connection_id)
        if connection is None or connection.socket.closed:
            raise ConnectionGone(connection_id)
        return connection

    def strike(self, connection: Connection, direction: str) -> list[Fault]:
        """Faults for a message `in` or `out`; they may name the user, or the user in one direction."""
        if not self._faults.faults:
            return []
        directed = tuple(f"{direction}:{name}" for name in connection.names)
        return self._faults.strike("socket", *connection.names, *directed)

    async def post(self, connection: Connection, data: bytes, struck: list[Fault]) -> None:
        """Send `data` to the client, as late and in the order that faults ask for.

        Raises:
            BufferFull: the client does not read.
            ConnectionGone: it closed meanwhile.
        """
        if connection.transport.get_write_buffer_size() > FULL_BUFFER_BYTES:
            raise BufferFull
        kinds = {fault.kind: fault for fault in struck}
        if "cut" in kinds:
            connection.cut()
            return
        if "drop" in kinds:
            return
        if "garbage" in kinds:
            data = GARBAGE
        if "reorder" in kinds:
            late = self._faults.dice.uniform(*REORDER_SECONDS)
            connection.keep(asyncio.create_task(_deliver_later(connection, data, late, None)))
            return
        late = self._lateness_seconds(kinds)
        before = connection.last_delayed
        if late or (before is not None and not before.done()):
            connection.last_delayed = asyncio.create_task(_deliver_later(connection, data, late, before))
            connection.keep(connection.last_delayed)
        else:
            await _deliver(connection, data)

    def _lateness_seconds(self, kinds: dict[Kind, Fault]) -> float:
        seconds = kinds["delay"].value / 1000 if "delay" in kinds else 0.0
        if "jitter" in kinds:
            seconds += self._faults.dice.uniform(0, kinds["jitter"].value) / 1000
        return seconds


async def _deliver_later(
    connection: Connection, data: bytes, late_seconds: float, before: asyncio.Task[None] | None
) -> None:
    """Deliver after so long, and after the message `before`: only `reorder` lets a later one overtake."""
    await asyncio.sleep(late_seconds)
    if before is not None:
        await asyncio.wait([before])
    try:
        await _deliver(connection, data)
    except ConnectionGone:
        return


async def _deliver(connection: Connection, data: bytes) -> None:
    connection.last_active_at = asyncio.get_running_loop().time()
    try:
        await connection.socket.send_str(data.decode("utf-8", "replace"))
    except (ConnectionError, RuntimeError) as error:
        raise ConnectionGone(connection.facts.connection_id) from error
