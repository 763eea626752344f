"""Who is host, how it changes hands, and the remote."""

from kaltura_discord.identity.levels import Level
from tests.unit.domain.watch.room_steps import ANN, BO, CY, a_room, enters, now_ms, reports, room_in, says


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
