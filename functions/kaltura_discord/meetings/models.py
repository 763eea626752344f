"""What a meeting is.

    starting ──► live ──► ended
        │        ▲ ▲        │
        ▼        │ └────────┘  opened again
      failed     │
        ▲        │
        └──── scheduled ◄──► cancelled

`generation` counts how often it was opened: each opening has a session group of its own, because Kaltura never
accepts a group again once it was revoked.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId, UserId
from kaltura_discord.kaltura.rooms import CreatedRoom, MeetingKind
from kaltura_discord.meetings.schedule import Schedule

MeetingId = NewType("MeetingId", str)

NAMES_SHOWN = 3

CARD_GONE = "gone"
"""What a card shows that somebody has deleted."""


class MeetingState(StrEnum):
    """Where a meeting is in its life."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    STARTING = "starting"
    LIVE = "live"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Person:
    """A Discord member, as far as a meeting remembers them."""

    user_id: UserId
    name: str


NOBODY = Person(UserId(""), "")
"""Who does what happens by itself."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where a meeting's card stands."""

    channel_id: ChannelId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Recording:
    """What was recorded of a meeting, ready to be watched; how long it is, in seconds."""

    entry_id: str
    duration_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting.

    Times are epoch seconds, 0 for what has not happened. `joined_names` are the first few who joined through us, now
    and then more than `NAMES_SHOWN`, as several may come at once; `joined_count` is all of them. Kaltura does not
    tell who left. The card may stand in the channel since `card_since`, also where nobody knows as which message;
    `card_shows` is a fingerprint of what it was last made to show, or `CARD_GONE`.
    """

    meeting_id: MeetingId
    guild_id: GuildId
    channel_id: ChannelId
    title: str
    description: str
    kind: MeetingKind
    started_by: Person
    started_at: int
    state: MeetingState = MeetingState.STARTING
    generation: int = 1
    room: CreatedRoom | None = None
    card: Card | None = None
    card_since: int = 0
    joined_count: int = 0
    joined_names: tuple[str, ...] = ()
    last_joined_at: int = 0
    ended_at: int = 0
    ended_by: str = ""
    failure: str = ""
    card_shows: str = ""
    recordings: tuple[Recording, ...] = ()
    schedule: Schedule | None = None

    @property
    def session_group(self) -> str:
        """What all Kaltura sessions of this opening have in common, so that ending can revoke them."""
        return f"meeting_{self.meeting_id}_{self.generation}"

    @property
    def standing_card(self) -> Card | None:
        """Its card, unless it is known that somebody has deleted it."""
        return self.card if self.card_shows != CARD_GONE else None

    @property
    def last_sign_of_life(self) -> int:
        """When somebody last joined, or else when it started."""
        return max(self.started_at, self.last_joined_at)

    def lets_people_in(self, now: float) -> bool:
        """Whether somebody may come in at an epoch second: while it is live, and shortly before a planned start."""
        if self.schedule is not None and self.state is MeetingState.SCHEDULED and self.room is not None:
            return now >= self.schedule.doors_open_at
        return self.state is MeetingState.LIVE


@dataclass(frozen=True, slots=True)
class RunningMeeting:
    """What lists and choices show of a meeting that is live."""

    meeting_id: MeetingId
    title: str
    kind: MeetingKind
    started_by: Person
    started_at: int
