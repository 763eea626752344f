"""Discord and Kaltura are told of a deployment, once it works; nothing is taken from another without a person's yes."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from infra.deploying.announcing import Announcer, look_before
from infra.deploying.assembly import Operator
from infra.deploying.variables import NotDeployable
from kaltura_discord.kaltura.account import KalturaAccount
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.webhook_registration import WebhookRegistration
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm
from local_stack.faults import FaultTable
from local_stack.kaltura.server import create_kaltura_app
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places
from tests.unit.operations.running_server import served
from tests.unit.operations.scripted_discord import ScriptedDiscord

HERE = "https://k.example"
THERE = "https://another.example"
FORMER = "https://d111.cloudfront.net"
NOBODY = {"interactions_endpoint_url": None, "event_webhooks_url": None, "event_webhooks_status": 1}


@dataclass
class Scene:
    """A new application in Discord, an account of the simulated Kaltura, and who is asked."""

    transport: KalturaTransport
    world: KalturaWorld
    discord: ScriptedDiscord = field(default_factory=ScriptedDiscord)
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def announcer(self, *, is_sure: bool = True, answer: str = "", base_url: str = HERE) -> Announcer:
        def types(question: str) -> str:
            self.asked.append(question)
            return answer

        registration = WebhookRegistration(
            self.transport, f"{base_url}/kaltura/webhooks/a-long-token", HashAlgorithm.SHA256
        )
        return Announcer(self.discord.rest(), registration, Operator(types, is_sure), {}, self.said.append)

    def notified(self) -> set[str]:
        templates = [each.record for each in self.world.notifications.templates.values()]
        return {each["url"] for each in templates if each["partnerId"] == self.world.partner_id and each["status"] == 2}


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    world = KalturaWorld.seeded(Places())
    async with served(create_kaltura_app(world, FaultTable())) as address:
        addresses = KalturaAddresses.of_account(address, address, address, world.partner_id, world.player_id)
        async with KalturaTransport(KalturaAccount(world.partner_id, world.admin_secret), addresses) as transport:
            scene = Scene(transport, world)
            scene.discord.application |= NOBODY
            yield scene


async def test_a_new_application_is_told_everything_without_a_question(scene: Scene) -> None:
    await scene.announcer().announce(HERE)
    assert scene.discord.application["interactions_endpoint_url"] == f"{HERE}/discord/interactions"
    assert scene.discord.application["event_webhooks_url"] == f"{HERE}/discord/events"
    assert scene.notified() == {f"{HERE}/kaltura/webhooks/a-long-token"}
    assert scene.asked == []


async def test_the_endpoint_comes_last_and_the_portals_fields_after_it(scene: Scene) -> None:
    await scene.announcer().announce(HERE)
    changes = [call for call in scene.discord.calls if not call.startswith("GET")]
    assert [call.split()[0] for call in changes] == ["PUT", "PATCH", "PATCH"]
    assert scene.said.index(f"Commands: to no address → {HERE}/discord/interactions") == len(scene.said) - 2
    assert f"Privacy Policy URL:    {HERE}/privacy" in scene.said[-1]
    assert "/k/cdnapisec-kaltura-com  cdnapisec.kaltura.com" in scene.said[-1]


async def test_the_second_time_nothing_is_changed(scene: Scene) -> None:
    await scene.announcer().announce(HERE)
    scene.discord.calls.clear()
    scene.world.calls.clear()
    await scene.announcer(is_sure=False).announce(HERE)
    assert {call.split()[0] for call in scene.discord.calls} == {"GET"}
    assert {call.action for call in scene.world.calls} <= {"list", "listtemplates", "get"}
    assert scene.asked == []


async def test_nothing_is_taken_from_another_deployment_where_nobody_answers(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    await scene.announcer(base_url=THERE).announce(THERE)
    with pytest.raises(NotDeployable, match=f"Discord sends commands to {THERE}"):
        await scene.announcer(is_sure=True, answer="").announce(HERE)
    assert scene.discord.application["interactions_endpoint_url"] == f"{THERE}/discord/interactions"
    assert scene.discord.application["event_webhooks_url"] == f"{THERE}/discord/events"
    assert scene.notified() == {f"{THERE}/kaltura/webhooks/a-long-token"}
    assert len(scene.asked) == 3
    assert "a-long-token" not in capsys.readouterr().out


async def test_a_person_moves_it_here(scene: Scene) -> None:
    await scene.announcer(base_url=THERE).announce(THERE)
    await scene.announcer(is_sure=True, answer="y").announce(HERE)
    assert scene.discord.application["interactions_endpoint_url"] == f"{HERE}/discord/interactions"
    assert scene.discord.application["event_webhooks_url"] == f"{HERE}/discord/events"
    assert scene.notified() == {f"{HERE}/kaltura/webhooks/a-long-token"}


async def test_its_own_former_address_is_nobody_elses(scene: Scene) -> None:
    """A domain comes at the second deployment, from GitHub too, where nobody answers."""
    await scene.announcer(base_url=FORMER).announce(FORMER)
    await scene.announcer(is_sure=True, answer="").announce(HERE, {FORMER})
    assert scene.discord.application["interactions_endpoint_url"] == f"{HERE}/discord/interactions"
    assert scene.discord.application["event_webhooks_url"] == f"{HERE}/discord/events"
    assert scene.notified() == {f"{HERE}/kaltura/webhooks/a-long-token"}
    assert scene.asked == []


async def test_who_does_not_want_the_commands_leaves_the_endpoint(scene: Scene) -> None:
    with pytest.raises(NotDeployable, match="not registered"):
        await scene.announcer(is_sure=False, answer="n").announce(HERE)
    assert scene.discord.application["interactions_endpoint_url"] is None
    assert scene.notified() == set()


async def test_kaltura_that_is_down_does_not_keep_people_waiting(scene: Scene) -> None:
    nobody = KalturaAddresses.of_account("http://127.0.0.1:9", "", "", scene.world.partner_id, 0)
    async with KalturaTransport(KalturaAccount(scene.world.partner_id, "secret"), nobody) as scene.transport:
        await scene.announcer().announce(HERE)
    assert scene.discord.application["interactions_endpoint_url"] == f"{HERE}/discord/interactions"
    assert any("later: make register-webhooks" in line for line in scene.said)


async def test_without_a_token_kaltura_is_not_asked(scene: Scene) -> None:
    announcer = scene.announcer()
    await Announcer(announcer.rest, None, announcer.agreement, {}, scene.said.append).announce(HERE)
    assert scene.world.calls == []
    assert any("KALTURA_WEBHOOK_TOKEN is not set" in line for line in scene.said)


class TestBeforeAnythingIsChanged:
    """An application that another deployment has is noticed before AWS is touched, and not at the end."""

    @pytest.fixture
    def discord(self) -> ScriptedDiscord:
        discord = ScriptedDiscord()
        discord.application["interactions_endpoint_url"] = f"{THERE}/discord/interactions"
        return discord

    @pytest.mark.parametrize("base_url", ["", HERE], ids=["the first time", "later"])
    async def test_of_another_deployment_where_nobody_answers(self, discord: ScriptedDiscord, base_url: str) -> None:
        nobody = Operator(lambda _: "", is_sure=True)
        with pytest.raises(NotDeployable, match=rf"{THERE}/discord/interactions.*Nothing was changed.*\.env\.prod"):
            await look_before(discord.rest(), nobody, base_url, "prod")

    async def test_a_person_may_mean_it(self, discord: ScriptedDiscord) -> None:
        asked = list[str]()

        def types(question: str) -> str:
            asked.append(question)
            return "y"

        await look_before(discord.rest(), Operator(types, is_sure=True), HERE, "prod")
        assert len(asked) == 1
        assert f"{THERE}/discord/interactions" in asked[0]
        assert "prod" in asked[0]

    async def test_an_address_that_leads_here_too_is_its_own(self, discord: ScriptedDiscord) -> None:
        """As after a deployment with a new domain that ended before Discord was told."""
        discord.application["interactions_endpoint_url"] = f"{FORMER}/discord/interactions"
        await look_before(discord.rest(), Operator(lambda _: "", is_sure=True), HERE, "prod", {FORMER})

    @pytest.mark.parametrize("known", [None, f"{HERE}/discord/interactions"], ids=["a new one", "its own"])
    async def test_its_own_is_no_question(self, discord: ScriptedDiscord, known: str | None) -> None:
        discord.application["interactions_endpoint_url"] = known
        await look_before(discord.rest(), Operator(lambda _: "", is_sure=False), HERE, "prod")
