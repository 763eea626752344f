"""Somebody tries to come into a room, or closes it."""

from typing import Any

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch import room_changes
from kaltura_discord.watch.models import Actor, RoomId
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.watch.test_sign_in import slug
from tests.unit.domain.watch.visitor import Visitor

Json = dict[str, Any]


async def refused(visitor: Visitor, body: Json, bearer: str = "") -> tuple[int, str]:
    """How an entry is answered: the status, and the problem's name."""
    answer = await visitor.post("/rooms/session", body, bearer)
    return answer.status_code, slug(answer)


async def close(visitor: Visitor, entered: Json) -> None:
    """An administrator closes the room that was entered."""
    actor = Actor(UserId(ANN.user_id), Level.ADMIN)
    closing = room_changes.close(actor, visitor.stage.clock() * 1000)
    attempt = await visitor.parts.room_door.rooms.attempt(RoomId(entered["room"]["room_id"]), closing)
    assert attempt.is_done
