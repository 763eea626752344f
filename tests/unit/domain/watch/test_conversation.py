"""What people in a room say, and what becomes of it, in examples."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsUnavailable
from kaltura_discord.aws.post_lanes import Posted
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.conversation import Conversation
from kaltura_discord.watch.flood_gate import FloodGate
from kaltura_discord.watch.models import Actor, Media, PlaybackWish, Room, Viewer
from kaltura_discord.watch.rooms import Done, NoRoom, Refused
from tests.unit.domain.watch.room_world import RoomWorld, Socket, speaks

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


# --- playing ---------------------------------------------------------------------------------------------------------


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


# --- the host --------------------------------------------------------------------------------------------------------


async def test_when_the_host_closes_the_window_there_is_time_for_a_reload_and_then_one_succeeds() -> None:
    world = await a_room()
    ann, bo, cy = await enters(world, ANN), await enters(world, BO), await enters(world, CY)
    await world.disconnect(ann)
    (left,) = bo.received
    assert (left["type"], left["reason"]) == ("host", "left")
    assert left["host"]["lease_until_ms"] == now_ms(world) + 8_000

    world.clock.seconds += 7
    early = await says(world, bo, "host.claim")
    assert (early["type"], early["reason"]) == ("rejected", "host_is_here")

    world.clock.seconds += 1.1
    first, second = await world.all_together(says(world, one, "host.claim") for one in (bo, cy))
    won, lost = (first, second) if first["type"] == "host" else (second, first)
    assert won["reason"] == "claimed"
    assert lost["reason"] == "host_is_here"
    assert room_in(world).host_user_id == won["host"]["user_id"]


async def test_a_host_who_comes_back_in_time_is_host_still() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await world.disconnect(ann)
    world.clock.seconds += 5
    await enters(world, ANN)
    assert [message["reason"] for message in bo.received] == ["left", "returned"]
    assert bo.received[-1]["host"]["lease_until_ms"] == now_ms(world) + 30_000


async def test_a_host_who_comes_back_late_keeps_a_place_that_nobody_took() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    world.clock.seconds += 45
    answer = await reports(world, ann)
    assert answer["host"] == {"user_id": ANN, "lease_until_ms": now_ms(world) + 30_000}


async def test_a_host_of_two_windows_closes_one_and_nothing_is_said() -> None:
    world = await a_room()
    ann, _, bo = await enters(world, ANN), await enters(world, ANN), await enters(world, BO)
    await world.disconnect(ann)
    assert bo.received == []


async def test_whose_control_was_taken_away_does_not_get_it_by_waiting() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await says(world, ann, "control.set", bar=BO)
    world.clock.seconds += 31
    assert (await says(world, bo, "host.claim"))["reason"] == "barred"


async def test_handing_over_is_the_hosts_or_a_moderators_and_to_somebody_here() -> None:
    world = await a_room()
    ann, bo, cy = await enters(world, ANN), await enters(world, BO), await enters(world, CY, Level.MODERATOR)
    assert (await says(world, bo, "host.transfer", user_id=BO))["reason"] == "not_permitted"
    assert (await says(world, ann, "host.transfer", user_id="999"))["reason"] == "unknown_user"
    assert (await says(world, ann, "host.transfer", user_id=BO))["host"]["user_id"] == BO
    assert (await says(world, ann, "host.transfer", user_id=ANN))["reason"] == "not_permitted"
    assert (await says(world, cy, "host.transfer", user_id=ANN))["host"]["user_id"] == ANN


async def test_the_new_host_is_not_barred() -> None:
    world = await a_room()
    ann, _ = await enters(world, ANN), await enters(world, BO)
    await says(world, ann, "control.set", bar=BO)
    await says(world, ann, "host.transfer", user_id=BO)
    assert room_in(world).control.barred == ()


async def test_nobody_takes_the_hosts_control_away() -> None:
    world = await a_room()
    await enters(world, ANN)
    moderator = await enters(world, BO, Level.ADMIN)
    assert (await says(world, moderator, "control.set", bar=ANN))["reason"] == "not_permitted"


async def test_asking_for_the_remote_is_heard_by_the_host_alone() -> None:
    world = await a_room()
    ann, bo, cy = await enters(world, ANN), await enters(world, BO), await enters(world, CY)
    assert await says(world, bo, "control.request") == {"type": "asked", "ref": world.refs}
    assert ann.received == [{"type": "control.requested", "user_id": BO, "name": f"User {BO}"}]
    assert cy.received == []


async def test_while_it_is_locked_nobody_asks() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await says(world, ann, "control.set", locked=True)
    ann.received.clear()
    assert (await says(world, bo, "control.request"))["reason"] == "locked"
    assert ann.received == []


async def test_when_no_host_is_there_to_ask_one_is_told_so() -> None:
    world = await a_room()
    bo = await enters(world, BO)
    answer = await says(world, bo, "control.request")
    assert (answer["type"], answer["code"]) == ("error", "unavailable")
    assert "host is not here" in answer["message"]


# --- waiting for who buffers -----------------------------------------------------------------------------------------


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


# --- being there -----------------------------------------------------------------------------------------------------


async def test_whoever_comes_late_gets_all_they_need() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    await plays(world, ann, base=1)
    late = world.connect(BO)
    welcome = await world.say(late, {"type": "hello", "version": 1, "c0": 5})
    assert welcome is not None
    assert welcome["state"]["timeline"]["revision"] == 2
    assert welcome["you"] == {
        "user_id": BO,
        "name": f"User {BO}",
        "level": "viewer",
        "connection_id": late.viewer.connection_id,
    }
    assert [entry["user_id"] for entry in welcome["roster"]["changed"]] == [ANN, BO]
    assert welcome["clock"]["c0"] == 5


async def test_a_report_is_answered_with_what_its_sender_does_not_know() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    assert "state" not in await reports(world, bo)
    bo.misses = True
    await plays(world, ann, base=1)
    assert (await reports(world, bo))["state"]["timeline"]["revision"] == 2


async def test_a_report_is_one_write_and_one_query() -> None:
    world = await a_room()
    bo = await enters(world, BO)
    world.memory.calls.clear()
    await reports(world, bo)
    assert sorted(world.memory.calls) == ["Query", "UpdateItem"]


async def test_the_lead_follows_how_far_away_people_are() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    await reports(world, bo, one_way_ms=240)
    assert (await reports(world, ann))["lead_ms"] == 300
    answer = await plays(world, ann, base=1)
    assert answer["timeline"]["at"] == now_ms(world) + 300


async def test_who_is_gone_is_forgotten_and_nobody_else() -> None:
    world = await a_room()
    ann, bo, cy = await enters(world, ANN), await enters(world, BO), await enters(world, CY)
    bo.is_open = False
    await plays(world, ann, base=1)
    assert world.relayed_to() == {ann.viewer.connection_id, cy.viewer.connection_id}
    assert [entry for entry in (await reports(world, cy))["roster"]["changed"] if entry["user_id"] == BO] == []


async def test_before_hello_nothing_works() -> None:
    world = await a_room(control_mode="everyone")
    await enters(world, ANN)
    stranger = world.connect(BO, Level.ADMIN)
    for kind, more in (
        ("playback.set", {"base_revision": 1, "paused": False, "position": 1, "rate": 1, "cause": "play"}),
        ("media.set", {"base_revision": 1, "grant": "1_other"}),
        ("host.claim", {}),
        ("host.transfer", {"user_id": ANN}),
        ("control.set", {"locked": True}),
        ("control.request", {}),
        ("room.close", {}),
    ):
        answer = await says(world, stranger, kind, **more)
        assert (answer["type"], answer["code"], answer["ref"]) == ("error", "not_in_room", world.refs), kind
    assert (await reports(world, stranger))["code"] == "not_in_room"
    reaction = await world.say(stranger, {"type": "reaction", "emoji": "🎉"})
    assert reaction is not None
    assert reaction["code"] == "not_in_room"
    room = room_in(world)
    assert (room.timeline.revision, room.control_revision) == (1, 1)


async def test_who_left_has_to_say_hello_again() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    assert await world.say(ann, {"type": "leave"}) == {"type": "goodbye", "reason": "left"}
    assert bo.received[-1]["reason"] == "left"
    assert (await plays(world, ann, base=1))["code"] == "not_in_room"


async def test_closing_says_goodbye_and_nothing_comes_back_under_that_id() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    assert (await says(world, bo, "room.close"))["reason"] == "not_permitted"
    assert await says(world, ann, "room.close") == {"type": "goodbye", "reason": "closed"}
    assert bo.received == [{"type": "goodbye", "reason": "closed"}] or bo.received[-1]["type"] == "goodbye"
    assert bo.is_open is False
    again = world.connect(BO)
    assert await world.say(again, {"type": "hello", "version": 1, "c0": 1}) == {"type": "goodbye", "reason": "closed"}
    assert await world.parts.store.find(world.room_id) is None


async def test_a_reaction_is_seen_by_the_others_and_not_too_often() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    assert await world.say(ann, {"type": "reaction", "emoji": "🎉"}) is None
    assert bo.received == [{"type": "reaction", "user_id": ANN, "emoji": "🎉"}]
    again = await world.say(ann, {"type": "reaction", "emoji": "🎉"})
    assert again is not None
    assert again["code"] == "too_many"
    world.clock.seconds += 0.5
    assert await world.say(ann, {"type": "reaction", "emoji": "👍"}) is None


async def test_after_the_last_one_the_room_waits_an_hour() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    await world.disconnect(ann)
    assert await world.parts.store.find(world.room_id) is not None
    world.clock.seconds += 3600
    assert await world.parts.store.find(world.room_id) is None
    late = world.connect(ANN)
    assert await world.say(late, {"type": "hello", "version": 1, "c0": 1}) == {"type": "goodbye", "reason": "closed"}


# --- commands from outside -------------------------------------------------------------------------------------------


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


# --- what is refused -------------------------------------------------------------------------------------------------


async def test_what_is_too_long_or_no_message_does_nothing() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    for body, code in (
        ("x" * 8193, "too_large"),
        ("ü" * 5000, "too_large"),
        ("not json", "malformed"),
        ('{"type":"playback.set"}', "malformed"),
        ('{"type":"clock","c0":1,"room_id":"other"}', "malformed"),
    ):
        answer = await world.conversation.answer(ann.viewer, body, now_ms(world), now_ms(world) + 1)
        assert answer is not None
        assert (answer["type"], answer["code"]) == ("error", code)
    assert world.memory.calls.count("UpdateItem") == 1, "only the hello wrote"


async def test_a_client_of_another_version_is_told_so() -> None:
    world = await a_room()
    socket = world.connect(ANN)
    answer = await world.say(socket, {"type": "hello", "version": 2, "c0": 1})
    assert answer is not None
    assert answer["code"] == "version"


async def test_the_clock_costs_no_call_to_the_table() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    world.memory.calls.clear()
    received = now_ms(world) - 4
    answer = await world.conversation.answer(ann.viewer, '{"type":"clock","c0":77}', received, received + 1)
    assert answer == {"type": "clock", "c0": 77, "s1": received, "s2": now_ms(world)}
    assert world.memory.calls == []


async def test_a_flood_ends_with_goodbye() -> None:
    world = await a_room()
    ann, bo = await enters(world, ANN), await enters(world, BO)
    clock = {"type": "clock", "c0": 1}
    for _ in range(59):
        assert (await world.say(ann, clock) or {})["type"] == "clock"
    world.left.add(ann.viewer.connection_id)
    assert await world.say(ann, clock) is None
    assert [message.get("code") or message.get("reason") for message in ann.received[-2:]] == ["too_many", "flooded"]
    assert ann.is_open is False
    assert ann.viewer.connection_id not in world.relayed_to()
    assert bo.received[-1]["reason"] == "left"


async def test_a_flood_over_many_processes_is_a_flood_too() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    gates = [FloodGate(world.parts._table, world.clock) for _ in range(4)]
    admitted = 0
    for number in range(400):
        admitted += await gates[number % 4].admits(ann.viewer.connection_id)
    assert 60 <= admitted <= 4 * 20 + 4


async def test_whoever_speaks_now_and_then_is_never_a_flood() -> None:
    world = await a_room()
    gate = FloodGate(world.parts._table, world.clock)
    for _ in range(300):
        world.clock.seconds += 0.2
        assert await gate.admits((await enters(world, ANN)).viewer.connection_id)


async def test_a_socket_that_has_lived_long_enough_says_goodbye() -> None:
    world = await a_room()
    ann = await enters(world, ANN)
    world.left.add(ann.viewer.connection_id)
    answer = await world.conversation.answer(ann.viewer, '{"type":"clock","c0":1}', now_ms(world), now_ms(world))
    assert answer == {"type": "goodbye", "reason": "expired"}
    assert ann.viewer.connection_id not in world.relayed_to()


class Down:
    """A table that does not answer."""

    async def call(self, operation: str, _: AwsRequest) -> AwsAnswer:
        raise AwsUnavailable(operation, "TimeoutError")


async def test_while_the_table_is_down_one_sentence_says_so() -> None:
    world = await a_room()
    ann = await enters(world, ANN)

    world.caller.inner = Down()
    world.table_is_down = True
    answer = await plays(world, ann, base=1)
    assert (answer["code"], answer["ref"]) == ("unavailable", world.refs)
    assert answer["message"].endswith(".")


# --- slow rooms ------------------------------------------------------------------------------------------------------


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
