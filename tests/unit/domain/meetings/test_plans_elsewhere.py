"""What people do to a planned meeting in Discord's list of events and in Kaltura's calendar, while others edit it here.

Whoever changes something has their way, wherever they do it, unless somebody else changes the same.
"""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from kaltura_discord.commands.work import TryAgain
from kaltura_discord.kaltura.errors import Forbidden, KalturaError, KalturaUnavailable
from kaltura_discord.meetings.models import Meeting, MeetingState
from local_stack.discord.permissions import Permission
from local_stack.discord.scheduled_events import ACTIVE, CANCELED, COMPLETED, ScheduledEvent
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
from tests.unit.domain.sent_by_discord import ANN, MODERATOR, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

ADMINISTRATOR_OF_DISCORD = "1"
QUARTER_OF_AN_HOUR = 900


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def opened_edit(stage: Stage, meeting: Meeting, by: Member = ANN) -> Json:
    answer = await stage.acknowledged(stage.place.press(f"1:plan-edit:{meeting.meeting_id}", by))
    assert answer.body is not None
    return answer.body


async def edit(stage: Stage, meeting: Meeting, by: Member = ANN, **fields: str) -> Json:
    return await stage.answer_to(form(stage, await opened_edit(stage, meeting, by), by, **fields))


async def send_while_discord_is_down(stage: Stage, sent: Json) -> None:
    """A form whose answer Discord does not take either."""
    await stage.acknowledged(sent)
    stage.discord.is_down = True
    with pytest.raises(TryAgain):
        await stage.work()
    stage.discord.is_down = False


def change_in_discord(stage: Stage, **fields: object) -> ScheduledEvent:
    """Somebody changes the newest event in Discord's own list."""
    event = events_of(stage, stage.guild_id)[-1]
    return stage.discord.event_book.change(event, ADMINISTRATOR_OF_DISCORD, Permission.MANAGE_EVENTS, fields)


def move_in_discord(stage: Stage, hours: int, minutes: int = 45) -> int:
    """Somebody moves the event to so many hours from now; the new start."""
    starts_at = in_hours(stage, hours)
    times = {"scheduled_start_time": timestamp(starts_at), "scheduled_end_time": timestamp(starts_at + minutes * 60)}
    change_in_discord(stage, **times)
    return starts_at


def move_in_kaltura(stage: Stage, meeting: Meeting, starts_at: int, minutes: int = 45) -> None:
    assert meeting.schedule is not None
    calendar_of(stage).move(meeting.schedule.kaltura_event_id, starts_at, starts_at + minutes * 60)


async def looked_at(stage: Stage, meeting: Meeting) -> Meeting:
    """The meeting a quarter of an hour later."""
    await pass_until(stage, meeting, int(stage.clock()) + QUARTER_OF_AN_HOUR + 1)
    return await stage.meeting(meeting.meeting_id)


def times(meeting: Meeting) -> tuple[int, int]:
    """When it starts, and for how many minutes."""
    assert meeting.schedule is not None
    return meeting.schedule.starts_at, meeting.schedule.minutes


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


PLACES = {"title": ("card", "discord"), "description": ("card", "discord"), "start": ("card", "discord", "kaltura")}


@pytest.mark.parametrize("seed", range(16))
async def test_whoever_changes_what_and_where_nothing_of_it_is_lost(stage: Stage, seed: int) -> None:
    """Within a look, each field is changed at one place only; Kaltura's calendar is down now and then."""
    dice = random.Random(seed)
    meeting = await plan(stage, when="in 100 hours")
    wanted: dict[str, object] = {"title": meeting.title, "description": meeting.description, "start": times(meeting)[0]}
    for turn in range(4):
        for field in dice.sample(sorted(PLACES), k=dice.randint(1, 3)):
            wanted[field] = in_hours(stage, 80 + turn) if field == "start" else f"{field} {turn}"
            calendar_of(stage).failure = dice.choice([None, KalturaUnavailable("TIMEOUT")])
            await change_at(stage, meeting, dice.choice(PLACES[field]), field, wanted[field])
            await pass_until(stage, meeting, int(stage.clock()) + dice.choice([1, 61]))
        calendar_of(stage).failure = None
        await pass_until(stage, meeting, int(stage.clock()) + 6 * 3600)
        await pass_until(stage, meeting, int(stage.clock()) + 61)
        now = await stage.meeting(meeting.meeting_id)
        assert {"title": now.title, "description": now.description, "start": times(now)[0]} == wanted
        assert_in_step(stage, now)


async def change_at(stage: Stage, meeting: Meeting, place: str, field: str, value: object) -> None:
    current = await stage.meeting(meeting.meeting_id)
    if place == "card":
        name = "when" if field == "start" else field
        written = f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC" if isinstance(value, int) else str(value)
        await stage.answer_to(form(stage, await opened_edit(stage, current), ANN, **{name: written}))
    elif not isinstance(value, int):
        change_in_discord(stage, **{"name" if field == "title" else field: value})
    elif place == "discord":
        moved = {"scheduled_start_time": timestamp(value), "scheduled_end_time": timestamp(value + 45 * 60)}
        change_in_discord(stage, **moved)
    else:
        move_in_kaltura(stage, current, value)
