"""Into which channels the digest of a night goes, and that none of them waits for another."""

from dataclasses import replace

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.meetings.models import NOBODY, Meeting
from kaltura_discord.notifications.digest_parts import DigestPart
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.models import Notification, NotificationState
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.notifications.greetings import greet
from tests.unit.domain.notifications.nights import (
    HOUR,
    NEWS,
    STAFF,
    a_video,
    dying_at,
    morning,
    nights,
    said_in,
    state,
    videos,
)
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage

LIMITED = httpx.Response(429, json={"retry_after": 5.0, "global": False})


async def a_recording(stage: Stage, meeting: Meeting) -> Notification:
    entry_id = f"1_{snowflake()}"
    details = {"meeting_id": meeting.meeting_id, "id": entry_id}
    told = Notification(f"recording_ready#{entry_id}", stage.guild_id, "recording_ready", entry_id, details)
    await stage.services.telling.outbox.tell(told)
    await stage.tell()
    return told


async def test_each_channel_has_a_digest_of_what_it_would_have_been_told(night: Stage) -> None:
    await night.set(nights(channels={"default": NEWS, "meeting_end": STAFF}))
    meeting = await night.start("Confidential")
    await night.services.meetings.end(meeting, NOBODY, int(night.clock()))
    await night.work()
    await a_video(night, "For everybody")
    await morning(night)
    (to_all,), (to_staff,) = said_in(night, NEWS), said_in(night, STAFF)
    assert "A meeting has ended: **Confidential**" in to_staff
    assert "For everybody" in to_all
    assert "has ended" not in to_all, "not everybody may read every channel"


async def test_a_channel_that_is_closed_meanwhile_falls_back_and_where_all_are_it_has_failed(night: Stage) -> None:
    await night.set(nights(channels={"default": NEWS, "video_ready": STAFF}))
    told = await a_video(night)
    night.discord.closed_channels.add(STAFF)
    await morning(night)
    assert (await state(night, told)).channel_id == NEWS

    night.clock.pass_seconds(16 * HOUR)
    again = await a_video(night)
    night.discord.closed_channels.add(NEWS)
    await morning(night)
    done = await state(night, again)
    assert done.state is NotificationState.FAILED
    assert f"I can't write in <#{STAFF}>" in done.reason


async def test_a_channel_that_is_set_after_the_digest_has_begun_comes_too_late(night: Stage) -> None:
    told = await a_video(night)
    night.discord.loses_answers = 1
    await morning(night)
    await night.set(nights(channels={"default": STAFF}))
    await night.tell()
    assert (len(said_in(night, NEWS)), len(said_in(night, STAFF))) == (1, 0)
    assert (await state(night, told)).channel_id == NEWS


@pytest.fixture
async def closed(night: Stage) -> Stage:
    """Nothing is set but a channel for recordings and videos, and that one is closed."""
    await night.set(nights(channels={"recording_ready": STAFF, "video_ready": STAFF}))
    night.discord.closed_channels.add(STAFF)
    return night


async def test_a_recording_goes_to_where_its_meeting_was_started_as_by_day(closed: Stage) -> None:
    here = await a_recording(closed, await closed.start("Confidential"))
    video = await a_video(closed, "Cells")
    of_all = closed.place
    closed.place = replace(of_all, channel_id=snowflake())
    there = await a_recording(closed, await closed.start("For everybody"))
    await morning(closed)
    (_, said_here), (_, said_there) = said_in(closed, ChannelId(of_all.channel_id)), said_in(closed, closed.channel_id)
    assert "A recording is ready: **Confidential**" in said_here
    assert "A recording is ready: **For everybody**" in said_there
    assert "For everybody" not in said_here, "not everybody may read every channel"
    assert "Confidential" not in said_there
    for told, channel_id in ((here, of_all.channel_id), (there, closed.channel_id)):
        done = await state(closed, told)
        assert (done.state, done.channel_id) == (NotificationState.SENT, channel_id)
    done = await state(closed, video)
    assert done.state is NotificationState.FAILED
    assert f"I can't write in <#{STAFF}>" in done.reason


@pytest.mark.parametrize("is_lost", [False, True])
async def test_that_no_channel_takes_it_is_said_only_where_something_is_not_told(
    closed: Stage, *, is_lost: bool
) -> None:
    greeted_in = ChannelId(snowflake())
    await greet(closed, greeted_in)
    await a_recording(closed, await closed.start("Here"))
    if is_lost:
        await a_video(closed)
    closed.place = replace(closed.place, channel_id=snowflake())
    await a_recording(closed, await closed.start("There"))
    await morning(closed)
    assert len(said_in(closed, greeted_in)) == int(is_lost)


