"""What is said over a socket: each message becomes at most one answer, and news for the others.

Here are the manners: how long, how many, of which shape; then being there and going, and reactions. What people wish
for is in `wishes`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.observation.metrics import COUNT, MILLISECONDS
from kaltura_discord.watch import messages
from kaltura_discord.watch.flood_gate import FloodGate
from kaltura_discord.watch.models import Report, Room, Viewer
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.presence import NotInRoom
from kaltura_discord.watch.protocol import (
    LONGEST_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    REACTION_EVERY_MS,
    Json,
    Malformed,
    parse_message,
)
from kaltura_discord.watch.roster import people_in, roster_message
from kaltura_discord.watch.wishes import ANSWER_WITHIN_SECONDS, GrantReader, Said, Wishes

log = logging.getLogger("kaltura_discord.watch.conversation")

# Around everything, since calls to AWS know no deadline of ours; posts alone may take 8 s.
_PATIENCE_SECONDS = 12.0

SENTENCES = {
    "malformed": "That message could not be read.",
    "too_large": "That message is too long.",
    "too_many": "That was too much at once. Wait a moment.",
    "version": "This page is out of date. Open Watch Together again.",
    "not_in_room": "You are not in this room (any more). Open Watch Together again.",
    "unavailable": "The room could not be reached. Try again.",
}


class Conversation:
    """Answers messages.

    Args:
        parts: everything that rooms are made of.
        flood_gate: counts messages.
        read_grant: the video that a grant lets this viewer's server watch, or None.
        now: epoch seconds.
        answer_within_seconds: posts that take longer have the sender posted to as well.
    """

    def __init__(
        self,
        parts: WatchParts,
        flood_gate: FloodGate,
        read_grant: GrantReader,
        now: Callable[[], float],
        answer_within_seconds: float = ANSWER_WITHIN_SECONDS,
    ) -> None:
        self._parts = parts
        self._flood_gate = flood_gate
        self._now = now
        self._answers: dict[str, Callable[[Said], Awaitable[Json | None]]] = {
            **Wishes(parts, read_grant, answer_within_seconds).by_type,
            "hello": self._hello,
            "report": self._report,
            "reaction": self._react,
            "leave": self._leave,
        }

    async def answer(self, viewer: Viewer, body: str, received_at_ms: float, expires_at_ms: float) -> Json | None:
        """The answer to one message; None where there is none, or it was posted."""
        ref: object = None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                if expires_at_ms <= received_at_ms:
                    await self.ended(viewer)
                    return messages.goodbye("expired")
                if not await self._flood_gate.admits(viewer.connection_id):
                    await self._flooded(viewer)
                    return None
                if len(body) > LONGEST_MESSAGE_BYTES or len(body.encode()) > LONGEST_MESSAGE_BYTES:
                    return _error("too_large")
                message = parse_message(body)
                ref = message.get("ref")
                if message["type"] == "clock":
                    return {"type": "clock", **self._clock(message, received_at_ms)}
                return await self._answers[message["type"]](Said(viewer, message, received_at_ms))
        except (Malformed, UnicodeEncodeError):
            return _error("malformed")
        except NotInRoom:
            return _error("not_in_room", ref)
        except (AwsError, TimeoutError) as error:
            log.error("no answer", extra={"reason": str(error) or type(error).__name__})
            return _error("unavailable", ref)
        except Exception:  # a mistake of ours must not look like silence
            log.exception("no answer")
            return _error("unavailable", ref)

    async def ended(self, viewer: Viewer) -> None:
        """A connection ended, or is as good as ended."""
        news = await self._parts.presence.leave(viewer.room_id, viewer.connection_id)
        await self._parts.relay.spread(news, viewer.connection_id)

    # --- being there -------------------------------------------------------------------------------------------------

    async def _hello(self, said: Said) -> Json:
        if int(said.message["version"]) != PROTOCOL_VERSION:
            return _error("version")
        present = await self._parts.presence.enter(said.viewer)
        if present is None:
            return messages.goodbye("closed")
        await self._parts.relay.spread(present.news, said.viewer.connection_id)
        roster = roster_message(present.participants, present.room.host_user_id, 0, present.as_of_ms)
        clock = self._clock(said.message, said.received_at_ms)
        return messages.welcome(said.viewer, present.room, roster, clock)

    async def _report(self, said: Said) -> Json:
        message, viewer = said.message, said.viewer
        report = Report(
            message["state"],
            message["activity"],
            message["drift_ms"],
            message["clock_bound_ms"],
            message["one_way_ms"],
        )
        present = await self._parts.presence.report(viewer, report)
        if present is None:
            return messages.goodbye("closed")
        room = present.room
        await self._parts.relay.spread(present.news, viewer.connection_id)
        self._measure(message, viewer, room, len(people_in(present.participants, present.as_of_ms)))
        is_behind = message["revision"] < room.timeline.revision or message["control_revision"] < room.control_revision
        roster = roster_message(present.participants, room.host_user_id, message["roster_stamp_ms"], present.as_of_ms)
        clock = self._clock(message, said.received_at_ms)
        return messages.roster(room, roster, clock, with_state=is_behind)

    async def _leave(self, said: Said) -> Json:
        await self.ended(said.viewer)
        return messages.goodbye("left")

    def _measure(self, report: Json, viewer: Viewer, room: Room, viewers: int) -> None:
        measured: dict[str, tuple[float, str]] = {
            "Corrections": (report["corrections"], COUNT),
            "Seeks": (report["seeks"], COUNT),
            "BufferingTime": (report["buffering_ms"], MILLISECONDS),
        }
        if report["drift_ms"] is not None and report["state"] == "playing":
            measured["Drift"] = (abs(report["drift_ms"]), MILLISECONDS)
        if report["clock_bound_ms"] is not None:
            measured["ClockBound"] = (report["clock_bound_ms"], MILLISECONDS)
        if room.host_user_id == viewer.user_id:
            measured["Viewers"] = (viewers, COUNT)
        self._parts.metrics.write(measured)

    # --- reactions ---------------------------------------------------------------------------------------------------

    async def _react(self, said: Said) -> Json | None:
        viewer = said.viewer
        may = await self._parts.participants.may_react(viewer.room_id, viewer.connection_id, REACTION_EVERY_MS)
        if may is None:
            raise NotInRoom
        if not may:
            return _error("too_many")
        room = await self._parts.store.find(viewer.room_id)
        if room is None:
            return messages.goodbye("closed")
        await self._parts.relay.tell(
            room, messages.reaction(viewer.user_id, said.message["emoji"]), viewer.connection_id
        )
        return None

    # --- answering ---------------------------------------------------------------------------------------------------

    async def _flooded(self, viewer: Viewer) -> None:
        relay, connection_id = self._parts.relay, viewer.connection_id
        log.warning("a flood of messages")
        await relay.say(connection_id, _error("too_many"))
        await relay.say(connection_id, messages.goodbye("flooded"))
        await relay.hang_up_on(connection_id)
        await self.ended(viewer)

    def _clock(self, message: Json, received_at_ms: float) -> Json:
        return messages.stamps(message["c0"], received_at_ms, self._now() * 1000)


def _error(code: str, ref: object = None) -> Json:
    return messages.error(code, SENTENCES[code], ref)
