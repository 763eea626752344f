"""A card that Discord would not let us change is changed later, and no more often than once a minute."""

import httpx
import pytest

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.commands.work import carry_out
from kaltura_discord.meetings.card_board import STALE_CARD
from kaltura_discord.meetings.models import NOBODY, Meeting, MeetingState
from kaltura_discord.meetings.starting import ORPHAN_ROOM
from kaltura_discord.notifications.errors import NotNow
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import text_of

DAY_SECONDS = 24 * 3600
LAST_RECEIVE = 4
"""After so many, the queue is not to be held up by a card."""


async def end(stage: Stage, meeting: Meeting) -> None:
    assert await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))


async def show(stage: Stage, meeting: Meeting, receives: int = 1) -> None:
    """As the notifier does when the queue brings the card."""
    await stage.services.telling.card_editor.show(meeting.guild_id, meeting.meeting_id, receives, soon())


async def stale_notes(stage: Stage, meeting_id: str) -> int:
    return sum(each.kind == STALE_CARD for each in await stage.notes(meeting_id))


async def test_an_edit_that_discord_did_not_take_comes_back_from_the_queue_a_little_later_each_time(
    stage: Stage,
) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.is_down = True
    pauses = []
    for receives in range(1, LAST_RECEIVE):
        with pytest.raises(NotNow) as later:
            await show(stage, meeting, receives)
        pauses.append(later.value.seconds)
    assert pauses == [2, 4, 8]
    assert stage.pauses.taken == [], "nothing is slept away"
    await show(stage, meeting, LAST_RECEIVE)
    assert await stale_notes(stage, meeting.meeting_id) == 1


async def test_housekeeping_has_the_edit_made_that_discord_did_not_take(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.replies = [httpx.Response(502)]
    await show(stage, meeting, LAST_RECEIVE)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "LIVE" in text_of(card.body)

    stage.clock.pass_seconds(60)
    await stage.housekeeping(meeting.meeting_id)

    assert "ENDED" in text_of(card.body)
    assert await stale_notes(stage, meeting.meeting_id) == 0


async def test_many_failed_edits_leave_one_note(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.is_down = True
    for _ in range(3):
        await show(stage, meeting, LAST_RECEIVE)
    assert await stale_notes(stage, meeting.meeting_id) == 1


async def test_where_the_queue_is_down_housekeeping_sees_to_the_card(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.tasks.take_all()
    stage.tasks.is_down = True
    await stage.services.cards.refresh(meeting)
    assert await stale_notes(stage, meeting.meeting_id) == 1
    stage.clock.pass_seconds(60)
    await stage.housekeeping(meeting.meeting_id)
    assert await stale_notes(stage, meeting.meeting_id) == 1, "the queue is down still"
    stage.tasks.is_down = False
    stage.clock.pass_seconds(60)
    await stage.housekeeping(meeting.meeting_id)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "ENDED" in text_of(card.body)


async def test_after_a_day_a_card_is_left_as_it_is(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.clock.pass_seconds(DAY_SECONDS + 1)
    stage.discord.is_down = True
    await show(stage, meeting, LAST_RECEIVE)
    assert await stale_notes(stage, meeting.meeting_id) == 0


async def test_a_rate_limit_is_waited_for_in_the_queue(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.replies = [httpx.Response(429, json={"retry_after": 12.5, "global": False})]
    with pytest.raises(NotNow) as later:
        await show(stage, meeting, receives=500)
    assert (later.value.seconds, later.value.is_attempt) == (12.5, False)
    assert stage.pauses.taken == []


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10008), (404, 10003), (403, 50001), (403, 50013)], ids=lambda value: str(value)
)
async def test_a_card_that_is_gone_or_closed_to_us_is_left(stage: Stage, status: int, code: int) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.replies = [httpx.Response(status, json={"message": "no", "code": code})]
    await show(stage, meeting)
    assert await stale_notes(stage, meeting.meeting_id) == 0


@pytest.mark.parametrize(("code", "is_suspected"), [(50001, True), (10004, True), (10008, False), (10003, False)])
async def test_where_the_bot_may_have_been_removed_somebody_looks(stage: Stage, code: int, is_suspected: bool) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.tasks.take_all()
    stage.discord.replies = [httpx.Response(403, json={"message": "no", "code": code})]
    await show(stage, meeting)
    suspicions = [(task["kind"], task["guild_id"]) for task in stage.tasks.take_all()]
    assert suspicions == [("suspected_departure", stage.guild_id)] * is_suspected


async def test_a_thread_that_was_archived_is_opened_again_so_that_its_card_tells_the_truth(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.archived_threads.add(stage.channel_id)
    await show(stage, meeting)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "ENDED" in text_of(card.body)


async def test_a_thread_that_is_locked_as_well_is_left(stage: Stage) -> None:
    meeting = await stage.start()
    await end(stage, meeting)
    stage.discord.archived_threads.add(stage.channel_id)
    refusal = {"message": "Thread is archived", "code": 50083}
    stage.discord.replies = [httpx.Response(400, json=refusal), httpx.Response(403, json={"code": 50013})]
    await show(stage, meeting)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "LIVE" in text_of(card.body)
    assert await stale_notes(stage, meeting.meeting_id) == 0


async def test_a_start_that_died_before_its_card_said_so_gets_its_card(stage: Stage) -> None:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Weekly review"})
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    await carry_out(task, stage.services)
    stage.tasks.take_all()
    stage.tasks.in_order.clear()
    meeting = await stage.meeting(payload["id"])
    assert meeting.state is MeetingState.LIVE
    # Its note is taken off last, so whoever dies before that leaves it.
    left_over = DueNote(ORPHAN_ROOM, meeting.meeting_id, int(stage.clock()), {"guild_id": stage.guild_id})
    await stage.services.due.add(left_over)
    await stage.housekeeping(meeting.meeting_id)
    card = stage.discord.in_channel(stage.channel_id)[0]
    assert "LIVE" in text_of(card.body)
