"""Who may set what: members nothing, who was given the command all but rights, and nobody locks themselves out."""

from dataclasses import replace

import pytest

from kaltura_discord.commands.config.editing import LOCKED_OUT, RIGHTS_ARE_FOR_MANAGERS, SHOWN_BY_DISCORD
from tests.unit.domain.commands.config.config_world import ADA, TEACHERS, furnish, put, stored
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


async def test_a_member_is_refused(stage: Stage) -> None:
    answer = await put(stage, "meetings.auto_end_hours", "6", ANN)
    assert await stored(stage) == {}
    assert "kaltura-config" in text_of(answer)


@pytest.mark.parametrize("manager", [ADA, ADMINISTRATOR], ids=["manages the server", "administrator"])
async def test_managers_set_what_a_role_gives(stage: Stage, manager: Member) -> None:
    await put(stage, "roles.mapping.@Teachers", "moderator", manager)
    assert await stored(stage) == {"roles": {"mapping": {TEACHERS: "moderator"}}}


async def test_who_was_given_the_command_does_not_give_themselves_a_level(stage: Stage) -> None:
    teacher = Member("200000000000000021", "Tea", roles=(TEACHERS,))
    await put(stage, "commands.permissions.kaltura-config", f"<@&{TEACHERS}>", ADMINISTRATOR)
    before = await stored(stage)

    answer = await put(stage, "roles.mapping.@Teachers", "admin", teacher)

    assert text_of(answer) == RIGHTS_ARE_FOR_MANAGERS
    assert await stored(stage) == before
    await put(stage, "meetings.auto_end_hours", "6", teacher)
    assert (await stored(stage))["meetings"] == {"auto_end_hours": 6}


@pytest.mark.parametrize("value", ["@everyone", "admin", "@Teachers, @Staff"])
async def test_who_was_given_the_command_neither_hands_it_on_nor_keeps_it_to_themselves(
    stage: Stage, value: str
) -> None:
    teacher = Member("200000000000000021", "Tea", roles=(TEACHERS,))
    await put(stage, "commands.permissions.kaltura-config", f"moderator, <@&{TEACHERS}>", ADMINISTRATOR)
    before = await stored(stage)

    answer = await put(stage, "commands.permissions.kaltura-config", value, teacher)

    assert text_of(answer) == RIGHTS_ARE_FOR_MANAGERS
    assert await stored(stage) == before


async def test_whoever_hands_the_command_to_others_is_told_where_discord_has_to_show_it_to_them(stage: Stage) -> None:
    given = await put(stage, "commands.permissions.kaltura-config", f"admin, <@&{TEACHERS}>", ADMINISTRATOR)
    assert SHOWN_BY_DISCORD in text_of(given)
    assert SHOWN_BY_DISCORD not in text_of(await put(stage, "commands.permissions.kaltura-end", "moderator"))


async def test_nobody_locks_themselves_out(stage: Stage) -> None:
    answer = await put(stage, "commands.permissions.kaltura-config", f"<@&{TEACHERS}>")
    assert text_of(answer) == LOCKED_OUT
    assert await stored(stage) == {}

    await put(stage, "commands.permissions.kaltura-config", f"<@&{TEACHERS}>", replace(ADA, roles=(TEACHERS,)))
    assert await stored(stage) == {"commands": {"permissions": {"kaltura-config": [TEACHERS]}}}
