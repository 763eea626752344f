"""The lanes of a broadcast: kept connections that post to one target after the other.

No task, no coroutine and no timer is made for a post: whoever gets an answer writes the next request. Theory and
manners are in `socket_poster`.
"""

import asyncio
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from kaltura_discord.aws.http_answer import MalformedAnswer, take_answer
from kaltura_discord.aws.sigv4 import OneBodySigner

# Longer than any answer that we expect; a longer one comes in pieces.
_BUFFER_BYTES = 8 * 1024

# What API Gateway makes ids of: base64, so that one replacement encodes them.
_USUAL_ID = re.compile(r"[A-Za-z0-9_-]*=*").fullmatch


@dataclass(slots=True)
class Posted:
    """What became of a broadcast. `throttled` and `failed` were given up; `milliseconds` is how long it all took."""

    sent: int = 0
    gone: list[str] = field(default_factory=list)
    throttled: int = 0
    failed: int = 0
    milliseconds: float = 0.0


class LaneOwner(Protocol):
    """Who keeps lanes, and replaces those that are lost."""

    idle: list["Lane"]

    @property
    def post_seconds(self) -> float:
        """How long one post is waited for."""

    def replace(self, broadcast: "Broadcast", target: str | None) -> None:
        """Open another lane, which posts to `target` first."""


class Broadcast:
    """One method and body for many targets: what their requests share, who is still to be told, what became of them."""

    def __init__(self, method: str, path: str, signer: OneBodySigner, body: bytes, targets: list[str]) -> None:
        headers = "".join(f"{name}: {value}\r\n" for name, value in signer.fixed_headers.items())
        self._begin = f"{method} {path}"
        self._middle = f" HTTP/1.1\r\n{headers}content-length: {len(body)}\r\nauthorization: "
        self._end = b"\r\n\r\n" + body
        self._path = path
        self._sign = signer.authorization
        self.waiting = deque(targets)
        self.busy: set[Lane] = set()
        self._free: list[Lane] = []
        self.posted = Posted()
        self.reasons: Counter[str] = Counter()
        self.throttled: list[str] = []
        self.open_answers = len(targets)
        self.all_answered = asyncio.get_running_loop().create_future()

    def request(self, target: str) -> bytes:
        """The request to one target, as it goes over the wire."""
        name = target.replace("=", "%3D") if _USUAL_ID(target) else quote(target, safe="")
        head = f"{self._begin}{name}{self._middle}{self._sign(self._path + name)}"
        return head.encode() + self._end

    def count(self, target: str, status: int, reason: str = "") -> None:
        """The verdict on one target; a status of 0 is none, for some reason."""
        posted = self.posted
        if status in (200, 204):
            posted.sent += 1
        elif status == 410:
            posted.gone.append(target)
        elif status == 429:
            self.throttled.append(target)
        else:
            posted.failed += 1
            self.reasons[reason or str(status)] += 1
        self.open_answers -= 1
        if not self.open_answers and not self.all_answered.done():
            self.all_answered.set_result(None)

    def next_turn(self, lane: "Lane") -> None:
        """Have `lane` go on after all answers that are there were read: writing wakes whoever reads at the other end.

        Many requests written in a row wake it once; one after each answer wakes it each time, which costs both sides
        more than all the rest (measured: 55 us a post).
        """
        if not self._free:
            asyncio.get_running_loop().call_soon(self._go_on)
        self._free.append(lane)

    def _go_on(self) -> None:
        lanes, self._free = self._free, []
        for lane in lanes:
            lane.go_on()

    def once_more(self, targets: list[str]) -> None:
        """Another round, for these."""
        self.waiting.extend(targets)
        self.throttled = []
        self.open_answers = len(targets)
        self.all_answered = asyncio.get_running_loop().create_future()


class Lane(asyncio.BufferedProtocol):
    """One kept connection. It works for one broadcast at a time, from target to target, and then goes idle."""

    __slots__ = (
        "_broadcast",
        "_buffer",
        "_data",
        "_ended_because",
        "_is_reused",
        "_owner",
        "_target",
        "_transport",
        "is_open",
        "since",
    )

    def __init__(self, owner: LaneOwner) -> None:
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._broadcast: Broadcast | None = None
        self._target = ""
        self._buffer = bytearray(_BUFFER_BYTES)
        self._data = b""
        self._is_reused = False
        self._ended_because = ""
        self.is_open = False
        self.since = 0.0

    @property
    def awaits_answer(self) -> bool:
        """Whether a request is on its way."""
        return bool(self._target)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.BaseProtocol`."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self.is_open = True

    def work_for(self, broadcast: Broadcast, target: str | None = None) -> None:
        """Post to `target`, and then to whoever is next."""
        self._broadcast = broadcast
        broadcast.busy.add(self)
        self.go_on(target)

    def go_on(self, target: str | None = None) -> None:
        """Post to `target`, or whoever is next; rest when nobody is."""
        broadcast, transport = self._broadcast, self._transport
        if broadcast is None or transport is None:
            return
        if target is None:
            if not broadcast.waiting:
                self._rest()
                return
            target = broadcast.waiting.popleft()
        self._target = target
        self.since = time.monotonic()
        transport.write(broadcast.request(target))

    def get_buffer(self, sizehint: int) -> bytearray:
        """See `asyncio.BufferedProtocol`: read into what is there, instead of 256 KB of new memory for each answer."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """See `asyncio.BufferedProtocol`."""
        broadcast = self._broadcast
        if broadcast is None:
            # Nobody asked for anything.
            self.abort()
            return
        self._data += self._buffer[:nbytes]
        try:
            taken = take_answer(self._data)
        except MalformedAnswer as malformed:
            self._ended_because = str(malformed)
            self.abort()
            return
        if taken is None:
            return
        answer, rest = taken
        self._data = b""
        self._is_reused = True
        target, self._target = self._target, ""
        broadcast.count(target, answer.status)
        if rest or not answer.keeps_alive:
            self.abort()
        else:
            broadcast.next_turn(self)

    def connection_lost(self, _: Exception | None) -> None:
        """See `asyncio.BaseProtocol`."""
        self.is_open = False
        broadcast, target = self._broadcast, self._target
        if broadcast is None:
            return
        self._rest()
        if target and self._is_reused and not self._data and time.monotonic() - self.since < self._owner.post_seconds:
            self._owner.replace(broadcast, target)
            return
        if target:
            broadcast.count(target, 0, self._ended_because or "connection lost")
        if broadcast.waiting:
            self._owner.replace(broadcast, None)

    def abort(self) -> None:
        """Hang up; `connection_lost` does the rest."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Hang up in good order."""
        if self._transport is not None:
            self._transport.close()

    def _rest(self) -> None:
        if self._broadcast is not None:
            self._broadcast.busy.discard(self)
        self._broadcast, self._target = None, ""
        if self.is_open:
            self._owner.idle.append(self)
