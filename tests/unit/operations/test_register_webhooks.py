"""Kaltura notifies this deployment, and no other, once the operator saw what changes, and agreed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.operations.examination.kaltura import examine_kaltura
from infra.operations.register_webhooks import register
from kaltura_discord.kaltura.account import KalturaAccount
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.errors import Forbidden
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.kaltura.webhook_registration import WANTED, WebhookRegistration
from kaltura_discord.kaltura.webhook_signature import HashAlgorithm
from kaltura_discord.resilience.deadline import Deadline
from local_stack.faults import FaultTable
from local_stack.kaltura.server import create_kaltura_app
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places
from tests.unit.operations.running_server import served

Said = pytest.CaptureFixture[str]
TOKEN = "Zq3-9f_secret_token"
URL = f"https://app.example/kaltura/webhooks/{TOKEN}"
NAMES = sorted(wanted.system_name for wanted in WANTED)


@dataclass
class Account:
    """An account of the simulated Kaltura, and ways to look at its templates."""

    world: KalturaWorld
    address: str
    transport: KalturaTransport

    def registration(self, url: str = URL, algorithm: HashAlgorithm = HashAlgorithm.SHA256) -> WebhookRegistration:
        return WebhookRegistration(self.transport, url, algorithm)

    def templates(self) -> list[dict[str, Any]]:
        """Those of the account that are not deleted."""
        every = [each.record for each in self.world.notifications.templates.values()]
        return [each for each in every if each["partnerId"] == self.world.partner_id and each["status"] != 3]

    def changes(self) -> list[str]:
        """What was called that changes anything."""
        return [call.action for call in self.world.calls if call.action not in ("list", "listtemplates", "get")]

    def loses(self, *origins: str) -> None:
        """Kaltura lists these templates of its own no more."""
        templates = self.world.notifications.templates
        for key in [key for key, each in templates.items() if each.record["systemName"] in origins]:
            del templates[key]

    async def copied(self, system_name: str) -> None:
        """Somebody clones one of ours and does not activate it."""
        ours = next(each for each in self.templates() if each["systemName"] == system_name)
        copy = {**ours, "id": self.world.new_number(), "status": 1}
        stored = self.world.notifications.templates[ours["id"]]
        self.world.notifications.templates[copy["id"]] = type(stored)(copy, stored.condition)


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    world = KalturaWorld.seeded(Places())
    async with served(create_kaltura_app(world, FaultTable())) as address:
        addresses = KalturaAddresses.of_account(address, address, address, world.partner_id, world.player_id)
        async with KalturaTransport(KalturaAccount(world.partner_id, world.admin_secret), addresses) as transport:
            yield Account(world, address, transport)


def yes() -> bool:
    return True


def no() -> bool:
    return False


def never_asked() -> bool:
    raise AssertionError("nothing is to be asked here")


async def test_the_first_time_all_are_cloned_and_activated(account: Account, capsys: Said) -> None:
    assert await register(account.registration(), yes) == 0
    assert sorted(each["systemName"] for each in account.templates()) == NAMES
    for template in account.templates():
        assert (template["status"], template["url"], template["method"], template["secureHashingAlgo"]) == (
            2,
            URL,
            2,
            2,
        )
        assert template["data"]["content"]["value"] == '{"entry_id":"{entry_id}","entry_status":"{entry_status}"}'
    said = capsys.readouterr().out
    assert "+ DISCORD_ENTRY_READY" in said
    assert "https://app.example/kaltura/webhooks/…" in said


async def test_the_second_time_nothing_is_asked_and_nothing_sent(account: Account, capsys: Said) -> None:
    await register(account.registration(), yes)
    account.world.calls.clear()
    assert await register(account.registration(), never_asked) == 0
    assert account.changes() == []
    assert "already" in capsys.readouterr().out


async def test_who_does_not_agree_changes_nothing(account: Account, capsys: Said) -> None:
    assert await register(account.registration(), no) == 1
    assert (account.templates(), account.changes()) == ([], [])
    assert "Nothing was changed." in capsys.readouterr().out


async def test_the_secret_in_the_address_is_never_shown(account: Account, capsys: Said) -> None:
    await register(account.registration(), yes)
    await register(account.registration(f"https://app.example/kaltura/webhooks/another{TOKEN}"), yes)
    said = capsys.readouterr()
    assert TOKEN not in said.out + said.err
    assert "secret of the address" in said.out
    assert TOKEN not in repr(account.registration())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"url": f"https://old.example/kaltura/webhooks/{TOKEN}"}, "address: https://old.example/kaltura/webhooks/"),
        ({"secureHashingAlgo": 1}, "signature"),
        ({"data": None}, "body"),
        ({"status": 1}, "state: off → on"),
        ({"userParameters": []}, "parameters"),
        ({"timeout": 60}, "seconds to answer: 60 → 10"),
    ],
)
async def test_what_was_changed_is_put_right(
    account: Account, capsys: Said, change: dict[str, object], word: str
) -> None:
    await register(account.registration(), yes)
    (ready,) = [each for each in account.templates() if each["systemName"] == "DISCORD_ENTRY_READY"]
    before = dict(ready)
    ready.update(change)
    assert await register(account.registration(), yes) == 0
    assert {**ready, "updatedAt": 0} == {**before, "updatedAt": 0}
    assert word in capsys.readouterr().out
    assert await register(account.registration(), never_asked) == 0


async def test_copies_of_ours_are_removed_and_others_are_left_alone(account: Account) -> None:
    await register(account.registration(), yes)
    active = {each["id"] for each in account.templates()}
    await account.copied("DISCORD_ENTRY_READY")
    await account.copied("DISCORD_ENTRY_READY")
    (stranger,) = [each for each in account.templates() if each["systemName"] == "DISCORD_ENTRY_PUBLISHED"]
    stranger["systemName"] = "THEIR_OWN"
    assert await register(account.registration(), yes) == 0
    assert active < {each["id"] for each in account.templates()}
    assert sorted(each["systemName"] for each in account.templates()) == sorted([*NAMES, "THEIR_OWN"])


async def test_one_that_fires_otherwise_is_replaced(account: Account) -> None:
    await register(account.registration(), yes)
    (ready,) = [each for each in account.templates() if each["systemName"] == "DISCORD_ENTRY_READY"]
    ready["eventType"] = "11"
    assert await register(account.registration(), yes) == 0
    (new,) = [each for each in account.templates() if each["systemName"] == "DISCORD_ENTRY_READY"]
    assert (new["eventType"], new["id"] != ready["id"]) == ("3", True)


async def test_an_interrupted_registration_goes_on_where_it_was(account: Account) -> None:
    registration = account.registration()
    plan = await registration.plan(Deadline.after(10))
    await registration.carry_out(type(plan)(plan.steps[:1]), Deadline.after(10))
    # It was cloned, and not yet activated.
    account.templates()[0]["status"] = 1
    assert await register(registration, yes) == 0
    assert await register(registration, never_asked) == 0
    assert sorted(each["systemName"] for each in account.templates()) == NAMES


async def test_a_region_without_a_template_gets_the_others(account: Account, capsys: Said) -> None:
    account.loses("HTTP_ENTRY_ADDED_TO_CATEGORY")
    assert await register(account.registration(), yes) == 0
    assert len(account.templates()) == len(NAMES) - 1
    said = capsys.readouterr().out
    assert "Kaltura has no template HTTP_ENTRY_ADDED_TO_CATEGORY" in said
    assert "Ask Kaltura for it, then run make register-webhooks again." in said
    assert await register(account.registration(), never_asked) == 0
    assert "Kaltura notifies this deployment already, as far as it can." in capsys.readouterr().out


async def test_a_region_without_any_of_the_templates_notifies_nobody_and_says_what_to_do(
    account: Account, capsys: Said
) -> None:
    account.loses(*(wanted.origin for wanted in WANTED))
    assert await register(account.registration(), never_asked) == 1
    said = capsys.readouterr().out
    assert "Kaltura can't notify this deployment." in said
    assert "already" not in said
    assert said.count("Ask Kaltura for it") == len(WANTED)
    assert (account.templates(), account.changes()) == ([], [])


async def test_ours_follows_to_another_address_where_the_template_that_it_was_made_of_is_gone(
    account: Account, capsys: Said
) -> None:
    await register(account.registration(f"https://old.example/kaltura/webhooks/{TOKEN}"), yes)
    await account.copied("DISCORD_ENTRY_READY")
    account.loses(*(wanted.origin for wanted in WANTED))
    capsys.readouterr()
    assert await register(account.registration(), yes) == 0
    assert sorted(each["systemName"] for each in account.templates()) == NAMES
    assert {(each["url"], each["status"]) for each in account.templates()} == {(URL, 2)}
    said = capsys.readouterr().out
    assert said.count("address: https://old.example/kaltura/webhooks/ → https://app.example/kaltura/webhooks/") == 3
    assert "no template" not in said
    assert await register(account.registration(), never_asked) == 0


async def test_an_account_without_notifications_says_so(account: Account) -> None:
    account.world.notifications.plugin_enabled = False
    with pytest.raises(Forbidden):
        await register(account.registration(), never_asked)


async def test_the_doctor_looks_whether_kaltura_notifies_us(account: Account) -> None:
    settings = {
        "KALTURA_SERVICE_URL": account.address,
        "KALTURA_PARTNER_ID": str(account.world.partner_id),
        "KALTURA_ADMIN_SECRET": account.world.admin_secret,
        "KALTURA_PLAYER_ID": str(account.world.player_id),
        "KALTURA_KAF_URL": f"{account.address}/kaf",
        "KALTURA_WEBHOOK_TOKEN": TOKEN,
        "PUBLIC_BASE_URL": "https://app.example",
    }

    async def seen(**changed: str) -> tuple[str, str, str]:
        observations = await examine_kaltura({**settings, **changed}, Deadline.after(10))
        (webhooks,) = [each for each in observations if each.area == "webhooks"]
        assert TOKEN not in f"{webhooks}"
        return webhooks.status, webhooks.sentence, webhooks.advice

    assert (await seen())[0] == "warning"
    assert "make register-webhooks" in (await seen())[2]
    await register(account.registration(), yes)
    assert await seen() == ("ok", "Kaltura notifies https://app.example/kaltura/webhooks/….", "")
    assert "PUBLIC_BASE_URL is not set" in (await seen(PUBLIC_BASE_URL=""))[1]
    assert "KALTURA_WEBHOOK_TOKEN is not set" in (await seen(KALTURA_WEBHOOK_TOKEN=""))[1]
    account.world.notifications.plugin_enabled = False
    assert "no event notifications" in (await seen())[1]
