"""A meeting that ends by itself says so in its channel, once, whoever dies and whatever Discord is doing."""

from contextlib import suppress

import httpx
import pytest

from kaltura_discord.commands.due_work import work_off
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.plan_notes import PLAN_END
from kaltura_discord.meetings.starting import AUTO_END
from tests.unit.domain.discord_double import Posted
from tests.unit.domain.plans import pass_until, plan, switch_on
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

IDLE, PLANNED = "has ended by itself", "has ended as planned"
MOST_STEPS = 36


async def idle_for_hours(stage: Stage) -> Meeting:
    """One that nobody has joined for as long as it may go on."""
    meeting = await stage.start()
    stage.clock.pass_seconds(4 * 3600)
    return meeting


async def planned_to_end_now(stage: Stage) -> Meeting:
    await switch_on(stage)
    meeting = await plan(stage)
    assert meeting.schedule is not None
    await pass_until(stage, meeting, meeting.schedule.starts_at)
    stage.clock.seconds = float(meeting.schedule.ends_at)
    return meeting


ENDS = {IDLE: (idle_for_hours, AUTO_END), PLANNED: (planned_to_end_now, PLAN_END)}


def farewells(stage: Stage, words: str) -> list[Posted]:
    said = [posted for posted in stage.discord.in_channel(stage.channel_id) if "Whoever" in text_of(posted.body)]
    said += [posted for posted in stage.discord.in_channel(stage.channel_id) if IDLE in text_of(posted.body)]
    assert all(words in text_of(posted.body) for posted in said), "it ended in one way only"
    return said


async def minutes_pass(stage: Stage, meeting: Meeting, seconds: int) -> None:
    """Housekeeping looks when they are over; what fails stays."""
    stage.clock.pass_seconds(seconds)
    for note in await stage.services.due.due(stage.clock.seconds):
        if note.subject.startswith(meeting.meeting_id):
            with suppress(DiscordError):
                await work_off(note, stage.services, stage.clock.seconds, soon())
    await stage.work()


@pytest.mark.parametrize("words", ENDS)
@pytest.mark.parametrize("seconds", [60, 130, 400])
async def test_wherever_housekeeping_dies_it_is_said_once(stage: Stage, words: str, seconds: int) -> None:
    prepare, kind = ENDS[words]
    meeting = await prepare(stage)
    for step in range(1, MOST_STEPS):
        if (await stage.meeting(meeting.meeting_id)).state is not MeetingState.LIVE:
            break
        (note,) = [each for each in await stage.notes(meeting.meeting_id) if each.kind == kind]
        stage.steps.crash_at = stage.steps.taken + step
        with suppress(Crash):
            await work_off(note, stage.services, stage.clock.seconds, soon())
        stage.steps.crash_at = 0
    # It has ended, and nobody knows how far whoever ended it came; the next ones die at later and later steps.
    for step in range(2, 16, 3):
        for note in await stage.notes(meeting.meeting_id):
            if note.kind == kind:
                stage.steps.crash_at = stage.steps.taken + step
                with suppress(Crash):
                    await work_off(note, stage.services, stage.clock.seconds, soon())
                stage.steps.crash_at = 0
    await minutes_pass(stage, meeting, seconds)
    await minutes_pass(stage, meeting, 60)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert len(farewells(stage, words)) == 1


@pytest.mark.parametrize("words", ENDS)
@pytest.mark.parametrize("minutes", [1, 3, 10])
async def test_what_discord_does_not_take_now_is_said_later(stage: Stage, words: str, minutes: int) -> None:
    meeting = await ENDS[words][0](stage)
    stage.discord.is_down = True
    for _ in range(minutes):
        await minutes_pass(stage, meeting, 60)
    assert farewells(stage, words) == []
    stage.discord.is_down = False
    await minutes_pass(stage, meeting, 60)
    await minutes_pass(stage, meeting, 60)
    assert len(farewells(stage, words)) == 1


@pytest.mark.parametrize("words", ENDS)
async def test_an_answer_that_got_lost_is_no_second_farewell(stage: Stage, words: str) -> None:
    meeting = await ENDS[words][0](stage)
    stage.discord.loses_answers = 99
    await minutes_pass(stage, meeting, 0)
    stage.discord.loses_answers = 0
    for _ in range(5):
        await minutes_pass(stage, meeting, 60)
    assert len(farewells(stage, words)) == 1


@pytest.mark.parametrize("words", ENDS)
async def test_after_a_quarter_of_an_hour_it_is_no_news(stage: Stage, words: str) -> None:
    prepare, kind = ENDS[words]
    meeting = await prepare(stage)
    stage.discord.is_down = True
    await minutes_pass(stage, meeting, 1)
    stage.discord.is_down = False
    await minutes_pass(stage, meeting, 16 * 60)
    assert farewells(stage, words) == []
    assert kind not in [note.kind for note in await stage.notes(meeting.meeting_id)]


@pytest.mark.parametrize("words", ENDS)
async def test_a_bad_token_closes_no_channel(stage: Stage, words: str) -> None:
    meeting = await ENDS[words][0](stage)
    stage.discord.replies = [httpx.Response(401, json={"message": "401: Unauthorized", "code": 0}) for _ in range(2)]
    await minutes_pass(stage, meeting, 0)
    stage.discord.replies.clear()
    for _ in range(3):
        await minutes_pass(stage, meeting, 60)
    assert len(farewells(stage, words)) == 1


async def test_a_channel_that_is_closed_to_us_is_left(stage: Stage) -> None:
    meeting = await idle_for_hours(stage)
    stage.discord.closed_channels.add(stage.channel_id)
    await minutes_pass(stage, meeting, 0)
    stage.discord.closed_channels.clear()
    for _ in range(3):
        await minutes_pass(stage, meeting, 60)
    assert farewells(stage, IDLE) == []


async def test_one_that_somebody_ended_says_nothing_when_its_time_comes(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    await minutes_pass(stage, meeting, 4 * 3600)
    assert farewells(stage, IDLE) == []
