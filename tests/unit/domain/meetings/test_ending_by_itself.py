"""A meeting that nobody joins any more ends by itself, once, and after as long as its server has set."""

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.discord.messages import SUPPRESS_NOTIFICATIONS
from kaltura_discord.meetings.models import MeetingState, Person
from kaltura_discord.meetings.starting import AUTO_END
from tests.unit.domain.meetings.ends import HOUR, audited, button, end
from tests.unit.domain.sent_by_discord import BO
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of


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
