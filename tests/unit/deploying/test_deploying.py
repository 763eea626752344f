"""A deployment does things in their order, and stops at the first that fails."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infra.deploying.aliases import Aliases, Rung
from infra.deploying.deployment import Deployer
from infra.deploying.tunnel import address_in, advice
from infra.deploying.variables import NotDeployable
from infra.deploying.versions import LiveVersions
from tests.unit.deploying.test_aliases import WANTED, Cloud, cloud

OUTPUTS = {
    "functions": WANTED,
    "alarms": {"function-errors": "k-function-errors"},
    "public_base_url": "https://k.example",
}


@dataclass
class World:
    """Terraform, Lambda, Discord and the operator, by script: each deed is noted in its order."""

    folder: Path
    aws: Cloud = field(default_factory=cloud)
    quota: int = 1000
    agreed: bool = True
    broken: list[str] = field(default_factory=list)
    registered: int = 0
    deeds: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def prepare(self, bucket: str, key: str, region: str) -> None:
        self.deeds.append(f"state {bucket}/{key} {region}")

    def plan(self, *, destroy: bool = False) -> None:
        self.deeds.append("plan destroy" if destroy else "plan")

    def apply(self) -> None:
        self.deeds.append("apply")

    def outputs(self) -> dict[str, Any]:
        return dict(OUTPUTS)

    async def call(self, operation: str, _: dict[str, Any]) -> dict[str, Any]:
        assert operation == "GetAccountSettings"
        return {"AccountLimit": {"ConcurrentExecutions": self.quota}}

    async def smoke(self, _: object) -> list[str]:
        self.deeds.append("smoke")
        return self.broken

    async def register(self, _: object) -> int:
        self.deeds.append("register")
        return self.registered

    async def set_endpoint(self, _: object) -> None:
        self.deeds.append("endpoint")

    def agrees(self, _: str) -> bool:
        return self.agreed

    def deployer(self, environment: str = "dev", **settings: str) -> Deployer:
        async def pause(_: float) -> None:
            return

        return Deployer(
            environment=environment,
            settings=settings or {"TERRAFORM_STATE_BUCKET": "bucket"},
            terraform=self,
            aliases=Aliases(self.aws, self.aws, pause=pause, say=self.said.append),
            functions=self,
            versions=LiveVersions(self.folder),
            smoke=self.smoke,
            register=self.register,
            set_endpoint=self.set_endpoint,
            agrees=self.agrees,
            say=self.said.append,
            watch_seconds=60,
        )


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


async def test_the_order(world: World) -> None:
    await world.deployer().deploy()
    state = "state bucket/kaltura-discord/dev.tfstate us-east-1"
    assert world.deeds == [state, "plan", "apply", "smoke", "register", "endpoint"]
    assert set(world.aws.versions.values()) == {"5"}


async def test_without_a_yes_nothing_is_applied(world: World) -> None:
    world.agreed = False
    with pytest.raises(NotDeployable, match="Nothing was changed"):
        await world.deployer().deploy()
    assert "apply" not in world.deeds


async def test_a_small_account_is_told_what_to_ask_for(world: World) -> None:
    world.quota = 10
    await world.deployer().deploy()
    assert any("10 functions at once" in line and "L-B99A9384" in line for line in world.said)


async def test_an_alarm_ends_it_before_discord_is_told_anything(world: World) -> None:
    world.aws.rings_after = 0
    with pytest.raises(Rung):
        await world.deployer().deploy()
    assert "register" not in world.deeds
    assert set(world.aws.versions.values()) == {"4"}


async def test_what_does_not_work_is_named_and_discord_is_told_nothing(world: World) -> None:
    world.broken = ["no_ticket"]
    with pytest.raises(NotDeployable, match="no_ticket"):
        await world.deployer().deploy()
    assert "register" not in world.deeds


async def test_the_endpoint_is_left_where_commands_were_not_registered(world: World) -> None:
    world.registered = 1
    with pytest.raises(NotDeployable):
        await world.deployer().deploy()
    assert "endpoint" not in world.deeds


async def test_rollback_puts_the_versions_before_live(world: World) -> None:
    await world.deployer().deploy()
    await world.deployer().roll_back()
    assert set(world.aws.versions.values()) == {"4"}


async def test_rollback_without_a_deployment_is_a_sentence(world: World) -> None:
    with pytest.raises(NotDeployable, match="No deployment of dev"):
        await world.deployer().roll_back()


async def test_without_a_bucket_for_the_state_nothing_begins(world: World) -> None:
    with pytest.raises(NotDeployable, match="TERRAFORM_STATE_BUCKET"):
        await world.deployer(OTHER="x").deploy()
    assert world.deeds == []


@pytest.mark.parametrize("typed", ["", "dev", "PROD", "prod "])
def test_prod_is_not_destroyed_without_its_name(world: World, typed: str) -> None:
    with pytest.raises(NotDeployable, match="nothing was changed"):
        world.deployer("prod").destroy(lambda _: typed)
    assert world.deeds == []


def test_with_its_name_it_is(world: World) -> None:
    world.deployer("prod").destroy(lambda _: "prod")
    assert world.deeds[1:] == ["plan destroy", "apply"]


def test_the_tunnels_address_is_found_and_each_field_of_the_portal_is_named() -> None:
    lines = ["INF Requesting new quick Tunnel", "INF |  https://calm-sea-1.trycloudflare.com  |", "INF more"]
    address = address_in(lines)
    assert address == "https://calm-sea-1.trycloudflare.com"
    assert address_in(["INF nothing"]) == ""
    said = advice(address)
    for field_of_portal in ("Interactions Endpoint URL", "Webhooks", "URL Mappings", "PUBLIC_BASE_URL"):
        assert field_of_portal in said
