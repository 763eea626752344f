"""A planned meeting while Discord or Kaltura does not say whether they have done what they were told.

What they may have been told is not taken for what somebody has changed there, and whoever says nothing has not refused.
"""

from contextlib import suppress
from datetime import UTC, datetime

import httpx
import pytest

from kaltura_discord.commands.work import TryAgain
from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.meetings.models import Meeting, MeetingState
from local_stack.discord.scheduled_events import ACTIVE, COMPLETED
from local_stack.discord.wire import timestamp
from tests.unit.domain.plans import (
    asking,
    assert_in_step,
    calendar_of,
    events_of,
    form,
    in_hours,
    pass_until,
    plan,
    switch_on,
)
from tests.unit.domain.plans_elsewhere import (
    QUARTER_OF_AN_HOUR,
    change_in_discord,
    edit,
    looked_at,
    move_in_discord,
    move_in_kaltura,
    opened_edit,
    times,
)
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

SIX_HOURS = 6 * 3600


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def moved_without_answer(stage: Stage, meeting: Meeting, when: str) -> Meeting:
    """Moved by the card; Discord changes its event, and no answer arrives."""
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), when=when))
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
    await moved_without_answer(stage, meeting, "in 9 hours")
    assert [event.status for event in events_of(stage, stage.guild_id)] == [COMPLETED]
    moved = await a_minute_later(stage, meeting)
    assert (moved.state, *times(moved)) == (MeetingState.SCHEDULED, moved_to, 45)
    assert_in_step(stage, moved)


async def test_let_go_without_answer_while_kaltura_hides_what_it_has_nothing_there_is_overwritten(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    change_in_discord(stage, status=ACTIVE)
    there = in_hours(stage, 7)
    move_in_kaltura(stage, meeting, there)
    calendar_of(stage).hides = True
    await moved_without_answer(stage, meeting, "in 9 hours")
    assert calendar_of(stage).of(meeting.meeting_id)[0].starts_at == there


def not_let_in() -> httpx.Response:
    """Discord's answer to a bad token; it says nothing of what was asked for."""
    return httpx.Response(401, json={"message": "401: Unauthorized", "code": 0})


async def test_a_card_that_discord_did_not_let_us_post_is_posted_later(stage: Stage) -> None:
    payload = asking(stage, "in 5 hours")
    preview = await stage.answer_to(payload)
    await stage.acknowledged(stage.place.press(buttons_of(preview)["Schedule it"]))
    stage.discord.is_down = True
    with pytest.raises(TryAgain):
        await stage.work()
    stage.discord.is_down = False
    meeting = await stage.meeting(payload["id"])
    stage.discord.replies = [not_let_in()]
    with pytest.raises(DiscordUnavailable):
        await a_minute_later(stage, meeting)
    planned = await a_minute_later(stage, meeting)
    assert len(stage.discord.in_channel(stage.channel_id)) == 1
    assert_in_step(stage, planned)


async def test_planned_while_discord_does_not_let_us_in_it_is_planned_all_the_same(stage: Stage) -> None:
    payload = asking(stage, "in 5 hours")
    preview = await stage.answer_to(payload)
    await stage.acknowledged(stage.place.press(buttons_of(preview)["Schedule it"]))
    stage.discord.replies = [not_let_in()]
    with pytest.raises(TryAgain):
        await stage.work()
    planned = await a_minute_later(stage, await stage.meeting(payload["id"]))
    assert planned.state is MeetingState.SCHEDULED
    assert_in_step(stage, planned)


@pytest.mark.parametrize("refusals", [1, 2])
async def test_a_move_while_discord_does_not_let_us_in_is_told_later(stage: Stage, refusals: int) -> None:
    meeting = await plan(stage, when="in 5 hours")
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), when="in 7 hours"))
    moved_to = in_hours(stage, 7)
    stage.discord.replies = [not_let_in() for _ in range(refusals)]
    await stage.work()
    moved = await a_minute_later(stage, meeting)
    assert (times(moved), moved.schedule and moved.schedule.event_problem) == ((moved_to, 45), "")
    assert_in_step(stage, moved)


async def test_cancelled_while_discord_does_not_let_us_in_its_event_is_cancelled_later(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    question = await stage.answer_to(stage.place.press(f"1:plan-cancel:{meeting.meeting_id}"))
    await stage.acknowledged(stage.place.press(buttons_of(question)["Cancel the meeting"]))
    stage.discord.replies = [not_let_in()]
    await stage.work()
    cancelled = await a_minute_later(stage, meeting)
    assert cancelled.state is MeetingState.CANCELLED
    assert_in_step(stage, cancelled)


async def test_let_go_while_discord_does_not_let_us_in_its_event_is_let_go_later(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    event = change_in_discord(stage, status=ACTIVE)
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), when="in 9 hours"))
    stage.discord.replies = [httpx.Response(200, json=event.as_json()), not_let_in()]
    await stage.work()
    assert_in_step(stage, await a_minute_later(stage, meeting))


