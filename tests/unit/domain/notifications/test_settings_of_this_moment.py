"""What an administrator has just set counts where something would else not be told: that is lost for good.

Another process than the one that tells has saved the settings, so what this one remembers may be half a minute old.
"""

from typing import Any

import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.events.models import Event
from kaltura_discord.kaltura.entries import EntryFacts
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.reasons import NO_CHANNEL, SWITCHED_OFF
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import text_of

Json = dict[str, Any]

NEWS = ChannelId("400000000000000077")
CATEGORY = 7
"""What the stage's server was given."""

ALL_DAY = "00:00-23:59"
NOON = 12 * 3600


def told_in(channel: str = NEWS, **others: Any) -> Json:
    return {"notifications": {"channels": {"default": channel}, **others}}


async def remembered(stage: Stage, document: Json) -> None:
    """These settings are remembered by the process that tells; it is noon."""
    await stage.set(document)
    await stage.services.server_configs.whole(stage.guild_id)
    stage.clock.seconds = stage.clock.seconds // 86400 * 86400 + NOON


async def a_video(stage: Stage) -> Delivery:
    """A video is ready, and what became of it after one try."""
    entry = f"1_{snowflake()}"
    video = Notification(f"video_ready#{entry}", stage.guild_id, "video_ready", entry, {"title": "How cells divide"})
    await store(stage).begin(video)
    await stage.services.telling.deliverer.deliver(stage.guild_id, video.key, soon())
    found = await store(stage).find(stage.guild_id, video.key)
    assert found is not None
    return found


def store(stage: Stage) -> NotificationStore:
    return stage.services.telling.store


@pytest.mark.parametrize(
    "before",
    [
        {},
        told_in(types={"video_ready": False}),
        told_in(enabled=False),
        told_in(quiet_hours={"hours": ALL_DAY, "time_zone": "UTC"}),
    ],
    ids=["no channel", "videos off", "all off", "quiet"],
)
async def test_what_was_switched_on_a_moment_ago_is_told(stage: Stage, before: Json) -> None:
    await remembered(stage, before)
    await stage.set(told_in(), seen=False)
    assert (await a_video(stage)).state is NotificationState.SENT
    assert "How cells divide" in text_of(stage.discord.in_channel(NEWS)[-1].body)


@pytest.mark.parametrize(
    ("before", "reason"), [({}, NO_CHANNEL), (told_in(types={"video_ready": False}), SWITCHED_OFF)]
)
async def test_what_is_still_not_wanted_is_not_told_for_one_more_look(stage: Stage, before: Json, reason: str) -> None:
    await remembered(stage, before)
    assert (await a_video(stage)).reason == reason


async def test_a_server_that_was_allowed_a_moment_ago_is_told(stage: Stage) -> None:
    await remembered(stage, told_in())
    await stage.services.servers.revoke(stage.guild_id)
    assert await stage.services.servers.find_now(stage.guild_id) is None
    await stage.services.servers.allow(AllowedServer(stage.guild_id))
    assert (await a_video(stage)).state is NotificationState.SENT


async def test_a_digest_is_told_by_what_is_set_when_it_is_told(stage: Stage) -> None:
    await remembered(stage, told_in(quiet_hours={"hours": ALL_DAY, "time_zone": "UTC"}))
    assert (await a_video(stage)).state is NotificationState.HELD
    (held,) = await stage.services.telling.held.of(stage.guild_id)
    await stage.set(told_in(), seen=False)
    await stage.services.telling.digests.deliver(stage.guild_id, held.until, soon())
    assert "While it was quiet" in text_of(stage.discord.in_channel(NEWS)[-1].body)


def a_stream(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> Event:
    """Kaltura knows a stream that is on air, in the server's category."""
    entry = EntryFacts(f"1_{snowflake()}", "Town hall", 2, category_ids=frozenset({CATEGORY}))

    async def facts_of(*_: object) -> EntryFacts:
        return entry

    monkeypatch.setattr("kaltura_discord.kaltura.entries.EntryDesk.facts_of", facts_of)
    now = int(stage.clock())
    return Event(f"live_start#{entry.entry_id}#{now}", "live_start", entry.entry_id, details={"since": str(now)})


@pytest.mark.parametrize(
    "before",
    [
        told_in(),
        told_in(subscriptions={"categories": [CATEGORY]}, types={"live_start": False}),
        told_in(subscriptions={"categories": [CATEGORY], "except_categories": [CATEGORY]}),
    ],
    ids=["not subscribed", "streams off", "excluded"],
)
async def test_who_subscribed_a_moment_ago_is_told_of_a_stream(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, before: Json
) -> None:
    await remembered(stage, before)
    await stage.set(told_in(subscriptions={"categories": [CATEGORY]}), seen=False)
    await stage.services.telling.router.route(a_stream(monkeypatch, stage), soon())
    await stage.tell()
    assert "**Town hall** is live now." in text_of(stage.discord.in_channel(NEWS)[-1].body)


async def test_who_turned_joins_on_a_moment_ago_has_a_line_booked(stage: Stage) -> None:
    meeting = await stage.start()
    await remembered(stage, told_in())
    await stage.set(told_in(types={"user_join": True}), seen=False)
    joined = Event(snowflake(), "user_join", meeting.meeting_id, stage.guild_id, at=int(stage.clock()))
    await stage.services.telling.router.route(joined, soon())
    assert [task["kind"] for task in stage.tasks.take_all()] == ["join_lines"]
