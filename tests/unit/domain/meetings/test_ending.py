"""Ending a meeting: once, whoever asks how often, and nothing is forgotten on the way."""

import asyncio

import pytest

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.commands.work import LEASE_SECONDS, carry_out
from kaltura_discord.discord.components import Accent
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.kaltura.rooms import LONGEST_JOIN_SECONDS
from kaltura_discord.meetings.ending import REVOKE, REVOKE_AGAIN_SECONDS
from kaltura_discord.meetings.errors import MeetingNotRunning
from kaltura_discord.meetings.models import MeetingState, Person
from tests.unit.domain.meetings.ends import THE_STARTER, an_interaction, audited, button, end
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, MODERATOR, Member
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import accent_of, buttons_of, text_of

# As long as an undisturbed end takes.
STEPS = 20


async def test_an_end_closes_the_door_revokes_and_tags_but_deletes_nothing(stage: Stage) -> None:
    meeting = await stage.start()
    stage.clock.pass_seconds(48 * 60)
    answer = await stage.answer_to(stage.place.press(button("end", meeting)))
    assert "nobody can join any more" in text_of(answer)
    assert "Whoever is inside stays until the moderator ends it there." in text_of(answer)
    assert buttons_of(answer) == {"Open it again": button("reopen", meeting)}

    ended = await stage.meeting(meeting.meeting_id)
    assert (ended.state, ended.ended_by) == (MeetingState.ENDED, "Ann")
    assert stage.rooms.revoked == [meeting.session_group]
    assert stage.rooms.marked == {meeting.meeting_id: ended.ended_at}
    assert stage.rooms.discarded == []
    assert await stage.services.meetings.running(stage.guild_id) == []
    assert REVOKE not in [note.kind for note in await stage.notes(meeting.meeting_id)]

    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.ENDED
    assert "Lasted 48 min · nobody joined" in text_of(card.body)
    assert list(buttons_of(card.body)) == ["Start again"]


@pytest.mark.parametrize("by", [ANN, MODERATOR, ADMINISTRATOR], ids=["the starter", "a moderator", "an administrator"])
async def test_whoever_may_end_it_can(stage: Stage, by: Member) -> None:
    meeting = await stage.start(by=ANN)
    assert "has ended" in await end(stage, meeting, by)


async def test_somebody_else_is_told_who_can(stage: Stage) -> None:
    meeting = await stage.start(by=ANN)
    refusal = await end(stage, meeting, BO)
    assert "Only Ann, who started **Weekly review**, and moderators can do that." in refusal
    assert "Here that means whoever may manage this server" in refusal
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_the_roles_that_can_are_named(stage: Stage) -> None:
    environment = {"CONFIG__ROLES__MAPPING__5": "moderator", "CONFIG__ROLES__MAPPING__6": "admin"}
    stage.services.environment = {**stage.services.environment, **environment}
    meeting = await stage.start(by=ANN)
    assert "Here that means <@&5>, <@&6> or whoever has Administrator in Discord." in await end(stage, meeting, BO)
    assert "has ended" in await end(stage, meeting, Member("201", "Tess", roles=("5",)))


async def test_two_who_end_it_at_once_end_it_once(stage: Stage) -> None:
    meeting = await stage.start()
    people = (THE_STARTER, Person(UserId(MODERATOR.user_id), "Mo"))
    outcomes = await asyncio.gather(
        *(stage.services.ender.end(meeting, person, an_interaction(), soon()) for person in people),
        return_exceptions=True,
    )
    assert sorted(str(type(outcome).__name__) for outcome in outcomes) == ["MeetingNotRunning", "bool"]
    assert len(await audited(stage, "meeting_ended")) == 1
    assert stage.rooms.revoked == [meeting.session_group]


