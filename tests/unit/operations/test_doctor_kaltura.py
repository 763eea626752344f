"""The doctor examines a Kaltura account: here the simulated one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from infra.operations.examination.kaltura import examine_kaltura
from infra.operations.examination.observations import Observation
from kaltura_discord.resilience.deadline import Deadline
from local_stack.faults import FaultTable
from local_stack.kaltura.server import create_kaltura_app
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places
from tests.unit.operations.running_server import served

TEMPLATES = {
    "CONFIG__KALTURA__ROOM_TEMPLATES__WEBINAR": "1_webinar1",
    "CONFIG__KALTURA__ROOM_TEMPLATES__ROOM": "1_room0001",
    "CONFIG__KALTURA__ROOM_TEMPLATES__CLASSROOM": "1_class001",
}


@dataclass
class Account:
    """A running simulated Kaltura, and the settings that fit it."""

    world: KalturaWorld
    settings: dict[str, str]

    async def seen(self, **changed: str) -> dict[str, Observation]:
        observations = await examine_kaltura({**self.settings, **changed}, Deadline.after(10))
        return {each.area: each for each in observations}


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    world = KalturaWorld.seeded(Places())
    async with served(create_kaltura_app(world, FaultTable())) as address:
        settings = {
            "KALTURA_SERVICE_URL": address,
            "KALTURA_CDN_URL": address,
            "KALTURA_KAF_URL": f"{address}/kaf",
            "KALTURA_PARTNER_ID": str(world.partner_id),
            "KALTURA_ADMIN_SECRET": world.admin_secret,
            "KALTURA_PLAYER_ID": str(world.player_id),
        }
        yield Account(world, settings)


async def test_an_account_in_order_but_without_templates(account: Account) -> None:
    observations = await account.seen()
    by_status = {area: each.status for area, each in observations.items()}
    assert by_status == {
        "API": "ok",
        "secret": "ok",
        "room entries": "ok",
        "KAF": "ok",
        "search": "ok",
        "player": "ok",
        "other way to meet": "note",
        "room templates": "warning",
        "webhooks": "warning",
    }
    assert "alike" in observations["room templates"].sentence


async def test_each_missing_template_is_named(account: Account) -> None:
    templates = (await account.seen(CONFIG__KALTURA__ROOM_TEMPLATES__WEBINAR="1_webinar1"))["room templates"]
    assert templates.status == "warning"
    assert "Interactive room, Virtual classroom" in templates.sentence
    assert "Webinar" not in templates.sentence
    assert "CONFIG__KALTURA__ROOM_TEMPLATES__CLASSROOM" in templates.advice


async def test_a_template_for_each_type_is_in_order_and_each_is_looked_up(account: Account) -> None:
    observations = await account.seen(**TEMPLATES)
    assert observations["room templates"].status == "ok"
    # The simulated account has no such rooms.
    assert observations["room template"].status == "warning"


async def test_the_way_of_meeting_that_is_chosen_is_examined(account: Account) -> None:
    observations = await account.seen(CONFIG__KALTURA__MEETING_STRATEGY="schedule_resource")
    assert observations["schedule resources"].status == "ok"
    assert "room_entry would work too" in observations["other way to meet"].sentence
    assert observations["room templates"].status == "note"


async def test_a_wrong_secret_is_named_and_ends_the_examination(account: Account) -> None:
    observations = await account.seen(KALTURA_ADMIN_SECRET="0123456789abcdef0123456789abcdef")
    assert list(observations) == ["API", "secret", "room templates"]
    assert observations["secret"].status == "failed"
    assert "0123456789abcdef" not in str(observations)


async def test_nobody_answers(account: Account) -> None:
    observations = await account.seen(KALTURA_SERVICE_URL="http://127.0.0.1:9")
    assert observations["API"].status == "failed"
    assert "secret" not in observations


async def test_missing_settings_are_not_reported_twice(account: Account) -> None:
    observations = await account.seen(KALTURA_ADMIN_SECRET="")
    assert [each.status for each in observations.values()] == ["warning"]
    assert "KALTURA_ADMIN_SECRET" in observations["account"].sentence


async def test_defaults_that_are_not_valid_are_not_reported_twice(account: Account) -> None:
    observations = await account.seen(CONFIG__KALTURA__MEETING_STRATEGY="telepathy")
    assert [each.status for each in observations.values()] == ["warning"]
