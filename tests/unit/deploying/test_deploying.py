"""A deployment does things in their order, stops at the first that fails, and goes on from there the next time."""

from typing import Any

import pytest

from infra.deploying.aliases import Rung
from infra.deploying.variables import NotDeployable
from kaltura_discord.aws.caller import AwsUnavailable
from tests.unit.deploying.world import World, change

STATE = "state bucket/kaltura-discord/dev.tfstate us-east-1"
CALLED = ["call api", "call tasks", "call interactions"]
WATCHED = ["pause", "pause"]
TRIED = ["smoke", "pause", "smoke", "pause", "smoke", "pause", "smoke"]


@pytest.fixture
def world() -> World:
    return World()


async def test_the_order(world: World) -> None:
    await world.deployer().deploy()
    assert world.deeds == ["pages", "quota", STATE, "look", "plan", "apply", *CALLED, *WATCHED, "smoke", "announce"]
    assert world.aws.live == {"5"}


async def test_the_first_time_there_is_nothing_to_watch_and_nothing_to_go_back_to(world: World) -> None:
    world.aws.versions = dict.fromkeys(world.aws.versions, "5")
    await world.deployer().deploy()
    assert world.deeds == ["pages", "quota", STATE, "look", "plan", "apply", "smoke", "announce"]
    assert world.storage.objects == {}


async def test_old_versions_are_deleted_at_the_end_and_not_what_a_rollback_needs(world: World) -> None:
    world.published = 20
    await world.deployer().deploy()
    assert world.deleted == {"1", "2", "3", "6", "7", "8", "9", "10"}
    await world.deployer().roll_back()
    assert world.aws.live == {"4"}


async def test_what_operators_commands_need_is_said_until_it_is_there(world: World) -> None:
    await world.deployer().deploy()
    assert world.said[-1].endswith(":\n  AWS_REGION=us-east-1\n  TABLE_NAME=k-table")
    known = {"TERRAFORM_STATE_BUCKET": "bucket", "TABLE_NAME": "k-table", "AWS_REGION": "us-east-1"}
    await world.deployer(**known).deploy()
    assert world.said[-1] == "Deployed: https://k.example"


async def test_whose_application_it_is_is_looked_at_with_the_address_known_from_before(world: World) -> None:
    await world.deployer().deploy()
    await world.deployer().deploy()
    assert world.looked_for == ["", "https://k.example"]


async def test_discord_is_told_which_addresses_were_its_own_before(world: World) -> None:
    await world.deployer().deploy()
    await world.deployer().deploy()
    assert world.own_before == [set(), {"https://k.example", "https://d111.cloudfront.net"}]


async def test_an_application_of_another_deployment_stops_it_before_anything_is_changed(world: World) -> None:
    world.dies_at, world.dies_with = "look", NotDeployable("another's")
    with pytest.raises(NotDeployable, match="another's"):
        await world.deployer().deploy()
    assert "plan" not in world.deeds


async def test_without_a_yes_nothing_is_applied(world: World) -> None:
    world.agreed = False
    with pytest.raises(NotDeployable, match="Nothing was changed"):
        await world.deployer().deploy()
    assert "apply" not in world.deeds


async def test_an_alarm_ends_it_before_discord_is_told_anything(world: World) -> None:
    world.aws.rings_after = 1
    with pytest.raises(Rung):
        await world.deployer().deploy()
    assert "announce" not in world.deeds
    assert world.aws.live == {"4"}


@pytest.mark.parametrize("name", ["api", "tasks", "interactions"])
async def test_a_new_version_that_does_not_even_start_serves_nobody(world: World, name: str) -> None:
    world.stillborn = f"k-{name}"
    with pytest.raises(NotDeployable, match=f"Version 5 of k-{name} does not work.*No module named 'nacl'.*nobody is"):
        await world.deployer().deploy()
    assert world.aws.changes == 0
    assert "smoke" not in world.deeds
    assert world.storage.objects == {}


