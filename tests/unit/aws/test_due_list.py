"""What is due: each note once, in time, until it is taken off."""

import secrets

import pytest

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.aws.table import Table
from tests.unit.aws.conftest import Clock

LATER = 4_000_000_000


@pytest.fixture
def kind() -> str:
    """A kind of its own for each test, since all share one list."""
    return f"end-{secrets.token_hex(6)}"


async def _due(table: Table, kind: str, now: float) -> list[DueNote]:
    return [note for note in await DueList(table).due(now) if note.kind == kind]


async def test_a_note_is_due_from_its_second_on(table: Table, clock: Clock, kind: str) -> None:
    note = DueNote(kind, "meeting-1", int(clock.now) + 60, {"guild_id": "1", "nothing": None})
    await DueList(table).add(note)
    assert await _due(table, kind, note.at - 0.1) == []
    assert await _due(table, kind, note.at) == [note]
    assert await _due(table, kind, note.at + 3600) == [note]


async def test_a_note_taken_off_is_due_no_more(table: Table, clock: Clock, kind: str) -> None:
    note = DueNote(kind, "meeting-1", int(clock.now), {})
    await DueList(table).add(note)
    await DueList(table).take_off(note)
    await DueList(table).take_off(note)
    assert await _due(table, kind, LATER) == []


async def test_the_same_note_twice_is_one(table: Table, clock: Clock, kind: str) -> None:
    note = DueNote(kind, "meeting-1", int(clock.now), {"try": 1})
    await DueList(table).add(note)
    await DueList(table).add(DueNote(kind, "meeting-1", int(clock.now), {"try": 2}))
    assert await _due(table, kind, LATER) == [DueNote(kind, "meeting-1", int(clock.now), {"try": 2})]


async def test_notes_on_many_subjects_are_all_found_the_oldest_of_a_subject_first(
    table: Table, clock: Clock, kind: str
) -> None:
    notes = [
        DueNote(kind, f"meeting-{subject}", int(clock.now) + delay, {}) for delay in (9, 1, 10) for subject in range(8)
    ]
    for note in notes:
        await DueList(table).add(note)

    due = await _due(table, kind, LATER)

    assert sorted(due, key=_order) == sorted(notes, key=_order)
    assert len({note.key.pk for note in due}) > 1
    for subject in range(8):
        moments = [note.at for note in due if note.subject == f"meeting-{subject}"]
        assert moments == sorted(moments)


async def test_a_note_that_nobody_worked_off_in_a_week_is_forgotten(table: Table, clock: Clock, kind: str) -> None:
    note = DueNote(kind, "meeting-1", int(clock.now), {})
    await DueList(table).add(note)
    clock.now += 7 * 24 * 3600
    assert await _due(table, kind, clock.now) == []


def _order(note: DueNote) -> tuple[int, str]:
    return note.at, note.subject
