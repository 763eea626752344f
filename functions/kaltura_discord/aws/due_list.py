"""What is due: small notes for housekeeping, sorted by time. A schedule reads them once a minute.

    pk  DUE#{shard}      sk  {epoch second, 12 digits}#{kind}#{subject}

A note is taken off only after its work is done, so work may be done twice after a crash, never not at all: whoever
writes a kind of work makes it harmless to repeat. The shards keep one busy partition from becoming the bottleneck.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Table

SHARDS = 4

# A note that nobody could work off within a week says nothing any more.
_KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class DueNote:
    """Work of one `kind` on one `subject`, due at `at` (epoch seconds); `details` is what the work needs to know."""

    kind: str
    subject: str
    at: int
    details: Mapping[str, Value]

    @property
    def key(self) -> Key:
        """Where the note is kept."""
        shard = zlib.crc32(self.subject.encode()) % SHARDS
        return Key(f"DUE#{shard}", f"{self.at:012d}#{self.kind}#{self.subject}")


class DueList:
    """All notes."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, note: DueNote) -> None:
        """Put a note on the list; the same note twice is one note."""
        await self._table.put(
            {
                "pk": note.key.pk,
                "sk": note.key.sk,
                "kind": note.kind,
                "subject": note.subject,
                "at": note.at,
                "details": dict(note.details),
                "expires_at": note.at + _KEPT_SECONDS,
            }
        )

    async def take_off(self, note: DueNote) -> None:
        """The work is done."""
        await self._table.delete(note.key)

    async def due(self, now: float) -> list[DueNote]:
        """What is due at `now` (epoch seconds), oldest first within each shard."""
        notes: list[DueNote] = []
        for shard in range(SHARDS):
            items = await self._table.query(f"DUE#{shard}", sk_until=f"{int(now):012d}#~")
            notes.extend(DueNote(i["kind"], i["subject"], int(i["at"]), i.get("details", {})) for i in items)
        return notes
