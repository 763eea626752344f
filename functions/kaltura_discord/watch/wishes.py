"""What people wish for: each wish has a `ref`, and gets an answer that bears it.

The sender's answer is the body that the route returns; only the others are posted to. A room in which the posts take
long (many viewers, or one that does not answer) must not make the sender late for the moment that everybody acts at:
when the posts are not done by then, the sender is posted to as well, and nothing is returned.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.observation.metrics import COUNT
from kaltura_discord.watch import messages
from kaltura_discord.watch.models import ControlMode, ControlWish, Media, PlaybackWish, Room, Viewer, WaitFor
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.presence import NotInRoom
from kaltura_discord.watch.protocol import Json
from kaltura_discord.watch.rooms import Done, NoRoom, Outcome, Refused
from kaltura_discord.watch.rules import Reason, why_not_ask

# Well within the shortest lead (LEAD_LEAST_MS), so that the sender's answer is never what comes too late.
ANSWER_WITHIN_SECONDS = 0.06

_HOST_IS_AWAY = "The host is not here right now. Try again in a moment."

GrantReader = Callable[[str, Viewer], Awaitable[Media | None]]


@dataclass(frozen=True, slots=True)
class Said:
    """One message: what, over whose connection, and when it was received (epoch ms)."""

    viewer: Viewer
    message: Json
    received_at_ms: float


class Wishes:
    """Makes wishes come true, or says why not.

    Args:
        parts: everything that rooms are made of.
        read_grant: the video that a grant lets this viewer's server watch, or None.
        answer_within_seconds: posts that take longer have the sender posted to as well.
    """

    def __init__(
        self, parts: WatchParts, read_grant: GrantReader, answer_within_seconds: float = ANSWER_WITHIN_SECONDS
    ) -> None:
        self._parts = parts
        self._read_grant = read_grant
        self._answer_within_seconds = answer_within_seconds
        self.by_type: dict[str, Callable[[Said], Awaitable[Json | None]]] = {
            "playback.set": self._set_playback,
            "media.set": self._set_media,
            "host.transfer": self._transfer,
            "host.claim": self._claim,
            "control.set": self._set_control,
            "control.request": self._request_control,
            "room.close": self._close,
        }

    # --- playback ----------------------------------------------------------------------------------------------------

    async def _set_playback(self, said: Said) -> Json | None:
        message, viewer = said.message, said.viewer
        wish = PlaybackWish(
            base_revision=int(message["base_revision"]),
            paused=message["paused"],
            position=message["position"],
            rate=message["rate"],
            cause=message["cause"],
        )
        outcome = await self._parts.rooms.change_playback(viewer.room_id, viewer.actor, wish)
        return await self._told(said, outcome, lambda room: messages.playback(room, wish.cause, viewer.user_id))

    async def _set_media(self, said: Said) -> Json | None:
        message, viewer = said.message, said.viewer
        media = await self._read_grant(message["grant"], viewer)
        if media is None:
            room = await self._parts.store.find(viewer.room_id)
            refused = NoRoom() if room is None else Refused(Reason.GRANT_REFUSED, room)
            return await self._told(said, refused, messages.state_of)
        base_revision = int(message["base_revision"])
        outcome = await self._parts.rooms.change_video(viewer.room_id, viewer.actor, base_revision, media)
        return await self._told(said, outcome, lambda room: messages.media(room, viewer.user_id))

    # --- host and control --------------------------------------------------------------------------------------------

    async def _transfer(self, said: Said) -> Json | None:
        to = UserId(said.message["user_id"])
        outcome = await self._parts.rooms.transfer(said.viewer.room_id, said.viewer.actor, to)
        return await self._told(said, outcome, lambda room: messages.host(room, "transferred"))

    async def _claim(self, said: Said) -> Json | None:
        outcome = await self._parts.rooms.claim(said.viewer.room_id, said.viewer.actor)
        return await self._told(said, outcome, lambda room: messages.host(room, "claimed"))

    async def _set_control(self, said: Said) -> Json | None:
        message, viewer = said.message, said.viewer
        wish = ControlWish(
            mode=ControlMode(message["mode"]) if "mode" in message else None,
            locked=message.get("locked"),
            wait_for_buffering=WaitFor(message["wait_for_buffering"]) if "wait_for_buffering" in message else None,
            bar=message.get("bar"),
            unbar=message.get("unbar"),
        )
        outcome = await self._parts.rooms.set_control(viewer.room_id, viewer.actor, wish)
        return await self._told(said, outcome, lambda room: messages.control(room, viewer.user_id))

    async def _request_control(self, said: Said) -> Json:
        viewer, ref = said.viewer, int(said.message["ref"])
        room = await self._parts.store.find(viewer.room_id)
        if room is None:
            return messages.goodbye("closed")
        everybody = dict(room.connections)
        if room.is_large:
            everybody |= await self._parts.store.in_shards(room.room_id)
        if viewer.connection_id not in everybody:
            raise NotInRoom
        refused = why_not_ask(room, viewer.actor)
        if refused is not None:
            return messages.rejected(ref, refused, room)
        of_host = [one for one, user_id in everybody.items() if user_id == room.host_user_id]
        if not of_host:
            return messages.error("unavailable", _HOST_IS_AWAY, ref)
        await self._parts.relay.tell_only(room, messages.control_requested(viewer), of_host)
        return messages.asked(ref)

    async def _close(self, said: Said) -> Json:
        viewer = said.viewer
        outcome = await self._parts.rooms.close(viewer.room_id, viewer.actor)
        if not isinstance(outcome, Done):
            return _refusal(said, outcome)
        goodbye = messages.goodbye("closed")
        await self._parts.relay.tell(outcome.room, goodbye, viewer.connection_id)
        await self._parts.relay.hang_up(outcome.room, viewer.connection_id)
        return goodbye

    # --- answering ---------------------------------------------------------------------------------------------------

    async def _told(self, said: Said, outcome: Outcome, message_of: Callable[[Room], Json]) -> Json | None:
        """Tell the others what was done, and answer the sender in time; or answer why nothing was."""
        if not isinstance(outcome, Done):
            return _refusal(said, outcome)
        room, viewer = outcome.room, said.viewer
        message = message_of(room)
        answer = {**message, "ref": int(said.message["ref"])}
        self._parts.metrics.write({"RoomChanges": (1, COUNT)})
        relaying = asyncio.create_task(self._parts.relay.tell(room, message, viewer.connection_id))
        try:
            done, _ = await asyncio.wait([relaying], timeout=self._answer_within_seconds)
            if not done:
                await self._parts.relay.say(viewer.connection_id, answer)
            await relaying
        finally:
            relaying.cancel()
        return answer if done else None


def _refusal(said: Said, outcome: Refused | NoRoom) -> Json:
    ref = int(said.message["ref"])
    if isinstance(outcome, Refused):
        return messages.rejected(ref, outcome.reason, outcome.room)
    if outcome.room is None:
        return messages.goodbye("closed")
    raise NotInRoom
