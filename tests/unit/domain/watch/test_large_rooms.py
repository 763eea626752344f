"""Rooms with more people than one item holds: the same rooms, in another layout."""

import math
from typing import Any

from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.watch.models import Media, NewRoom, RoomId
from kaltura_discord.watch.room_items import MOST_IN_ROOM_ITEM, new_room_item
from tests.unit.domain.watch.room_steps import ANN, enters, plays, reports, room_in, says
from tests.unit.domain.watch.room_world import RoomWorld, Socket

Json = dict[str, Any]


async def a_large_room(viewers: int, **rules: Any) -> tuple[RoomWorld, Socket, list[Socket]]:
    """A room of which three connections fit its own item, with its host and so many others in it."""
    world = RoomWorld(1, most_in_room_item=3)
    await world.open_room(ANN, **rules)
    ann = await enters(world, ANN)
    others = [await enters(world, UserId(str(200 + number))) for number in range(viewers)]
    return world, ann, others


async def test_everybody_is_told_wherever_they_are_kept() -> None:
    world, ann, others = await a_large_room(12)
    room = room_in(world)
    assert len(room.connections) == 3
    assert room.is_large
    await plays(world, ann, base=1)
    assert [len(socket.received) for socket in others] == [1] * 12


async def test_a_change_is_one_write_and_one_read() -> None:
    world, ann, _ = await a_large_room(12)
    world.memory.calls.clear()
    await plays(world, ann, base=1)
    assert sorted(world.memory.calls) == ["Query", "UpdateItem"]


async def test_whoever_is_in_a_shard_has_the_same_rights() -> None:
    world, ann, others = await a_large_room(6, control_mode="everyone")
    last = others[-1]
    assert (await plays(world, last, base=1))["type"] == "playback"
    await says(world, ann, "control.set", mode="host")
    assert (await plays(world, last, base=2))["reason"] == "not_permitted"
    assert (await says(world, last, "control.request"))["type"] == "asked"
    assert (await says(world, ann, "host.transfer", user_id=last.viewer.user_id))["type"] == "host"
    assert (await plays(world, last, base=2))["type"] == "playback"
    assert (await says(world, others[0], "control.request"))["type"] == "asked"
    assert last.received[-1]["type"] == "control.requested"


async def test_who_left_a_shard_is_out() -> None:
    world, _, others = await a_large_room(6, control_mode="everyone")
    last = others[-1]
    await world.disconnect(last)
    assert (await plays(world, last, base=1))["code"] == "not_in_room"
    assert last.viewer.connection_id not in world.relayed_to()


async def test_a_host_in_a_shard_who_closes_the_window_has_left() -> None:
    world, ann, others = await a_large_room(6)
    last = others[-1]
    await says(world, ann, "host.transfer", user_id=last.viewer.user_id)
    await world.disconnect(last)
    assert ann.received[-1]["reason"] == "left"


async def test_who_is_gone_from_a_shard_is_forgotten_and_nobody_else() -> None:
    world, ann, others = await a_large_room(9)
    gone = others[-1]
    gone.is_open = False
    before = world.relayed_to()
    await plays(world, ann, base=1)
    assert before - world.relayed_to() == {gone.viewer.connection_id}


async def test_a_host_who_comes_back_fits_in_though_it_is_full() -> None:
    world, ann, _ = await a_large_room(6)
    await world.disconnect(ann)
    late = [await enters(world, UserId(str(300 + number))) for number in range(3)]
    back = await enters(world, ANN)
    assert back.viewer.connection_id in room_in(world).connections
    assert late[0].viewer.connection_id in world.relayed_to()


async def test_reports_of_many_do_not_each_read_the_room() -> None:
    world, _, others = await a_large_room(110)
    world.clock.seconds += 3
    world.memory.calls.clear()
    for socket in others[:20]:
        assert (await reports(world, socket))["roster"]["total"] == 111
    assert world.memory.calls.count("Query") == 1
    world.clock.seconds += 3
    await reports(world, others[0])
    assert world.memory.calls.count("Query") == 2


async def test_closing_reaches_the_shards() -> None:
    world, ann, others = await a_large_room(9)
    await says(world, ann, "room.close")
    assert all(socket.received[-1] == {"type": "goodbye", "reason": "closed"} for socket in others)
    assert not any(socket.is_open for socket in others)


# --- why it is so many -----------------------------------------------------------------------------------------------


def stored_bytes(value: Any) -> int:
    """What a value takes in an item (DynamoDB Developer Guide: item sizes and formats)."""
    match value:
        case None | bool():
            return 1
        case int() | float():
            return math.ceil(len(str(value).strip("-0").replace(".", "")) / 2) + 1
        case str():
            return len(value.encode())
        case dict():
            return 3 + sum(len(name.encode()) + stored_bytes(part) + 1 for name, part in value.items())
    raise TypeError(value)


def written_units(connections: int) -> int:
    """WCU of one change in a room of so many."""
    film = Media("1_abcd1234", "A film with a title of ordinary length", 3600.0, "video")
    host = UserId("1300000000000000001")
    room = NewRoom(RoomId("1300000000000000003"), GuildId("1" * 19), ChannelId("2" * 19), host, film)
    item = {name: value for name, value in new_room_item(room, 1_795_899_789_250.86).items() if value is not None}
    item["relay_to"] = {f"L0SM9cOFvHcC{number:03}=": host for number in range(connections)}
    marks = {f"{name}_mark": "0123456789abcdef" for name in ("timeline", "control", "other")}
    size = sum(len(name) + stored_bytes(value) for name, value in {**item, **marks}.items())
    return math.ceil(size / 1024)


def test_in_a_room_that_fits_a_change_is_cheap_and_a_storm_of_joins_is_within_a_second() -> None:
    assert written_units(2) == 1
    assert written_units(MOST_IN_ROOM_ITEM) == 6
    assert sum(written_units(number) for number in range(1, MOST_IN_ROOM_ITEM + 1)) < 600


def test_a_thousand_in_one_item_would_not_be() -> None:
    assert written_units(1_000) == 36
    assert sum(written_units(number) for number in range(1, 1_001)) > 18_000
