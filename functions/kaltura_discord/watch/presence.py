"""Coming, being there and going.

Who enters is registered first and reads the room after that, so nothing can happen in between that they never hear of:

    in the room's own item   one write registers, and its answer is the room
    in a shard               shard written ──── room read (consistently)
        somebody changes     ─────────── room written ──── shards read (consistently): finds the newcomer

A change that is written before the newcomer's read is in what they read; one after it finds them in the shards. That
the room has shards is written before the first of them, for the same reason.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch import messages
from kaltura_discord.watch import presence_changes as changes
from kaltura_discord.watch.holds import GONE, Held, Holds
from kaltura_discord.watch.models import ConnectionId, Participant, Report, Room, RoomId, Viewer
from kaltura_discord.watch.participants import ParticipantStore, Snapshot
from kaltura_discord.watch.protocol import Json
from kaltura_discord.watch.room_items import MOST_IN_ROOM_ITEM, shard_of
from kaltura_discord.watch.room_store import RoomStore
from kaltura_discord.watch.roster import one_way_times, reported
from kaltura_discord.watch.timeline import lead_for


@dataclass(frozen=True, slots=True)
class News:
    """Something that everybody in the room is told."""

    room: Room
    message: Json


@dataclass(frozen=True, slots=True)
class Present:
    """The room and its people as somebody finds them who entered or reported, and the news that it makes."""

    room: Room
    participants: list[Participant]
    as_of_ms: float
    news: list[News] = field(default_factory=list)


class NotInRoom(Exception):
    """Nobody said hello over this connection, or it was forgotten."""


class Presence:
    """The people of all rooms.

    Args:
        store: how rooms are kept.
        participants: how participants are kept.
        holds: waiting for who buffers.
        now: epoch seconds.
        most_in_room_item: beyond so many, connections go to shards.
    """

    def __init__(
        self,
        store: RoomStore,
        participants: ParticipantStore,
        holds: Holds,
        now: Callable[[], float],
        most_in_room_item: int = MOST_IN_ROOM_ITEM,
    ) -> None:
        self._store = store
        self._participants = participants
        self._holds = holds
        self._now = now
        self._most = most_in_room_item

    async def enter(self, viewer: Viewer) -> Present | None:
        """Somebody is here, perhaps again; None where there is no open room."""
        snapshot = await self._participants.snapshot(viewer.room_id)
        if snapshot is None or snapshot.room.guild_id != viewer.guild_id:
            return None
        newcomer = _newcomer(viewer, snapshot, self._now() * 1000)
        entered = await self._register(viewer, newcomer, snapshot)
        if entered is None:
            return None
        room, newcomer = entered
        news = await self._host_is_back(room, viewer.user_id)
        everybody = {**snapshot.participants, newcomer.connection_id: newcomer}
        latest = news[-1].room if news else room
        return Present(latest, list(everybody.values()), snapshot.as_of_ms, news)

    async def report(self, viewer: Viewer, report: Report) -> Present | None:
        """What somebody's page says about itself; None where there is no open room any more.

        Raises:
            NotInRoom: they have to say hello first.
        """
        snapshot = await self._participants.snapshot(viewer.room_id)
        if snapshot is None:
            return None
        now_ms = self._now() * 1000
        before = snapshot.participants.get(viewer.connection_id)
        if before is None or before.gone_at_ms is not None:
            # A read may lag behind the hello of a moment ago; the write knows.
            before = _newcomer(viewer, snapshot, now_ms)
        after = reported(before, report, now_ms)
        if not await self._participants.report(viewer.room_id, after):
            raise NotInRoom
        everybody = {**snapshot.participants, after.connection_id: after}
        room, news = snapshot.room, list[News]()
        if room.host_user_id == viewer.user_id:
            room, news = await self._host_is_here(room, viewer, lead_for(one_way_times(everybody.values(), now_ms)))
        held = await self._holds.consider(room, viewer.user_id, report.play_state)
        if held is not None:
            room = held.room
            news.append(_held_news(held))
        return Present(room, list(everybody.values()), snapshot.as_of_ms, news)

    async def leave(self, room_id: RoomId, connection_id: ConnectionId, shard: int | None = None) -> list[News]:
        """A connection ended; what that means for the others. Said twice, it means nothing the second time.

        `shard` says where it is relayed through, for one that no participant's item is known of.
        """
        ended = await self._participants.end(room_id, connection_id)
        shard = ended.shard if ended is not None else shard
        if shard is not None:
            await self._participants.leave_shard(room_id, connection_id, shard)
            room = await self._store.find(room_id)
        else:
            attempt = await self._store.attempt(room_id, changes.forget(connection_id))
            room = attempt.room if attempt.is_done else None
        if room is None or ended is None or await self._is_here_otherwise(room, ended.user_id):
            return []
        return await self._last_connection_ended(room, ended.user_id)

    async def _register(
        self, viewer: Viewer, newcomer: Participant, snapshot: Snapshot
    ) -> tuple[Room, Participant] | None:
        is_host = snapshot.room.host_user_id == viewer.user_id
        if is_host or len(snapshot.room.connections) < self._most:
            # The host's is always in the room's own item, where it is found without a read.
            most = None if is_host else self._most
            enter = changes.enter(viewer.connection_id, viewer.user_id, self._now() * 1000, most)
            attempt, _ = await asyncio.gather(
                self._store.attempt(viewer.room_id, enter), self._participants.put(viewer.room_id, newcomer)
            )
            if attempt.is_done and attempt.room is not None:
                return attempt.room, newcomer
            if attempt.room is None:
                return None
        return await self._register_in_shard(viewer, newcomer, snapshot.room)

    async def _register_in_shard(
        self, viewer: Viewer, newcomer: Participant, room: Room
    ) -> tuple[Room, Participant] | None:
        shard = shard_of(viewer.connection_id)
        newcomer = replace(newcomer, shard=shard)
        if not room.is_large:
            await self._store.attempt(viewer.room_id, changes.become_large())
        await asyncio.gather(
            self._participants.enter_shard(viewer, shard), self._participants.put(viewer.room_id, newcomer)
        )
        found = await self._store.find(viewer.room_id)
        return None if found is None else (found, newcomer)

    async def _host_is_here(self, room: Room, viewer: Viewer, lead_ms: int) -> tuple[Room, list[News]]:
        attempt = await self._store.attempt(room.room_id, changes.lease(viewer.user_id, lead_ms, self._now() * 1000))
        if attempt.is_done and attempt.room is not None:
            return attempt.room, []
        found = attempt.room or room
        news = await self._host_is_back(found, viewer.user_id)
        return (news[-1].room, news) if news else (found, [])

    async def _host_is_back(self, room: Room, user_id: UserId) -> list[News]:
        if not room.host_left or room.host_user_id != user_id:
            return []
        attempt = await self._store.attempt(room.room_id, changes.host_returned(user_id, self._now() * 1000))
        if not attempt.is_done or attempt.room is None:
            return []
        return [News(attempt.room, messages.host(attempt.room, "returned"))]

    async def _is_here_otherwise(self, room: Room, user_id: UserId) -> bool:
        if user_id in room.connections.values():
            return True
        return room.is_large and user_id in (await self._store.in_shards(room.room_id)).values()

    async def _last_connection_ended(self, room: Room, user_id: UserId) -> list[News]:
        news: list[News] = []
        if room.host_user_id == user_id:
            attempt = await self._store.attempt(room.room_id, changes.host_left(user_id, self._now() * 1000))
            if attempt.is_done and attempt.room is not None:
                news += await self._left_news(attempt.room, user_id)
        held = await self._holds.consider(room, user_id, GONE)
        if held is not None:
            news.append(_held_news(held))
        if not room.connections:
            await self._store.attempt(room.room_id, changes.emptied(self._now() * 1000))
        return news

    async def _left_news(self, room: Room, user_id: UserId) -> list[News]:
        # They may have come in over a new connection at this very moment, before it was said that they had left.
        if user_id in room.connections.values():
            back = await self._host_is_back(room, user_id)
            if back:
                return back
        return [News(room, messages.host(room, "left"))]


def _held_news(held: Held) -> News:
    return News(held.room, messages.playback(held.room, held.cause, None))


def _newcomer(viewer: Viewer, snapshot: Snapshot, now_ms: float) -> Participant:
    """Somebody who comes in; whoever is here over another connection came when that one did."""
    others = snapshot.of_user(viewer.user_id)
    return Participant(
        connection_id=viewer.connection_id,
        user_id=viewer.user_id,
        name=viewer.name,
        avatar=viewer.avatar,
        level=viewer.level,
        via=viewer.via,
        joined_at_ms=min([now_ms, *(one.joined_at_ms for one in others)]),
        reported_at_ms=now_ms,
        changed_at_ms=now_ms,
    )
