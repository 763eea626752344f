"""The scheduled function: all that is due is worked off, and one bad note does not keep the others waiting."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.commands.services import Services
from kaltura_discord.events.models import Event
from kaltura_discord.meetings.starting import AUTO_END
from kaltura_discord.notifications.live_watch import LiveWatch
from tests.unit.domain.doors.api_house import in_between
from tests.unit.domain.doors.door import lines, opened
from tests.unit.domain.sent_by_discord import snowflake

Json = dict[str, Any]


@dataclass
class Keeper:
    environment: dict[str, str]
    handler: Any

    def note(self, note: DueNote) -> None:
        in_between(self.environment, lambda services: services.due.add(note))

    def left(self) -> list[str]:
        async def subjects(services: Services) -> list[str]:
            return [note.subject for note in await services.due.due(10**10)]

        return in_between(self.environment, subjects)


@pytest.fixture
def keeper(environment: dict[str, str]) -> Iterator[Keeper]:
    with opened("housekeeping", environment) as module:
        yield Keeper(environment, module.handler)


def note_on(meeting_id: str, at: int, **details: str) -> DueNote:
    return DueNote(AUTO_END, meeting_id, at, details or {"guild_id": snowflake()})


def test_what_is_due_is_worked_off_and_what_is_not_stays(keeper: Keeper) -> None:
    forgotten, later = snowflake(), snowflake()
    keeper.note(note_on(forgotten, at=int(time.time()) - 5))
    keeper.note(note_on(later, at=int(time.time()) + 3600))
    assert keeper.handler({}, None) == {"done": 1}
    assert forgotten not in keeper.left()
    assert later in keeper.left()


def test_one_bad_note_does_not_keep_the_others_waiting(keeper: Keeper, caplog: pytest.LogCaptureFixture) -> None:
    bad, good = snowflake(), snowflake()
    keeper.note(note_on(bad, at=int(time.time()) - 9, nothing="of use"))
    keeper.note(note_on(good, at=int(time.time()) - 5))
    assert keeper.handler({}, None) == {"done": 1}
    assert good not in keeper.left()
    assert bad in keeper.left(), "somebody should look at it"
    assert bad in lines(caplog)


def test_an_event_that_nobody_handed_on_is_handed_on(keeper: Keeper) -> None:
    event = Event(snowflake(), "entry_changed", "1_abcd1234", at=int(time.time()) - 120)
    in_between(keeper.environment, lambda services: services.events.receive(event))
    keeper.handler({}, None)
    assert event.key not in in_between(keeper.environment, lambda services: services.events.left_lying())


def test_what_is_due_is_worked_off_though_streams_cannot_be_looked_at(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(LiveWatch, "look", broken)
    forgotten = snowflake()
    keeper.note(note_on(forgotten, at=int(time.time()) - 5))
    keeper.handler({}, None)
    assert forgotten not in keeper.left()
    assert "chore not done" in caplog.text
