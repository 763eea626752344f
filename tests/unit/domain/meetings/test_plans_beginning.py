"""A planned meeting reminds, opens its doors, begins and ends in time: each once, whatever dies."""

import asyncio
import random

import pytest

from kaltura_discord.commands.due_work import work_off
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.plan_notes import PLAN_REMINDER, PLAN_START
from tests.unit.domain.plans import assert_in_step, form, pass_until, plan, switch_on
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR
from tests.unit.domain.stage import Json, Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import buttons_of, text_of

# As long as each takes, undisturbed: every call, before and after.
REMINDER_STEPS = 12
START_STEPS = 30


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


def times(meeting: Meeting) -> tuple[int, int, int]:
    """When the doors open, when it starts and when it ends."""
    assert meeting.schedule is not None
    return meeting.schedule.doors_open_at, meeting.schedule.starts_at, meeting.schedule.ends_at


def said(stage: Stage, words: str) -> list[Json]:
    """What stands in the channel and says so."""
    return [posted.body for posted in stage.discord.in_channel(stage.channel_id) if words in text_of(posted.body)]


async def test_ten_minutes_before_the_channel_is_reminded_and_the_doors_open(stage: Stage) -> None:
    meeting = await plan(stage)
    doors, starts_at, _ = times(meeting)
    await pass_until(stage, meeting, doors + 1)
    (reminder,) = said(stage, "The doors are open.")
    assert f"<t:{starts_at}:R>" in text_of(reminder)
    (card, _) = stage.discord.in_channel(stage.channel_id)
    assert list(buttons_of(card.body)) == ["Join", "Interested", "Edit", "Cancel"]
    answer = await stage.answer_to(stage.place.press(buttons_of(reminder)["Join"], BO))
    link = buttons_of(answer)["Open the meeting"]
    way_in = await stage.services.join_door.open(link.rpartition("/")[2], soon())
    assert way_in.meeting.state is MeetingState.SCHEDULED


async def test_before_that_nobody_comes_in(stage: Stage) -> None:
    meeting = await plan(stage)
    doors, _, _ = times(meeting)
    answer = await stage.answer_to(stage.place.press(f"1:join:{meeting.meeting_id}", BO))
    assert f"Its doors open <t:{doors}:R>" in text_of(answer)


async def test_one_that_begins_within_ten_minutes_reminds_nobody(stage: Stage) -> None:
    meeting = await plan(stage, when="in 5 minutes")
    _, starts_at, _ = times(meeting)
    await pass_until(stage, meeting, starts_at)
    assert said(stage, "The doors are open.") == []


async def test_it_begins_in_time_without_kaltura(stage: Stage) -> None:
    meeting = await plan(stage)
    _, starts_at, _ = times(meeting)
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    await pass_until(stage, meeting, starts_at)
    live = await stage.meeting(meeting.meeting_id)
    assert live.state is MeetingState.LIVE
    assert_in_step(stage, live)
    running = await stage.services.meetings.running(stage.guild_id)
    assert [each.meeting_id for each in running] == [meeting.meeting_id]
    assert live.started_at == starts_at
    (card,) = stage.discord.in_channel(stage.channel_id)[:1]
    assert list(buttons_of(card.body)) == ["Join", "Share", "End"]


async def test_a_room_that_kaltura_has_not_made_is_waited_for(stage: Stage) -> None:
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    meeting = await plan(stage)
    _, starts_at, _ = times(meeting)
    await pass_until(stage, meeting, starts_at)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.SCHEDULED
    stage.rooms.failure = None
    await pass_until(stage, meeting, starts_at + 61)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_and_after_ten_minutes_it_is_given_up(stage: Stage) -> None:
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    meeting = await plan(stage)
    _, starts_at, _ = times(meeting)
    for minutes in range(12):
        await pass_until(stage, meeting, starts_at + 61 * minutes)
    stage.rooms.failure = None
    await pass_until(stage, meeting, starts_at + 61 * 13)
    failed = await stage.meeting(meeting.meeting_id)
    assert failed.state is MeetingState.FAILED
    assert "didn't make the room" in failed.failure
    assert_in_step(stage, failed)


async def test_it_ends_as_planned_and_can_be_opened_again(stage: Stage) -> None:
    meeting = await plan(stage)
    _, starts_at, ends_at = times(meeting)
    await pass_until(stage, meeting, starts_at)
    await pass_until(stage, meeting, ends_at)
    await pass_until(stage, meeting, ends_at + 1)
    ended = await stage.meeting(meeting.meeting_id)
    assert ended.state is MeetingState.ENDED
    assert_in_step(stage, ended)
    (farewell,) = said(stage, "has ended as planned")
    assert "as planned" in text_of(stage.discord.in_channel(stage.channel_id)[0].body)
    await stage.answer_to(stage.place.press(buttons_of(farewell)["Open it again"]))
    await pass_until(stage, meeting, ends_at + 120)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_one_that_is_planned_for_longer_than_meetings_run_by_themselves_ends_as_planned(stage: Stage) -> None:
    meeting = await plan(stage, duration="23 h")
    _, starts_at, ends_at = times(meeting)
    for hours in range(23):
        await pass_until(stage, meeting, starts_at + hours * 3600)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE
    await pass_until(stage, meeting, ends_at)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert len(said(stage, "has ended as planned")) == 1
    assert said(stage, "has ended by itself") == []


async def test_opened_again_before_its_planned_end_it_ends_by_itself_some_time_after_that(stage: Stage) -> None:
    meeting = await plan(stage, duration="10 h")
    _, starts_at, ends_at = times(meeting)
    await pass_until(stage, meeting, starts_at)
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    await stage.answer_to(stage.place.press(f"1:reopen:{meeting.meeting_id}"))
    for hours in range(1, 11):
        await pass_until(stage, meeting, starts_at + hours * 3600)
        assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE
    await pass_until(stage, meeting, ends_at + 15 * 60)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert len(said(stage, "has ended by itself")) == 1


