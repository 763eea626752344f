"""Playing, pausing and seeking together, and who may."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from kaltura_discord.aws.post_lanes import Posted
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.conversation import Conversation
from kaltura_discord.watch.flood_gate import FloodGate
from kaltura_discord.watch.models import Actor, Media, PlaybackWish, Viewer
from kaltura_discord.watch.rooms import Done, NoRoom, Refused
from tests.unit.domain.watch.room_steps import ANN, BO, a_room, enters, now_ms, plays, room_in, says
from tests.unit.domain.watch.room_world import RoomWorld, speaks

Json = dict[str, Any]


async def test_the_host_plays_and_everybody_is_told_of_one_moment_in_the_future() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)

    answer = await plays(world, ann, base=1)

    timeline = {"revision": 2, "paused": False, "position": 12.5, "rate": 1, "at": now_ms(world) + 250}
    told = {"type": "playback", "timeline": timeline, "cause": "play", "by": ANN, "waiting_for": []}
    assert answer == {**told, "ref": 1}
    assert bo.received == [told]
    assert ann.received == [answer], "the sender is answered, and not posted to"
    assert world.network.posts == 1


async def test_a_pause_takes_effect_at_once() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    await plays(world, ann, base=1)
    answer = await plays(world, ann, base=2, paused=True, position=13.25, cause="pause")
    assert answer["timeline"]["at"] == now_ms(world)
    assert answer["timeline"]["position"] == 13.25


async def test_of_two_changes_on_one_base_the_second_is_told_what_is() -> None:
    world = await a_room()
    ann, again = await enters(world, ANN), await enters(world, ANN)
    await plays(world, ann, base=1)
    answer = await plays(world, again, base=1, paused=True, cause="pause")
    assert (answer["type"], answer["reason"]) == ("rejected", "stale")
    assert answer["current"]["timeline"]["revision"] == 2
    assert room_in(world).timeline.paused is False


async def test_the_same_wish_twice_does_no_harm() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    wish = {
        "type": "playback.set",
        "ref": 9,
        "base_revision": 1,
        "paused": False,
        "position": 3,
        "rate": 1,
        "cause": "seek",
    }
    won = await world.say(ann, wish)
    lost = await world.say(ann, wish)
    assert won is not None
    assert lost is not None
    assert lost["reason"] == "stale"
    assert lost["current"]["timeline"] == won["timeline"], "what is, is what was wished"
    assert len(bo.received) == 1


async def test_a_change_is_one_write_and_no_read() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    for _ in range(5):
        await enters(world, BO)
    world.memory.calls.clear()
    await plays(world, ann, base=1)
    assert world.memory.calls == ["UpdateItem"]


async def test_without_a_video_there_is_nothing_to_play() -> None:
    world = await a_room(media=None)
    ann = await enters(world, ANN)
    assert (await plays(world, ann, base=1))["reason"] == "no_media"


@pytest.mark.parametrize(
    ("rules", "level", "reason"),
    [
        ({"mode": "host"}, Level.VIEWER, "not_permitted"),
        ({"mode": "everyone", "locked": True}, Level.VIEWER, "locked"),
        ({"mode": "everyone", "bar": BO}, Level.VIEWER, "barred"),
        ({"mode": "everyone"}, Level.VIEWER, None),
        ({"mode": "host", "locked": True, "bar": BO}, Level.MODERATOR, None),
        ({"mode": "host", "locked": True}, Level.ADMIN, None),
    ],
)
async def test_who_may_control(rules: Json, level: Level, reason: str | None) -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO, level)
    assert (await says(world, ann, "control.set", **rules))["type"] == "control"
    answer = await plays(world, bo, base=1)
    assert answer.get("reason") == reason
    assert room_in(world).timeline.revision == (2 if reason is None else 1)


async def test_the_host_may_control_whatever_is_locked() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    await says(world, ann, "control.set", locked=True)
    assert (await plays(world, ann, base=1))["type"] == "playback"


async def test_another_video_begins_paused_for_everybody() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await plays(world, ann, base=1)
    answer = await says(world, ann, "media.set", base_revision=2, grant="1_other")
    assert answer["media"]["entry_id"] == "1_other"
    assert answer["timeline"] == {"revision": 3, "paused": True, "position": 0, "rate": 1, "at": now_ms(world)}
    assert bo.received[-1]["type"] == "media"


async def test_a_video_without_a_good_grant_is_not_shown() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    answer = await says(world, ann, "media.set", base_revision=1, grant="forged")
    assert (answer["type"], answer["reason"]) == ("rejected", "grant_refused")
    assert room_in(world).timeline.revision == 1


async def test_a_command_from_outside_the_page_changes_playback_by_the_same_rules() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    wish = PlaybackWish(base_revision=1, paused=False, position=3, rate=1, cause="play")
    assert isinstance(await world.parts.rooms.change_playback(world.room_id, Actor(BO, Level.VIEWER), wish), Refused)
    outcome = await _as_host(world, wish)
    assert isinstance(outcome, Done)
    await world.parts.relay.tell(outcome.room, {"type": "goodbye", "reason": "left"})
    assert ann.received == [{"type": "goodbye", "reason": "left"}]


async def _as_host(world: RoomWorld, wish: PlaybackWish) -> Any:
    actor = Actor(ANN, Level.VIEWER)
    speaks(actor)
    return await world.parts.rooms.change_playback(world.room_id, actor, wish)


async def test_a_room_that_is_not_there_is_said_to_be() -> None:
    world = RoomWorld(1)
    wish = PlaybackWish(base_revision=1, paused=False, position=3, rate=1, cause="play")
    assert await world.parts.rooms.change_playback(world.room_id, Actor(ANN, Level.ADMIN), wish) == NoRoom()


class SlowNetwork:
    """Takes its time; what it was given, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Json]] = []

    async def post(self, body: bytes, connection_ids: Iterable[str]) -> Posted:
        message = json.loads(body)
        targets = list(connection_ids)
        if "ref" not in message:
            await asyncio.sleep(0.15)
        self.told += [(target, message) for target in targets]
        return Posted(sent=len(targets))

    async def hang_up(self, connection_ids: Iterable[str]) -> None:
        return


async def test_where_posts_take_long_the_sender_hears_first() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    slow = SlowNetwork()
    world.parts.relay._poster = slow
    hasty = Conversation(world.parts, FloodGate(world.parts._table, world.clock), _no_grant, world.clock, 0.01)
    wish = {
        "type": "playback.set",
        "ref": 4,
        "base_revision": 1,
        "paused": False,
        "position": 3,
        "rate": 1,
        "cause": "seek",
    }
    speaks(ann.viewer.actor)
    answer = await hasty.answer(ann.viewer, json.dumps(wish), now_ms(world), now_ms(world) + 1e9)
    assert answer is None
    assert [target for target, _ in slow.told] == [ann.viewer.connection_id, bo.viewer.connection_id]
    assert slow.told[0][1] == {**slow.told[1][1], "ref": 4}


async def _no_grant(_: str, __: Viewer) -> Media | None:
    return None
