"""What may be done with a room, by people in its page and by commands outside of it.

Each wish is one conditional write. Where it is refused, what was found says why.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch import room_changes as changes
from kaltura_discord.watch.models import Actor, ConnectionId, ControlWish, Media, PlaybackWish, Room, RoomId
from kaltura_discord.watch.room_store import Attempt, RoomStore
from kaltura_discord.watch.rules import (
    Reason,
    why_not_claim,
    why_not_host_things,
    why_not_playback,
    why_not_video,
)


@dataclass(frozen=True, slots=True)
class Done:
    """The wish came true; the room as it is now, with the connections to tell it."""

    room: Room


@dataclass(frozen=True, slots=True)
class Refused:
    """The wish did not come true; the room as it is."""

    reason: Reason
    room: Room


@dataclass(frozen=True, slots=True)
class NoRoom:
    """There is no such room, it is closed, or whoever wishes is not in it (`room` then says what it is)."""

    room: Room | None = None


Outcome = Done | Refused | NoRoom


class Rooms:
    """All rooms. `now` is epoch seconds."""

    def __init__(self, store: RoomStore, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    async def change_playback(self, room_id: RoomId, actor: Actor, wish: PlaybackWish) -> Outcome:
        """Play, pause, seek or change speed, on the revision that the wish was made on."""
        attempt = await self._store.attempt(room_id, changes.playback(actor, wish, self._now_ms()))
        return await self._outcome(attempt, actor, lambda room: why_not_playback(room, actor, wish.base_revision))

    async def change_video(self, room_id: RoomId, actor: Actor, base_revision: int, media: Media) -> Outcome:
        """Watch something else, paused at its beginning."""
        attempt = await self._store.attempt(room_id, changes.video(actor, base_revision, media, self._now_ms()))
        return await self._outcome(attempt, actor, lambda room: why_not_video(room, actor, base_revision))

    async def transfer(self, room_id: RoomId, actor: Actor, to: UserId) -> Outcome:
        """Make somebody else in the room its host."""
        room = await self._store.find(room_id)
        if room is None:
            return NoRoom()
        over = next((one for one, user_id in room.connections.items() if user_id == to), None)
        refused = why_not_host_things(room, actor)
        if refused is None and over is None and to not in await self._in_shards(room):
            refused = Reason.UNKNOWN_USER
        if refused is not None:
            return await self._outcome(Attempt(room, is_done=False), actor, lambda _: refused)
        attempt = await self._store.attempt(room_id, changes.transfer(actor, to, over, self._now_ms()))
        return await self._outcome(
            attempt, actor, lambda found: why_not_host_things(found, actor) or Reason.UNKNOWN_USER
        )

    async def claim(self, room_id: RoomId, actor: Actor) -> Outcome:
        """Become host, since the host is gone."""
        now_ms = self._now_ms()
        attempt = await self._store.attempt(room_id, changes.claim(actor, now_ms))
        return await self._outcome(attempt, actor, lambda room: why_not_claim(room, actor, now_ms))

    async def set_control(self, room_id: RoomId, actor: Actor, wish: ControlWish) -> Outcome:
        """Change who controls. Taking the host's control away, or more people's than are listed, is not permitted."""
        attempt = await self._store.attempt(room_id, changes.control(actor, wish))
        return await self._outcome(
            attempt, actor, lambda room: why_not_host_things(room, actor) or Reason.NOT_PERMITTED
        )

    async def close(self, room_id: RoomId, actor: Actor) -> Outcome:
        """End it for everybody."""
        attempt = await self._store.attempt(room_id, changes.close(actor, self._now_ms()))
        return await self._outcome(attempt, actor, lambda room: why_not_host_things(room, actor))

    async def _outcome(self, attempt: Attempt, actor: Actor, why_not: Callable[[Room], Reason | None]) -> Outcome:
        room = attempt.room
        if room is None:
            return NoRoom()
        if attempt.is_done:
            return Done(room)
        if not await self._is_in(room, actor.connection_id):
            return NoRoom(room)
        # A change that nothing forbids in what was found, and that was refused all the same, met another one.
        return Refused(why_not(room) or Reason.STALE, room)

    async def _is_in(self, room: Room, connection_id: ConnectionId | None) -> bool:
        if connection_id is None or connection_id in room.connections:
            return True
        return room.is_large and await self._store.is_participant(room.room_id, connection_id)

    async def _in_shards(self, room: Room) -> set[UserId]:
        return set((await self._store.in_shards(room.room_id)).values()) if room.is_large else set()

    def _now_ms(self) -> float:
        return self._now() * 1000
