"""Live streams: seen to start and to stop, each once, and asked about only where somebody waits."""

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.models import Event
from kaltura_discord.notifications.live_watch import LOOKS_A_MINUTE, LiveWatch
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura, SeenCall, api_exception

Json = dict[str, Any]
SEARCH = "elasticsearch_esearch.searchEntry"


@dataclass
class Broadcaster:
    """Kaltura with its streams: which there are, and which are on air since when."""

    kaltura: ScriptedKaltura
    streams: dict[str, Json] = field(default_factory=dict)
    on_air: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    searches: list[Json] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.kaltura.on("multirequest", self._answer)
        self.kaltura.on(SEARCH, self._found)

    def _answer(self, call: SeenCall) -> list[object]:
        parts = [part for name, part in call.parameters.items() if name.isdigit()]
        return [self._part(part) for part in parts if isinstance(part, dict)]

    def _part(self, part: Json) -> object:
        if part["service"] == "livestream":
            self.asked.append(part["id"])
            if part["id"] in self.refuses:
                return api_exception("INTERNAL_SERVERL_ERROR")
            return part["id"] in self.on_air if part["id"] in self.streams else api_exception("ENTRY_ID_NOT_FOUND")
        if part["service"] == "baseentry":
            since = self.on_air.get(part["entryId"])
            return {"id": part["entryId"], "type": "7", "status": 2, "currentBroadcastStartTime": since}
        return {"totalCount": 0} if part["action"] == "list" else api_exception("INVALID_USER_ID")

    def _found(self, call: SeenCall) -> Json:
        self.searches.append(dict(call.parameters))
        return {"objects": [{"object": {"id": entry_id, **fields}} for entry_id, fields in self.streams.items()]}


@dataclass
class Scene:
    """A server that waits for streams, and a clock."""

    stage: Stage
    kaltura: ScriptedKaltura
    broadcaster: Broadcaster

    @property
    def watch(self) -> LiveWatch:
        return self.stage.services.telling.live_watch

    async def look(self, seconds: float = 60) -> list[Event]:
        """A minute passes, and housekeeping looks; what was seen to happen."""
        self.stage.clock.pass_seconds(seconds)
        await self.watch.look(soon())
        return await self.seen()

    async def seen(self) -> list[Event]:
        events = [await self.stage.services.events.find(task["key"]) for task in self.stage.tasks.take_all()]
        return [event for event in events if event is not None and event.subject in self.broadcaster.streams]

    def stream(self, **fields: Any) -> str:
        entry_id = f"1_{snowflake()[-8:]}"
        self.broadcaster.streams[entry_id] = fields
        return entry_id

    def start(self, entry_id: str) -> int:
        since = int(self.stage.clock.seconds)
        self.broadcaster.on_air[entry_id] = since
        return since


@pytest.fixture
async def scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    stage.services.kaltura_transport = kaltura.transport(tries=1)
    table = stage.services.table
    # The table is this module's: no server of another test waits for anything, and nothing is watched.
    for server in await stage.services.servers.all():
        if server.guild_id != stage.guild_id:
            await stage.services.servers.revoke(server.guild_id)
    for item in await table.query_index("LIVE"):
        await table.delete(Key(item["pk"], item["sk"]))
    await table.delete(Key("LIVE", "WATCH"))
    return Scene(stage, kaltura, Broadcaster(kaltura))


async def subscribe(scene: Scene, **notifications: Any) -> None:
    await scene.stage.set({"notifications": {"subscriptions": {"categories": [7]}, **notifications}})


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


async def test_idle_streams_are_asked_about_less_and_less(scene: Scene) -> None:
    await subscribe(scene)
    stream = scene.stream()
    looks = []
    for minute in range(31):
        await scene.look()
        if scene.broadcaster.asked:
            looks.append(minute)
        scene.broadcaster.asked.clear()
    assert [later - earlier for earlier, later in itertools.pairwise(looks)][:5] == [1, 2, 4, 5, 5]
    assert stream in scene.broadcaster.streams


async def test_a_stream_that_may_be_about_to_start_is_asked_about_every_minute(scene: Scene) -> None:
    await subscribe(scene)
    now = int(scene.stage.clock.seconds)
    planned, far, changed = (
        scene.stream(startDate=now + 1200),
        scene.stream(startDate=now + 10**6),
        scene.stream(updatedAt=now),
    )
    for _ in range(13):
        await scene.look()
    asked = scene.broadcaster.asked
    assert (asked.count(changed), asked.count(planned) > asked.count(far)) == (13, True)


async def test_no_more_than_the_budget_is_asked_in_a_minute(scene: Scene) -> None:
    await subscribe(scene)
    streams = {scene.stream() for _ in range(LOOKS_A_MINUTE + 30)}
    await scene.look()
    assert len(scene.broadcaster.asked) == LOOKS_A_MINUTE
    # Who was not asked about has waited longest.
    await scene.look()
    assert set(scene.broadcaster.asked) == streams
    # Twenty in a request.
    assert scene.kaltura.names().count("multirequest") == 3 + 3


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
