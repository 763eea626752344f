"""Planning a meeting: read, confirmed, made once, in step with Discord and Kaltura."""

import pytest

from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.components import Accent
from kaltura_discord.kaltura.errors import Forbidden, KalturaUnavailable
from kaltura_discord.meetings.models import MeetingState
from local_stack.discord.permissions import Permission
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
from tests.unit.domain.sent_by_discord import BO, Json
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import accent_of, buttons_of, text_of

# As long as an undisturbed planning takes: every call to the table, Discord and Kaltura, before and after.
STEPS = 56


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def test_nothing_is_made_before_it_is_confirmed(stage: Stage) -> None:
    payload = asking(stage)
    preview = await stage.answer_to(payload)
    starts_at = in_hours(stage, 2)
    assert f"<t:{starts_at}:F> (<t:{starts_at}:R>)" in text_of(preview)
    assert "45 min" in text_of(preview)
    assert "Europe/Berlin" in text_of(preview)
    assert accent_of(preview) == Accent.NEUTRAL
    assert list(buttons_of(preview)) == ["Schedule it", "Change", "Cancel"]
    assert stage.discord.messages == []
    assert events_of(stage, stage.guild_id) == []
    assert stage.rooms.requests == []


async def test_a_planned_meeting_has_a_card_an_event_in_discord_and_one_in_kaltura(stage: Stage) -> None:
    meeting = await plan(stage)
    assert meeting.state is MeetingState.SCHEDULED
    assert_in_step(stage, meeting)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "SCHEDULED" in text_of(card.body)
    (event,) = events_of(stage, stage.guild_id)
    buttons = buttons_of(card.body)
    assert list(buttons) == ["Interested", "Edit", "Cancel"]
    assert buttons["Interested"] == f"https://discord.com/events/{stage.guild_id}/{event.event_id}"
    assert event.location == f"https://discord.com/channels/{stage.guild_id}/{stage.channel_id}/{card.message_id}"
    assert await stage.services.meetings.running(stage.guild_id) == []


async def test_change_opens_a_form_with_what_was_typed_and_previews_again(stage: Stage) -> None:
    payload = asking(stage)
    preview = await stage.answer_to(payload)
    opened = await stage.acknowledged(stage.place.press(buttons_of(preview)["Change"]))
    assert opened.body is not None
    again = await stage.answer_to(form(stage, opened.body, when="in 3 hours", title="Review"))
    assert f"<t:{in_hours(stage, 3)}:F>" in text_of(again)
    await stage.answer_to(stage.place.press(buttons_of(again)["Schedule it"]))
    assert (await stage.meeting(payload["id"])).title == "Review"


async def test_both_previews_of_one_command_make_one_meeting(stage: Stage) -> None:
    payload = asking(stage)
    preview = await stage.answer_to(payload)
    opened = await stage.acknowledged(stage.place.press(buttons_of(preview)["Change"]))
    assert opened.body is not None
    again = await stage.answer_to(form(stage, opened.body, when="in 3 hours"))
    for each in (preview, again):
        await stage.answer_to(stage.place.press(buttons_of(each)["Schedule it"]))
    assert len(events_of(stage, stage.guild_id)) == 1
    assert len(stage.discord.in_channel(stage.channel_id)) == 1


async def test_what_cannot_be_read_is_a_sentence_with_the_form(stage: Stage) -> None:
    answer = await stage.answer_to(asking(stage, when="5/12 15:00"))
    assert "two different days" in text_of(answer)
    assert list(buttons_of(answer)) == ["Change"]


async def test_cancel_on_the_preview_leaves_nothing(stage: Stage) -> None:
    preview = await stage.answer_to(asking(stage))
    answer = await stage.answer_to(stage.place.press(buttons_of(preview)["Cancel"]))
    assert "Nothing was scheduled" in text_of(answer)
    assert stage.discord.messages == []


async def test_somebody_elses_preview_cannot_be_confirmed(stage: Stage) -> None:
    preview = await stage.answer_to(asking(stage))
    await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"], BO))
    assert stage.discord.messages == []


async def test_a_preview_whose_time_has_come_is_not_made(stage: Stage) -> None:
    preview = await stage.answer_to(asking(stage, when="in 10 minutes"))
    stage.clock.pass_seconds(1200)
    answer = await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    assert "is over by now" in text_of(answer)
    assert stage.discord.messages == []


async def test_where_it_is_switched_off_the_setting_is_named(stage: Stage) -> None:
    await stage.set({})
    answer = await stage.answer_to(asking(stage))
    assert "features.scheduled_events" in text_of(answer)


