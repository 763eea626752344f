"""Discord is told about our commands once, after the operator saw what changes."""

import pytest

from infra.operations.register_commands import register
from kaltura_discord.commands.registration import payload_of
from kaltura_discord.commands.registry import REGISTRY
from tests.unit.operations.scripted_discord import (
    APPLICATION_ID,
    ENTRY_POINT,
    ScriptedDiscord,
    as_discord_keeps_it,
)

Said = pytest.CaptureFixture[str]
NAMES = {command.name for command in REGISTRY.commands}
REPLACEMENT = f"PUT /applications/{APPLICATION_ID}/commands"


@pytest.fixture
def discord() -> ScriptedDiscord:
    return ScriptedDiscord()


def yes() -> bool:
    return True


def no() -> bool:
    return False


def never_asked() -> bool:
    raise AssertionError("nothing is to be asked here")


async def test_the_first_time_all_commands_are_new(discord: ScriptedDiscord, capsys: Said) -> None:
    assert await register(discord.rest(), yes, dry=False) == 0
    assert {command["name"] for command in discord.commands} == NAMES
    said = capsys.readouterr().out
    assert all(f"+ /{name}" in said for name in NAMES)
    assert f"Registered {len(NAMES)} commands." in said


async def test_the_second_time_nothing_is_sent(discord: ScriptedDiscord, capsys: Said) -> None:
    await register(discord.rest(), yes, dry=False)
    discord.calls.clear()
    assert await register(discord.rest(), never_asked, dry=False) == 0
    assert REPLACEMENT not in discord.calls
    assert "Discord knows these commands already" in capsys.readouterr().out


async def test_what_changed_and_what_is_gone_is_shown(discord: ScriptedDiscord, capsys: Said) -> None:
    payloads = [payload_of(command) for command in REGISTRY.commands]
    changed = {**payloads[0], "description": "An older description"}
    gone = {**payloads[1], "name": "kaltura-of-old"}
    discord.commands = [as_discord_keeps_it(n, each) for n, each in enumerate([changed, *payloads[1:], gone])]
    await register(discord.rest(), no, dry=False)
    said = capsys.readouterr().out
    assert f"~ /{payloads[0]['name']}" in said
    assert "- /kaltura-of-old" in said
    assert f"    /{payloads[1]['name']}" in said


async def test_nothing_happens_without_the_operators_consent(discord: ScriptedDiscord) -> None:
    assert await register(discord.rest(), no, dry=False) == 1
    assert REPLACEMENT not in discord.calls


async def test_a_dry_run_only_shows(discord: ScriptedDiscord) -> None:
    assert await register(discord.rest(), never_asked, dry=True) == 0
    assert REPLACEMENT not in discord.calls


async def test_our_entry_point_takes_the_place_of_discords(discord: ScriptedDiscord) -> None:
    discord.commands = [as_discord_keeps_it(0, ENTRY_POINT)]
    assert await register(discord.rest(), yes, dry=False) == 0
    assert {command["name"] for command in discord.commands} == NAMES
    (kept,) = (command for command in discord.commands if command["type"] == 4)
    assert (kept["name"], kept["handler"]) == ("Watch Together", 1)
    assert await register(discord.rest(), never_asked, dry=False) == 0
