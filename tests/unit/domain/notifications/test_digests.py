"""What happens in quiet hours is held, and told afterwards in one message, once, whatever is set meanwhile."""

from contextlib import suppress

import httpx
import pytest

from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.meetings.models import NOBODY, Person
from kaltura_discord.notifications.join_lines import NOBODY_LEFT
from kaltura_discord.notifications.models import Notification, NotificationState
from kaltura_discord.notifications.reasons import NOT_ALLOWED, SWITCHED_OFF
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.notifications.nights import HOUR, NEWS, a_video, dying_at, morning, nights, said_in, state
from tests.unit.domain.notifications.reads import counted_reads
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of


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


@pytest.mark.parametrize("status", [401, 429])
async def test_what_was_refused_in_the_evening_stands_nowhere_and_is_held(night: Stage, status: int) -> None:
    night.clock.seconds -= 2 * HOUR
    refusal = {"message": "no", "code": 0, "retry_after": 3600.0, "global": False}
    night.discord.replies = [httpx.Response(status, json=refusal)]
    told = await a_video(night)
    night.clock.seconds += 2 * HOUR
    await night.tell()
    assert (await state(night, told)).state is NotificationState.HELD
    await morning(night)
    assert len(said_in(night, NEWS)) == 1


@pytest.mark.parametrize("step", range(1, 40, 2))
async def test_wherever_the_digest_dies_it_is_posted_once(night: Stage, step: int) -> None:
    told = [await a_video(night), await a_video(night)]
    await dying_at(night, step)
    assert len(said_in(night, NEWS)) == 1
    assert [(await state(night, each)).state for each in told] == [NotificationState.SENT] * 2
    assert await night.services.telling.held.of(night.guild_id) == []


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


async def test_what_was_postponed_is_told_together_with_what_was_held_since(night: Stage) -> None:
    first = await a_video(night, "Before")
    await night.set(nights(quiet_hours={"hours": "22:00-09:00", "time_zone": "Europe/Berlin"}))
    second = await a_video(night, "After")
    await morning(night)
    assert said_in(night, NEWS) == []
    await morning(night, 2)
    (digest,) = said_in(night, NEWS)
    assert "Before" in digest
    assert "After" in digest
    assert [(await state(night, each)).state for each in (first, second)] == [NotificationState.SENT] * 2
    assert await night.notes(night.guild_id) == []


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


async def test_a_server_that_was_allowed_again_in_another_process_is_told(night: Stage) -> None:
    told = await a_video(night)
    await night.services.servers.revoke(night.guild_id)
    assert await night.services.servers.find_now(night.guild_id) is None
    await night.services.servers.allow(AllowedServer(night.guild_id))
    assert await night.services.servers.find(night.guild_id) is None, "this process remembers that it is not allowed"
    await morning(night)
    assert (await state(night, told)).state is NotificationState.SENT
    assert len(said_in(night, NEWS)) == 1


async def test_all_who_joined_a_meeting_are_one_line_that_names_them(night: Stage) -> None:
    await night.set(nights(types={"user_join": True, "meeting_start": False}))
    meeting = await night.start("Night shift")
    first = int(night.clock.seconds)
    for name in ("Ann", "Bo *", "Chen", "Dee"):
        person = Person(UserId(snowflake()), name)
        await night.services.meetings.record_join(meeting, person, int(night.clock()))
        await night.work()
        night.clock.pass_seconds(60)
    held = await night.services.telling.held.of(night.guild_id)
    assert len(held) == 4, "each of them has a line of their own while nothing is quiet"
    await morning(night)
    (digest,) = said_in(night, NEWS)
    assert digest.splitlines()[1:] == [
        f"- <t:{first}:t> Somebody joins a meeting: **Night shift** · Ann, Bo \\* and 2 more"
    ]
    assert [(await state(night, each.notification)).state for each in held] == [NotificationState.SENT] * 4


async def test_of_however_many_lines_who_joined_their_meeting_is_read_once(night: Stage) -> None:
    await night.set(nights(types={"user_join": True, "meeting_start": False}))
    meeting = await night.start("Night shift")
    for _ in range(5):
        await night.services.meetings.record_join(meeting, Person(UserId(snowflake()), "Ann"), int(night.clock()))
        await night.work()
        night.clock.pass_seconds(60)
    with counted_reads(night) as reads:
        await morning(night)
    assert reads.of("PARTICIPANT#") == [5]
    assert len(said_in(night, NEWS)) == 1


async def test_whoever_asked_to_be_forgotten_since_is_not_named(night: Stage) -> None:
    await night.set(nights(types={"user_join": True, "meeting_start": False}))
    meeting = await night.start("Night shift")
    person = Person(UserId(snowflake()), "Ann")
    await night.services.meetings.record_join(meeting, person, int(night.clock()))
    await night.work()
    (held,) = await night.services.telling.held.of(night.guild_id)
    await night.services.table.delete(
        Key(f"SERVER#{night.guild_id}", f"PARTICIPANT#{meeting.meeting_id}#{person.user_id}")
    )
    await morning(night)
    assert said_in(night, NEWS) == []
    done = await state(night, held.notification)
    assert (done.state, done.reason) == (NotificationState.DROPPED, NOBODY_LEFT)
    assert await night.services.telling.store.last(night.guild_id) == []


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