async def test_who_comes_second_is_told(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    assert await end(stage, meeting) == "**Weekly review** is not running any more."


async def test_an_end_that_was_meant_for_a_former_opening_does_not_end_the_next(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    await stage.answer_to(stage.place.press(button("reopen", meeting)))
    with pytest.raises(MeetingNotRunning):
        await stage.services.ender.end(meeting, THE_STARTER, an_interaction(), soon())
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_while_kaltura_is_silent_the_end_is_repeated_until_it_answers(stage: Stage) -> None:
    meeting = await stage.start()
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    answer = await end(stage, meeting)
    assert "I keep trying" in answer
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED

    for _ in range(3):
        stage.clock.pass_seconds(REVOKE_AGAIN_SECONDS)
        await stage.housekeeping(meeting.meeting_id)
        assert stage.rooms.revoked == []
    stage.rooms.failure = None
    stage.clock.pass_seconds(REVOKE_AGAIN_SECONDS)
    await stage.housekeeping(meeting.meeting_id)
    assert stage.rooms.revoked == [meeting.session_group]
    assert meeting.meeting_id in stage.rooms.marked
    assert REVOKE not in [note.kind for note in await stage.notes(meeting.meeting_id)]


async def test_it_is_given_up_when_no_session_can_be_alive_any_more(stage: Stage) -> None:
    meeting = await stage.start()
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    await end(stage, meeting)
    stage.clock.pass_seconds(LONGEST_JOIN_SECONDS)
    await stage.housekeeping(meeting.meeting_id)
    assert REVOKE not in [note.kind for note in await stage.notes(meeting.meeting_id)]


async def test_an_undisturbed_end_takes_the_steps_that_are_tried_below(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.acknowledged(stage.place.press(button("end", meeting)))
    (task,) = stage.tasks.take_all()
    before = stage.steps.taken
    await carry_out(task, stage.services)
    assert stage.steps.taken - before == STEPS


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_interrupted_anywhere_an_end_is_finished_by_the_queue_and_housekeeping(stage: Stage, step: int) -> None:
    meeting = await stage.start()
    payload = stage.place.press(button("end", meeting))
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + step
    try:
        await carry_out(task, stage.services)
    except Crash:
        stage.clock.pass_seconds(LEASE_SECONDS + 1)
        await stage.until_done(lambda: carry_out(task, stage.services))
    stage.steps.crash_at = 0
    stage.clock.pass_seconds(REVOKE_AGAIN_SECONDS)
    await stage.housekeeping(meeting.meeting_id)

    assert payload["token"] in stage.discord.answers
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert meeting.session_group in stage.rooms.revoked
    assert meeting.meeting_id in stage.rooms.marked
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.ENDED
    assert REVOKE not in [note.kind for note in await stage.notes(meeting.meeting_id)]
    assert await audited(stage, "meeting_ended") == [(ANN.user_id, payload["id"], meeting.meeting_id)]


async def test_each_opening_and_each_end_is_in_the_audit_with_who_it_was(stage: Stage) -> None:
    meeting = await stage.start("Weekly review", kind="webinar")
    await end(stage, meeting, MODERATOR)
    await stage.answer_to(stage.place.press(button("reopen", meeting), ADMINISTRATOR))
    await end(stage, meeting, ANN)
    kinds = ["meeting_started", "meeting_ended", "meeting_reopened", "meeting_ended"]
    records = await stage.audited()
    assert sorted(record.kind for record in records) == sorted(kinds)
    told = {"title": "Weekly review", "type": "webinar", "channel": stage.channel_id}
    assert all(record.details == told for record in records)


async def test_an_interaction_ends_one_opening_only(stage: Stage) -> None:
    meeting, interaction_id = await stage.start(), an_interaction()
    await stage.services.ender.end(meeting, THE_STARTER, interaction_id, soon())
    ended = await stage.meeting(meeting.meeting_id)
    reopened = await stage.services.ender.reopen(ended, THE_STARTER, an_interaction())
    with pytest.raises(MeetingNotRunning):
        await stage.services.ender.end(reopened, THE_STARTER, interaction_id, soon())
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_an_end_that_never_came_about_revokes_nothing(stage: Stage) -> None:
    meeting = await stage.start()
    stage.dynamodb.fails_on = "TransactWriteItems"
    await stage.acknowledged(stage.place.press(button("end", meeting)))
    (task,) = stage.tasks.take_all()
    with pytest.raises(Exception, match="down"):
        await carry_out(task, stage.services)
    stage.dynamodb.fails_on = ""
    stage.clock.pass_seconds(REVOKE_AGAIN_SECONDS)
    await stage.housekeeping(meeting.meeting_id)
    assert stage.rooms.revoked == []
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE
    assert await audited(stage, "meeting_ended") == []


async def test_a_deleted_card_stays_deleted(stage: Stage) -> None:
    meeting = await stage.start()
    stage.discord.messages.clear()
    assert "has ended" in await end(stage, meeting)
    assert stage.discord.messages == []


async def test_an_unknown_kind_of_note_does_no_harm(stage: Stage) -> None:
    await stage.services.housekeeper.work_off(DueNote("of a newer version", "1", 5, {}), 6, soon())
    assert stage.discord.requests == []
