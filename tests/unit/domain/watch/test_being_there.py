"""Coming into a room, being there, reacting and going."""

from kaltura_discord.identity.levels import Level
from tests.unit.domain.watch.room_steps import ANN, BO, CY, a_room, enters, now_ms, plays, reports, room_in, says


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