@pytest.mark.parametrize("step", range(1, 80, 2))
async def test_wherever_whoever_goes_on_to_another_channel_dies_each_is_told_once(closed: Stage, step: int) -> None:
    meeting = await closed.start("Weekly review")
    recordings = [await a_recording(closed, meeting) for _ in range(2)]
    video = await a_video(closed, "Cells")
    await dying_at(closed, step, 600 if step % 4 == 1 else 1)
    said = "".join(said_in(closed, closed.channel_id)[1:])
    assert said.count("A recording is ready: **Weekly review**") == 2
    assert [(await state(closed, each)).state for each in recordings] == [NotificationState.SENT] * 2
    assert (await state(closed, video)).state is NotificationState.FAILED
    assert await closed.services.telling.held.of(closed.guild_id) == []


@pytest.mark.parametrize("step", range(1, 80, 2))
async def test_wherever_it_dies_where_all_of_a_part_goes_on_that_part_is_over(closed: Stage, step: int) -> None:
    here = closed.place
    recordings = [await a_recording(closed, await closed.start("Here"))]
    closed.place = replace(here, channel_id=snowflake())
    recordings.append(await a_recording(closed, await closed.start("There")))
    await dying_at(closed, step)
    said = [said_in(closed, ChannelId(channel_id))[1:] for channel_id in (here.channel_id, closed.channel_id)]
    assert [len(messages) for messages in said] == [1, 1]
    assert "A recording is ready: **Here**" in said[0][0]
    assert "A recording is ready: **There**" in said[1][0]
    assert [(await state(closed, each)).state for each in recordings] == [NotificationState.SENT] * 2
    part = await closed.services.telling.store.find(closed.guild_id, DigestPart(_end(closed), STAFF).key)
    assert part is not None
    assert part.state is not NotificationState.PENDING, "nobody would ever finish it"


def _end(stage: Stage) -> int:
    """The end of the night that is just over."""
    return int(stage.clock.seconds) // HOUR * HOUR


@pytest.mark.parametrize("answer", [LIMITED, httpx.Response(502)], ids=["limited", "unwell"])
async def test_a_channel_that_has_to_wait_holds_up_no_other(night: Stage, answer: httpx.Response) -> None:
    await night.set(nights(channels={"default": NEWS, "meeting_end": STAFF}))
    await a_video(night)
    meeting = await night.start()
    night.clock.pass_seconds(1)
    await night.services.meetings.end(meeting, NOBODY, int(night.clock()))
    await night.work()
    night.discord.replies = [answer]
    await morning(night)
    assert (len(said_in(night, NEWS)), len(said_in(night, STAFF))) == (0, 1)
    night.clock.pass_seconds(5)
    await night.tell()
    assert (len(said_in(night, NEWS)), len(said_in(night, STAFF))) == (1, 1)


async def test_what_there_is_no_time_left_for_was_not_tried(night: Stage) -> None:
    await a_video(night)
    night.clock.pass_seconds(8 * HOUR)
    digests, end = night.services.telling.digests, _end(night)
    with pytest.raises(NotNow) as later:
        await digests.deliver(night.guild_id, end, Deadline.after(0))
    assert not later.value.is_attempt
    assert await night.services.telling.store.find(night.guild_id, DigestPart(end, NEWS).key) is None
    await morning(night, 0)
    assert len(said_in(night, NEWS)) == 1


async def test_a_part_is_not_told_before_the_one_that_comes_before_it(night: Stage) -> None:
    await videos(night, 40, "*" * 200)
    night.discord.replies = [LIMITED]
    await morning(night)
    assert said_in(night, NEWS) == []
    night.clock.pass_seconds(5)
    await night.tell()
    assert ["part 2" in each for each in said_in(night, NEWS)][:2] == [False, True]


def test_a_part_is_known_by_its_key() -> None:
    first, second, else_where = DigestPart(7, NEWS), DigestPart(7, NEWS, 2), DigestPart(7, NEWS, 2, (STAFF,))
    assert [part.key for part in (first, second)] == [f"digest#7#{NEWS}", f"digest#7#{NEWS}#2"]
    assert [DigestPart.of(part.key) for part in (first, second, else_where)] == [first, second, else_where]
