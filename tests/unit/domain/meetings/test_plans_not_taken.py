"""A planned meeting that stands elsewhere as no meeting can be, where we may not change it: it is told back once."""

import pytest

from kaltura_discord.kaltura.errors import Forbidden
from kaltura_discord.meetings.models import Meeting
from local_stack.discord.permissions import Permission
from tests.unit.domain.plans import assert_in_step, calendar_of, in_hours, plan, switch_on
from tests.unit.domain.plans_elsewhere import edit, looked_at, move_in_discord, move_in_kaltura, times
from tests.unit.domain.stage import Stage

THREE_DAYS = 3 * 24 * 60
A_DAY = 24 * 60


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


def revision_of(meeting: Meeting) -> int:
    assert meeting.schedule is not None
    return meeting.schedule.revision


async def looked_at_often(stage: Stage, meeting: Meeting) -> list[int]:
    """The revisions that several looks find."""
    return [revision_of(await looked_at(stage, meeting)) for _ in range(5)]


async def test_what_discord_does_not_let_us_change_there_is_not_changed_here_for_ever(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_discord(stage, 5, minutes=THREE_DAYS)
    stage.discord.bot_may = Permission(0)
    first, *later = await looked_at_often(stage, meeting)
    assert set(later) == {first}


async def test_once_it_may_be_changed_in_discord_an_edit_mends_it(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_discord(stage, 5, minutes=THREE_DAYS)
    stage.discord.bot_may = Permission(0)
    longest = await looked_at(stage, meeting)
    stage.discord.bot_may = Permission.CREATE_EVENTS
    await edit(stage, longest, title="Monthly review")
    mended = await stage.meeting(meeting.meeting_id)
    assert (mended.title, times(mended)[1]) == ("Monthly review", A_DAY)
    assert_in_step(stage, mended)


@pytest.mark.parametrize(("hours", "minutes"), [(5, THREE_DAYS), (-48, 45)])
async def test_what_kaltura_does_not_let_us_change_there_is_told_back_once(
    stage: Stage, hours: int, minutes: int
) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_kaltura(stage, meeting, in_hours(stage, hours), minutes)
    calendar_of(stage).refusal = Forbidden("SERVICE_FORBIDDEN")
    _, second, *later = await looked_at_often(stage, meeting)
    assert set(later) == {second}


async def test_told_back_once_it_can_still_be_moved_in_kaltura(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_kaltura(stage, meeting, in_hours(stage, 5), THREE_DAYS)
    calendar_of(stage).refusal = Forbidden("SERVICE_FORBIDDEN")
    await looked_at_often(stage, meeting)
    moved_to = in_hours(stage, 8)
    move_in_kaltura(stage, meeting, moved_to, 60)
    assert times(await looked_at(stage, meeting)) == (moved_to, 60)


async def test_impossible_again_after_it_was_told_back_it_is_told_back_again(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    into_the_past = in_hours(stage, -48)
    for _ in range(2):
        move_in_kaltura(stage, meeting, into_the_past)
        kept = await looked_at(stage, meeting)
        assert times(kept) == times(meeting)
        assert_in_step(stage, kept)
