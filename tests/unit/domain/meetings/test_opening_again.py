"""An end is taken back once, whoever asks how often, and nothing is forgotten on the way."""

import asyncio

import pytest

from kaltura_discord.commands.work import LEASE_SECONDS, carry_out
from kaltura_discord.discord.components import Accent
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.meetings.ending import REVOKE_AGAIN_SECONDS
from kaltura_discord.meetings.errors import MeetingNotRunning
from kaltura_discord.meetings.models import MeetingState
from tests.unit.domain.meetings.ends import THE_STARTER, an_interaction, audited, button, end
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import accent_of, buttons_of, text_of

# As long as opening it again takes.
REOPEN_STEPS = 16


@pytest.mark.parametrize("step", range(1, REOPEN_STEPS + 1))
async def test_interrupted_anywhere_it_is_opened_again_once_and_by_whom_is_known(stage: Stage, step: int) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    payload = stage.place.press(button("reopen", meeting), MODERATOR)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + step
    try:
        await carry_out(task, stage.services)
    except Crash:
        stage.clock.pass_seconds(LEASE_SECONDS + 1)
        await stage.until_done(lambda: carry_out(task, stage.services))
    await stage.sweep()
    assert (await stage.meeting(meeting.meeting_id)).generation == 2
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.LIVE
    assert await audited(stage, "meeting_reopened") == [(MODERATOR.user_id, payload["id"], meeting.meeting_id)]


async def test_opening_it_again_undisturbed_takes_the_steps_that_are_tried_above(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    await stage.acknowledged(stage.place.press(button("reopen", meeting)))
    (task,) = stage.tasks.take_all()
    before = stage.steps.taken
    await carry_out(task, stage.services)
    assert stage.steps.taken - before == REOPEN_STEPS


async def test_opened_again_it_is_the_same_room_with_new_sessions(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    answer = await stage.answer_to(stage.place.press(button("reopen", meeting)))
    assert "is open again" in text_of(answer)
    assert buttons_of(answer) == {"Join": button("join", meeting)}

    reopened = await stage.meeting(meeting.meeting_id)
    assert reopened.state is MeetingState.LIVE
    assert reopened.room == meeting.room or reopened.room is not None
    assert reopened.session_group != meeting.session_group
    assert (reopened.ended_at, reopened.ended_by) == (0, "")
    assert len(await stage.services.meetings.running(stage.guild_id)) == 1
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.LIVE

    await end(stage, reopened)
    assert stage.rooms.revoked == [meeting.session_group, reopened.session_group]


async def test_opened_again_the_sessions_of_before_are_still_revoked(stage: Stage) -> None:
    meeting = await stage.start()
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    await end(stage, meeting)
    await stage.answer_to(stage.place.press(button("reopen", meeting)))
    stage.rooms.failure = None
    stage.clock.pass_seconds(REVOKE_AGAIN_SECONDS)
    await stage.housekeeping(meeting.meeting_id)
    assert stage.rooms.revoked == [meeting.session_group]
    assert stage.rooms.marked == {}, "it is open: no mark of the end"
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_what_is_open_cannot_be_opened_again(stage: Stage) -> None:
    meeting = await stage.start()
    refusal = text_of(await stage.answer_to(stage.place.press(button("reopen", meeting))))
    assert "is open already" in refusal


async def test_two_who_open_it_at_once_open_it_once(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    ended = await stage.meeting(meeting.meeting_id)
    outcomes = await asyncio.gather(
        *(stage.services.ender.reopen(ended, THE_STARTER, an_interaction()) for _ in range(2)),
        return_exceptions=True,
    )
    assert len([outcome for outcome in outcomes if isinstance(outcome, MeetingNotRunning)]) == 1
    assert (await stage.meeting(meeting.meeting_id)).generation == 2


async def test_whoever_may_not_end_it_may_not_open_it_either(stage: Stage) -> None:
    meeting = await stage.start(by=ANN)
    await end(stage, meeting)
    refusal = text_of(await stage.answer_to(stage.place.press(button("reopen", meeting), BO)))
    assert "Only Ann" in refusal
