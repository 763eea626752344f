"""Opening the Activity by a command: what Kaltura finds, what people read, and what is remembered of it."""

from typing import Any

from kaltura_discord.commands.dispatch import Acknowledged
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.launches import InstanceId, Launch
from kaltura_discord.watch.links import RoomLink
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain.sent_by_discord import ANN, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of

Json = dict[str, Any]
SEARCH = "elasticsearch_esearch.searchEntry"
CELLS = "1_cells000"
NOTHING_MORE = Acknowledged(202)
OPENED_INLINE: Json = {"type": 12}


def found(entry_id: str = CELLS, title: str = "Cells", media_type: int = 1) -> Json:
    """What Kaltura answers that has this one entry."""
    entry = {"id": entry_id, "name": title, "type": "1", "mediaType": media_type, "duration": 61, "plays": 1}
    return {"totalCount": 1, "objects": [{"objectType": "KalturaESearchEntryResult", "object": entry}]}


NOTHING_FOUND: Json = {"totalCount": 0, "objects": []}


def watch(stage: Stage, video: str = CELLS, by: Member = ANN) -> Json:
    """Somebody uses `/kaltura-watch`."""
    return stage.place.command("kaltura-watch", {"video": video} if video else {}, by)


async def told(stage: Stage, payload: Json) -> Json:
    """The message that somebody reads, and only they."""
    answer = await stage.acknowledged(payload)
    assert answer.status == 200
    message: Json = check_answer(answer.body, payload["type"])["data"]
    assert message["flags"] & 64
    return message


async def bound_video(stage: Stage) -> str | None:
    """Which video the running instance was opened for."""
    instance_id = stage.discord.instances.get("here")
    bound = await stage.services.launches.bound(InstanceId(instance_id)) if instance_id else None
    return bound.launch.entry_id if bound else None


async def intent(stage: Stage, by: Member = ANN) -> Launch | None:
    """What somebody came for, where no instance is known yet."""
    return await stage.services.launches.intent(stage.guild_id, stage.channel_id, UserId(by.user_id))


async def link_in(stage: Stage, message: Json) -> RoomLink:
    """What the link into a browser tab says."""
    address = buttons_of(message)["Watch Together in a browser tab"]
    before, _, token = address.partition("#link=")
    assert before == "https://kaltura.example/"
    link = await stage.services.room_links.read(token)
    assert link is not None
    return link
