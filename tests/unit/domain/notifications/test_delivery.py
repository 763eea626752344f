"""Delivering: once, into the right channel, with the server's words; or not, with a reason that says what to do."""

from contextlib import suppress
from dataclasses import dataclass

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.reasons import NO_CHANNEL, NOT_ALLOWED, SWITCHED_OFF
from kaltura_discord.notifications.sending import MOST_ATTEMPTS, NO_ANSWER, OUR_MISTAKE
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

NEWS, ELSEWHERE = ChannelId("400000000000000077"), ChannelId("400000000000000078")


@dataclass
class Scene:
    """A server that is told of things."""

    stage: Stage

    @property
    def store(self) -> NotificationStore:
        return self.stage.services.telling.store

    async def lost(self) -> list[tuple[ChannelId, bool]]:
        """Which channels administrators are told of, and whether they are gone."""
        channels = await self.stage.services.telling.lost_channels.all(self.stage.guild_id)
        return [(each.channel_id, each.is_gone) for each in channels]

    async def settings(self, document: dict[str, object]) -> None:
        await self.stage.set(document)

    async def begun(self, **details: str) -> Notification:
        """A video is ready."""
        entry_id = f"1_{snowflake()}"
        told = Notification(
            f"video_ready#{entry_id}",
            self.stage.guild_id,
            "video_ready",
            entry_id,
            {"title": "How cells divide", "id": entry_id, "seconds": "125", **details},
        )
        assert await self.store.begin(told)
        return told

    async def deliver(self, told: Notification) -> Delivery:
        await self.stage.services.telling.deliverer.deliver(told.guild_id, told.key, soon())
        found = await self.store.find(told.guild_id, told.key)
        assert found is not None
        return found

    def said_in(self, channel_id: ChannelId) -> list[str]:
        return [text_of(posted.body) for posted in self.stage.discord.in_channel(channel_id)]


@pytest.fixture
async def scene(stage: Stage) -> Scene:
    scene = Scene(stage)
    await scene.settings({"notifications": {"channels": {"default": NEWS}}})
    return scene


async def test_a_video_is_told_with_the_servers_words_and_a_way_to_watch_it(scene: Scene) -> None:
    told = await scene.begun()
    done = await scene.deliver(told)
    assert (done.state, done.channel_id) == (NotificationState.SENT, NEWS)
    (posted,) = scene.stage.discord.in_channel(NEWS)
    assert done.message_id == posted.message_id
    assert "A new video is ready: **How cells divide** (2 min)" in text_of(posted.body)
    assert f"1:watch:{told.subject}" in str(posted.body)
    assert posted.body["allowed_mentions"] == {"parse": []}


async def test_words_in_a_title_cannot_break_out_or_mention_anybody(scene: Scene) -> None:
    told = await scene.begun(title="**@everyone** <@1> [x](https://evil.example)")
    await scene.deliver(told)
    (said,) = scene.said_in(NEWS)
    assert "<@1>" not in said
    assert "**@everyone**" not in said


async def test_it_is_told_once_however_often_the_queue_brings_it(scene: Scene) -> None:
    told = await scene.begun()
    for _ in range(3):
        await scene.deliver(told)
    assert len(scene.said_in(NEWS)) == 1


async def test_wherever_a_worker_dies_it_is_told_once(scene: Scene) -> None:
    for step in range(1, 16):
        told = await scene.begun()
        before = len(scene.said_in(NEWS))
        scene.stage.steps.crash_at = scene.stage.steps.taken + step
        with suppress(Crash):
            await scene.deliver(told)
        scene.stage.steps.crash_at = 0
        assert (await scene.deliver(told)).state is NotificationState.SENT
        assert len(scene.said_in(NEWS)) == before + 1, f"step {step}"


