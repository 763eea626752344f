"""Meetings in Kaltura, behind one small interface.

Kaltura has several ways to hold a meeting and no single call that says which of them an account has. A strategy
is one of these ways:

    room_entry           a room entry (`room_room`), joined through KAF's `embeddedrooms`; the default
    schedule_resource    a location resource with the tag `vcprovider:newrow`, joined through KAF's `virtualEvent`

Kaltura cannot end a running room, does not say who is in it, and loses the recording with a deleted one. So to
end a meeting means `revoke` and `mark_ended`, never `discard`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.resilience.deadline import Deadline

MeetingKind = Literal["webinar", "room", "classroom"]
GuestLevel = Literal["admin", "moderator", "viewer"]
StrategyName = Literal["room_entry", "schedule_resource"]

LONGEST_JOIN_SECONDS = 3600
"""No session that lets a person into a room lives longer than this."""


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """The meeting that is to be made.

    Attributes:
        reference_id: our own id of the meeting, unique for ever: `[A-Za-z0-9_-]`, 1 to 64 characters. Kaltura keeps
            it with the room, so a room whose making had an unknown outcome can be found again.
        title: as the user wrote it; cleaned and shortened to Kaltura's 255 characters here.
        description: likewise; may be empty.
        kind: decides the room's mode where the strategy has modes.
        owner_user_id: the Kaltura user id of who starts it, such as `discord_42`; at most 64 characters.
        tags: what to tag the room with, such as the server's id; commas inside a tag become spaces.
        template_room_entry_id: the room entry whose settings are copied, or None (only `room_entry` uses it).
        strategy: which way it is to be held; None leaves it to whoever makes it.
    """

    reference_id: str
    title: str
    description: str
    kind: MeetingKind
    owner_user_id: str
    tags: tuple[str, ...] = ()
    template_room_entry_id: str | None = None
    strategy: StrategyName | None = None


@dataclass(frozen=True, slots=True)
class CreatedRoom:
    """A room that exists in Kaltura; plain enough to be stored beside the meeting.

    Attributes:
        strategy: who made it, and must be asked about it.
        room_id: Kaltura's id: an entry id (`1_ab12cd34`), or a resource id (`4711`).
        reference_id: our own id of the meeting.
    """

    strategy: StrategyName
    room_id: str
    reference_id: str


@dataclass(frozen=True, slots=True)
class Guest:
    """Who wants to come in.

    Attributes:
        user_id: the Kaltura user id, such as `discord_42`; one person, one id, or newrow throws the first out.
        display_name: the name to show, as the person wrote it.
        level: what they may do in the room.
        locale: a language tag such as `en-US`, or empty.
        privileges: what else their session carries; it cannot replace what lets them in.
    """

    user_id: str
    display_name: str
    level: GuestLevel
    locale: str = ""
    privileges: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JoinLink:
    """The way in, for one person and a short time.

    Attributes:
        url: holds a Kaltura session: redirect to it, never log it and never put it into a message.
        expires_at: when it stops working, epoch seconds.
    """

    url: str = field(repr=False)
    expires_at: int


class MeetingStrategy(Protocol):
    """One way to hold meetings in Kaltura.

    Every coroutine raises `KalturaError` (see `errors`) and gives up at its deadline.
    """

    @property
    def name(self) -> StrategyName:
        """Which of the ways this is."""

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        """Make the room, or find the one that a former try with this `reference_id` made.

        Raises:
            KalturaUnavailable: when not `retry_safe`, a room may exist that could not be found before the
                deadline; `find_by_reference` finds it later.
        """

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        """The room made for `reference_id`; None where Kaltura shows none (its index lags by seconds)."""

    async def discard(self, room: CreatedRoom, deadline: Deadline) -> None:
        """Delete a room that nobody ever used; one that is gone already is no error."""

    def join_url(self, room: CreatedRoom, guest: Guest, expires_at: int, session_group: str) -> JoinLink:
        """The way in for `guest` until `expires_at` (epoch seconds, cut to an hour from now). Asks nobody.

        Args:
            room: the room.
            guest: who comes.
            expires_at: epoch seconds.
            session_group: what `revoke` names to end these sessions: `[A-Za-z0-9_-]`, 1 to 64 characters. Once
                revoked, a group stays revoked for a day, so a meeting that is opened again needs a new one.
        """

    async def revoke(self, room: CreatedRoom, session_group: str, deadline: Deadline) -> None:
        """End every session of the group: links not yet opened stop working. Who is inside stays inside."""

    async def mark_ended(self, room: CreatedRoom, ended_at: int, deadline: Deadline) -> None:
        """Tag the room as ended at `ended_at` (epoch seconds); doing so again changes nothing."""

    async def probe(self, deadline: Deadline) -> list[Finding]:
        """Whether this account can hold meetings this way; only reads."""
