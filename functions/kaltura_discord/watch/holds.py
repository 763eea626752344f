"""Waiting for whoever buffers, where the room chose to.

    playing ── somebody the room waits for reports `buffering` ──> held: paused where it stands, for them
    held ───── the last of them reports something else, or leaves ─> playing again, after the lead
    held ───── HOLD_MOST_MS have passed ──> playing again, and the room is tired of them until they have recovered
    held ───── somebody plays, pauses or seeks ──> as they wish (`room_changes.playback`)

Nobody has a timer here: whoever reports finds what is due. Every step asks for the revision that it was decided on;
what was found otherwise is looked at again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch import hold_changes as changes
from kaltura_discord.watch.models import Room
from kaltura_discord.watch.protocol import HOLD_MOST_MS
from kaltura_discord.watch.room_change import Change
from kaltura_discord.watch.room_store import RoomStore
from kaltura_discord.watch.rules import is_waited_for

# Of somebody who is gone: nothing that the room waits for.
GONE = "gone"

_TRIES = 4

# States in which somebody who buffered has not yet recovered.
_NOT_YET = frozenset({"buffering", "loading", "seeking"})


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be done about holding: a change, and the cause to tell everybody, where they see a difference."""

    change: Change
    cause: str | None = None


def next_step(room: Room, user_id: UserId, play_state: str, now_ms: float) -> Step | None:
    """What has to be done now that `user_id` is in `play_state`; None when all is well."""
    is_buffering = play_state == "buffering" and is_waited_for(room, user_id)
    if room.held_at_ms is None:
        if is_buffering and not room.timeline.paused:
            end = room.media.end if room.media else 0
            return Step(changes.hold(room.timeline, room.timeline.held(now_ms, end), user_id), "hold")
        if user_id in room.tired_of and play_state not in _NOT_YET:
            return Step(changes.recovered(user_id))
        return None
    if room.held_at_ms + HOLD_MOST_MS <= now_ms:
        return Step(changes.release(room.timeline, room.waiting_for, now_ms), "release")
    if not room.waiting_for:
        return Step(changes.release(room.timeline, (), now_ms), "release")
    if user_id in room.waiting_for and not is_buffering:
        return Step(changes.wait_no_more(user_id))
    if user_id not in room.waiting_for and is_buffering:
        return Step(changes.wait_also(room.timeline, user_id))
    return None


@dataclass(frozen=True, slots=True)
class Held:
    """A room that was stopped or let go on, and which of both."""

    room: Room
    cause: str


class Holds:
    """Takes the steps. `now` is epoch seconds."""

    def __init__(self, store: RoomStore, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    async def consider(self, room: Room, user_id: UserId, play_state: str) -> Held | None:
        """Do what has to be done now that `user_id` is in `play_state`; what everybody has to be told of it."""
        for _ in range(_TRIES):
            step = next_step(room, user_id, play_state, self._now() * 1000)
            if step is None:
                return None
            attempt = await self._store.attempt(room.room_id, step.change)
            if attempt.room is None:
                return None
            if attempt.is_done and step.cause is not None:
                return Held(attempt.room, step.cause)
            room = attempt.room
        return None
