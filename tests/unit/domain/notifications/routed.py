"""A server, an account of Kaltura's, and what goes onto the queue, for tests of who is told of what."""

import json
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest
from kaltura_discord.aws.queues import OrderedQueue
from kaltura_discord.commands.happenings import hand_on_what_was_left
from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.events.models import Event
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.observation.correlation import FIELD
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

Json = dict[str, Any]


SEARCH = "elasticsearch_esearch.searchEntry"


CLAIM = "baseentry.update"


NOTHING: Json = {"totalCount": 0}


@dataclass
class FifoDouble:
    """Keeps what was sent, and in which groups."""

    sent: list[Json] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.sent.append(json.loads(request["MessageBody"]))
        self.groups.append(request["MessageGroupId"])
        return {"MessageId": str(len(self.sent))}


@dataclass
class Scene:
    """A server, an account, and what goes onto the queue."""

    stage: Stage
    kaltura: ScriptedKaltura
    fifo: FifoDouble
    category: int

    @property
    def guild_id(self) -> GuildId:
        return self.stage.guild_id

    def entry(self, **fields: Any) -> Json:
        return {
            "id": f"1_{snowflake()[:8]}",
            "name": "How cells divide",
            "status": "2",
            "type": "1",
            "mediaType": 1,
            "duration": 125,
            "createdAt": int(self.stage.clock.seconds) - 60,
            "userId": "ms.alvarez",
            **fields,
        }

    def kaltura_has(self, entry: Json, *categories: int, **further: Any) -> None:
        places = {"objects": [{"categoryFullIds": f"1>{each}"} for each in categories]}
        owner = {"id": "ms.alvarez", "fullName": "Elena Alvarez"}
        flavors = {"objects": [{"status": 2, "isOriginal": True, "sizeInBytes": 312_400_000, "fileExt": "mp4"}]}
        self.kaltura.on("multirequest", *further.get("before", []), [entry, places, flavors, owner])

    async def told(self, event: Event) -> list[Json]:
        """Have the event received and routed; what was put onto the queue of notifications, whatever it followed."""
        before = len(self.fifo.sent)
        await self.stage.services.events.receive(event)
        await carry_out({"kind": "event", "key": event.key}, self.stage.services)
        return [{name: message[name] for name in message.keys() - {FIELD}} for message in self.fifo.sent[before:]]

    async def ready(self, entry: Json) -> list[Json]:
        return await self.told(Event(snowflake(), "entry_changed", str(entry["id"])))

    async def subscribe(self, guild_id: GuildId | None = None, **subscriptions: Any) -> None:
        await self.stage.set({"notifications": {"subscriptions": subscriptions}}, guild_id)

    async def details(self, key: str, guild_id: GuildId | None = None) -> dict[str, str]:
        found = await self.stage.services.telling.store.find(guild_id or self.guild_id, key)
        assert found is not None
        return dict(found.notification.details)

    async def is_handed_on(self, task: Json) -> bool:
        """Whether housekeeping puts the task on the queue (again)."""
        await hand_on_what_was_left(self.stage.services)
        return task in self.stage.tasks.take_all()

    async def meeting(self) -> Meeting:
        """A live meeting in a room of its own."""
        payload = self.stage.place.command("kaltura-start", {"type": "room", "title": "Weekly review"})
        room_id = f"1_{snowflake()[-8:]}"
        self.stage.rooms.rooms[payload["id"]] = CreatedRoom("room_entry", room_id, payload["id"])
        await self.stage.answer_to(payload)
        return await self.stage.meeting(payload["id"])


async def routed_scene(stage: Stage, kaltura: ScriptedKaltura) -> Scene:
    """The scene of a server that may see one category, which no other test's server may."""
    fifo = FifoDouble()
    stage.services.kaltura_transport = kaltura.transport(tries=1)
    stage.services.telling.queue = OrderedQueue(fifo, "https://sqs/notifications.fifo")
    kaltura.on(SEARCH, NOTHING)
    kaltura.on(CLAIM, {})
    category = int(snowflake()[-9:])
    await stage.services.servers.allow(AllowedServer(stage.guild_id, (category,), ()))
    return Scene(stage, kaltura, fifo, category)


def notifications(sent: list[Json]) -> list[str]:
    return [each["key"] for each in sent if each["kind"] == "notification"]
