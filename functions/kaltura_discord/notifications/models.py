"""What a notification is: one thing that one server is told once.

    pending ──► sent
     │ │  ▲
     │ │  └──── failed     Discord will never take it, or has not for hours; the reason says what to do, and it may be
     │ │                   tried again
     │ └──────► dropped    the server does not want it (any more)
     └────────► held       it is quiet now, and told afterwards: then sent, failed or dropped

Its key says what it is about and not who told us, so that two webhooks about one recording are one notification.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId
from kaltura_discord.discord.markers import Mark, mark_of

NotificationType = Literal[
    "meeting_start", "meeting_end", "user_join", "recording_ready", "live_start", "live_end", "video_ready", "digest"
]

DIGEST: NotificationType = "digest"
"""What happened while it was quiet, or a part of it: for servers it is no type of its own."""


class NotificationState(StrEnum):
    """How far it is."""

    PENDING = "pending"
    HELD = "held"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Notification:
    """Something to tell a server.

    Attributes:
        key: what it is about: `recording_ready#1_ab12cd34`, `meeting_end#{meeting}#{opening}`.
        guild_id: whom to tell.
        type: which of the messages it is.
        subject: the id of the meeting or entry that its buttons are about.
        details: what is known of an entry; of a meeting everything is read when it is told. A recording's meeting is
            `meeting_id`.
        created_at: epoch seconds.
    """

    key: str
    guild_id: GuildId
    type: NotificationType
    subject: str
    details: Mapping[str, str] = field(default_factory=dict)
    created_at: int = 0

    @property
    def group(self) -> str:
        """What is told one after the other: all about one meeting or video in one server."""
        return f"{self.guild_id}#{self.details.get('meeting_id', self.subject)}"

    @property
    def mark(self) -> Mark:
        """By what its message is known again."""
        return mark_of(f"{self.guild_id}#{self.key}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a notification is, and what was tried.

    Attributes:
        attempts: how often Discord was asked and did not do it; waiting for a rate limit is none.
        sending_since: when the first try began, epoch seconds; 0 before. From then on it may be there already.
        sending_to: the channel of that try.
        channel_id: where it stands, once it is sent.
        reason: why it failed or was dropped, a sentence for administrators.
        finished_at: when it was sent, failed or dropped, epoch seconds; 0 before.
        at_once: whether somebody who tries it again waits for it: then quiet hours do not hold it.
    """

    notification: Notification
    state: NotificationState = NotificationState.PENDING
    attempts: int = 0
    sending_since: int = 0
    sending_to: ChannelId | None = None
    channel_id: ChannelId | None = None
    message_id: MessageId | None = None
    reason: str = ""
    finished_at: int = 0
    at_once: bool = False
