"""The audit as a file: complete, in order, readable by programs, and harmless in a spreadsheet."""

import csv
import io
import json
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.operations.audit_export import Wanted, export, read_arguments, wanted_from
from infra.operations.audit_formats import COLUMNS, FORMATS
from kaltura_discord.audit.log import LATEST_MS, AuditLog
from kaltura_discord.audit.models import AuditRecord, SettingChange
from kaltura_discord.audit.pseudonyms import Pseudonyms
from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from tests.unit.operations.small_cloud import SmallCloud

GUILD = GuildId("112233445566778899")
STARTED = AuditRecord(
    GUILD, 1_790_000_000_123, "meeting_started", "200000000000000001", "9", "9", {"title": 'Über, "Zahlen"\n🎬'}
)
CONFIGURED = AuditRecord(
    GUILD,
    1_790_000_100_000,
    "config",
    "200000000000000001",
    "10",
    details={"version": "3"},
    changes=(SettingChange("meetings.auto_end_hours", None, 6),),
)
ENDED = AuditRecord(GUILD, 1_790_000_200_000, "meeting_ended", "", "", "9")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
RECORDS = st.builds(
    AuditRecord,
    guild_id=st.just(GUILD),
    at_ms=st.integers(0, LATEST_MS),
    kind=st.sampled_from(["meeting_started", "config", "something_later"]),
    user_id=TEXTS,
    interaction_id=TEXTS,
    subject=TEXTS,
    details=st.dictionaries(TEXTS, TEXTS, max_size=3),
)


@dataclass
class Audit(AuditLog):
    """Holds what a test says, and notes what was asked for."""

    records: list[AuditRecord] = field(default_factory=list)
    breaks: bool = False
    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(Table(SmallCloud(), "t"), Pseudonyms(lambda: ""))

    async def entries(
        self, guild_id: GuildId, since_ms: int = 0, until_ms: int = LATEST_MS
    ) -> AsyncIterator[AuditRecord]:
        self.asked.append((guild_id, since_ms, until_ms))
        for record in self.records:
            yield record
        if self.breaks:
            raise AwsUnavailable("Query", "down")

    async def everywhere(self, since_ms: int = 0, until_ms: int = LATEST_MS) -> AsyncIterator[AuditRecord]:
        async for record in self.entries(GuildId("everywhere"), since_ms, until_ms):
            yield record


def wanted(*words: str) -> Wanted:
    return wanted_from(read_arguments(words))


def written(records: list[AuditRecord], name: str) -> str:
    stream = io.StringIO(newline="")
    format_ = FORMATS[name](stream)
    for record in records:
        format_.entry(record)
    format_.end()
    return stream.getvalue()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_table_says_who_did_what_and_when() -> None:
    started, configured, ended = rows(written([STARTED, CONFIGURED, ENDED], "csv"))
    assert started == {
        "time": "2026-09-21T14:13:20.123Z",
        "server_id": GUILD,
        "kind": "meeting_started",
        "user_id": "200000000000000001",
        "interaction_id": "9",
        "subject": "9",
        "details": '{"title": "Über, \\"Zahlen\\"\\n🎬"}',
        "changes": "",
    }
    assert json.loads(configured["changes"]) == [{"key": "meetings.auto_end_hours", "before": None, "after": 6}]
    assert (ended["user_id"], ended["interaction_id"]) == ("", "")


def test_json_says_the_same() -> None:
    started, configured, ended = json.loads(written([STARTED, CONFIGURED, ENDED], "json"))
    assert set(started) == set(COLUMNS)
    assert started["time"] == "2026-09-21T14:13:20.123Z"
    assert started["details"] == {"title": 'Über, "Zahlen"\n🎬'}
    assert configured["changes"] == [{"key": "meetings.auto_end_hours", "before": None, "after": 6}]
    assert ended["details"] == {}


def test_without_entries_there_is_a_table_without_lines_and_an_empty_array() -> None:
    assert written([], "csv").strip() == ",".join(COLUMNS)
    assert json.loads(written([], "json")) == []


@settings(deadline=None)
@given(st.lists(RECORDS, max_size=4))
def test_no_cell_is_a_formula_and_nothing_is_lost(records: list[AuditRecord]) -> None:
    for row, record in zip(rows(written(records, "csv")), records, strict=True):
        for name in ("user_id", "interaction_id", "subject"):
            assert row[name].removeprefix("'") == getattr(record, name).removeprefix("'")
        assert json.loads(row["details"] or "{}") == record.details
        assert all(cell.lstrip("'")[:1] not in "=+-@\t\r\n" or cell[0] == "'" for cell in row.values() if cell)
    assert [each["details"] for each in json.loads(written(records, "json"))] == [each.details for each in records]


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_what_would_be_a_formula_is_text(beginning: str) -> None:
    dangerous = f'{beginning}HYPERLINK("https://evil.example")'
    (row,) = rows(written([AuditRecord(GUILD, 0, "config", dangerous, "")], "csv"))
    assert row["user_id"] == f"'{dangerous}"


# --- what is asked for -----------------------------------------------------------------------------------------------


async def test_a_server_and_a_span_of_days_both_included() -> None:
    audit = Audit(records=[STARTED])
    out = wanted("--guild", GUILD, "--since", "2026-01-01", "--until", "2026-01-31")
    assert await export(out, audit) == 1
    assert audit.asked == [(GUILD, 1_767_225_600_000, 1_769_904_000_000)]


async def test_everything_everywhere_where_nothing_is_said() -> None:
    audit = Audit()
    assert await export(wanted(), audit) == 0
    assert audit.asked == [("everywhere", 0, LATEST_MS)]


def test_moments_have_a_time_zone_and_end_where_they_say() -> None:
    span = wanted("--since", "2026-01-01T00:00:00Z", "--until", "2026-01-01T02:00:00+01:00")
    assert (span.since_ms, span.until_ms) == (1_767_225_600_000, 1_767_229_200_000)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--since", "yesterday"), "SINCE is a day such as"),
        (("--until", "2026-13-01"), "UNTIL is a day such as"),
        (("--until", "9999-12-31"), "UNTIL is a day such as"),
        (("--since", "2026-01-01T12:00:00"), "SINCE needs a time zone"),
        (("--since", "2026-02-01", "--until", "2026-01-01"), "SINCE comes before UNTIL"),
        (("--format", "xlsx"), "FORMAT is csv or json"),
        (("--guild", "Riverside"), "GUILD is a server's id"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(words: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        wanted(*words)


# --- where it goes ---------------------------------------------------------------------------------------------------


async def test_standard_output_holds_the_export_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    await export(wanted("--format", "json"), Audit(records=[STARTED, ENDED]))
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)] == ["meeting_started", "meeting_ended"]


async def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    out = tmp_path / "audit.csv"
    await export(wanted("--out", str(out)), Audit(records=[STARTED]))
    assert [row["kind"] for row in rows(out.read_bytes().decode())] == ["meeting_started"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == [out.name]


async def test_an_export_that_broke_off_is_not_taken_for_a_complete_one(tmp_path: Path) -> None:
    out = tmp_path / "audit.csv"
    out.write_text("the export of last week")
    with pytest.raises(AwsUnavailable):
        await export(wanted("--out", str(out)), Audit(records=[STARTED], breaks=True))
    assert out.read_text() == "the export of last week"
    assert os.listdir(tmp_path) == [out.name]
