"""Posts to many WebSocket connections at once, through API Gateway's @connections API.

Theory: a change in a room of n viewers is n HTTPS requests that differ only in their path. boto3 spends 1.4 ms of
processor on each, and a function with half a processor would need three seconds for a thousand. Nearly all of that can
be done once a broadcast (see `OneBodySigner`) or not at all: a post here is some bytes joined and written, and some
read (`post_lanes`).

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
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from kaltura_discord.aws.post_lanes import Broadcast, Lane, Posted
from kaltura_discord.aws.sigv4 import OneBodySigner, credentials_of
from kaltura_discord.aws.trust import trusted_authorities

log = logging.getLogger("kaltura_discord.aws.socket_poster")

# More at once than answers of 12 ms need to keep one processor busy, and far fewer than the 1,024 files of a function.
LANES = 100

# How exactly the patience with one post is kept.
_LOOK_EVERY_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class PostPatience:
    """How long is waited, in seconds: for one post, for a whole broadcast, and before throttled posts are repeated."""

    post_seconds: float = 2.5
    broadcast_seconds: float = 8.0
    pause_seconds: tuple[float, float] = (0.05, 0.25)


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
        self._openings: set[asyncio.Task[None]] = set()
        self.idle: list[Lane] = []

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

    def replace(self, broadcast: Broadcast, target: str | None) -> None:
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

    def _broadcast(self, method: str, body: bytes, targets: list[str]) -> Broadcast:
        signer = OneBodySigner(
            self._credentials,
            region=self._region,
            service="execute-api",
            method=method,
            host=self._host_header,
            body=body,
            at=time.time(),
        )
        return Broadcast(method, self._path, signer, body, targets)

    async def _round(self, broadcast: Broadcast) -> None:
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

    def _give_up(self, broadcast: Broadcast) -> None:
        broadcast.waiting.clear()
        for lane in list(broadcast.busy):
            if lane.awaits_answer:
                # Nobody could use the connection before the rest of it has come.
                lane.abort()

    async def _open_lane(self, broadcast: Broadcast, target: str | None) -> None:
        if target is None and not broadcast.waiting:
            return
        secured = trusted_authorities() if self._is_secure else None
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.post_seconds):
                _, lane = await loop.create_connection(lambda: Lane(self), self._host, self._port, ssl=secured)
        except OSError as broken:
            # One target pays for it, so that an address where nobody listens ends soon.
            lost = target or (broadcast.waiting.popleft() if broadcast.waiting else None)
            if lost is not None:
                broadcast.count(lost, 0, type(broken).__name__)
            if broadcast.waiting:
                self.replace(broadcast, None)
            return
        lane.work_for(broadcast, target)
