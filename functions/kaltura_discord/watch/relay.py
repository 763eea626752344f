"""Telling everybody in a room: one post for each connection, all at once, and whoever is gone is forgotten."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Protocol

from kaltura_discord.observation.metrics import COUNT, MILLISECONDS, Metrics
from kaltura_discord.watch.models import ConnectionId, Room
from kaltura_discord.watch.presence import News, Presence
from kaltura_discord.watch.protocol import Json
from kaltura_discord.watch.room_items import shard_of
from kaltura_discord.watch.room_store import RoomStore

# So many of those who are gone are forgotten at a time; the rest is found gone at the next change.
_FORGET_MOST = 64


class Poster(Protocol):
    """Posts to sockets; `aws.socket_poster` does."""

    async def post(self, body: bytes, connection_ids: Iterable[str]) -> "Posted":
        """Send `body` to each."""

    async def hang_up(self, connection_ids: Iterable[str]) -> None:
        """Close each."""


class Posted(Protocol):
    """What became of posts."""

    @property
    def sent(self) -> int:
        """How many arrived at API Gateway."""

    @property
    def gone(self) -> Sequence[str]:
        """Whose connection is no more."""

    @property
    def throttled(self) -> int:
        """How many were given up since too many were sent."""

    @property
    def failed(self) -> int:
        """How many were given up for any other reason."""

    @property
    def milliseconds(self) -> float:
        """From the first to the last answer."""


class Relay:
    """Tells rooms what happened in them."""

    def __init__(self, store: RoomStore, presence: Presence, poster: Poster, metrics: Metrics) -> None:
        self._store = store
        self._presence = presence
        self._poster = poster
        self._metrics = metrics

    async def tell(self, room: Room, message: Json, except_connection: ConnectionId | None = None) -> None:
        """Post `message` to everybody in `room` but one; it holds whom to tell, unless it is large.

        Never raises for a connection that cannot be reached: the next state, or the next report, makes up for it.
        """
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        nearest = [one for one in room.connections if one != except_connection]
        if not room.is_large:
            await self._post(room, body, nearest)
            return

        async def further() -> None:
            known = await self._store.in_shards(room.room_id)
            await self._post(room, body, [one for one in known if one != except_connection])

        await asyncio.gather(self._post(room, body, nearest), further())

    async def tell_only(self, room: Room, message: Json, connection_ids: Iterable[ConnectionId]) -> None:
        """Post `message` to these connections of `room`."""
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        await self._post(room, body, list(connection_ids))

    async def say(self, connection_id: ConnectionId, message: Json) -> None:
        """Post `message` to one connection, whether it is in a room or not."""
        await self._poster.post(
            json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode(), [connection_id]
        )

    async def spread(self, news: Iterable[News], except_connection: ConnectionId | None = None) -> None:
        """Tell some news, in their order, to everybody but one."""
        for one in news:
            await self.tell(one.room, one.message, except_connection)

    async def hang_up(self, room: Room, except_connection: ConnectionId | None = None) -> None:
        """Close everybody's connection but one."""
        further = await self._store.in_shards(room.room_id) if room.is_large else {}
        await self._poster.hang_up(one for one in [*room.connections, *further] if one != except_connection)

    async def hang_up_on(self, connection_id: ConnectionId) -> None:
        """Close one connection."""
        await self._poster.hang_up([connection_id])

    async def _post(self, room: Room, body: bytes, connection_ids: list[ConnectionId]) -> None:
        if not connection_ids:
            return
        posted = await self._poster.post(body, connection_ids)
        self._metrics.write(
            {
                "Posts": (len(connection_ids), COUNT),
                "PostsGone": (len(posted.gone), COUNT),
                "PostsThrottled": (posted.throttled, COUNT),
                "PostsFailed": (posted.failed, COUNT),
                "RelayTime": (posted.milliseconds, MILLISECONDS),
            }
        )
        gone = [ConnectionId(one) for one in posted.gone[:_FORGET_MOST]]
        if gone and not room.is_closed:
            await self._forget(room, gone)

    async def _forget(self, room: Room, gone: list[ConnectionId]) -> None:
        """Forget exactly those who are gone, never the one who happened to speak."""
        forgotten = await asyncio.gather(
            *(
                self._presence.leave(room.room_id, one, None if one in room.connections else shard_of(one))
                for one in gone
            )
        )
        for news in forgotten:
            await self.spread(news)
