"""A planned meeting that people change in Discord's own list of events, while others edit its card.

Whoever changes something has their way, wherever they do it, unless somebody else changes the same.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from kaltura_discord.commands.work import TryAgain
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.meetings.models import MeetingState
from local_stack.discord.permissions import Permission
from local_stack.discord.scheduled_events import ACTIVE, CANCELED, COMPLETED
from local_stack.discord.wire import timestamp
from tests.unit.domain.plans import (
    Json,
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
    ADMINISTRATOR_OF_DISCORD,
    change_in_discord,
    edit,
    looked_at,
    move_in_discord,
    opened_edit,
    times,
)
from tests.unit.domain.sent_by_discord import MODERATOR
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def send_while_discord_is_down(stage: Stage, sent: Json) -> None:
    """A form whose answer Discord does not take either."""
    await stage.acknowledged(sent)
    stage.discord.is_down = True
    with pytest.raises(TryAgain):
        await stage.work()
    stage.discord.is_down = False


async def test_an_edit_of_the_card_keeps_what_was_moved_in_discord_just_before(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved_to = move_in_discord(stage, 8, minutes=90)
    answer = await edit(stage, meeting, description="Bring your numbers")
    both = await stage.meeting(meeting.meeting_id)
    assert times(both) == (moved_to, 90)
    assert both.description == "Bring your numbers"
    assert_in_step(stage, both)
    assert f"<t:{moved_to}:F>" in text_of(answer)
    assert events_of(stage, stage.guild_id)[0].description == "Bring your numbers"


async def test_what_the_form_changed_holds_over_what_discord_has_of_the_same(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_discord(stage, 8, minutes=90)
    await edit(stage, meeting, when="in 6 hours")
    both = await stage.meeting(meeting.meeting_id)
    assert times(both) == (in_hours(stage, 6), 90)
    assert_in_step(stage, both)


async def test_a_form_that_was_open_while_it_was_moved_in_discord_changes_what_it_is_about(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    opened = await opened_edit(stage, meeting)
    moved_to = move_in_discord(stage, 8)
    await looked_at(stage, meeting)
    await stage.answer_to(form(stage, opened, title="Monthly review"))
    both = await stage.meeting(meeting.meeting_id)
    assert (both.title, *times(both)) == ("Monthly review", moved_to, 45)
    assert_in_step(stage, both)


async def test_a_time_that_the_form_left_as_it_was_is_not_read_again(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    starts_at = hour_that_comes_twice(stage)
    times_there = {"scheduled_start_time": timestamp(starts_at), "scheduled_end_time": timestamp(starts_at + 2700)}
    change_in_discord(stage, **times_there)
    moved = await looked_at(stage, meeting)
    await edit(stage, moved, description="Bring your numbers")
    both = await stage.meeting(meeting.meeting_id)
    assert (both.description, *times(both)) == ("Bring your numbers", starts_at, 45)


def hour_that_comes_twice(stage: Stage) -> int:
    """The next time that clocks in Berlin show half past two for the second time in a night."""
    hours = (int(stage.clock()) // 3600 * 3600 + 3600 * number + 1800 for number in range(24, 24 * 400))
    berlin = ZoneInfo("Europe/Berlin")
    return next(at for at in hours if datetime.fromtimestamp(at, berlin).fold)


async def test_two_who_change_different_things_in_their_forms_both_have_their_way(stage: Stage) -> None:
    meeting = await plan(stage)
    first, second = await opened_edit(stage, meeting), await opened_edit(stage, meeting, MODERATOR)
    await stage.answer_to(form(stage, first, when="in 5 hours"))
    answer = await stage.answer_to(form(stage, second, MODERATOR, title="Monthly review"))
    both = await stage.meeting(meeting.meeting_id)
    assert (both.title, *times(both)) == ("Monthly review", in_hours(stage, 5), 45)
    assert "is changed" in text_of(answer)


async def test_carried_out_twice_the_merged_edit_is_one_and_says_the_same(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    opened = await opened_edit(stage, meeting)
    move_in_discord(stage, 8)
    sent = form(stage, opened, description="Bring your numbers")
    first = await stage.answer_to(sent)
    revision = (await stage.meeting(meeting.meeting_id)).schedule
    again = await stage.answer_to(form(stage, opened, description="Bring your numbers"))
    assert text_of(first) == text_of(again)
    assert (await stage.meeting(meeting.meeting_id)).schedule == revision


async def test_while_kaltura_is_down_what_is_moved_in_discord_stays_moved(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    calendar_of(stage).failure = KalturaUnavailable("TIMEOUT")
    await edit(stage, meeting, title="Monthly review")
    moved_to = move_in_discord(stage, 8)
    for _ in range(3):
        await pass_until(stage, meeting, int(stage.clock()) + 61)
    assert events_of(stage, stage.guild_id)[0].starts_at == moved_to
    calendar_of(stage).failure = None
    await pass_until(stage, meeting, int(stage.clock()) + 61)
    both = await stage.meeting(meeting.meeting_id)
    assert (both.title, *times(both)) == ("Monthly review", moved_to, 45)
    assert_in_step(stage, both)


async def test_while_discord_does_not_say_what_it_has_nothing_there_is_overwritten(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved_to = move_in_discord(stage, 8)
    opened = await opened_edit(stage, meeting)
    await send_while_discord_is_down(stage, form(stage, opened, description="Bring your numbers"))
    assert (await stage.meeting(meeting.meeting_id)).description == "Bring your numbers"
    assert events_of(stage, stage.guild_id)[0].starts_at == moved_to
    await pass_until(stage, meeting, int(stage.clock()) + 61)
    both = await stage.meeting(meeting.meeting_id)
    assert times(both) == (moved_to, 45)
    assert_in_step(stage, both)


async def test_a_description_written_in_discord_arrives_here_and_in_kaltura(stage: Stage) -> None:
    meeting = await plan(stage)
    change_in_discord(stage, description="Room 12, bring coffee")
    changed = await looked_at(stage, meeting)
    assert changed.description == "Room 12, bring coffee"
    (entry,) = calendar_of(stage).of(meeting.meeting_id)
    assert entry.description == "Room 12, bring coffee"
    assert "Room 12, bring coffee" in text_of(stage.discord.in_channel(stage.channel_id)[0].body)


async def test_what_was_not_changed_anywhere_is_not_changed_here(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    for _ in range(3):
        assert (await looked_at(stage, meeting)).schedule == meeting.schedule


@pytest.mark.parametrize("days", [2, 3])
async def test_longer_than_a_day_in_discord_it_lasts_a_day_everywhere(stage: Stage, days: int) -> None:
    meeting = await plan(stage, when="in 5 hours")
    move_in_discord(stage, 5, minutes=days * 24 * 60)
    longest = await looked_at(stage, meeting)
    assert times(longest)[1] == 24 * 60
    assert_in_step(stage, longest)
    move_in_discord(stage, 7, minutes=days * 24 * 60)
    again = await looked_at(stage, longest)
    assert times(again)[1] == 24 * 60
    assert_in_step(stage, again)


async def test_started_early_in_discord_it_begins_here(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    change_in_discord(stage, status=ACTIVE)
    await looked_at(stage, meeting)
    await pass_until(stage, meeting, int(stage.clock()) + 1)
    begun = await stage.meeting(meeting.meeting_id)
    assert begun.state is MeetingState.LIVE
    assert_in_step(stage, begun)
    await pass_until(stage, meeting, int(stage.clock()) + 45 * 60)
    await pass_until(stage, meeting, int(stage.clock()) + 1)
    ended = await stage.meeting(meeting.meeting_id)
    assert ended.state is MeetingState.ENDED
    assert_in_step(stage, ended)


async def test_edited_after_that_it_begins_with_the_edit(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    change_in_discord(stage, status=ACTIVE)
    now = int(stage.clock())
    answer = await edit(stage, meeting, description="Bring your numbers")
    assert f"<t:{now}:F>" in text_of(answer)
    assert "Discord's list of events" not in text_of(answer)
    await pass_until(stage, meeting, now + 60)
    begun = await stage.meeting(meeting.meeting_id)
    assert (begun.state, begun.description) == (MeetingState.LIVE, "Bring your numbers")
    assert_in_step(stage, begun)


async def test_moved_here_after_that_it_is_listed_anew_at_its_new_time(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    change_in_discord(stage, status=ACTIVE)
    answer = await edit(stage, meeting, when="in 9 hours")
    moved = await stage.meeting(meeting.meeting_id)
    assert times(moved) == (in_hours(stage, 9), 45)
    assert_in_step(stage, moved)
    assert COMPLETED in [event.status for event in events_of(stage, stage.guild_id)]
    assert "Discord's list of events" not in text_of(answer)


async def test_begun_by_itself_at_a_time_that_holds_no_more_it_does_not_begin_here(stage: Stage) -> None:
    meeting = await plan(stage, when="in 2 hours")
    await send_while_discord_is_down(stage, form(stage, await opened_edit(stage, meeting), when="in 9 hours"))
    stage.clock.pass_seconds(2 * 3600 + 600)
    await pass_until(stage, meeting, int(stage.clock()))
    moved = await stage.meeting(meeting.meeting_id)
    assert moved.state is MeetingState.SCHEDULED
    assert_in_step(stage, moved)


async def test_what_discord_does_not_let_us_change_is_said_to_stand_there_as_it_was(stage: Stage) -> None:
    meeting = await plan(stage)
    stage.discord.bot_may = Permission(0)
    moved_to = in_hours(stage, 5)
    answer = await edit(stage, meeting, when="in 5 hours")
    assert "still shows it as it was" in text_of(answer)
    assert "**Create Events**" in text_of(answer)
    kept = await looked_at(stage, meeting)
    assert times(kept) == (moved_to, 45)


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_edited_after_it_was_called_off_in_discord_it_is_cancelled_and_undo_keeps_the_edit(
    stage: Stage, is_deleted: bool
) -> None:
    meeting = await plan(stage)
    if is_deleted:
        (event,) = events_of(stage, stage.guild_id)
        stage.discord.event_book.delete(event, ADMINISTRATOR_OF_DISCORD, Permission.MANAGE_EVENTS)
    else:
        change_in_discord(stage, status=CANCELED)
    answer = await edit(stage, meeting, title="Monthly review")
    assert "was cancelled in Discord's list of events meanwhile" in text_of(answer)
    cancelled = await stage.meeting(meeting.meeting_id)
    assert cancelled.state is MeetingState.CANCELLED
    assert_in_step(stage, cancelled)
    await stage.answer_to(stage.place.press(buttons_of(answer)["Undo"]))
    back = await stage.meeting(meeting.meeting_id)
    assert (back.state, back.title) == (MeetingState.SCHEDULED, "Monthly review")
    assert_in_step(stage, back)


async def test_a_server_that_discord_does_not_know_has_called_nothing_off(stage: Stage) -> None:
    meeting = await plan(stage)
    stage.discord.replies = [httpx.Response(404, json={"message": "Unknown Guild", "code": 10004})]
    assert (await looked_at(stage, meeting)).state is MeetingState.SCHEDULED
