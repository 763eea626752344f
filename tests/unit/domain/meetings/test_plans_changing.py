"""A planned meeting that is changed, cancelled and restored: here, by the card, and in Discord's own list of events."""

import asyncio

import pytest

from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.plan_notes import PLAN_LOOK
from local_stack.discord.permissions import Permission
from local_stack.discord.scheduled_events import CANCELED
from local_stack.discord.wire import timestamp
from tests.unit.domain.plans import (
    Json,
    asking,
    assert_in_step,
    calendar_of,
    day_ahead,
    events_of,
    form,
    in_hours,
    pass_until,
    plan,
    switch_on,
)
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

MEMBER_OF_DISCORD = "1"
MAY_MANAGE = Permission.MANAGE_EVENTS


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def opened_edit(stage: Stage, meeting: Meeting, by: Member = ANN) -> Json:
    answer = await stage.acknowledged(stage.place.press(card_button(stage, "Edit"), by))
    assert answer.body is not None
    return answer.body


def card_button(stage: Stage, label: str) -> str:
    return buttons_of(stage.discord.in_channel(stage.channel_id)[0].body)[label]


async def cancel(stage: Stage, by: Member = ANN) -> Json:
    question = await stage.answer_to(stage.place.press(card_button(stage, "Cancel"), by))
    return await stage.answer_to(stage.place.press(buttons_of(question)["Cancel the meeting"], by))


async def test_the_form_shows_the_plan_and_moves_it_everywhere(stage: Stage) -> None:
    meeting = await plan(stage)
    opened = await opened_edit(stage, meeting)
    values = [part["component"].get("value") for part in opened["data"]["components"]]
    assert values[0] == "Weekly review"
    assert values[2] == "45 min"
    answer = await stage.answer_to(form(stage, opened, when="in 5 hours", title="Monthly review", duration="1h30"))
    moved = await stage.meeting(meeting.meeting_id)
    assert moved.schedule is not None
    assert (moved.title, moved.schedule.starts_at, moved.schedule.minutes) == ("Monthly review", in_hours(stage, 5), 90)
    assert_in_step(stage, moved)
    assert "1 h 30 min" in text_of(answer)
    assert "Monthly review" in text_of(stage.discord.in_channel(stage.channel_id)[0].body)


async def test_a_form_sent_back_as_it_was_changes_nothing_that_people_see(stage: Stage) -> None:
    meeting = await plan(stage)
    await stage.answer_to(form(stage, await opened_edit(stage, meeting)))
    same = await stage.meeting(meeting.meeting_id)
    assert same.schedule is not None
    assert meeting.schedule is not None
    assert (same.title, same.description) == (meeting.title, meeting.description)
    assert (same.schedule.starts_at, same.schedule.minutes) == (meeting.schedule.starts_at, meeting.schedule.minutes)
    assert_in_step(stage, same)


async def test_of_two_forms_opened_over_one_plan_the_second_is_told(stage: Stage) -> None:
    meeting = await plan(stage)
    first, second = await opened_edit(stage, meeting), await opened_edit(stage, meeting, MODERATOR)
    await stage.answer_to(form(stage, first, when="in 5 hours"))
    answer = await stage.answer_to(form(stage, second, MODERATOR, when="in 6 hours"))
    assert "Somebody else has changed" in text_of(answer)
    kept = await stage.meeting(meeting.meeting_id)
    assert kept.schedule is not None
    assert kept.schedule.starts_at == in_hours(stage, 5)


async def test_a_form_carried_out_twice_changes_once_and_says_the_same(stage: Stage) -> None:
    meeting = await plan(stage)
    opened = await opened_edit(stage, meeting)
    when = day_ahead(stage, 30)
    first = await stage.answer_to(form(stage, opened, when=when))
    again = await stage.answer_to(form(stage, opened, when=when))
    assert text_of(first) == text_of(again)
    kept = await stage.meeting(meeting.meeting_id)
    assert kept.schedule is not None
    assert kept.schedule.revision == 2


async def test_others_may_not_change_or_cancel_it(stage: Stage) -> None:
    await plan(stage)
    for label in ("Edit", "Cancel"):
        answer = await stage.answer_to(stage.place.press(card_button(stage, label), BO))
        assert "Only Ann, who scheduled" in text_of(answer)


async def test_a_moderator_may(stage: Stage) -> None:
    meeting = await plan(stage)
    await cancel(stage, MODERATOR)
    assert (await stage.meeting(meeting.meeting_id)).ended_by == MODERATOR.name


async def test_a_cancelled_meeting_is_cancelled_everywhere(stage: Stage) -> None:
    meeting = await plan(stage)
    answer = await cancel(stage)
    cancelled = await stage.meeting(meeting.meeting_id)
    assert cancelled.state is MeetingState.CANCELLED
    assert_in_step(stage, cancelled)
    assert list(buttons_of(answer)) == ["Undo"]
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "CANCELLED" in text_of(card.body)
    assert buttons_of(card.body) == {}


async def test_keep_it_keeps_it(stage: Stage) -> None:
    meeting = await plan(stage)
    question = await stage.answer_to(stage.place.press(card_button(stage, "Cancel")))
    await stage.answer_to(stage.place.press(buttons_of(question)["Keep it"]))
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.SCHEDULED


