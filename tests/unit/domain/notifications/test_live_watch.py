"""Live streams: seen to start and to stop, each once, and asked about only where somebody waits."""

import asyncio

import pytest

from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.notifications.broadcasts import SEARCH, Scene, live_scene, subscribe
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, api_exception


@pytest.fixture
async def scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    return await live_scene(stage, kaltura)


async def test_where_nobody_waits_kaltura_is_not_asked(scene: Scene) -> None:
    scene.start(scene.stream())
    assert [await scene.look() for _ in range(6)] == [[]] * 6
    await subscribe(scene, types={"live_start": False})
    assert [await scene.look() for _ in range(6)] == [[]] * 6
    assert scene.kaltura.calls == []


async def test_a_stream_is_seen_to_start_and_to_stop_once_each(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    assert await scene.look() == []
    since = scene.start(stream)
    events = [event for _ in range(6) for event in await scene.look()]
    assert [(event.kind, event.details) for event in events] == [("live_start", {"since": str(since)})]
    del scene.broadcaster.on_air[stream]
    stopped = int(scene.stage.clock.seconds)
    events = [event for _ in range(6) for event in await scene.look()]
    assert [event.kind for event in events] == ["live_end"]
    assert events[0].details == {"since": str(since), "until": str(stopped + 60)}


async def test_an_interruption_is_no_end(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    since = scene.start(stream)
    assert [event.kind for event in await scene.look()] == ["live_start"]
    del scene.broadcaster.on_air[stream]
    assert await scene.look() == []
    scene.broadcaster.on_air[stream] = since
    assert [await scene.look() for _ in range(4)] == [[]] * 4


async def test_a_stream_that_starts_again_is_told_again(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    kinds = []
    for _ in range(2):
        scene.start(stream)
        kinds += [event.kind for _ in range(6) for event in await scene.look()]
        del scene.broadcaster.on_air[stream]
        kinds += [event.kind for _ in range(6) for event in await scene.look()]
    assert kinds == ["live_start", "live_end"] * 2


async def test_a_stream_that_starts_again_is_told_again_where_kaltura_gives_the_time_of_its_first_start(
    scene: Scene,
) -> None:
    await subscribe(scene)
    stream = scene.stream()
    since, told = scene.start(stream), []
    for _ in range(3):
        scene.broadcaster.on_air[stream] = since
        told += [event for _ in range(6) for event in await scene.look()]
        del scene.broadcaster.on_air[stream]
        told += [event for _ in range(6) for event in await scene.look()]
    assert [event.kind for event in told] == ["live_start", "live_end"] * 3
    starts = [int(event.details["since"]) for event in told if event.kind == "live_start"]
    ends = [int(event.details["until"]) for event in told if event.kind == "live_end"]
    assert starts[0] == since < ends[0] < starts[1] < ends[1] < starts[2] < ends[2]


async def test_where_kaltura_does_not_say_since_when_it_is_since_we_saw_it(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    scene.broadcaster.on_air[stream] = 0
    (event,) = await scene.look()
    assert event.details == {"since": str(int(scene.stage.clock.seconds))}


async def test_two_runs_at_once_tell_it_once(scene: Scene) -> None:
    await subscribe(scene)
    scene.start(scene.stream())
    scene.stage.clock.pass_seconds(60)
    await asyncio.gather(*(scene.watch.look(soon()) for _ in range(3)))
    assert [event.kind for event in await scene.seen()] == ["live_start"]


async def test_two_runs_that_both_look_write_what_they_see_once(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    await scene.look()
    scene.start(stream)
    scene.stage.clock.pass_seconds(300)
    # A run so slow that the next one begins before it is done.
    await asyncio.gather(*(scene.watch._look(soon()) for _ in range(3)))
    assert [event.kind for event in await scene.seen()] == ["live_start"]


async def test_a_worker_that_dies_anywhere_neither_loses_nor_repeats_anything(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    await scene.look()
    since = scene.start(stream)
    services = scene.stage.services
    for crash_at in range(1, 12):
        scene.stage.clock.pass_seconds(301)
        scene.stage.steps.taken, scene.stage.steps.crash_at = 0, crash_at
        await asyncio.gather(scene.watch.look(soon()), return_exceptions=True)
    scene.stage.steps.crash_at = 0
    scene.stage.clock.pass_seconds(301)
    await scene.watch.look(soon())
    handed_on = {event.key for event in await scene.seen()} | set(await services.events.left_lying())
    assert {key for key in handed_on if stream in key} == {f"live_start#{stream}#{since}"}


async def test_kaltura_down_is_a_look_later(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    scene.start(stream)
    scene.broadcaster.refuses = {stream}
    assert [await scene.look() for _ in range(3)] == [[]] * 3
    scene.kaltura.on(SEARCH, api_exception("INTERNAL_SERVERL_ERROR"))
    assert [await scene.look() for _ in range(3)] == [[]] * 3
    scene.broadcaster.refuses = set()
    scene.broadcaster.__post_init__()
    assert [event.kind for event in await scene.look()] == ["live_start"]


async def test_what_is_listed_is_inside_content_and_subscription_and_not_excluded(scene: Scene) -> None:
    await scene.stage.set({"notifications": {"subscriptions": {"tags": ["sports"], "except_categories": [9]}}})
    await scene.look()
    (search,) = scene.broadcaster.searches
    live, selected = search["searchParams"]["searchOperator"]["searchItems"]
    assert (live["fieldName"], live["searchTerm"]) == ("entry_type", "7")
    (selection,) = selected["searchItems"]
    content, wanted, excluded = selection["searchItems"]
    assert [item["searchTerm"] for item in content["searchItems"]] == ["7", "7", "biology"]
    assert [item["searchTerm"] for item in wanted["searchItems"]] == ["sports"]
    assert (excluded["operator"], excluded["searchItems"][0]["searchItems"][0]["searchTerm"]) == (3, "9")


async def test_servers_that_wait_for_the_same_are_one_search_and_many_are_several(scene: Scene) -> None:
    await subscribe(scene)
    for number in range(80):
        guild_id = GuildId(snowflake())
        await scene.stage.services.servers.allow(AllowedServer(guild_id, (7, number // 2), ()))
        await scene.stage.set({"notifications": {"subscriptions": {"categories": [7]}}}, guild_id)
    await scene.look()
    # 41 different wishes of at most six clauses each.
    assert len(scene.broadcaster.searches) == 2
    selections = [search["searchParams"]["searchOperator"]["searchItems"][1] for search in scene.broadcaster.searches]
    assert sum(len(selection["searchItems"]) for selection in selections) == 41


async def test_who_does_not_wait_any_more_is_not_asked_about(scene: Scene) -> None:
    await subscribe(scene)
    scene.stream()
    await scene.look()
    await scene.stage.set({})
    scene.broadcaster.asked.clear()
    assert [await scene.look() for _ in range(10)] == [[]] * 10
    assert scene.broadcaster.asked.count(next(iter(scene.broadcaster.streams))) <= 2


async def test_a_stream_that_was_deleted_on_air_is_over(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    scene.start(stream)
    await scene.look()
    fields = scene.broadcaster.streams.pop(stream)
    del scene.broadcaster.on_air[stream]
    for _ in range(8):
        await scene.look()
    scene.broadcaster.streams[stream] = fields
    assert await scene.stage.services.table.query_index("LIVE") == []


async def test_a_stream_that_was_forgotten_on_air_is_not_told_again(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    since = scene.start(stream)
    assert [event.kind for event in await scene.look()] == ["live_start"]
    await scene.stage.services.table.delete(Key(f"LIVE#{stream}", "LIVE"))
    assert [event for _ in range(6) for event in await scene.look()] == []
    del scene.broadcaster.on_air[stream]
    events = [event for _ in range(6) for event in await scene.look()]
    assert [(event.kind, event.details["since"]) for event in events] == [("live_end", str(since))]
