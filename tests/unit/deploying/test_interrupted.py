"""A deployment that was interrupted is gone on with, or taken back; and of two at once, one deploys."""

from datetime import timedelta
from typing import Any

import pytest

from infra.deploying.aliases import Move
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsUnavailable
from tests.unit.deploying.world import World

STATE = "state bucket/kaltura-discord/dev.tfstate us-east-1"


@pytest.fixture
def world() -> World:
    return World()


DEATHS: list[Any] = [KeyboardInterrupt(), AwsUnavailable("UpdateAlias", "EndpointConnectionError")]


class TestInterrupted:
    """Ctrl-C, or a lost network: run again, it comes to its end, and rollback knows where it began."""

    @pytest.mark.parametrize("death", DEATHS, ids=["Ctrl-C", "lost network"])
    @pytest.mark.parametrize("deed", ["pages", "quota", STATE, "look", "plan", "apply", "pause", "smoke", "announce"])
    async def test_anywhere_and_once_more(self, world: World, deed: str, death: BaseException) -> None:
        world.dies_at, world.dies_with = deed, death
        with pytest.raises(type(death)):
            await world.deployer().deploy()
        await world.deployer().deploy()
        assert world.aws.live == {"5"}
        assert world.deeds[-1] == "announce"
        await world.deployer().roll_back()
        assert world.aws.live == {"4"}

    async def test_while_it_was_tried_out_it_goes_back_where_the_next_trial_fails(self, world: World) -> None:
        world.dies_at = "smoke"
        with pytest.raises(KeyboardInterrupt):
            await world.deployer().deploy()
        world.broken = [["no_ticket"]] * 4
        with pytest.raises(NotDeployable, match="The versions before are live again"):
            await world.deployer().deploy()
        assert world.aws.live == {"4"}

    async def test_while_it_was_tried_out_it_ends_where_somebody_takes_it_back(self, world: World) -> None:
        world.dies_at = "smoke"
        with pytest.raises(KeyboardInterrupt):
            await world.deployer().deploy()
        world.meanwhile_at = "smoke"
        with pytest.raises(NotDeployable, match="taken back meanwhile"):
            await world.deployer().deploy()
        assert "announce" not in world.deeds
        assert world.aws.live == {"4"}

    @pytest.mark.parametrize("changes", range(1, 7))
    async def test_in_the_middle_of_moving_so_that_nothing_could_be_put_back(self, world: World, changes: int) -> None:
        world.aws.fails_from = changes
        with pytest.raises(AwsUnavailable):
            await world.deployer().deploy()
        world.aws.fails_from = 10_000
        await world.deployer().deploy()
        assert world.aws.live == {"5"}
        await world.deployer().roll_back()
        assert world.aws.live == {"4"}

    @pytest.mark.parametrize("changes", range(1, 7))
    async def test_rollback_of_half_a_deployment_takes_all_of_it_back(self, world: World, changes: int) -> None:
        world.aws.fails_from = changes
        with pytest.raises(AwsUnavailable):
            await world.deployer().deploy()
        world.aws.fails_from = 10_000
        await world.deployer().roll_back()
        assert world.aws.live == {"4"}

    @pytest.mark.parametrize("changes", range(1, 7))
    async def test_mended_and_deployed_again_it_goes_back_to_what_worked(self, world: World, changes: int) -> None:
        world.aws.fails_from = changes
        with pytest.raises(AwsUnavailable):
            await world.deployer().deploy()
        world.aws.fails_from, world.version = 10_000, "6"
        await world.deployer().deploy()
        assert world.aws.live == {"6"}
        await world.deployer().roll_back()
        assert world.aws.live == {"4"}

    async def test_what_the_next_release_removed_does_not_keep_it_from_being_deployed(self, world: World) -> None:
        world.dies_at = "smoke"
        with pytest.raises(KeyboardInterrupt):
            await world.deployer().deploy()
        del world.aws.versions["k-api"], world.aws.weights["k-api"]
        world.version = "6"
        await world.deployer().deploy()
        assert world.aws.live == {"6"}
        await world.deployer().roll_back()
        assert world.aws.live == {"4"}


class TestTwoAtOnce:
    """Two people, or a person and GitHub, deploy one environment: one does, and the other is told."""

    async def test_who_comes_while_another_is_at_work_changes_nothing(self, world: World) -> None:
        refused = list[str]()

        async def another() -> None:
            world.now += timedelta(minutes=19)
            world.deeds.append("another")
            with pytest.raises(NotDeployable) as refusal:
                await world.deployer().deploy()
            refused.append(str(refusal.value))

        world.meanwhile_at, world.meanwhile_do = "pause", another
        await world.deployer().deploy()
        (sentence,) = refused
        assert "since 2026-11-29 12:00 UTC" in sentence
        assert "make rollback ENV=dev" in sentence
        assert "12:20 UTC" in sentence
        assert "plan" not in world.deeds[world.deeds.index("another") :]
        assert world.aws.live == {"5"}
        assert world.deeds[-1] == "announce"

    @pytest.mark.parametrize("deed", ["look", "call"])
    async def test_who_was_overtaken_before_moving_anything_moves_nothing(self, world: World, deed: str) -> None:
        async def another() -> None:
            world.version = "6"
            await world.deployer().deploy()
            world.version = "5"

        world.meanwhile_at, world.meanwhile_do = deed, another
        with pytest.raises(NotDeployable, match="Another deployment"):
            await world.deployer().deploy()
        assert world.aws.live == {"6"}

    @pytest.mark.parametrize("deed", ["pause", "smoke"])
    async def test_who_slept_for_an_hour_takes_nothing_from_who_went_on(self, world: World, deed: str) -> None:
        async def another() -> None:
            world.now += timedelta(hours=1)
            world.version = "6"
            await world.deployer().deploy()
            assert world.aws.live == {"6"}

        world.meanwhile_at, world.meanwhile_do = deed, another
        with pytest.raises(NotDeployable, match="Another deployment"):
            await world.deployer().deploy()
        assert world.aws.live == {"6"}
        await world.deployer().roll_back()
        assert world.aws.live == {"4"}

    async def test_who_was_killed_is_followed_by_a_rollback_at_once_or_later_by_a_deployment(
        self, world: World
    ) -> None:
        await world.deployer().versions.begin([Move("k-api", "live", "4", "5")], {"k-api"})
        with pytest.raises(NotDeployable, match="at work since"):
            await world.deployer().deploy()
        await world.deployer().roll_back()
        await world.deployer().deploy()
        assert world.aws.live == {"5"}
