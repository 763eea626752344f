"""Who may do what in a room, and why not. Pure; the same rules stand in `room_change` as conditions."""

from enum import StrEnum

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.models import Actor, ControlMode, Room, WaitFor


class Reason(StrEnum):
    """Why a wish was refused, as `rejected` says it."""

    STALE = "stale"
    NOT_PERMITTED = "not_permitted"
    LOCKED = "locked"
    BARRED = "barred"
    HOST_IS_HERE = "host_is_here"
    UNKNOWN_USER = "unknown_user"
    GRANT_REFUSED = "grant_refused"
    NO_MEDIA = "no_media"


def why_not_control(room: Room, actor: Actor) -> Reason | None:
    """Why somebody may not play, pause, seek or change the video; None where they may."""
    if actor.is_moderator or actor.user_id == room.host_user_id:
        return None
    if actor.user_id in room.control.barred:
        return Reason.BARRED
    if room.control.locked:
        return Reason.LOCKED
    return None if room.control.mode is ControlMode.EVERYONE else Reason.NOT_PERMITTED


def why_not_playback(room: Room, actor: Actor, base_revision: int) -> Reason | None:
    """Why playback was not changed."""
    refused = why_not_control(room, actor)
    if refused is None and room.media is None:
        return Reason.NO_MEDIA
    if refused is None and room.timeline.revision != base_revision:
        return Reason.STALE
    return refused


def why_not_video(room: Room, actor: Actor, base_revision: int) -> Reason | None:
    """Why the video was not changed."""
    refused = why_not_control(room, actor)
    if refused is None and room.timeline.revision != base_revision:
        return Reason.STALE
    return refused


def why_not_host_things(room: Room, actor: Actor) -> Reason | None:
    """Why somebody may not hand over, set control or close the room."""
    return None if actor.is_moderator or actor.user_id == room.host_user_id else Reason.NOT_PERMITTED


def why_not_claim(room: Room, actor: Actor, now_ms: float) -> Reason | None:
    """Why somebody may not become host by themselves."""
    if actor.user_id != room.host_user_id and room.lease_until_ms > now_ms:
        return Reason.HOST_IS_HERE
    return Reason.BARRED if actor.user_id in room.control.barred and not actor.is_moderator else None


def why_not_ask(room: Room, actor: Actor) -> Reason | None:
    """Why somebody may not ask the host for control."""
    refused = why_not_control(room, actor)
    return None if refused is Reason.NOT_PERMITTED else refused


def is_waited_for(room: Room, user_id: UserId) -> bool:
    """Whether the room stops when this user buffers."""
    match room.control.wait_for_buffering:
        case WaitFor.NOBODY:
            return False
        case WaitFor.HOST:
            return user_id == room.host_user_id
        case WaitFor.EVERYONE:
            return user_id not in room.tired_of
