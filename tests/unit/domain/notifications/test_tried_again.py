"""What failed and is tried again: where it goes then, and whether quiet hours are kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.sending import MOST_ATTEMPTS
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon

OLD, NEW, FALLBACK = (ChannelId(f"4000000000000000{number}") for number in (81, 82, 83))


async def tell(stage: Stage, video: Notification) -> Delivery:
    """What has become of it after one more delivery."""
    await stage.services.telling.deliverer.deliver(stage.guild_id, video.key, soon())
    found = await stage.services.telling.store.find(stage.guild_id, video.key)
    assert found is not None
    return found


async def a_video(stage: Stage) -> Notification:
    entry = f"1_{snowflake()}"
    video = Notification(f"video_ready#{entry}", stage.guild_id, "video_ready", entry, {"title": "How cells divide"})
    assert await stage.services.telling.store.begin(video)
    return video


async def again(stage: Stage, video: Notification, *, at_once: bool = False) -> Delivery:
    """What becomes of it when it is tried again, two hours later."""
    stage.clock.pass_seconds(2 * 3600)
    assert await stage.services.telling.store.revive(stage.guild_id, video.key, at_once=at_once)
    return await tell(stage, video)


def refuse(stage: Stage, *channels: ChannelId) -> None:
    """From now on these channels, and no other, refuse what is posted."""
    stage.discord.closed_channels.clear()
    stage.discord.closed_channels.update(channels)


async def channels(stage: Stage, default: ChannelId, own: ChannelId | str = "", **others: object) -> None:
    await stage.set({"notifications": {"channels": {"default": default, "video_ready": own}, **others}})


async def night_falls(stage: Stage) -> None:
    """It is quiet from now on, for some hours."""
    begins = datetime.fromtimestamp(stage.clock.seconds, ZoneInfo("UTC"))
    hours = f"{begins:%H:%M}-{(begins.hour + 12) % 24:02}:{begins:%M}"
    await channels(stage, OLD, quiet_hours={"hours": hours, "time_zone": "UTC"})


def standing(stage: Stage, *channels: ChannelId) -> list[int]:
    """How many messages stand in each of the channels."""
    return [len(stage.discord.in_channel(channel)) for channel in channels]


@pytest.mark.parametrize("is_open_again", [True, False])
async def test_what_was_refused_goes_where_it_belongs_now(stage: Stage, *, is_open_again: bool) -> None:
    await channels(stage, OLD)
    refuse(stage, OLD)
    video = await a_video(stage)
    assert (await tell(stage, video)).state is NotificationState.FAILED

    await channels(stage, NEW)
    refuse(stage, *([] if is_open_again else [OLD]))
    done = await again(stage, video)
    assert (done.state, done.channel_id) == (NotificationState.SENT, NEW)
    assert standing(stage, OLD, NEW) == [0, 1]


async def test_what_several_channels_refused_goes_where_it_belongs_now(stage: Stage) -> None:
    await channels(stage, FALLBACK, OLD)
    refuse(stage, OLD, FALLBACK)
    video = await a_video(stage)
    assert (await tell(stage, video)).state is NotificationState.FAILED
    refuse(stage)
    await channels(stage, NEW)
    assert (await again(stage, video)).channel_id == NEW
    assert standing(stage, OLD, FALLBACK, NEW) == [0, 0, 1]


async def test_a_message_that_discord_takes_nowhere_stands_nowhere_and_goes_where_it_belongs_once_that_is_mended(
    stage: Stage,
) -> None:
    await channels(stage, OLD)
    video = await a_video(stage)
    stage.discord.replies = [httpx.Response(400, json={"code": 50035})]
    assert (await tell(stage, video)).state is NotificationState.FAILED
    await channels(stage, NEW)
    assert (await again(stage, video)).channel_id == NEW
    assert standing(stage, OLD, NEW) == [0, 1]


async def test_what_may_stand_in_the_old_channel_is_looked_for_there(stage: Stage) -> None:
    await channels(stage, OLD)
    video = await a_video(stage)
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await tell(stage, video)
    stage.discord.is_down = True
    for _ in range(MOST_ATTEMPTS - 2):
        with pytest.raises(NotNow):
            await tell(stage, video)
    assert (await tell(stage, video)).state is NotificationState.FAILED

    stage.discord.is_down = False
    await channels(stage, NEW)
    assert (await again(stage, video)).channel_id == OLD
    assert standing(stage, OLD, NEW) == [1, 0]


@pytest.mark.parametrize("later", [10, 600])
async def test_a_refusal_after_a_silent_answer_proves_nothing(stage: Stage, later: int) -> None:
    await channels(stage, OLD)
    video = await a_video(stage)
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await tell(stage, video)
    refuse(stage, OLD)
    stage.clock.pass_seconds(later)
    assert (await tell(stage, video)).state is NotificationState.FAILED

    refuse(stage)
    await channels(stage, NEW)
    assert (await again(stage, video)).channel_id == OLD
    assert standing(stage, OLD, NEW) == [1, 0]


async def test_what_may_stand_in_one_channel_and_was_refused_by_another_is_looked_for_in_the_first(
    stage: Stage,
) -> None:
    await channels(stage, FALLBACK, OLD)
    refuse(stage, OLD)
    video = await a_video(stage)
    stage.discord.replies = [httpx.Response(403, json={"code": 50001})]
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await tell(stage, video)
    assert standing(stage, FALLBACK) == [1]
    refuse(stage, OLD, FALLBACK)
    assert (await tell(stage, video)).state is NotificationState.FAILED

    refuse(stage)
    assert (await again(stage, video)).channel_id == FALLBACK
    assert standing(stage, OLD, FALLBACK) == [0, 1]


async def test_in_quiet_hours_what_was_refused_is_held_when_it_is_tried_again(stage: Stage) -> None:
    await channels(stage, OLD)
    refuse(stage, OLD)
    video = await a_video(stage)
    assert (await tell(stage, video)).state is NotificationState.FAILED
    refuse(stage)
    await night_falls(stage)
    assert (await again(stage, video)).state is NotificationState.HELD
    assert standing(stage, OLD) == [0]


async def test_whoever_waits_for_it_is_told_at_once_in_quiet_hours_too(stage: Stage) -> None:
    await channels(stage, OLD)
    refuse(stage, OLD)
    video = await a_video(stage)
    assert (await tell(stage, video)).state is NotificationState.FAILED
    await night_falls(stage)
    assert (await again(stage, video, at_once=True)).state is NotificationState.FAILED
    refuse(stage)
    assert (await again(stage, video, at_once=True)).state is NotificationState.SENT
    assert standing(stage, OLD) == [1]


async def test_one_that_a_person_tried_in_vain_keeps_quiet_hours_when_it_is_replayed(stage: Stage) -> None:
    await channels(stage, OLD)
    refuse(stage, OLD)
    video = await a_video(stage)
    await tell(stage, video)
    await night_falls(stage)
    await again(stage, video, at_once=True)
    refuse(stage)
    assert (await again(stage, video)).state is NotificationState.HELD
