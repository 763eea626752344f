"""Ending a meeting, and opening it again: once each, whoever asks how often, and nothing is forgotten on the way."""

import asyncio

import pytest

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.commands.work import LEASE_SECONDS, carry_out
from kaltura_discord.discord.components import Accent
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.discord.messages import SUPPRESS_NOTIFICATIONS
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.kaltura.rooms import LONGEST_JOIN_SECONDS
from kaltura_discord.meetings.ending import REVOKE, REVOKE_AGAIN_SECONDS
from kaltura_discord.meetings.errors import MeetingNotRunning
from kaltura_discord.meetings.models import Meeting, MeetingState, Person
from kaltura_discord.meetings.starting import AUTO_END
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import accent_of, buttons_of, text_of

HOUR = 3600

# As long as an undisturbed end takes.
STEPS = 20

# As long as opening it again takes.
REOPEN_STEPS = 16

THE_STARTER = Person(UserId(ANN.user_id), "Ann")


def an_interaction() -> InteractionId:
    return InteractionId(snowflake())


def button(action: str, meeting: Meeting) -> str:
    return f"1:{action}:{meeting.meeting_id}"


async def end(stage: Stage, meeting: Meeting, by: Member = ANN) -> str:
    return text_of(await stage.answer_to(stage.place.press(button("end", meeting), by)))


async def audited(stage: Stage, kind: str) -> list[tuple[str, str, str]]:
    """By whom, from which interaction, which meeting."""
    records = [record for record in await stage.audited() if record.kind == kind]
    return [(record.user_id, record.interaction_id, record.subject) for record in records]


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


async def test_four_hours_after_the_last_join_it_ends_by_itself_and_says_so_once(stage: Stage) -> None:
    meeting = await stage.start()
    stage.clock.pass_seconds(3 * HOUR)
    await stage.services.meetings.record_join(meeting, Person(UserId(BO.user_id), "Bo"), int(stage.clock()))
    stage.clock.pass_seconds(HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE, "somebody joined an hour ago"

    stage.clock.pass_seconds(3 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    ended = await stage.meeting(meeting.meeting_id)
    assert (ended.state, ended.ended_by) == (MeetingState.ENDED, "")
    assert stage.rooms.revoked == [meeting.session_group]
    card, farewell = stage.discord.in_channel(stage.channel_id)
    assert "by itself" in text_of(card.body)
    assert "**Weekly review** has ended by itself: nobody had joined for 4 hours." in text_of(farewell.body)
    assert buttons_of(farewell.body) == {"Open it again": button("reopen", meeting)}
    assert farewell.body["flags"] & SUPPRESS_NOTIFICATIONS, "nobody is woken by it"
    assert await stage.notes(meeting.meeting_id) == []
    assert await audited(stage, "meeting_ended") == [("", "", meeting.meeting_id)]

    stage.clock.pass_seconds(HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert len(stage.discord.in_channel(stage.channel_id)) == 2


async def test_a_longer_time_holds_for_a_meeting_that_runs(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.set({"meetings": {"auto_end_hours": 6}})
    stage.clock.pass_seconds(4 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE
    stage.clock.pass_seconds(2 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert "nobody had joined for 6 hours." in text_of(stage.discord.in_channel(stage.channel_id)[-1].body)


async def test_a_shorter_time_holds_for_the_next_one(stage: Stage) -> None:
    running = await stage.start()
    await stage.set({"meetings": {"auto_end_hours": 1}})
    started = await stage.start("Next")
    stage.clock.pass_seconds(HOUR)
    for meeting in (running, started):
        await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(running.meeting_id)).state is MeetingState.LIVE
    assert (await stage.meeting(started.meeting_id)).state is MeetingState.ENDED
    assert "nobody had joined for an hour." in text_of(stage.discord.in_channel(stage.channel_id)[-1].body)
    stage.clock.pass_seconds(3 * HOUR)
    await stage.housekeeping(running.meeting_id)
    assert "nobody had joined for 4 hours." in text_of(stage.discord.in_channel(stage.channel_id)[-1].body)


async def test_where_settings_cannot_be_read_meetings_end_as_they_would_without(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    meeting = await stage.start()
    await stage.set({"meetings": {"auto_end_hours": 99}})
    stage.clock.pass_seconds(4 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert "settings not read" in caplog.text


async def test_opened_again_it_will_end_by_itself_again(stage: Stage) -> None:
    meeting = await stage.start()
    stage.clock.pass_seconds(4 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    await stage.answer_to(stage.place.press(button("reopen", meeting)))
    assert AUTO_END in [note.kind for note in await stage.notes(meeting.meeting_id)]
    stage.clock.pass_seconds(4 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED
    assert len(stage.discord.in_channel(stage.channel_id)) == 3, "the card, and one farewell for each end"


async def test_a_meeting_that_was_ended_by_hand_is_not_ended_again(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.clock.pass_seconds(4 * HOUR)
    await stage.housekeeping(meeting.meeting_id)
    assert (await stage.meeting(meeting.meeting_id)).ended_by == "Ann"
    assert len(stage.discord.in_channel(stage.channel_id)) == 1


async def test_a_deleted_card_stays_deleted(stage: Stage) -> None:
    meeting = await stage.start()
    stage.discord.messages.clear()
    assert "has ended" in await end(stage, meeting)
    assert stage.discord.messages == []


async def test_an_unknown_kind_of_note_does_no_harm(stage: Stage) -> None:
    await stage.services.housekeeper.work_off(DueNote("of a newer version", "1", 5, {}), 6, soon())
    assert stage.discord.requests == []