async def test_what_starts_at_the_second_try_is_no_failure(world: World) -> None:
    world.dies_at, world.dies_with = "call api", AwsUnavailable("Invoke", "ReadTimeoutError")
    await world.deployer().deploy()
    assert world.aws.live == {"5"}


async def test_what_is_live_already_is_not_called_again(world: World) -> None:
    world.aws.versions = dict.fromkeys(world.aws.versions, "5")
    world.aws.weights["k-api"] = {"4": 0.5}
    await world.deployer().deploy()
    assert not [deed for deed in world.deeds if deed.startswith("call")]
    assert world.aws.live == {"5"}


async def test_new_versions_are_called_whether_they_are_watched_or_not(world: World) -> None:
    deployer = world.deployer()
    deployer.watch_seconds = 0
    await deployer.deploy()
    assert [deed for deed in world.deeds if deed.startswith("call")] == CALLED


@pytest.mark.parametrize(
    ("location", "region"), [(None, "us-east-1"), ("EU", "eu-west-1"), ("ap-south-1", "ap-south-1")]
)
async def test_the_bucket_of_the_state_may_be_in_another_region(
    world: World, location: str | None, region: str
) -> None:
    world.storage.location = location
    await world.deployer(TERRAFORM_STATE_BUCKET="bucket", AWS_REGION="eu-central-1").deploy()
    assert f"state bucket/kaltura-discord/dev.tfstate {region}" in world.deeds


async def test_without_a_bucket_for_the_state_nothing_begins(world: World) -> None:
    with pytest.raises(NotDeployable, match="TERRAFORM_STATE_BUCKET"):
        await world.deployer(OTHER="x").deploy()
    assert "plan" not in world.deeds


class TestConcurrency:
    """What an account may run at once is known before anything is made that needs it."""

    async def test_a_small_account_is_told_what_to_ask_for(self, world: World) -> None:
        world.quota = 10
        await world.deployer().deploy()
        assert any("10 functions at once" in line and "--desired-value 100" in line for line in world.said)

    @pytest.mark.parametrize(("quota", "fits"), [(10, False), (129, False), (130, True), (1000, True)])
    async def test_what_is_set_apart_fits_or_nothing_is_applied(self, world: World, quota: int, fits: bool) -> None:
        functions = [{"reserved_concurrent_executions": each} for each in (20, 10, -1, None)]
        world.plan_says = {"resource_changes": [change("aws_lambda_function", None, each) for each in functions]}
        world.quota = quota
        if fits:
            await world.deployer().deploy()
        else:
            with pytest.raises(NotDeployable, match="--desired-value 130"):
                await world.deployer().deploy()
        assert ("apply" in world.deeds) is fits


class TestAKeyOfOnesOwn:
    """It stays while what is live, or may be again, is encrypted with it: Terraform's state doesn't know that."""

    @pytest.fixture
    async def world(self) -> World:
        """Version 5 is live and noted as coming after 4; the next plan deletes the key."""
        world = World()
        await world.deployer().deploy()
        world.plan_says = {"resource_changes": [change("aws_kms_key", {"description": "ours"}, None)]}
        world.version = "6"
        return world

    async def refused(self, world: World) -> str:
        with pytest.raises(NotDeployable, match="keep_customer_key = true") as refusal:
            await world.deployer().deploy()
        assert world.deeds.count("apply") == 1
        return str(refusal.value)

    async def test_what_is_live_needs_it(self, world: World) -> None:
        world.encrypted = {"5"}
        assert "k-api, version 5" in await self.refused(world)

    async def test_what_has_a_share_of_calls_needs_it(self, world: World) -> None:
        world.aws.weights["k-tasks"] = {"3": 0.1}
        world.encrypted = {"3"}
        assert "k-tasks, version 3" in await self.refused(world)

    async def test_what_a_rollback_would_make_live_needs_it(self, world: World) -> None:
        world.encrypted = {"4"}
        assert "k-api, version 4" in await self.refused(world)

    async def test_what_a_rollback_made_live_needs_it(self, world: World) -> None:
        await world.deployer().roll_back()
        world.encrypted = {"4"}
        assert "k-api, version 4" in await self.refused(world)

    async def test_when_nothing_needs_it_it_goes(self, world: World) -> None:
        world.encrypted = {"3"}
        await world.deployer().deploy()
        assert world.deeds.count("apply") == 2

    async def test_a_function_that_is_gone_needs_nothing(self, world: World) -> None:
        del world.aws.versions["k-api"], world.aws.weights["k-api"]
        world.encrypted = {"3"}
        await world.deployer().deploy()
        assert world.deeds.count("apply") == 2

    async def test_a_key_that_changes_is_no_key_that_goes(self, world: World) -> None:
        world.encrypted = {"5"}
        key = change("aws_kms_key", {"description": "ours"}, {"description": "still ours"})
        world.plan_says = {"resource_changes": [key]}
        await world.deployer().deploy()
        assert world.deeds.count("apply") == 2