def written(second: int) -> str:
    """A time as somebody types it."""
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M} UTC"


async def test_moved_and_back_while_discord_does_not_answer_it_is_back(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    later = in_hours(stage, 8)
    moved = await moved_without_answer(stage, meeting, "in 8 hours")
    assert events_of(stage, stage.guild_id)[0].starts_at == later
    await edit(stage, moved, when=written(times(meeting)[0]))
    back = await stage.meeting(meeting.meeting_id)
    assert times(back) == times(meeting)
    assert_in_step(stage, back)


async def test_moved_back_over_two_times_that_discord_did_not_answer_about_it_is_back(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved = await moved_without_answer(stage, meeting, "in 8 hours")
    again = await moved_without_answer(stage, moved, "in 9 hours")
    await edit(stage, again, when=written(times(meeting)[0]))
    back = await stage.meeting(meeting.meeting_id)
    assert times(back) == times(meeting)
    assert_in_step(stage, back)


async def test_what_somebody_renames_there_meanwhile_is_kept(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved = await moved_without_answer(stage, meeting, "in 8 hours")
    change_in_discord(stage, name="Monthly review")
    await edit(stage, moved, when=written(times(meeting)[0]))
    both = await stage.meeting(meeting.meeting_id)
    assert (both.title, times(both)) == ("Monthly review", times(meeting))
    assert_in_step(stage, both)


async def test_moved_there_once_it_has_been_told_it_is_somebodys_move(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    later = in_hours(stage, 8)
    await moved_without_answer(stage, meeting, "in 8 hours")
    told = await a_minute_later(stage, meeting)
    back = await edit(stage, told, when=written(times(meeting)[0]))
    assert "is changed" in text_of(back)
    times_there = {"scheduled_start_time": timestamp(later), "scheduled_end_time": timestamp(later + 2700)}
    change_in_discord(stage, **times_there)
    moved = await looked_at(stage, meeting)
    assert times(moved) == (later, 45)
    assert_in_step(stage, moved)


async def test_moved_and_back_while_kaltura_does_not_answer_it_is_back(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    later = in_hours(stage, 8)
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), when="in 8 hours"))
    calendar_of(stage).loses_changes = True
    await stage.work()
    calendar_of(stage).loses_changes = False
    assert calendar_of(stage).of(meeting.meeting_id)[0].starts_at == later
    await edit(stage, await stage.meeting(meeting.meeting_id), when=written(times(meeting)[0]))
    back = await stage.meeting(meeting.meeting_id)
    assert times(back) == times(meeting)
    assert_in_step(stage, back)


async def test_moved_at_both_while_discord_does_not_answer_discords_list_holds(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved_to = move_in_discord(stage, 8)
    move_in_kaltura(stage, meeting, in_hours(stage, 7))
    stage.discord.is_down = True
    assert times(await looked_at(stage, meeting)) == times(meeting)
    stage.discord.is_down = False
    moved = await looked_at(stage, meeting)
    assert times(moved) == (moved_to, 45)
    assert_in_step(stage, moved)


async def test_edited_while_discord_does_not_answer_nothing_in_kaltura_is_overwritten(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    later = in_hours(stage, 7)
    move_in_kaltura(stage, meeting, later)
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), title="Monthly review"))
    stage.discord.is_down = True
    with pytest.raises(TryAgain):
        await stage.work()
    assert calendar_of(stage).of(meeting.meeting_id)[0].starts_at == later
    stage.discord.is_down = False
    both = await a_minute_later(stage, meeting)
    assert (both.title, *times(both)) == ("Monthly review", later, 45)
    assert_in_step(stage, both)


@pytest.mark.parametrize(("hours", "pause"), [(2, QUARTER_OF_AN_HOUR), (60, SIX_HOURS)])
async def test_moved_in_kaltura_to_before_the_next_look_it_moves_though_discord_does_not_answer(
    stage: Stage, hours: int, pause: int
) -> None:
    meeting = await plan(stage, when=f"in {hours} hours")
    look = (int(stage.clock()) // pause + 1) * pause
    soon = look + 1200
    move_in_kaltura(stage, meeting, soon)
    stage.discord.replies = [httpx.Response(503)] * 4
    await pass_until(stage, meeting, look)
    assert times(await stage.meeting(meeting.meeting_id)) == (soon, 45)
