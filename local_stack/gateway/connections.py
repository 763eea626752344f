"""Open WebSocket connections, what is sent to them, and the faults on the way.

A post to a connection is accepted at once and delivered by the network later; posts from two environments may
arrive swapped (API Gateway promises no order). When a client does not read, its buffer fills and posts are refused
with 429, as API Gateway does.

Each direction is a `Line`. Faults name a user for both directions, or `in:{user id}`, `out:{user id}`; whatever goes to
the client travels by its outgoing line, posts as well as the answers of routes.
"""

import asyncio
import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from local_stack.faults import GARBAGE, Fault, FaultTable
from local_stack.gateway.line import Line
from local_stack.gateway.socket_events import ConnectionFacts

# How much may wait in this process for a client that does not read; the kernel's buffers come on top.
FULL_BUFFER_BYTES = 512 * 1024
REORDER_SECONDS = (0.15, 0.3)


class ConnectionGone(Exception):
    """Nobody is connected under this id (any more): 410."""


Direction = Literal["in", "out"]


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
    incoming: Line = field(default_factory=Line)
    outgoing: Line = field(default_factory=Line)
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

    def lose_messages(self) -> None:
        """Forget what is on its way, because nobody is there any more."""
        self.incoming.stop()
        self.outgoing.stop()


@dataclass(frozen=True, slots=True)
class Journey:
    """What faults make of one message's way.

    Attributes:
        late_seconds: how long it takes.
        overtakes: whether it leaves the row, so that later ones arrive before it.
    """

    late_seconds: float = 0.0
    overtakes: bool = False
    lost: bool = False
    cut: bool = False
    garbled: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """Whose network is down, and until when on the event loop's clock."""

    match: str
    until: float


class Connections:
    """All open connections by their id."""

    def __init__(self, faults: FaultTable) -> None:
        self._faults = faults
        self._open: dict[str, Connection] = {}
        self._outages: list[Outage] = []

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

    def cut_off(self, match: str, seconds: float) -> int:
        """Cut the connections of whom `match` means, and refuse new ones for so long; how many were cut."""
        self._outages.append(Outage(match, asyncio.get_running_loop().time() + seconds))
        found = [connection for connection in self.all() if _any_fits(connection.names, match)]
        for connection in found:
            connection.cut()
        return len(found)

    def restore(self) -> None:
        """Let everybody connect again."""
        self._outages.clear()

    def is_cut_off(self, names: tuple[str, ...]) -> bool:
        """Whether somebody's network is down now; without names, whether everybody's is."""
        now = asyncio.get_running_loop().time()
        self._outages = [outage for outage in self._outages if outage.until > now]
        return any(outage.match == "*" or _any_fits(names, outage.match) for outage in self._outages)

    def find(self, connection_id: str) -> Connection:
        """An open connection.

        Raises:
            ConnectionGone: there is none.
        """
        connection = self._open.get(connection_id)
        if connection is None or connection.socket.closed:
            raise ConnectionGone(connection_id)
        return connection

    def strike(self, connection: Connection, direction: Direction) -> list[Fault]:
        """Faults for a message `in` or `out`; they may name the user, or the user in one direction."""
        if not self._faults.faults:
            return []
        directed = tuple(f"{direction}:{name}" for name in connection.names)
        return self._faults.strike("socket", *connection.names, *directed)

    def journey(self, struck: list[Fault]) -> Journey:
        """What the faults that struck a message do to it; delays and jitters add up."""
        kinds = {fault.kind for fault in struck}
        late_seconds = 0.0
        for fault in struck:
            if fault.kind == "delay":
                late_seconds += fault.value / 1000
            if fault.kind == "jitter":
                late_seconds += self._faults.dice.uniform(0, fault.value) / 1000
        if "reorder" in kinds:
            late_seconds += self._faults.dice.uniform(*REORDER_SECONDS)
        return Journey(late_seconds, "reorder" in kinds, "drop" in kinds, "cut" in kinds, "garbage" in kinds)

    def post(self, connection: Connection, data: bytes, struck: list[Fault]) -> None:
        """Send `data` to the client, as late and in the order that faults ask for.

        Raises:
            BufferFull: the client does not read.
        """
        if connection.transport.get_write_buffer_size() > FULL_BUFFER_BYTES:
            raise BufferFull
        journey = self.journey(struck)
        if journey.cut:
            connection.cut()
        if journey.cut or journey.lost:
            return
        text = (GARBAGE if journey.garbled else data).decode("utf-8", "replace")
        travel(connection.outgoing, journey, lambda: connection.keep(asyncio.create_task(_deliver(connection, text))))


def travel(line: Line, journey: Journey, hand_over: Callable[[], None]) -> None:
    """Put a message on a line, or beside it where it leaves the row."""
    if journey.overtakes:
        asyncio.get_running_loop().call_later(journey.late_seconds, hand_over)
    else:
        line.send(hand_over, journey.late_seconds)


def _any_fits(names: tuple[str, ...], match: str) -> bool:
    return any(fnmatch.fnmatchcase(name, match) for name in names)


async def _deliver(connection: Connection, text: str) -> None:
    connection.last_active_at = asyncio.get_running_loop().time()
    try:
        await connection.socket.send_str(text)
    except (ConnectionError, RuntimeError):
        # It closed meanwhile. The post was accepted before, as API Gateway accepts what the network then loses.
        return
