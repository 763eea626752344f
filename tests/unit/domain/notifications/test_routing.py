"""Routing: who is told of an event is what the operator gave, what the server asked for, and nothing else."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest
from kaltura_discord.commands.work import TryAgain, carry_out, give_up
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.models import Event
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.notifications.routed import NOTHING, Json, Scene, notifications, routed_scene
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception


@dataclass
class Tally:
    """Counts what AWS is asked for."""

    inner: AwsCaller
    asked: Counter[str] = field(default_factory=Counter)

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.asked[operation] += 1
        return await self.inner.call(operation, request)


@pytest.fixture
async def scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    return await routed_scene(stage, kaltura)


async def test_a_video_is_told_to_who_may_see_it_and_subscribed(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    entry = scene.entry()
    scene.kaltura_has(entry, scene.category)
    key = f"video_ready#{entry['id']}"
    assert notifications(await scene.ready(entry)) == [key]
    assert scene.fifo.groups[-1] == f"{scene.guild_id}#{entry['id']}"
    details = await scene.details(key)
    assert {**details, "url": ""} == {
        "title": "How cells divide",
        "id": entry["id"],
        "creator": "Elena Alvarez",
        "seconds": "125",
        "size": "312 MB",
        "format": "MP4",
        "url": "",
    }
    assert details["url"].startswith("https://")
    assert str(entry["id"]) in details["url"]


async def test_ready_told_in_three_ways_is_one_notification(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    entry = scene.entry()
    scene.kaltura_has(entry, scene.category)
    sent = [each for _ in range(3) for each in await scene.ready(entry)]
    # It is put onto the queue again as long as it is not told; the notification stays one.
    assert set(notifications(sent)) == {f"video_ready#{entry['id']}"}
    found = await scene.stage.services.telling.store.find(scene.guild_id, f"video_ready#{entry['id']}")
    assert found is not None
    assert await scene.stage.services.telling.store.finish_dropped(found, "told")
    assert await scene.ready(entry) == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"notifications": {"subscriptions": {"categories": [1]}, "enabled": False}},
        {"notifications": {"subscriptions": {"categories": [1]}, "types": {"video_ready": False}}},
        {"notifications": {"subscriptions": {"categories": [1], "except_tags": ["INTERNAL"]}}},
        {"notifications": {"subscriptions": {"categories": [1], "except_categories": [1]}}},
        {"notifications": {"subscriptions": {"tags": ["history"]}}},
    ],
    ids=["no subscription", "nothing is told", "videos are off", "excluded tag", "excluded category", "another tag"],
)
async def test_who_did_not_ask_is_not_told(scene: Scene, settings: Json) -> None:
    await scene.stage.set(settings)
    entry = scene.entry(tags="internal, biology")
    scene.kaltura_has(entry, scene.category)
    assert await scene.ready(entry) == []


async def test_a_subscription_opens_nothing_that_the_operator_did_not_give(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category + 1], tags=["biology"])
    entry = scene.entry(tags="biology")
    scene.kaltura_has(entry, scene.category + 1)
    assert await scene.ready(entry) == []


async def test_each_server_is_told_by_itself(scene: Scene) -> None:
    other = GuildId(snowflake())
    await scene.stage.services.servers.allow(AllowedServer(other, (), ("Biology",)))
    await scene.subscribe(categories=[scene.category])
    await scene.subscribe(other, tags=["biology"])
    entry = scene.entry(tags="BIOLOGY")
    scene.kaltura_has(entry, scene.category)
    assert sorted(each["guild_id"] for each in await scene.ready(entry)) == sorted([scene.guild_id, other])


async def test_settings_that_cannot_be_read_hold_up_nobody_else(scene: Scene) -> None:
    broken = GuildId(snowflake())
    await scene.stage.services.servers.allow(AllowedServer(broken, (scene.category,), ()))
    await scene.stage.services.table.put(
        {
            "pk": f"SERVER#{broken}",
            "sk": "CONFIG",
            "overrides": {},
            "schema": 10**6,
            "version": 1,
            "changed_at_ms": 1,
            "changed_by": "1",
        }
    )
    await scene.subscribe(categories=[scene.category])
    entry = scene.entry()
    scene.kaltura_has(entry, scene.category)
    assert [each["guild_id"] for each in await scene.ready(entry)] == [scene.guild_id]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "1"},
        {"status": "-1"},
        {"type": "7", "mediaType": 201},
        {"mediaType": 2},
        {"type": "room.room"},
        {"createdAt": 1_500_000_000},
    ],
    ids=["converting", "failed", "a live stream", "a picture", "a room", "years old"],
)
async def test_what_is_not_a_new_video_that_can_be_watched_is_told_to_nobody(scene: Scene, fields: Json) -> None:
    await scene.subscribe(categories=[scene.category])
    entry = scene.entry(**fields)
    scene.kaltura_has(entry, scene.category)
    assert await scene.ready(entry) == []


async def test_what_a_webhook_says_is_a_hint(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    scene.kaltura.on("multirequest", [api_exception("ENTRY_ID_NOT_FOUND"), NOTHING, NOTHING, {}])
    ready = Event(snowflake(), "entry_changed", "1_gone0001", details={"status": "2"})
    assert await scene.told(ready) == []
    assert await scene.told(Event(snowflake(), "entry_changed", "{entry_id}")) == []


async def test_an_answer_that_may_be_of_before_is_not_believed(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    now = int(scene.stage.clock.seconds)
    converting = scene.entry(status="1")
    scene.kaltura_has(converting, scene.category)
    event = Event(snowflake(), "entry_changed", str(converting["id"]), details={"status": "2"}, at=now)
    with pytest.raises(TryAgain):
        await scene.told(event)
    scene.kaltura_has({**converting, "status": "2"}, scene.category)
    assert notifications(await scene.told(event)) == [f"video_ready#{converting['id']}"]
    # After a while it is.
    scene.kaltura_has(converting, scene.category)
    scene.stage.clock.pass_seconds(200)
    assert await scene.told(event) == []


# --- meetings and streams --------------------------------------------------------------------------------------------


async def test_what_happens_in_a_meeting_is_told_to_its_server(scene: Scene) -> None:
    meeting_id = snowflake()

    async def keys(kind: Any, **details: str) -> list[str]:
        event = Event(snowflake(), kind, meeting_id, scene.guild_id, details, at=int(scene.stage.clock.seconds))
        return notifications(await scene.told(event))

    assert await keys("meeting_start") == [f"meeting_start#{meeting_id}#1"]
    assert await keys("meeting_end", generation="1") == [f"meeting_end#{meeting_id}#1"]
    assert await keys("meeting_reopened", generation="2") == [f"meeting_start#{meeting_id}#2"]
    assert await keys("meeting_end", generation="2") == [f"meeting_end#{meeting_id}#2"]
    assert await keys("user_join", user_id="42") == [], "servers are not told of joins unless they want to be"


async def test_a_stream_is_told_like_a_video_and_each_start_once(scene: Scene) -> None:
    await scene.stage.set(
        {"notifications": {"subscriptions": {"categories": [scene.category]}, "types": {"live_end": True}}}
    )
    entry = scene.entry(type="7", mediaType=201, name="Assembly")
    scene.kaltura_has(entry, scene.category)
    since, until = 1_790_000_000, 1_790_003_600
    for kind, details in (
        ("live_start", {"since": str(since)}),
        ("live_end", {"since": str(since), "until": str(until)}),
    ):
        event = Event(snowflake(), kind, str(entry["id"]), details=details)  # type: ignore[arg-type]
        assert notifications(await scene.told(event)) == [f"{kind}#{entry['id']}#{since}"]
    details = await scene.details(f"live_end#{entry['id']}#{since}")
    assert (details["title"], details["start_time"], details["end_time"], details["seconds"]) == (
        "Assembly",
        str(since),
        str(until),
        "3600",
    )


async def test_an_unknown_event_is_told_to_nobody(scene: Scene) -> None:
    assert await scene.told(Event(snowflake(), "unknown", "")) == []
    await carry_out({"kind": "event", "key": "never heard of"}, scene.stage.services)


# --- when things are down --------------------------------------------------------------------------------------------


async def test_while_kaltura_is_down_an_event_waits_in_the_table(scene: Scene) -> None:
    await scene.subscribe(categories=[scene.category])
    entry, services, clock = scene.entry(), scene.stage.services, scene.stage.clock
    scene.kaltura.on("multirequest", api_exception("INTERNAL_SERVERL_ERROR"))
    event = Event(snowflake(), "entry_changed", str(entry["id"]), at=int(clock.seconds))
    assert await services.events.receive(event)
    await services.events.hand_on(event.key)
    (task,) = scene.stage.tasks.take_all()
    with pytest.raises(TryAgain):
        await carry_out(task, services)
    # The queue has tried for a while: housekeeping takes over, and not before the pause is over.
    clock.pass_seconds(90)
    assert await give_up(task, services)
    assert not await scene.is_handed_on(task)
    clock.pass_seconds(160)
    assert await scene.is_handed_on(task)
    scene.kaltura_has(entry, scene.category)
    await carry_out(task, services)
    assert notifications(scene.fifo.sent) == [f"video_ready#{entry['id']}"]
    assert not await scene.is_handed_on(task)


async def test_an_event_of_days_ago_is_left_to_the_dead_letter_queue(scene: Scene) -> None:
    event = Event(snowflake(), "entry_changed", "1_abcd1234", at=int(scene.stage.clock.seconds))
    await scene.stage.services.events.receive(event)
    scene.stage.clock.pass_seconds(4 * 24 * 3600)
    assert not await give_up({"kind": "event", "key": event.key}, scene.stage.services)


async def test_hundreds_of_servers_are_looked_at_by_a_handful_of_calls(scene: Scene) -> None:
    services = scene.stage.services
    await scene.subscribe(categories=[scene.category])
    for _ in range(250):
        guild_id = GuildId(snowflake())
        await services.servers.allow(AllowedServer(guild_id, (scene.category,), ()))
    entry = scene.entry()
    scene.kaltura_has(entry, scene.category)
    services.server_configs.forget(scene.guild_id)
    tally = Tally(scene.stage.dynamodb.inner)
    scene.stage.dynamodb.inner = tally
    await scene.ready(entry)
    scene.stage.dynamodb.inner = tally.inner
    # The event is written and read; one query of the index; settings by the hundred; one notification.
    assert tally.asked == {"PutItem": 2, "GetItem": 1, "Query": 1, "BatchGetItem": 3}
    assert len(notifications(scene.fifo.sent)) == 1
