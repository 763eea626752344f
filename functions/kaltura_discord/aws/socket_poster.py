"""Posts to many WebSocket connections at once, through API Gateway's @connections API.

Theory: a change in a room of n viewers is n HTTPS requests that differ only in their path. boto3 spends 1.4 ms of
processor on each, and a function with half a processor would need three seconds for a thousand. Nearly all of that can
be done once a broadcast (see `OneBodySigner`) or not at all: a post here is some bytes joined and written, and some
read. No task, no coroutine and no timer is made for it; whoever gets an answer writes the next request.

    lane 1   post ── answer, post ── answer, post ──> …      a lane is a kept connection; it takes the next target
    lane 2   post ──── answer, post ── answer ──> …          when it is free
    …        up to `LANES`, kept open between invocations

What comes back (API Gateway guide, "@connections"): 200 · 410 that connection, and no other, is no more · 429 too many
posts, or a client that does not read: tried once more after a pause, all such together, then given up, since the next
state supersedes this one · anything else, and silence: given up.

A kept connection that was closed meanwhile shows only when it is used; a request that dies on it before any byte of
the answer is sent once more on a new one. Should the first have been read after all, the client gets the same message
twice, which the protocol's revisions make harmless.
"""

import asyncio
import logging
import random
import re
import ssl
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from kaltura_discord.aws.http_answer import MalformedAnswer, take_answer
from kaltura_discord.aws.sigv4 import OneBodySigner, credentials_of

log = logging.getLogger("kaltura_discord.aws.socket_poster")

# More at once than answers of 12 ms need to keep one processor busy, and far fewer than the 1,024 files of a function.
LANES = 100

# How exactly the patience with one post is kept.
_LOOK_EVERY_SECONDS = 0.25

# What API Gateway makes ids of: base64, so that one replacement encodes them.
_USUAL_ID = re.compile(r"[A-Za-z0-9_-]*=*").fullmatch


@dataclass(frozen=True, slots=True)
class PostPatience:
    """How long is waited, in seconds: for one post, for a whole broadcast, and before throttled posts are repeated."""

    post_seconds: float = 2.5
    broadcast_seconds: float = 8.0
    pause_seconds: tuple[float, float] = (0.05, 0.25)


@dataclass(slots=True)
class Posted:
    """What became of a broadcast. `throttled` and `failed` were given up; `milliseconds` is how long it all took."""

    sent: int = 0
    gone: list[str] = field(default_factory=list)
    throttled: int = 0
    failed: int = 0
    milliseconds: float = 0.0


class _Broadcast:
    """One method and body for many targets: what their requests share, who is still to be told, what became of them."""

    def __init__(self, method: str, path: str, signer: OneBodySigner, body: bytes, targets: list[str]) -> None:
        headers = "".join(f"{name}: {value}\r\n" for name, value in signer.fixed_headers.items())
        self._begin = f"{method} {path}"
        self._middle = f" HTTP/1.1\r\n{headers}content-length: {len(body)}\r\nauthorization: "
        self._end = b"\r\n\r\n" + body
        self._path = path
        self._sign = signer.authorization
        self.waiting = deque(targets)
        self.busy: set[_Lane] = set()
        self._free: list[_Lane] = []
        self.posted = Posted()
        self.reasons: Counter[str] = Counter()
        self.throttled: list[str] = []
        self.open_answers = len(targets)
        self.all_answered = asyncio.get_running_loop().create_future()

    def request(self, target: str) -> bytes:
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

    def next_turn(self, lane: "_Lane") -> None:
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


