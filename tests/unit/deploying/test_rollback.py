"""Rollback from any machine: what was live before is noted beside Terraform's state."""

import json
from datetime import timedelta

import pytest

from infra.deploying.aliases import Move
from infra.deploying.variables import NotDeployable
from tests.unit.deploying.world import World


@pytest.fixture
def world() -> World:
    return World()


async def test_the_versions_before_are_live(world: World) -> None:
    await world.deployer().deploy()
    assert list(world.storage.objects) == ["bucket/kaltura-discord/dev.versions.json"]
    await world.deployer().roll_back()
    assert world.aws.live == {"4"}


async def test_after_two_deployments_it_is_the_last_that_is_taken_back(world: World) -> None:
    await world.deployer().deploy()
    world.version = "6"
    await world.deployer().deploy()
    await world.deployer().roll_back()
    await world.deployer().roll_back()
    assert world.aws.live == {"5"}


async def test_what_was_taken_back_can_be_deployed_again(world: World) -> None:
    await world.deployer().deploy()
    await world.deployer().roll_back()
    world.version = "6"
    await world.deployer().deploy()
    assert world.aws.live == {"6"}


async def test_it_says_which_deployment_it_takes_back(world: World) -> None:
    """One that moves no function, as a change of an alarm, leaves nothing to take back: so it is the one before."""
    await world.deployer().deploy()
    world.now += timedelta(days=1)
    await world.deployer().deploy()
    await world.deployer().roll_back()
    assert any("began 2026-11-29 12:00 UTC" in line for line in world.said)
    assert not any("2026-11-30" in line or "not come to its end" in line for line in world.said)


async def test_it_says_where_that_one_did_not_come_to_its_end(world: World) -> None:
    world.dies_at = "smoke"
    with pytest.raises(KeyboardInterrupt):
        await world.deployer().deploy()
    await world.deployer().roll_back()
    assert any("12:00 UTC and has not come to its end" in line for line in world.said)


async def test_a_note_of_an_older_version_of_this_program_is_understood(world: World) -> None:
    move = {"function": "k-api", "alias": "live", "live": "3", "wanted": "4"}
    note = json.dumps({"moves": [move], "is_finished": True}).encode()
    world.storage.objects["bucket/kaltura-discord/dev.versions.json"] = note
    await world.deployer().roll_back()
    assert world.aws.versions["k-api"] == "3"


@pytest.mark.parametrize(("deed", "tries"), [("pause", 0), ("smoke", 1)])
async def test_in_the_middle_of_a_deployment_that_one_ends_and_puts_nothing_live_again(
    world: World, deed: str, tries: int
) -> None:
    world.meanwhile_at = deed
    with pytest.raises(NotDeployable, match=r"taken back meanwhile.*Discord was told nothing"):
        await world.deployer().deploy()
    assert world.aws.live == {"4"}
    assert "announce" not in world.deeds
    assert world.deeds.count("smoke") == tries, "it ends as soon as it notices"


async def test_a_deployment_ends_as_soon_as_somebody_begins_to_take_it_back(world: World) -> None:
    versions = world.deployer().versions
    await versions.begin([Move("k-api", "live", "4", "5")], {"k-api"})
    await versions.check_wanted()
    await versions.take_back()
    with pytest.raises(NotDeployable, match="taken back"):
        await versions.check_wanted()
    # What is not back yet stays noted, for the next rollback or deployment.
    assert await versions.noted() == (Move("k-api", "live", "4", "5"),)


@pytest.mark.parametrize("deed", ["look", "call"])
async def test_before_anything_is_moved_it_ends_a_deployment_too(world: World, deed: str) -> None:
    await world.deployer().deploy()
    world.version, world.meanwhile_at = "6", deed
    with pytest.raises(NotDeployable, match="taken back meanwhile"):
        await world.deployer().deploy()
    assert world.aws.live == {"4"}


async def test_a_second_one_before_anything_is_moved_is_noticed_as_well(world: World) -> None:
    await world.deployer().deploy()
    await world.deployer().roll_back()
    world.version, world.meanwhile_at = "6", "call"
    with pytest.raises(NotDeployable, match="taken back meanwhile"):
        await world.deployer().deploy()
    assert world.aws.live == {"4"}


async def test_a_function_that_is_gone_since_needs_no_going_back(world: World) -> None:
    await world.deployer().deploy()
    del world.aws.versions["k-api"], world.aws.weights["k-api"]
    await world.deployer().roll_back()
    assert world.aws.live == {"4"}
    assert "All calls go to the versions before again." in world.said


async def test_a_version_that_is_gone_is_no_function_that_is(world: World) -> None:
    """AWS says the same of both."""
    world.aws.deleted = {("k-api", "4")}
    await world.deployer().deploy()
    with pytest.raises(NotDeployable, match="Run it again"):
        await world.deployer().roll_back()


async def test_without_a_deployment_it_is_a_sentence(world: World) -> None:
    with pytest.raises(NotDeployable, match="No deployment of dev"):
        await world.deployer().roll_back()


async def test_what_aws_does_not_take_is_said_and_can_be_repeated(world: World) -> None:
    await world.deployer().deploy()
    world.aws.fails_at = world.aws.changes + 2
    with pytest.raises(NotDeployable, match="Run it again"):
        await world.deployer().roll_back()
    await world.deployer().roll_back()
    assert world.aws.live == {"4"}
