"""What the audit holds.

An entry is what somebody records; a record is what is read, with when it was and where. Changes of settings are
written by `server_config.override_store`, which keeps its history in the same place under the kind `config`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kaltura_discord.discord.identifiers import GuildId

AuditKind = Literal[
    "meeting_started",
    "meeting_ended",
    "meeting_reopened",
    "meeting_scheduled",
    "meeting_rescheduled",
    "meeting_cancelled",
    "elevated",
    "lowered",
    "forgotten",
    "server_allowed",
    "server_revoked",
    "server_data_deleted",
]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that was done.

    Attributes:
        kind: what it was.
        user_id: who did it; empty for housekeeping and the operator.
        interaction_id: from which interaction; empty where there was none.
        details: what else there is to say. A user's id may stand in it, and is replaced when they are forgotten.
        subject: whom or what it was done to: a user's id, a meeting's.
    """

    kind: AuditKind
    user_id: str
    interaction_id: str
    details: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A setting before and after, as JSON values; None where the default held."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry of the audit as it is read.

    Attributes:
        at_ms: when, epoch milliseconds; of an interaction, when Discord received it.
        kind: an `AuditKind`, `CONFIG`, or what a later version records.
        user_id: who did it, a pseudonym where they have been forgotten, or empty.
        changes: of a change of settings, what changed.
    """

    guild_id: GuildId
    at_ms: int
    kind: str
    user_id: str
    interaction_id: str
    subject: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[SettingChange, ...] = ()