class _Lane(asyncio.Protocol):
    """One kept connection. It works for one broadcast at a time, from target to target, and then goes idle."""

    __slots__ = (
        "_broadcast",
        "_data",
        "_ended_because",
        "_is_reused",
        "_poster",
        "_target",
        "_transport",
        "is_open",
        "since",
    )

    def __init__(self, poster: "SocketPoster") -> None:
        self._poster = poster
        self._transport: asyncio.Transport | None = None
        self._broadcast: _Broadcast | None = None
        self._target = ""
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
        """See `asyncio.Protocol`."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self.is_open = True

    def work_for(self, broadcast: _Broadcast, target: str | None = None) -> None:
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

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        broadcast = self._broadcast
        if broadcast is None:
            # Nobody asked for anything.
            self.abort()
            return
        self._data += data
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
        """See `asyncio.Protocol`."""
        self.is_open = False
        broadcast, target = self._broadcast, self._target
        if broadcast is None:
            return
        self._rest()
        if target and self._is_reused and not self._data and time.monotonic() - self.since < self._poster.post_seconds:
            self._poster.replace(broadcast, target)
            return
        if target:
            broadcast.count(target, 0, self._ended_because or "connection lost")
        if broadcast.waiting:
            self._poster.replace(broadcast, None)

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
            self._poster.idle.append(self)


class SocketPoster:
    """Posts to the connections of one WebSocket API.

    Args:
        callback_url: the API's address with its stage, such as `https://{api}.execute-api.{region}.amazonaws.com/ws`.
        environment: the function's environment: credentials and region.
        patience: how long to wait.
    """

    def __init__(self, callback_url: str, environment: Mapping[str, str], patience: PostPatience | None = None) -> None:
        parts = urlsplit(callback_url)
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._is_secure else 80)
        self._host_header = parts.netloc
        self._path = f"{parts.path.rstrip('/')}/%40connections/"
        self._region = environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"]
        self._credentials = credentials_of(environment)
        self._patience = patience or PostPatience()
        self._secure_context: ssl.SSLContext | None = None
        self._openings: set[asyncio.Task[None]] = set()
        self.idle: list[_Lane] = []

    @property
    def post_seconds(self) -> float:
        """How long one post is waited for."""
        return self._patience.post_seconds

    async def post(self, body: bytes, connection_ids: Iterable[str]) -> Posted:
        """Send `body` to each connection; what became of it. Never raises for one that cannot be reached."""
        return await self._to_all("POST", body, list(connection_ids))

    async def hang_up(self, connection_ids: Iterable[str]) -> None:
        """Close each connection; one that is closed already is fine."""
        await self._to_all("DELETE", b"", list(connection_ids))

    async def close(self) -> None:
        """Close the kept connections to API Gateway."""
        while self.idle:
            self.idle.pop().close()
        # A transport says goodbye to its socket in the loop's next turn.
        await asyncio.sleep(0)

    def replace(self, broadcast: _Broadcast, target: str | None) -> None:
        """A lane of `broadcast` is lost: open another, which posts to `target` first."""
        opening = asyncio.get_running_loop().create_task(self._open_lane(broadcast, target))
        self._openings.add(opening)
        opening.add_done_callback(self._openings.discard)

    async def _to_all(self, method: str, body: bytes, targets: list[str]) -> Posted:
        if not targets:
            return Posted()
        begun = time.perf_counter()
        broadcast = self._broadcast(method, body, targets)
        try:
            async with asyncio.timeout(self._patience.broadcast_seconds):
                await self._round(broadcast)
                if broadcast.throttled:
                    await asyncio.sleep(random.uniform(*self._patience.pause_seconds))  # noqa: S311 - jitter, no secret
                    broadcast.once_more(broadcast.throttled)
                    await self._round(broadcast)
        except TimeoutError:
            broadcast.reasons["out of time"] += broadcast.open_answers
        finally:
            self._give_up(broadcast)
        posted = broadcast.posted
        posted.throttled = len(broadcast.throttled)
        # Those too who were not reached before the time was up.
        posted.failed = len(targets) - posted.sent - len(posted.gone) - posted.throttled
        if broadcast.reasons:
            log.warning("not posted to everybody", extra={"reasons": dict(broadcast.reasons), "of": len(targets)})
        posted.milliseconds = (time.perf_counter() - begun) * 1000
        return posted

    def _broadcast(self, method: str, body: bytes, targets: list[str]) -> _Broadcast:
        signer = OneBodySigner(
            self._credentials,
            region=self._region,
            service="execute-api",
            method=method,
            host=self._host_header,
            body=body,
            at=time.time(),
        )
        return _Broadcast(method, self._path, signer, body, targets)

    async def _round(self, broadcast: _Broadcast) -> None:
        wanted = min(LANES, len(broadcast.waiting))
        while wanted and self.idle:
            lane = self.idle.pop()
            if lane.is_open:
                lane.work_for(broadcast)
                wanted -= 1
        for _ in range(wanted):
            self.replace(broadcast, None)
        while not broadcast.all_answered.done():
            await asyncio.wait([broadcast.all_answered], timeout=_LOOK_EVERY_SECONDS)
            latest = time.monotonic() - self.post_seconds
            for lane in [lane for lane in broadcast.busy if lane.awaits_answer and lane.since < latest]:
                lane.abort()

    def _give_up(self, broadcast: _Broadcast) -> None:
        broadcast.waiting.clear()
        for lane in list(broadcast.busy):
            if lane.awaits_answer:
                # Nobody could use the connection before the rest of it has come.
                lane.abort()

    async def _open_lane(self, broadcast: _Broadcast, target: str | None) -> None:
        if target is None and not broadcast.waiting:
            return
        if self._is_secure and self._secure_context is None:
            self._secure_context = ssl.create_default_context()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.post_seconds):
                _, lane = await loop.create_connection(
                    lambda: _Lane(self), self._host, self._port, ssl=self._secure_context
                )
        except OSError as broken:
            # One target pays for it, so that an address where nobody listens ends soon.
            lost = target or (broadcast.waiting.popleft() if broadcast.waiting else None)
            if lost is not None:
                broadcast.count(lost, 0, type(broken).__name__)
            if broadcast.waiting:
                self.replace(broadcast, None)
            return
        lane.work_for(broadcast, target)
