"""A planned meeting while Discord or Kaltura does not say whether they have done what they were told.

What they may have been told is not taken for what somebody has changed there, and whoever says nothing has not refused.
"""

from contextlib import suppress

import pytest

from kaltura_discord.commands.work import TryAgain
from kaltura_discord.meetings.models import Meeting, MeetingState
from local_stack.discord.scheduled_events import ACTIVE, COMPLETED
from tests.unit.domain.plans import (
    assert_in_step,
    events_of,
    form,
    in_hours,
    pass_until,
    plan,
    switch_on,
)
from tests.unit.domain.plans_elsewhere import change_in_discord, opened_edit, times
from tests.unit.domain.stage import Stage


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def edited_without_answer(stage: Stage, meeting: Meeting, **fields: str) -> Meeting:
    """An edit of the card, of which Discord changes its event and no answer arrives."""
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), **fields))
    stage.discord.loses_event_changes = True
    with suppress(TryAgain):
        await stage.work()
    stage.discord.loses_event_changes = False
    return await stage.meeting(meeting.meeting_id)


async def a_minute_later(stage: Stage, meeting: Meeting) -> Meeting:
    await pass_until(stage, meeting, int(stage.clock()) + 66)
    return await stage.meeting(meeting.meeting_id)


async def test_an_event_that_was_let_go_has_not_been_called_off_by_anybody(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    change_in_discord(stage, status=ACTIVE)
    moved_to = in_hours(stage, 9)
    await edited_without_answer(stage, meeting, when="in 9 hours")
    assert [event.status for event in events_of(stage, stage.guild_id)] == [COMPLETED]
    moved = await a_minute_later(stage, meeting)
    assert (moved.state, *times(moved)) == (MeetingState.SCHEDULED, moved_to, 45)
    assert_in_step(stage, moved)
