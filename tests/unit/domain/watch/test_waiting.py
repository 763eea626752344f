"""Waiting for whoever buffers."""

import pytest

from kaltura_discord.discord.identifiers import UserId
from tests.unit.domain.watch.room_steps import ANN, BO, CY, a_room, enters, now_ms, plays, reports, room_in


async def test_the_room_waits_and_goes_on_by_itself() -> None:
    world = await a_room(wait_for_buffering="everyone")
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await plays(world, ann, base=1, position=10)
    world.clock.seconds += 5.25

    answer = await reports(world, bo, "buffering")
    held = ann.received[-1]
    assert (held["cause"], held["by"], held["waiting_for"]) == ("hold", None, [BO])
    assert held["timeline"] == {"revision": 3, "paused": True, "position": 15, "rate": 1, "at": now_ms(world)}
    assert answer["state"]["timeline"] == held["timeline"], "whoever is waited for hears it in the answer"

    world.clock.seconds += 2
    await reports(world, bo, "playing")
    released = ann.received[-1]
    assert (released["cause"], released["waiting_for"]) == ("release", [])
    assert released["timeline"] == {
        "revision": 4,
        "paused": False,
        "position": 15,
        "rate": 1,
        "at": now_ms(world) + room_in(world).lead_ms,
    }


async def test_it_waits_for_the_last_of_them() -> None:
    world = await a_room(wait_for_buffering="everyone")
    ann, bo, cy = await enters(world, ANN), await enters(world, BO), await enters(world, CY)
    await plays(world, ann, base=1)
    world.clock.seconds += 1
    await reports(world, bo, "buffering")
    await reports(world, cy, "buffering")
    await reports(world, bo, "playing")
    assert room_in(world).waiting_for == (CY,)
    await world.disconnect(cy)
    assert room_in(world).timeline.paused is False


async def test_it_does_not_wait_for_ever_nor_for_the_same_one_again() -> None:
    world = await a_room(wait_for_buffering="everyone")
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await plays(world, ann, base=1)
    world.clock.seconds += 1
    await reports(world, bo, "buffering")
    world.clock.seconds += 15
    await reports(world, ann)
    assert ann.received[-1]["state"]["timeline"]["paused"] is False
    await reports(world, bo, "buffering")
    assert room_in(world).timeline.paused is False, "the room is tired of waiting"
    await reports(world, bo, "playing")
    await reports(world, bo, "buffering")
    assert room_in(world).timeline.paused is True, "until they have recovered"


@pytest.mark.parametrize(
    ("wait_for", "who", "holds"), [("nobody", ANN, False), ("host", ANN, True), ("host", BO, False)]
)
async def test_for_whom_it_waits(wait_for: str, who: UserId, holds: bool) -> None:
    world = await a_room(wait_for_buffering=wait_for)
    sockets = {user_id: await enters(world, user_id) for user_id in (ANN, BO)}
    await plays(world, sockets[ANN], base=1)
    world.clock.seconds += 1
    await reports(world, sockets[who], "buffering")
    assert room_in(world).timeline.paused is holds


async def test_somebody_who_plays_ends_the_waiting() -> None:
    world = await a_room(wait_for_buffering="everyone")
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await plays(world, ann, base=1)
    world.clock.seconds += 1
    await reports(world, bo, "buffering")
    answer = await plays(world, ann, base=3)
    assert answer["waiting_for"] == []
    assert room_in(world).held_at_ms is None


async def test_the_position_it_is_held_at_is_not_beyond_the_end() -> None:
    world = await a_room(wait_for_buffering="everyone")
    ann = await enters(world, ANN)
    await plays(world, ann, base=1, position=599)
    world.clock.seconds += 60
    await reports(world, ann, "buffering")
    assert room_in(world).timeline.position == 600
