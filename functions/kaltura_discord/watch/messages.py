"""What the room says, as the protocol writes it. Plain dictionaries; tests hold every one against the schema."""

from typing import Any

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.models import Room, Viewer
from kaltura_discord.watch.protocol import PROTOCOL_VERSION, Json
from kaltura_discord.watch.rules import Reason
from kaltura_discord.watch.timeline import Timeline


def timeline_of(timeline: Timeline) -> Json:
    """`$defs/timeline`."""
    return {
        "revision": timeline.revision,
        "paused": timeline.paused,
        "position": timeline.position,
        "rate": timeline.rate,
        "at": timeline.at_ms,
    }


def media_of(room: Room) -> Json | None:
    """`$defs/media`."""
    media = room.media
    if media is None:
        return None
    return {"entry_id": media.entry_id, "title": media.title, "duration": media.duration, "kind": media.kind}


def host_of(room: Room) -> Json:
    """`$defs/host`."""
    return {"user_id": room.host_user_id, "lease_until_ms": room.lease_until_ms}


def control_of(room: Room) -> Json:
    """`$defs/control`."""
    control = room.control
    return {
        "mode": control.mode.value,
        "locked": control.locked,
        "wait_for_buffering": control.wait_for_buffering.value,
        "barred": list(control.barred),
    }


def state_of(room: Room) -> Json:
    """`$defs/roomState`: all that a late joiner needs."""
    return {
        "timeline": timeline_of(room.timeline),
        "media": media_of(room),
        "host": host_of(room),
        "control": control_of(room),
        "control_revision": room.control_revision,
        "waiting_for": _waiting(room),
    }


def stamps(c0: float, s1: float, s2: float) -> Json:
    """`$defs/clockStamps`."""
    return {"c0": c0, "s1": s1, "s2": s2}


def welcome(viewer: Viewer, room: Room, roster: Json, clock: Json) -> Json:
    """The answer to `hello`."""
    return {
        "type": "welcome",
        "version": PROTOCOL_VERSION,
        "you": {
            "user_id": viewer.user_id,
            "name": viewer.name,
            "level": viewer.level.word,
            "connection_id": viewer.connection_id,
        },
        "room_id": room.room_id,
        "state": state_of(room),
        "roster": roster,
        "lead_ms": room.lead_ms,
        "clock": clock,
    }


def playback(room: Room, cause: str, by: UserId | None, ref: int | None = None) -> Json:
    """The timeline changed."""
    message = {
        "type": "playback",
        "timeline": timeline_of(room.timeline),
        "cause": cause,
        "by": by,
        "waiting_for": _waiting(room),
    }
    return _with_ref(message, ref)


def media(room: Room, by: UserId, ref: int | None = None) -> Json:
    """Another video is on."""
    message = {"type": "media", "media": media_of(room), "timeline": timeline_of(room.timeline), "by": by}
    return _with_ref(message, ref)


def host(room: Room, reason: str, ref: int | None = None) -> Json:
    """The host changed, left or returned."""
    message = {"type": "host", "host": host_of(room), "control_revision": room.control_revision, "reason": reason}
    return _with_ref(message, ref)


def control(room: Room, by: UserId, ref: int | None = None) -> Json:
    """The rules of control changed."""
    message = {"type": "control", "control": control_of(room), "control_revision": room.control_revision, "by": by}
    return _with_ref(message, ref)


def control_requested(viewer: Viewer) -> Json:
    """Somebody asks for the remote; for the host's eyes only."""
    return {"type": "control.requested", "user_id": viewer.user_id, "name": viewer.name}


def asked(ref: int) -> Json:
    """The host was told."""
    return {"type": "asked", "ref": ref}


def roster(room: Room, changes: Json, clock: Json, *, with_state: bool) -> Json:
    """The answer to a report."""
    message = {"type": "roster", "roster": changes, "host": host_of(room), "lead_ms": room.lead_ms, "clock": clock}
    return {**message, "state": state_of(room)} if with_state else message


def reaction(user_id: UserId, emoji: str) -> Json:
    """Somebody reacts."""
    return {"type": "reaction", "user_id": user_id, "emoji": emoji}


def rejected(ref: int, reason: Reason, room: Room) -> Json:
    """A wish did not come true."""
    return {"type": "rejected", "ref": ref, "reason": reason.value, "current": state_of(room)}


def error(code: str, message: str, ref: Any = None) -> Json:
    """Nothing happened, and why."""
    return _with_ref({"type": "error", "code": code, "message": message}, ref)


def goodbye(reason: str) -> Json:
    """The last word on a connection."""
    return {"type": "goodbye", "reason": reason}


def _waiting(room: Room) -> list[str]:
    # Named are at most so many as the protocol lists; the room waits for all of them.
    return list(room.waiting_for[:100])


def _with_ref(message: Json, ref: Any) -> Json:
    return message if ref is None else {**message, "ref": int(ref)}
