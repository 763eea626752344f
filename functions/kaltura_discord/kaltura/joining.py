"""What every strategy does alike: the session that lets a guest in, and ending a group of such sessions.

The session is of type USER and names the room, the person and their role; nothing else but what an operator adds to
narrow it. So it cannot change or read what the person could not without it. The keys are free-form to Kaltura's API and
read by KAF; their spelling comes from Kaltura's public samples (virtual-meeting-rooms, Embedded-Events), not from KAF's
source, which is closed:

    level                   role          userContextualRole
    admin, moderator        adminRole     0 (instructor)
    viewer                  viewerRole    3 (attendee)
"""

from collections.abc import Mapping

from kaltura_discord.kaltura.account import SERVICE_USER
from kaltura_discord.kaltura.errors import SessionRefused
from kaltura_discord.kaltura.rooms import LONGEST_JOIN_SECONDS, Guest, GuestLevel
from kaltura_discord.kaltura.session import SessionGrant, SessionType, session_group, with_further
from kaltura_discord.kaltura.text import person_names
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

_ROLES: Mapping[GuestLevel, tuple[str, str]] = {
    "admin": ("adminRole", "0"),
    "moderator": ("adminRole", "0"),
    "viewer": ("viewerRole", "3"),
}
_ENDED, _ENDED_AT = "ended", "ended_at_"
_REVOKED = "-6"
_REVOCATION_SECONDS = 2 * LONGEST_JOIN_SECONDS
"""Kaltura keeps a revoked group for 24 hours (invalidSessionPeer); older servers, until this session would expire."""


def guest_session(guest: Guest, room: Mapping[str, str], expires_at: int, group: str) -> SessionGrant:
    """What lets `guest` in.

    Args:
        guest: who comes.
        room: the privileges that name the room, such as `entryId`.
        expires_at: epoch seconds.
        group: what `end_group` ends.

    Raises:
        ValueError: the group or the user id is outside Kaltura's grammar.
    """
    first_name, last_name = person_names(guest.display_name)
    role, contextual_role = _ROLES[guest.level]
    privileges = {
        "userId": guest.user_id,
        **room,
        "role": role,
        "userContextualRole": contextual_role,
        "firstName": first_name,
        "lastName": last_name,
        "locale": guest.locale,
        "sessionid": session_group(group),
    }
    given = {name: value for name, value in privileges.items() if value}
    return SessionGrant(guest.user_id, SessionType.USER, expires_at, with_further(given, guest.privileges))


async def end_group(transport: KalturaTransport, group: str, deadline: Deadline) -> None:
    """End every session of the group (`session.end` with a session that belongs to it).

    That session is of the group itself, so a second revocation is refused as revoked: which is what was wanted.

    Raises:
        KalturaError: it could not be done.
    """
    account = transport.account
    grant = SessionGrant(
        SERVICE_USER,
        SessionType.USER,
        account.seconds_from_now(_REVOCATION_SECONDS),
        {"sessionid": session_group(group)},
    )
    try:
        await transport.call("session", "end", {}, deadline=deadline, repeatable=True, session=account.mint(grant))
    except SessionRefused as refusal:
        if refusal.number != _REVOKED:
            raise


def with_ended_tags(tags: str, ended_at: int) -> str | None:
    """`tags` (separated by commas) with `ended` and the time of it; None where they say just that already.

    A meeting that was opened again and ended again carries the last time only.
    """
    present = [each.strip() for each in tags.split(",") if each.strip()]
    time_tag = f"{_ENDED_AT}{ended_at}"
    if time_tag in present:
        return None
    others = [each for each in present if each != _ENDED and not each.startswith(_ENDED_AT)]
    return ",".join([*others, _ENDED, time_tag])
