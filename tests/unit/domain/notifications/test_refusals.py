"""How Discord says no, and what becomes of a notification then: nothing is tried for ever."""

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.meetings.card_board import STALE_CARD
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon

DEFAULT, OWN = ChannelId("400000000000000077"), ChannelId("400000000000000078")

REFUSALS = [
    (403, 50001),
    (403, 50013),
    (404, 10003),
    (404, 10008),
    (400, 50083),
    (400, 50035),
    (403, 0),
    (404, 0),
    (410, 0),
]


def no(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"message": "no", "code": code})


async def told(stage: Stage) -> Delivery:
    """A video is ready, and its notification is delivered, once."""
    entry = f"1_{snowflake()}"
    video = Notification(f"video_ready#{entry}", stage.guild_id, "video_ready", entry, {"title": "How cells divide"})
    assert await stage.services.telling.store.begin(video)
    await stage.services.telling.deliverer.deliver(stage.guild_id, video.key, soon())
    found = await stage.services.telling.store.find(stage.guild_id, video.key)
    assert found is not None
    return found


@pytest.mark.parametrize(("status", "code"), REFUSALS)
async def test_a_channel_that_refuses_is_passed_over(stage: Stage, status: int, code: int) -> None:
    await stage.set({"notifications": {"channels": {"default": DEFAULT, "video_ready": OWN}}})
    stage.discord.replies = [no(status, code)]
    done = await told(stage)
    assert (done.state, done.channel_id, done.attempts) == (NotificationState.SENT, DEFAULT, 0)


@pytest.mark.parametrize(("status", "code"), REFUSALS)
async def test_where_every_channel_refuses_it_ends_as_failed_with_what_to_do(
    stage: Stage, status: int, code: int
) -> None:
    await stage.set({"notifications": {"channels": {"default": DEFAULT, "video_ready": OWN}}})
    stage.discord.replies = [no(status, code), no(status, code)]
    done = await told(stage)
    assert done.state is NotificationState.FAILED
    assert "/kaltura-config channel" in done.reason
    assert stage.discord.messages == []


async def test_a_card_whose_edit_is_not_answered_waits_longer_than_discord_may_take(stage: Stage) -> None:
    """What was asked for may be done later, and would show an older state over a newer one."""
    meeting = await stage.start()
    await stage.services.meetings.record_join(meeting, meeting.started_by, int(stage.clock()))
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow) as later:
        await stage.services.telling.card_editor.show(stage.guild_id, MeetingId(meeting.meeting_id), 1, soon())
    assert later.value.seconds >= 10


@pytest.mark.parametrize(("status", "code"), [refusal for refusal in REFUSALS if refusal[1] != 50083])
async def test_a_card_that_discord_refuses_to_change_is_left_and_holds_nothing_up(
    stage: Stage, status: int, code: int
) -> None:
    meeting = await stage.start()
    await stage.services.meetings.record_join(meeting, meeting.started_by, int(stage.clock()))
    stage.discord.replies = [no(status, code)]
    await stage.services.telling.card_editor.show(stage.guild_id, MeetingId(meeting.meeting_id), 1, soon())
    assert stage.discord.replies == [], "it was asked for once"
    assert STALE_CARD not in [note.kind for note in await stage.notes(meeting.meeting_id)], "nobody tries it again"