async def test_undo_brings_it_back_with_new_events_and_starts_in_time(stage: Stage) -> None:
    meeting = await plan(stage)
    answer = await cancel(stage)
    await stage.answer_to(stage.place.press(buttons_of(answer)["Undo"]))
    back = await stage.meeting(meeting.meeting_id)
    assert back.state is MeetingState.SCHEDULED
    assert_in_step(stage, back)
    assert [event.status for event in events_of(stage, stage.guild_id)].count(CANCELED) == 1
    assert back.schedule is not None
    await pass_until(stage, back, back.schedule.starts_at + 5)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_what_would_have_begun_is_not_brought_back(stage: Stage) -> None:
    meeting = await plan(stage)
    answer = await cancel(stage)
    stage.clock.pass_seconds(3 * 3600)
    told = await stage.answer_to(stage.place.press(buttons_of(answer)["Undo"]))
    assert "would have begun" in text_of(told)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.CANCELLED


async def test_who_did_it_is_in_the_audit(stage: Stage) -> None:
    meeting = await plan(stage)
    await stage.answer_to(form(stage, await opened_edit(stage, meeting), when="in 5 hours"))
    await cancel(stage, MODERATOR)
    told = {(record.kind, record.user_id) for record in await stage.audited() if record.kind != "config"}
    assert told == {
        ("meeting_scheduled", ANN.user_id),
        ("meeting_rescheduled", ANN.user_id),
        ("meeting_cancelled", MODERATOR.user_id),
    }


async def test_moved_in_discords_list_it_moves_here_before_the_reminder(stage: Stage) -> None:
    meeting = await plan(stage)
    assert meeting.schedule is not None
    (event,) = events_of(stage, stage.guild_id)
    later = meeting.schedule.starts_at + 3600
    times = {"scheduled_start_time": timestamp(later), "scheduled_end_time": timestamp(later + 1800)}
    stage.discord.event_book.change(event, MEMBER_OF_DISCORD, MAY_MANAGE, {**times, "name": "Moved"})
    await pass_until(stage, meeting, meeting.schedule.doors_open_at + 5)
    moved = await stage.meeting(meeting.meeting_id)
    assert moved.schedule is not None
    assert (moved.title, moved.schedule.starts_at, moved.schedule.minutes) == ("Moved", later, 30)
    assert_in_step(stage, moved)
    assert len(stage.discord.in_channel(stage.channel_id)) == 1
    await pass_until(stage, moved, later)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_moved_to_an_earlier_time_there_it_begins_then(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 hours")
    (event,) = events_of(stage, stage.guild_id)
    earlier = in_hours(stage, 2)
    times = {"scheduled_start_time": timestamp(earlier), "scheduled_end_time": timestamp(earlier + 1800)}
    stage.discord.event_book.change(event, MEMBER_OF_DISCORD, MAY_MANAGE, times)
    await pass_until(stage, meeting, int(stage.clock()) + 901)
    moved = await stage.meeting(meeting.meeting_id)
    assert moved.schedule is not None
    assert moved.schedule.starts_at == earlier
    assert_in_step(stage, moved)
    await pass_until(stage, meeting, earlier)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_however_often_it_is_changed_it_is_looked_at_once_in_a_quarter_of_an_hour(stage: Stage) -> None:
    meeting = await plan(stage)
    for hours in (3, 4, 5):
        await stage.answer_to(form(stage, await opened_edit(stage, meeting), when=f"in {hours} hours"))
    looks = [note for note in await stage.notes(meeting.meeting_id) if note.kind == PLAN_LOOK]
    assert len(looks) == 1


@pytest.mark.parametrize("is_deleted", [True, False])
async def test_called_off_in_discords_list_it_is_cancelled(stage: Stage, is_deleted: bool) -> None:
    meeting = await plan(stage)
    assert meeting.schedule is not None
    (event,) = events_of(stage, stage.guild_id)
    if is_deleted:
        stage.discord.event_book.delete(event, MEMBER_OF_DISCORD, MAY_MANAGE)
    else:
        stage.discord.event_book.change(event, MEMBER_OF_DISCORD, MAY_MANAGE, {"status": CANCELED})
    await pass_until(stage, meeting, meeting.schedule.doors_open_at + 5)
    cancelled = await stage.meeting(meeting.meeting_id)
    assert cancelled.state is MeetingState.CANCELLED
    assert_in_step(stage, cancelled)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "in Discord's list of events" in text_of(card.body)


async def test_edits_and_a_cancel_at_once_end_in_step(stage: Stage) -> None:
    meeting = await plan(stage)
    opened = await opened_edit(stage, meeting)
    question = await stage.answer_to(stage.place.press(card_button(stage, "Cancel"), MODERATOR))
    await stage.acknowledged(form(stage, opened, when="in 5 hours"))
    await stage.acknowledged(stage.place.press(buttons_of(question)["Cancel the meeting"], MODERATOR))
    await asyncio.gather(stage.work(), stage.work())
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    assert_in_step(stage, await stage.meeting(meeting.meeting_id))
    assert len(calendar_of(stage).events) == 1


async def test_one_can_be_planned_for_months_ahead_and_is_kept_until_then(stage: Stage) -> None:
    payload = asking(stage, when=day_ahead(stage, 400))
    preview = await stage.answer_to(payload)
    await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    meeting = await stage.meeting(payload["id"])
    assert meeting.schedule is not None
    await pass_until(stage, meeting, meeting.schedule.starts_at + 1)
    assert (await stage.meeting(payload["id"])).state is MeetingState.LIVE