@pytest.mark.parametrize("seconds", [60, 109, 111, 600, 7200])
async def test_an_answer_that_got_lost_is_found_again_however_much_later(scene: Scene, seconds: int) -> None:
    told = await scene.begun()
    scene.stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await scene.deliver(told)
    assert len(scene.said_in(NEWS)) == 1
    scene.stage.clock.pass_seconds(seconds)
    assert (await scene.deliver(told)).state is NotificationState.SENT
    assert len(scene.said_in(NEWS)) == 1


async def test_what_never_arrived_is_posted_when_its_nonce_is_long_forgotten(scene: Scene) -> None:
    told = await scene.begun()
    scene.stage.discord.replies.append(httpx.ReadTimeout("slow"))
    with pytest.raises(NotNow):
        await scene.deliver(told)
    scene.stage.clock.pass_seconds(600)
    assert (await scene.deliver(told)).state is NotificationState.SENT
    assert len(scene.said_in(NEWS)) == 1


async def test_a_rate_limit_is_waited_for_elsewhere_and_is_no_attempt(scene: Scene) -> None:
    told = await scene.begun()
    limited = httpx.Response(429, json={"retry_after": 37.5, "global": False})
    scene.stage.discord.replies.append(limited)
    with pytest.raises(NotNow) as later:
        await scene.deliver(told)
    assert later.value.seconds == 37.5
    assert scene.stage.pauses.taken == []
    found = await scene.store.find(told.guild_id, told.key)
    assert found is not None
    assert found.attempts == 0


async def test_while_discord_is_down_the_pauses_grow_and_in_the_end_it_has_failed(scene: Scene) -> None:
    told = await scene.begun()
    scene.stage.discord.is_down = True
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(NotNow) as later:
            await scene.deliver(told)
        pauses.append(later.value.seconds)
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300]
    done = await scene.deliver(told)
    assert (done.state, done.reason) == (NotificationState.FAILED, NO_ANSWER)


