"""What people do in a room, in the words of the examples."""

from typing import Any

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import Room
from tests.unit.domain.watch.room_world import RoomWorld, Socket

Json = dict[str, Any]

ANN, BO, CY = UserId("100"), UserId("101"), UserId("102")


async def a_room(**rules: Any) -> RoomWorld:
    world = RoomWorld(1, most_in_room_item=50)
    await world.open_room(ANN, **rules)
    return world


async def enters(world: RoomWorld, user_id: UserId, level: Level = Level.VIEWER) -> Socket:
    socket = world.connect(user_id, level)
    answer = await world.say(socket, {"type": "hello", "version": 1, "c0": 5})
    assert answer is not None
    assert answer["type"] == "welcome", answer
    socket.received.clear()
    return socket


async def says(world: RoomWorld, socket: Socket, kind: str, **more: Any) -> Json:
    answer = await world.say(socket, {"type": kind, "ref": world.ref(), **more})
    assert answer is not None
    return answer


async def plays(world: RoomWorld, socket: Socket, base: int, **more: Any) -> Json:
    wish = {"paused": False, "position": 12.5, "rate": 1, "cause": "play", **more}
    return await says(world, socket, "playback.set", base_revision=base, **wish)


async def reports(world: RoomWorld, socket: Socket, state: str = "playing", **more: Any) -> Json:
    report = {
        "type": "report",
        "c0": 7,
        "revision": socket.revision,
        "control_revision": socket.control_revision,
        "roster_stamp_ms": 0,
        "state": state,
        "activity": "active",
        "position": 1,
        "drift_ms": 4.5,
        "clock_bound_ms": 3,
        "one_way_ms": 40,
        "corrections": 0,
        "seeks": 0,
        "buffering_ms": 0,
        **more,
    }
    answer = await world.say(socket, report)
    assert answer is not None
    return answer


def now_ms(world: RoomWorld) -> float:
    return world.clock.seconds * 1000


def room_in(world: RoomWorld) -> Room:
    room = world.room
    assert room is not None
    return room