async def test_where_the_bot_may_not_write_nothing_is_planned(stage: Stage) -> None:
    stage.place.app_permissions = "0"
    answer = await stage.answer_to(asking(stage))
    assert "I can't write in this channel" in text_of(answer)


async def test_a_duration_without_a_time_is_told(stage: Stage) -> None:
    options: Json = {"type": "room", "title": "Weekly review", "duration": "45 min"}
    answer = await stage.answer_to(stage.place.command("kaltura-start", options))
    assert "Give `when` as well" in text_of(answer)


async def test_without_create_events_it_is_planned_all_the_same(stage: Stage) -> None:
    stage.discord.bot_may = Permission.MANAGE_EVENTS
    preview = await stage.answer_to(asking(stage))
    answer = await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    assert "is scheduled" in text_of(answer)
    assert "**Create Events**" in text_of(answer)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert list(buttons_of(card.body)) == ["Edit", "Cancel"]


async def test_a_server_with_a_hundred_events_is_told_so(stage: Stage) -> None:
    for _ in range(100):
        words = {
            "name": "Another",
            "privacy_level": 2,
            "entity_type": 3,
            "entity_metadata": {"location": "Elsewhere"},
            "scheduled_start_time": "2099-01-01T10:00:00+00:00",
            "scheduled_end_time": "2099-01-01T11:00:00+00:00",
        }
        stage.discord.event_book.now = lambda: 4_070_000_000.0
        stage.discord.event_book.create(stage.guild_id, "1", Permission.CREATE_EVENTS, words)
    stage.discord.event_book.now = stage.clock
    preview = await stage.answer_to(asking(stage))
    answer = await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    assert "100 events" in text_of(answer)


async def test_what_kaltura_refuses_is_said_and_leaves_no_event(stage: Stage) -> None:
    stage.rooms.failure = Forbidden("SERVICE_FORBIDDEN")
    preview = await stage.answer_to(asking(stage))
    answer = await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    assert "Kaltura refused" in text_of(answer)
    assert events_of(stage, stage.guild_id) == []


async def test_while_kaltura_is_down_it_is_planned_and_kaltura_follows(stage: Stage) -> None:
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    payload = asking(stage)
    preview = await stage.answer_to(payload)
    answer = await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    assert "I keep trying" in text_of(answer)
    stage.rooms.failure = None
    await pass_until(stage, await stage.meeting(payload["id"]), int(stage.clock()) + 61)
    assert_in_step(stage, await stage.meeting(payload["id"]))


async def test_an_event_whose_answer_got_lost_is_not_made_twice(stage: Stage) -> None:
    payload = asking(stage)
    preview = await stage.answer_to(payload)
    stage.discord.loses_events = 1
    await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"]))
    await pass_until(stage, await stage.meeting(payload["id"]), int(stage.clock()) + 61)
    assert len(events_of(stage, stage.guild_id)) == 1
    assert_in_step(stage, await stage.meeting(payload["id"]))


async def test_it_takes_so_many_steps(stage: Stage) -> None:
    preview = await stage.answer_to(asking(stage))
    await stage.acknowledged(stage.place.press(buttons_of(preview)["Schedule it"]))
    stage.steps.taken = 0
    await _carry_out(stage, stage.tasks.take_all())
    assert stage.steps.taken == STEPS


@pytest.mark.parametrize("crash_at", range(1, STEPS + 1))
async def test_a_crash_anywhere_leaves_one_card_and_one_of_each_event(stage: Stage, crash_at: int) -> None:
    payload = asking(stage)
    preview = await stage.answer_to(payload)
    press = stage.place.press(buttons_of(preview)["Schedule it"])
    await stage.acknowledged(press)
    tasks = stage.tasks.take_all()
    stage.steps.taken, stage.steps.crash_at = 0, crash_at
    try:
        await _carry_out(stage, tasks)
        has_crashed = False
    except Crash:
        has_crashed = True
    stage.steps.crash_at = 0
    stage.clock.pass_seconds(70)
    if has_crashed:
        await _carry_out(stage, tasks)
    await stage.work()
    meeting = await stage.meeting(payload["id"])
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    meeting = await stage.meeting(payload["id"])
    assert meeting.state is MeetingState.SCHEDULED
    assert_in_step(stage, meeting)
    assert len(stage.discord.in_channel(stage.channel_id)) == 1
    assert len(calendar_of(stage).events) == 1


async def _carry_out(stage: Stage, tasks: list[Json]) -> None:
    for task in tasks:
        await carry_out(task, stage.services, stage.registry)
