"""What happens in quiet hours is held, and told afterwards in one message, once, whatever is set meanwhile."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.meetings.models import NOBODY
from kaltura_discord.notifications.digest_parts import MOST_PARTS, DigestPart, Division
from kaltura_discord.notifications.digest_words import Line, digest_message
from kaltura_discord.notifications.digests import MORE_THAN_FITS
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.reasons import NOT_ALLOWED, SWITCHED_OFF
from kaltura_discord.notifications.sending import TAGS_OFF
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.templates.plain_text import utf16_length
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

NEWS, STAFF = ChannelId("400000000000000071"), ChannelId("400000000000000072")
HOUR = 3600
BERLIN = ZoneInfo("Europe/Berlin")


def nights(**others: object) -> dict[str, object]:
    quiet_hours = {"hours": "22:00-07:00", "time_zone": "Europe/Berlin"}
    return {"notifications": {"channels": {"default": NEWS}, "quiet_hours": quiet_hours, **others}}


@pytest.fixture
async def night(stage: Stage) -> Stage:
    """It is eleven in the evening, and seven in the morning is eight hours away."""
    await stage.set(nights())
    local = datetime.fromtimestamp(stage.clock.seconds, BERLIN)
    eleven = local.replace(hour=23, minute=0, second=0, microsecond=0)
    while eleven.utcoffset() != (eleven + timedelta(hours=8)).utcoffset():
        eleven += timedelta(days=1)
    stage.clock.seconds = eleven.timestamp()
    return stage


async def a_video(stage: Stage, title: str = "How cells divide") -> Notification:
    entry_id = f"1_{snowflake()}"
    details = {"title": title, "id": entry_id}
    told = Notification(f"video_ready#{entry_id}", stage.guild_id, "video_ready", entry_id, details)
    await stage.services.telling.outbox.tell(told)
    await stage.tell()
    return told


async def videos(stage: Stage, count: int, more: str = "") -> list[Notification]:
    """So many, a second apart, called V000 and so on."""
    told = []
    for number in range(count):
        told.append(await a_video(stage, f"V{number:03d} {more}"))
        stage.clock.pass_seconds(1)
    return told


async def state(stage: Stage, told: Notification) -> Delivery:
    found = await stage.services.telling.store.find(told.guild_id, told.key)
    assert found is not None
    return found


async def morning(stage: Stage, hours: int = 8) -> None:
    """Housekeeping comes by when the quiet hours are over."""
    stage.clock.pass_seconds(hours * HOUR)
    await stage.housekeeping(stage.guild_id)


async def dying_at(stage: Stage, step: int, later: int = 1) -> None:
    """Morning comes, whoever tells of the night dies at a step, and so many seconds later another one goes on."""
    stage.clock.pass_seconds(8 * HOUR)
    stage.steps.crash_at = stage.steps.taken + step
    with suppress(Crash):
        await stage.housekeeping(stage.guild_id)
    stage.steps.crash_at = 0
    stage.clock.pass_seconds(later)
    await stage.housekeeping(stage.guild_id)
    await stage.tell()


def said_in(stage: Stage, channel_id: ChannelId) -> list[str]:
    return [text_of(posted.body) for posted in stage.discord.in_channel(channel_id)]


async def test_at_night_nothing_is_said_and_in_the_morning_everything_once(night: Stage) -> None:
    eleven = int(night.clock.seconds)
    first = await a_video(night, "Cells")
    night.clock.pass_seconds(HOUR)
    second = await a_video(night, "**Atoms** @everyone")
    assert [(await state(night, told)).state for told in (first, second)] == [NotificationState.HELD] * 2
    assert said_in(night, NEWS) == []

    await morning(night, 7)
    (digest,) = night.discord.in_channel(NEWS)
    assert text_of(digest.body).splitlines() == [
        "### While it was quiet",
        f"- <t:{eleven}:t> A new video is ready: **Cells**",
        f"- <t:{eleven + HOUR}:t> A new video is ready: **\\*\\*Atoms\\*\\* @\u200beveryone**",
    ]
    for told in (first, second):
        done = await state(night, told)
        assert (done.state, done.message_id) == (NotificationState.SENT, digest.message_id)
    assert len(await night.services.telling.store.last(night.guild_id)) == 2, "the digest itself is not listed"
    assert await night.services.telling.held.of(night.guild_id) == []
    await morning(night, 24)
    assert len(said_in(night, NEWS)) == 1


async def test_in_daytime_it_is_told_at_once(night: Stage) -> None:
    night.clock.pass_seconds(8 * HOUR)
    assert (await state(night, await a_video(night))).state is NotificationState.SENT


async def test_cards_are_changed_at_night_too(night: Stage) -> None:
    meeting = await night.start()
    await night.services.meetings.end(meeting, NOBODY, int(night.clock()))
    await night.work()
    assert "ENDED" in said_in(night, night.channel_id)[0]
    assert said_in(night, NEWS) == []
    await morning(night)
    assert "A meeting has ended: **Weekly review**" in said_in(night, NEWS)[0]


async def test_what_may_stand_in_the_channel_already_is_finished(night: Stage) -> None:
    night.clock.pass_seconds(-2 * HOUR)
    night.discord.loses_answers = 1
    told = await a_video(night)
    night.clock.pass_seconds(2 * HOUR)
    await night.tell()
    assert (await state(night, told)).state is NotificationState.SENT
    assert len(said_in(night, NEWS)) == 1


async def test_a_night_with_much_to_tell_is_as_many_messages_as_it_takes(night: Stage) -> None:
    held = await videos(night, 60, "*" * 200)
    await morning(night)
    posted = night.discord.in_channel(NEWS)
    assert len(posted) > 1
    said = {each.message_id: text_of(each.body) for each in posted}
    assert all(utf16_length(words) <= 4000 for words in said.values())
    assert [words.splitlines()[0] for words in said.values()] == [
        "### While it was quiet",
        *(f"### While it was quiet, part {number}" for number in range(2, len(posted) + 1)),
    ]
    named = [name for words in said.values() for name in re.findall(r"V\d{3}", words)]
    assert named == [f"V{number:03d}" for number in range(60)], "each once, and in its order"
    for each in held:
        done = await state(night, each)
        assert done.state is NotificationState.SENT
        assert done.message_id is not None
        assert each.details["title"][:4] in said[done.message_id], "the message that it leads to names it"


async def test_more_than_anybody_reads_in_a_morning_is_counted_and_listed(night: Stage) -> None:
    held = await videos(night, 250, "*" * 200)
    await morning(night)
    said = said_in(night, NEWS)
    assert len(said) == MOST_PARTS
    named = {name for words in said for name in re.findall(r"V\d{3}", words)}
    rest = 250 - len(named)
    assert said[-1].splitlines()[-1] == (
        f"-# and {rest} more: A new video is ready ({rest}). "
        "Whoever manages this server finds each of them in `/kaltura-config notifications`."
    )
    assert all(utf16_length(words) <= 4000 - len(TAGS_OFF) - 50 for words in said), "a footnote has room still"
    for each in held:
        done = await state(night, each)
        is_named = each.details["title"][:4] in named
        assert done.state is (NotificationState.SENT if is_named else NotificationState.DROPPED)
        assert is_named or done.reason == MORE_THAN_FITS
    assert len(await night.services.telling.store.last(night.guild_id, 300)) == 250, "what is counted is listed as well"


async def test_a_meeting_that_was_called_something_longer_meanwhile_still_fits(night: Stage) -> None:
    await night.set(nights(channels={"default": NEWS, "meeting_end": STAFF}))
    lines = [Line(Notification(str(each), night.guild_id, "video_ready", "1_a", {}, 1), None) for each in range(40)]
    meeting = replace(await night.start(), title="L" * 250)
    longer = [replace(line, meeting=meeting, names="N" * 100) for line in lines]
    assert utf16_length(text_of(digest_message(longer, [], 1).body())) <= 4000


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


@pytest.mark.parametrize("step", range(1, 40, 2))
async def test_wherever_the_digest_dies_it_is_posted_once(night: Stage, step: int) -> None:
    told = [await a_video(night), await a_video(night)]
    await dying_at(night, step)
    assert len(said_in(night, NEWS)) == 1
    assert [(await state(night, each)).state for each in told] == [NotificationState.SENT] * 2
    assert await night.services.telling.held.of(night.guild_id) == []


@pytest.mark.parametrize("step", range(1, 96, 2))
async def test_wherever_a_digest_of_several_parts_dies_each_thing_is_named_once(night: Stage, step: int) -> None:
    small = partial(Division, most_lines=2, most_parts=3)
    night.services.telling.digests = replace(night.services.telling.digests, division=small)
    told = await videos(night, 7)
    # The next one comes while Discord knows the nonces, or when it has forgotten them.
    await dying_at(night, step, 600 if step % 4 == 1 else 1)
    said = said_in(night, NEWS)
    assert [re.findall(r"V\d{3}", words) for words in said] == [["V000", "V001"], ["V002", "V003"], ["V004", "V005"]]
    assert "-# and 1 more: A new video is ready (1)." in said[-1]
    states = [(await state(night, each)).state for each in told]
    assert states == [NotificationState.SENT] * 6 + [NotificationState.DROPPED]
    assert await night.services.telling.held.of(night.guild_id) == []


async def test_whoever_was_taken_for_dead_divides_it_as_the_other_one_did(night: Stage) -> None:
    await videos(night, 5)
    night.clock.pass_seconds(8 * HOUR)
    held = night.services.telling.held
    seen = await held.of(night.guild_id)
    other = [await held.put_into(each, DigestPart(seen[0].until, NEWS, 2).key) for each in seen[:3]]
    assert [each.digest for each in other if each] == [f"digest#{seen[0].until}#{NEWS}#2"] * 3
    late = await held.put_into(seen[0], DigestPart(seen[0].until, NEWS).key)
    assert late == other[0]
    await night.housekeeping(night.guild_id)
    assert len(re.findall(r"V\d{3}", "".join(said_in(night, NEWS)))) == 5
    assert await held.put_into(seen[4], "digest#1#1") is None, "it has been told"


@pytest.mark.parametrize("step", range(1, 16))
async def test_wherever_holding_dies_it_is_told_in_the_morning_or_at_once(night: Stage, step: int) -> None:
    night.steps.crash_at = night.steps.taken + step
    entry_id = f"1_{snowflake()}"
    told = Notification(f"video_ready#{entry_id}", night.guild_id, "video_ready", entry_id, {"title": "Cells"})
    with suppress(Crash):
        await night.services.telling.outbox.tell(told)
        await night.tell()
    night.steps.crash_at = 0
    await night.services.telling.outbox.tell(told)
    await night.tell()
    await morning(night)
    assert len(said_in(night, NEWS)) == 1
    assert (await state(night, told)).state is NotificationState.SENT


async def test_a_rate_limit_and_an_outage_are_waited_for_in_the_queue(night: Stage) -> None:
    told = await a_video(night)
    limited = httpx.Response(429, json={"retry_after": 5.0, "global": False})
    night.discord.replies = [limited, httpx.Response(502), httpx.ReadTimeout("slow")]
    await morning(night)
    for _ in range(3):
        night.clock.pass_seconds(10)
        await night.tell()
    assert night.pauses.taken == []
    assert len(said_in(night, NEWS)) == 1
    assert (await state(night, told)).state is NotificationState.SENT


async def test_quiet_hours_that_were_made_longer_postpone_it(night: Stage) -> None:
    await a_video(night)
    longer = {"hours": "22:00-09:00", "time_zone": "Europe/Berlin"}
    await night.set(nights(quiet_hours=longer))
    await morning(night)
    assert said_in(night, NEWS) == []
    await morning(night, 2)
    assert len(said_in(night, NEWS)) == 1


async def test_where_they_are_turned_off_what_was_held_comes_at_the_end_that_was_known(night: Stage) -> None:
    await a_video(night, "Held")
    await night.set(nights(quiet_hours={}))
    await a_video(night, "At once")
    assert ["At once" in said for said in said_in(night, NEWS)] == [True]
    await morning(night)
    assert "Held" in said_in(night, NEWS)[1]


async def test_of_what_is_switched_off_meanwhile_nothing_is_said(night: Stage) -> None:
    told = await a_video(night)
    await night.set(nights(types={"video_ready": False}))
    await morning(night)
    done = await state(night, told)
    assert (done.state, done.reason) == (NotificationState.DROPPED, SWITCHED_OFF)
    assert said_in(night, NEWS) == []


async def test_a_server_that_was_revoked_meanwhile_is_told_nothing(night: Stage) -> None:
    told = await a_video(night)
    await night.services.servers.revoke(night.guild_id)
    await night.services.servers.find_now(night.guild_id)
    await morning(night)
    done = await state(night, told)
    assert (done.state, done.reason) == (NotificationState.DROPPED, NOT_ALLOWED)
    assert said_in(night, NEWS) == []
    assert await night.services.telling.held.of(night.guild_id) == []
    await night.services.servers.allow(AllowedServer(night.guild_id))


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


async def test_what_comes_in_the_moment_in_which_the_digest_begins_is_not_lost(night: Stage) -> None:
    until = int(night.clock.seconds) + 8 * HOUR
    await night.services.telling.held.close(night.guild_id, until)
    told = await a_video(night)
    assert (await state(night, told)).state is NotificationState.PENDING, "it is looked at again"
    night.clock.pass_seconds(8 * HOUR)
    await night.tell()
    assert (await state(night, told)).state is NotificationState.SENT


async def test_a_failed_one_can_be_tried_again(night: Stage) -> None:
    night.discord.closed_channels.add(NEWS)
    told = await a_video(night)
    await morning(night)
    assert (await state(night, told)).state is NotificationState.FAILED
    night.discord.closed_channels.clear()
    revived = await night.services.telling.store.revive(told.guild_id, told.key)
    assert revived is not None
    await night.services.telling.deliverer.deliver(told.guild_id, told.key, soon())
    assert (await state(night, told)).state is NotificationState.SENT
