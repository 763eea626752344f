"""A card that Discord would not let us change is changed later, and no more often than once a minute."""

import httpx
import pytest

from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.discord.messages import note
from kaltura_discord.meetings.card_board import STALE_CARD
from kaltura_discord.meetings.models import NOBODY, MeetingState
from kaltura_discord.meetings.starting import ORPHAN_ROOM
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import text_of

DAY_SECONDS = 24 * 3600


def outage(calls: int) -> list[httpx.Response | Exception]:
    return [httpx.Response(502) for _ in range(calls)]


async def stale_notes(stage: Stage, meeting_id: str) -> int:
    return sum(each.kind == STALE_CARD for each in await stage.notes(meeting_id))


async def test_housekeeping_makes_the_edit_that_discord_did_not_take(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))
    stage.discord.replies = [*outage(4)]
    await stage.services.cards.refresh(meeting, soon())
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "LIVE" in text_of(card.body)

    stage.clock.pass_seconds(60)
    await stage.housekeeping(meeting.meeting_id)

    assert "ENDED" in text_of(card.body)
    assert await stale_notes(stage, meeting.meeting_id) == 0


async def test_many_failed_edits_leave_one_note(stage: Stage) -> None:
    meeting = await stage.start()
    stage.discord.replies = [*outage(12)]
    for _ in range(3):
        await stage.services.cards.refresh(meeting, soon())
    assert await stale_notes(stage, meeting.meeting_id) == 1


async def test_while_discord_stays_down_the_note_comes_back(stage: Stage) -> None:
    meeting = await stage.start()
    stage.discord.is_down = True
    await stage.services.cards.refresh(meeting, soon())
    for _ in range(3):
        stage.clock.pass_seconds(60)
        await stage.housekeeping(meeting.meeting_id)
        assert await stale_notes(stage, meeting.meeting_id) == 1


async def test_after_a_day_a_card_is_left_as_it_is(stage: Stage) -> None:
    meeting = await stage.start()
    stage.clock.pass_seconds(DAY_SECONDS + 1)
    stage.discord.is_down = True
    await stage.services.cards.refresh(meeting, soon())
    assert await stale_notes(stage, meeting.meeting_id) == 0


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (403, 50001)], ids=["deleted", "closed to us"])
async def test_a_card_that_is_gone_or_closed_to_us_is_left(stage: Stage, status: int, code: int) -> None:
    meeting = await stage.start()
    stage.discord.replies = [httpx.Response(status, json={"message": "no", "code": code})]
    await stage.services.cards.refresh(meeting, soon())
    assert await stale_notes(stage, meeting.meeting_id) == 0


async def test_a_start_that_died_before_its_card_said_so_gets_its_card(stage: Stage) -> None:
    meeting = await stage.start()
    assert [each.kind for each in await stage.notes(meeting.meeting_id)].count(ORPHAN_ROOM) == 0
    # Its note is taken off last, so whoever dies before that leaves it.
    left_over = DueNote(ORPHAN_ROOM, meeting.meeting_id, int(stage.clock()), {"guild_id": stage.guild_id})
    await stage.services.due.add(left_over)
    (card,) = stage.discord.in_channel(stage.channel_id)
    edits = card.edits

    await stage.housekeeping(meeting.meeting_id)

    assert card.edits == edits + 1
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_what_is_announced_needs_no_card(stage: Stage) -> None:
    meeting = await stage.start()
    stage.discord.is_down = True
    await stage.services.cards.announce(meeting, note("Over."), "nonce", soon())
    assert await stale_notes(stage, meeting.meeting_id) == 0
