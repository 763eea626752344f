"""The audit as a table (CSV: RFC 4180) and as JSON, written entry by entry.

What people typed stands in it, such as titles of meetings. A spreadsheet takes a cell for a formula that begins with
one of a few signs, and would carry it out on the operator's machine; such cells get an apostrophe before them, which
spreadsheets take for "this is text" (OWASP: CSV Injection).
"""

import csv
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TextIO

from kaltura_discord.audit.models import AuditRecord

COLUMNS = ("time", "server_id", "kind", "user_id", "interaction_id", "subject", "details", "changes")

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Format(Protocol):
    """Writes entries."""

    def entry(self, record: AuditRecord) -> None:
        """Write one entry."""
        ...

    def end(self) -> None:
        """Write what comes after the last one."""
        ...


class AsCsv:
    """A table with one line for each entry; what has parts of its own stands in its cell as JSON."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = csv.writer(stream)
        self._lines.writerow(COLUMNS)

    def entry(self, record: AuditRecord) -> None:
        """Write one line."""
        fields = _fields(record)
        self._lines.writerow([_cell(fields[name]) for name in COLUMNS])

    def end(self) -> None:
        """Nothing comes after the last line."""


class AsJson:
    """One array of objects."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._before = "[\n"

    def entry(self, record: AuditRecord) -> None:
        """Write one object."""
        self._stream.write(self._before + json.dumps(_fields(record), ensure_ascii=False))
        self._before = ",\n"

    def end(self) -> None:
        """Close the array."""
        self._stream.write("[]\n" if self._before == "[\n" else "\n]\n")


FORMATS: Mapping[str, Callable[[TextIO], Format]] = {"csv": AsCsv, "json": AsJson}


def _fields(record: AuditRecord) -> dict[str, Any]:
    return {
        "time": _iso(record.at_ms),
        "server_id": record.guild_id,
        "kind": record.kind,
        "user_id": record.user_id,
        "interaction_id": record.interaction_id,
        "subject": record.subject,
        "details": dict(record.details),
        "changes": [{"key": change.key, "before": change.before, "after": change.after} for change in record.changes],
    }


def _iso(at_ms: int) -> str:
    """ISO 8601, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _cell(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return f"'{value}" if value.startswith(_BEGINS_A_FORMULA) else value
