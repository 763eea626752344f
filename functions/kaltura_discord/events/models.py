"""What an event is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kaltura_discord.discord.identifiers import GuildId

EventKind = Literal[
    "entry_changed",
    "meeting_start",
    "meeting_end",
    "meeting_reopened",
    "user_join",
    "live_start",
    "live_end",
    "unknown",
]
"""`entry_changed` is a hint of Kaltura's, to be looked into; the others are what they say; `unknown` is kept only."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        key: what makes it one and the same however often it is told, safe in a key of the table.
        kind: what it was.
        subject: what it happened to: the id of a Kaltura entry, or of a meeting of ours.
        guild_id: the server that it happened in; empty where that has to be found out.
        details: what else is known of it, never a person's name.
        at: when we were told, epoch seconds.
    """

    key: str
    kind: EventKind
    subject: str
    guild_id: GuildId | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    at: int = 0