async def test_ended_by_hand_its_event_is_completed(stage: Stage) -> None:
    meeting = await plan(stage)
    _, starts_at, _ = times(meeting)
    await pass_until(stage, meeting, starts_at)
    stage.clock.pass_seconds(60)
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    await pass_until(stage, meeting, int(stage.clock()) + 60)
    assert_in_step(stage, await stage.meeting(meeting.meeting_id))


async def test_two_housekeepers_at_once_remind_and_begin_once(stage: Stage) -> None:
    meeting = await plan(stage)
    doors, starts_at, _ = times(meeting)
    await both_housekeepers_at(stage, meeting, doors)
    assert len(said(stage, "The doors are open.")) == 1
    await both_housekeepers_at(stage, meeting, starts_at)
    await pass_until(stage, meeting, starts_at + 70)
    assert_in_step(stage, await stage.meeting(meeting.meeting_id))
    kinds = [record.kind for record in await stage.audited()]
    assert kinds.count("meeting_started") == 1


async def test_reminding_and_beginning_take_so_many_steps(stage: Stage) -> None:
    meeting = await plan(stage)
    doors, starts_at, _ = times(meeting)
    stage.clock.seconds = doors
    assert await steps_of(stage, meeting, PLAN_REMINDER) == REMINDER_STEPS
    stage.clock.seconds = starts_at
    assert await steps_of(stage, meeting, PLAN_START) == START_STEPS


async def steps_of(stage: Stage, meeting: Meeting, kind: str) -> int:
    await crash_once(stage, meeting, kind, 0)
    return stage.steps.taken


@pytest.mark.parametrize("minutes_later", [1, 5])
@pytest.mark.parametrize("crash_at", range(1, REMINDER_STEPS + 1))
async def test_a_crash_anywhere_reminds_once(stage: Stage, crash_at: int, minutes_later: int) -> None:
    meeting = await plan(stage)
    doors, _, _ = times(meeting)
    stage.clock.seconds = doors
    await crash_once(stage, meeting, PLAN_REMINDER, crash_at)
    await pass_until(stage, meeting, doors + 60 * minutes_later)
    assert len(said(stage, "The doors are open.")) == 1


@pytest.mark.parametrize("crash_at", range(1, START_STEPS + 1))
async def test_a_crash_anywhere_begins_once(stage: Stage, crash_at: int) -> None:
    meeting = await plan(stage)
    _, starts_at, _ = times(meeting)
    stage.clock.seconds = starts_at
    await crash_once(stage, meeting, PLAN_START, crash_at)
    for minutes in range(1, 4):
        await pass_until(stage, meeting, starts_at + 61 * minutes)
    live = await stage.meeting(meeting.meeting_id)
    assert live.state is MeetingState.LIVE
    assert_in_step(stage, live)
    assert [record.kind for record in await stage.audited()].count("meeting_started") == 1
    assert "LIVE" in text_of(stage.discord.in_channel(stage.channel_id)[0].body)


async def both_housekeepers_at(stage: Stage, meeting: Meeting, second: int) -> None:
    stage.clock.seconds = float(second)
    due = [note for note in await stage.notes(meeting.meeting_id) if note.at <= second]
    works = [work_off(note, stage.services, stage.clock.seconds, soon()) for note in due for _ in range(2)]
    await asyncio.gather(*works)
    await stage.work()


async def crash_once(stage: Stage, meeting: Meeting, kind: str, crash_at: int) -> None:
    (note,) = [each for each in await stage.notes(meeting.meeting_id) if each.kind == kind]
    stage.steps.taken, stage.steps.crash_at = 0, crash_at
    try:
        await work_off(note, stage.services, stage.clock.seconds, soon())
    except Crash:
        pass
    finally:
        stage.steps.crash_at = 0


DEEDS = ("edit", "cancel", "restore", "minute", "reminder", "start", "end", "kaltura down", "kaltura up")


@pytest.mark.parametrize("seed", range(24))
async def test_in_whatever_order_it_ends_in_step(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    meeting = await plan(stage)
    for deed in dice.choices(DEEDS, k=dice.randint(1, 8)):
        await do(stage, await stage.meeting(meeting.meeting_id), deed)
    stage.rooms.failure = None
    for _ in range(3):
        await pass_until(stage, meeting, int(stage.clock()) + 70)
    assert_in_step(stage, await stage.meeting(meeting.meeting_id))


async def do(stage: Stage, meeting: Meeting, deed: str) -> None:
    """Something happens to the meeting; what it does not allow is a sentence."""
    doors, starts_at, ends_at = times(meeting)
    match deed:
        case "edit":
            opened = await stage.acknowledged(stage.place.press(f"1:plan-edit:{meeting.meeting_id}"))
            if opened.body is not None and opened.body["type"] == 9:
                await stage.answer_to(form(stage, opened.body, when="in 26 hours"))
        case "cancel":
            revision = meeting.schedule.revision if meeting.schedule is not None else 0
            await stage.answer_to(stage.place.press(f"1:plan-cancel-now:{meeting.meeting_id}:{revision}", MODERATOR))
        case "restore":
            await stage.answer_to(stage.place.press(f"1:plan-restore:{meeting.meeting_id}", ANN))
        case "kaltura down":
            stage.rooms.failure = KalturaUnavailable("TIMEOUT")
        case "kaltura up":
            stage.rooms.failure = None
        case _:
            moments = {"minute": 0, "reminder": doors, "start": starts_at, "end": ends_at}
            await pass_until(stage, meeting, max(int(stage.clock()) + 60, moments[deed]))
