"""Kaltura's live streams as tests have them start and stop, and a server that waits for them."""

from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.table import Key
from kaltura_discord.events.models import Event
from kaltura_discord.notifications.live_watch import LiveWatch
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
    refusal: str = "INTERNAL_SERVERL_ERROR"
    hides: set[str] = field(default_factory=set)

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
                return api_exception(self.refusal)
            return part["id"] in self.on_air if part["id"] in self.streams else api_exception("ENTRY_ID_NOT_FOUND")
        if part["service"] == "baseentry" and part["entryId"] in self.hides:
            return api_exception(self.refusal)
        if part["service"] == "baseentry":
            since = self.on_air.get(part["entryId"])
            return {"id": part["entryId"], "type": "7", "status": 2, "currentBroadcastStartTime": since}
        return {"totalCount": 0} if part["action"] == "list" else api_exception("INVALID_USER_ID")

    def _found(self, call: SeenCall) -> Json:
        self.searches.append(dict(call.parameters))
        pager = call.parameters["pager"]
        assert isinstance(pager, dict)
        first = (pager["pageIndex"] - 1) * pager["pageSize"]
        found = [{"object": {"id": entry_id, **fields}} for entry_id, fields in self.streams.items()]
        return {"objects": found[first : first + pager["pageSize"]], "totalCount": len(found)}


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


async def live_scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    """A scene in which nothing is watched yet."""
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
    """Its server waits for the streams of a category."""
    await scene.stage.set({"notifications": {"subscriptions": {"categories": [7]}, **notifications}})