async def test_by_a_mistake_of_ours_it_fails_in_the_end_and_holds_up_nothing_for_days(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await scene.begun()

    def mistaken(*_: object) -> None:
        raise KeyError("a mistake")

    monkeypatch.setattr("kaltura_discord.notifications.delivery.message_of", mistaken)
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(NotNow):
            await scene.deliver(told)
    done = await scene.deliver(told)
    assert (done.state, done.reason) == (NotificationState.FAILED, OUR_MISTAKE)


async def test_a_closed_channel_falls_back_to_the_default_and_is_reported(scene: Scene) -> None:
    await scene.settings({"notifications": {"channels": {"default": NEWS, "video_ready": ELSEWHERE}}})
    scene.stage.discord.closed_channels.add(ELSEWHERE)
    done = await scene.deliver(await scene.begun())
    assert (done.state, done.channel_id) == (NotificationState.SENT, NEWS)
    assert await scene.lost() == [(ELSEWHERE, False)]


async def test_the_channel_that_it_went_to_instead_learns_once_which_one_was_meant(scene: Scene) -> None:
    await scene.settings({"notifications": {"channels": {"default": NEWS, "video_ready": ELSEWHERE}}})
    scene.stage.discord.closed_channels.add(ELSEWHERE)
    for _ in range(2):
        await scene.deliver(await scene.begun())
    first, second = scene.said_in(NEWS)
    assert f"-# This was for <#{ELSEWHERE}>, where I can't write." in first
    assert "/kaltura-config channel" in first
    assert str(ELSEWHERE) not in second, "administrators know"


async def test_a_channel_that_is_gone_is_not_named(scene: Scene) -> None:
    await scene.settings({"notifications": {"channels": {"default": NEWS, "video_ready": ELSEWHERE}}})
    scene.stage.discord.replies = [httpx.Response(404, json={"message": "Unknown Channel", "code": 10003})]
    await scene.deliver(await scene.begun())
    (said,) = scene.said_in(NEWS)
    assert "The channel that this was for does not exist any more." in said
    assert await scene.lost() == [(ELSEWHERE, True)]


async def test_only_whom_the_template_mentions_is_pinged(scene: Scene) -> None:
    words = "<@&400000000000000001> {{title}}"
    await scene.settings({"notifications": {"channels": {"default": NEWS}, "templates": {"video_ready": words}}})
    await scene.deliver(await scene.begun(title="<@200000000000000001> @everyone"))
    (posted,) = scene.stage.discord.in_channel(NEWS)
    assert posted.body["allowed_mentions"] == {"parse": [], "roles": ["400000000000000001"]}


async def test_where_every_channel_is_closed_it_has_failed_and_says_what_to_do(scene: Scene) -> None:
    scene.stage.discord.closed_channels.add(NEWS)
    done = await scene.deliver(await scene.begun())
    assert done.state is NotificationState.FAILED
    assert done.reason.startswith(f"I can't write in <#{NEWS}>.")
    assert "/kaltura-config channel" in done.reason


async def test_without_a_channel_a_video_is_not_told(scene: Scene) -> None:
    await scene.settings({})
    done = await scene.deliver(await scene.begun())
    assert (done.state, done.reason) == (NotificationState.DROPPED, NO_CHANNEL)


@pytest.mark.parametrize("off", [{"enabled": False}, {"types": {"video_ready": False}}])
async def test_what_is_switched_off_is_not_told_though_it_happened_before(scene: Scene, off: dict[str, object]) -> None:
    told = await scene.begun()
    await scene.settings({"notifications": {"channels": {"default": NEWS}, **off}})
    done = await scene.deliver(told)
    assert (done.state, done.reason) == (NotificationState.DROPPED, SWITCHED_OFF)
    assert scene.said_in(NEWS) == []


async def test_a_server_that_is_not_allowed_any_more_is_told_nothing(scene: Scene) -> None:
    told = await scene.begun()
    await scene.stage.services.servers.revoke(scene.stage.guild_id)
    await scene.stage.services.servers.find_now(scene.stage.guild_id)
    done = await scene.deliver(told)
    assert (done.state, done.reason) == (NotificationState.DROPPED, NOT_ALLOWED)
    await scene.stage.services.servers.allow(AllowedServer(scene.stage.guild_id))


async def test_a_start_is_told_only_where_its_card_does_not_stand(scene: Scene) -> None:
    await scene.settings({})
    meeting = await scene.stage.start()
    card_stands_in = scene.stage.channel_id
    for default, state in ((card_stands_in, NotificationState.DROPPED), (NEWS, NotificationState.SENT)):
        await scene.settings({"notifications": {"channels": {"default": default}}})
        key = f"meeting_start#{meeting.meeting_id}#{default}"
        told = Notification(key, scene.stage.guild_id, "meeting_start", meeting.meeting_id)
        await scene.store.begin(told)
        assert (await scene.deliver(told)).state is state
    (said,) = scene.said_in(NEWS)
    assert "A new Interactive room has started: **Weekly review**" in said


async def test_a_recording_is_told_where_the_meeting_was_started_if_nowhere_else(scene: Scene) -> None:
    meeting = await scene.stage.start()
    await scene.settings({})
    details = {"meeting_id": meeting.meeting_id, "seconds": "2880"}
    told = Notification(f"recording_ready#{snowflake()}", scene.stage.guild_id, "recording_ready", "1_rec", details)
    await scene.store.begin(told)
    assert (await scene.deliver(told)).channel_id == scene.stage.channel_id
    assert "The recording of **Weekly review** is ready (48 min)." in scene.said_in(scene.stage.channel_id)[-1]


async def test_a_channel_that_is_set_while_the_answer_is_unknown_comes_too_late(scene: Scene) -> None:
    told = await scene.begun()
    scene.stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await scene.deliver(told)
    await scene.settings({"notifications": {"channels": {"default": ELSEWHERE}}})
    assert (await scene.deliver(told)).channel_id == NEWS
    assert scene.said_in(ELSEWHERE) == []