class TestTryingOut:
    """What does not work is not left to people."""

    async def test_a_new_queue_may_need_a_minute(self, world: World) -> None:
        world.broken = [["command"], ["command"]]
        await world.deployer().deploy()
        assert world.deeds[-6:] == [*TRIED[:5], "announce"]
        assert "Not yet: command. Trying again in 20 s." in world.said

    async def test_what_does_not_work_goes_back_and_discord_is_told_nothing(self, world: World) -> None:
        world.broken = [["no_ticket"]] * 4
        with pytest.raises(NotDeployable, match=r"no_ticket. The versions before are live again"):
            await world.deployer().deploy()
        assert world.deeds[-7:] == TRIED
        assert world.aws.live == {"4"}

    async def test_the_first_time_it_stays_to_be_looked_at(self, world: World) -> None:
        world.aws.versions = dict.fromkeys(world.aws.versions, "5")
        world.broken = [["ready"]] * 4
        with pytest.raises(NotDeployable, match=r"ready. It is live"):
            await world.deployer().deploy()
        assert world.aws.live == {"5"}


class TestDestroy:
    """Nothing is taken down by mistake, and nothing half."""

    @pytest.mark.parametrize("typed", ["", "dev", "PROD", "prod "])
    async def test_prod_is_not_destroyed_without_its_name(self, world: World, typed: str) -> None:
        with pytest.raises(NotDeployable, match="nothing was changed"):
            await world.deployer("prod").destroy(lambda _: typed)
        assert "apply" not in world.deeds

    async def test_with_its_name_it_is_and_what_stays_is_said_before(self, world: World) -> None:
        await world.deployer("prod").deploy()

        def typed(question: str) -> str:
            assert "prod" in question
            assert any("35 days" in line and "Terraform's state" in line and "Kaltura" in line for line in world.said)
            return "prod"

        await world.deployer("prod").destroy(typed)
        assert world.deeds[-2:] == ["plan destroy", "apply"]
        # A new deployment counts its versions from 1 again.
        assert world.storage.objects == {}

    @pytest.mark.parametrize(
        ("resource", "named"),
        [
            (change("aws_dynamodb_table", {"name": "k-prod", "deletion_protection_enabled": True}), "table k-prod"),
            (change("aws_s3_bucket", {"bucket": "k-prod-files", "force_destroy": False}), "bucket k-prod-files"),
        ],
    )
    async def test_what_is_protected_would_refuse_so_nothing_is_taken_down(
        self, world: World, resource: dict[str, Any], named: str
    ) -> None:
        world.plan_says = {"resource_changes": [resource]}
        with pytest.raises(NotDeployable, match=f"{named} would refuse.*protect_data = false"):
            await world.deployer("prod").destroy(lambda _: "prod")
        assert "apply" not in world.deeds

    async def test_what_is_not_protected_is(self, world: World) -> None:
        world.plan_says = {
            "resource_changes": [
                change("aws_dynamodb_table", {"name": "k", "deletion_protection_enabled": False}),
                change("aws_s3_bucket", {"bucket": "k", "force_destroy": True}),
            ]
        }
        await world.deployer("dev").destroy(lambda _: "dev")
        assert world.deeds[-1] == "apply"
