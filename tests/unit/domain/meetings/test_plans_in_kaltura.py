"""A planned meeting that people move or cancel in Kaltura's calendar."""

import pytest

from kaltura_discord.kaltura.errors import Forbidden, KalturaError, KalturaUnavailable
from kaltura_discord.meetings.models import MeetingState
from tests.unit.domain.plans import (
    assert_in_step,
    calendar_of,
    in_hours,
    pass_until,
    plan,
    switch_on,
)
from tests.unit.domain.plans_elsewhere import (
    edit,
    looked_at,
    move_in_discord,
    move_in_kaltura,
    times,
)
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def test_moved_in_kaltura_it_moves_here_and_in_discord(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    later = in_hours(stage, 8)
    move_in_kaltura(stage, meeting, later, minutes=30)
    moved = await looked_at(stage, meeting)
    assert times(moved) == (later, 30)
    assert_in_step(stage, moved)
    assert f"<t:{later}:F>" in text_of(stage.discord.in_channel(stage.channel_id)[0].body)


async def test_an_edit_of_the_card_keeps_what_was_moved_in_kaltura_just_before(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    later = in_hours(stage, 8)
    move_in_kaltura(stage, meeting, later)
    await edit(stage, meeting, title="Monthly review")
    both = await stage.meeting(meeting.meeting_id)
    assert (both.title, *times(both)) == ("Monthly review", later, 45)
    assert_in_step(stage, both)


async def test_cancelled_in_kaltura_it_is_cancelled_and_the_card_says_where(stage: Stage) -> None:
    meeting = await plan(stage)
    assert meeting.schedule is not None
    calendar_of(stage).cancelled.add(meeting.schedule.kaltura_event_id)
    cancelled = await looked_at(stage, meeting)
    assert cancelled.state is MeetingState.CANCELLED
    assert_in_step(stage, cancelled)
    assert "Cancelled in Kaltura's calendar" in text_of(stage.discord.in_channel(stage.channel_id)[0].body)


async def test_deleted_in_kaltura_it_is_cancelled(stage: Stage) -> None:
    meeting = await plan(stage)
    calendar_of(stage).events.clear()
    calendar_of(stage).rooms.clear()
    assert (await looked_at(stage, meeting)).state is MeetingState.CANCELLED


async def test_in_an_account_that_knows_neither_event_nor_room_nothing_is_cancelled(stage: Stage) -> None:
    meeting = await plan(stage)
    calendar_of(stage).events.clear()
    calendar_of(stage).rooms.clear()
    stage.rooms.rooms.clear()
    assert (await looked_at(stage, meeting)).state is MeetingState.SCHEDULED


async def test_moved_at_both_discords_list_holds(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved_to = move_in_discord(stage, 7)
    move_in_kaltura(stage, meeting, in_hours(stage, 8), minutes=30)
    moved = await looked_at(stage, meeting)
    assert times(moved) == (moved_to, 30)
    assert_in_step(stage, moved)


async def test_moved_into_the_past_in_kaltura_it_stays_where_it_is_and_kaltura_is_told(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_kaltura(stage, meeting, in_hours(stage, -48))
    kept = await looked_at(stage, meeting)
    assert times(kept) == times(meeting)
    assert_in_step(stage, kept)


@pytest.mark.parametrize("failure", [KalturaUnavailable("TIMEOUT"), Forbidden("SERVICE_FORBIDDEN")])
async def test_a_calendar_that_does_not_answer_stops_nothing(stage: Stage, failure: KalturaError) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved_to = move_in_discord(stage, 1)
    calendar_of(stage).failure = failure
    await looked_at(stage, meeting)
    await pass_until(stage, meeting, moved_to)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE
