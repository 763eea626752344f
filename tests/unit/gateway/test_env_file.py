"""`.env`: any character, and which services it makes real."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.gateway.env_file import CredentialsIncomplete, choose, portal_instructions, read_env_file
from local_stack.gateway.function_environment import (
    SimulatedDiscord,
    SimulatedKaltura,
    StackSecrets,
    common_environment,
)
from local_stack.gateway.manifest import read_manifest
from local_stack.gateway.routes import RouteTable
from local_stack.places import Places
from local_stack.stack import Sources
from tests.unit.gateway.harness import function, manifest

REAL_DISCORD = {
    "DISCORD_BOT_TOKEN": "token",
    "DISCORD_APPLICATION_ID": "1",
    "DISCORD_PUBLIC_KEY": "ab",
    "PUBLIC_BASE_URL": "https://demo.example.org",
}
REAL_KALTURA = {"KALTURA_PARTNER_ID": "42", "KALTURA_ADMIN_SECRET": "secret"}
SIMULATED_DISCORD = SimulatedDiscord("1300", "public", "bot", "client")
SIMULATED_KALTURA = SimulatedKaltura(1234567, "admin", 45)
SECRETS = StackSecrets("webhook-token", "jwt", "ab" * 32)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("SECRET=a$b${HOME}$(ls)`x`", "a$b${HOME}$(ls)`x`"),
        ("SECRET='with spaces # and hash'", "with spaces # and hash"),
        ('SECRET="quo\\"ted = equals; semicolon & ampersand"', 'quo"ted = equals; semicolon & ampersand'),
        ("SECRET=a=b==", "a=b=="),
        ("SECRET=p%40ss!word*?[x]{y}~^|<>", "p%40ss!word*?[x]{y}~^|<>"),
        ("SECRET=grüße-日本-🎓", "grüße-日本-🎓"),
        ("export SECRET=exported", "exported"),
    ],
)
def test_any_character_may_stand_in_a_value(tmp_path: Path, line: str, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text(line + "\n", encoding="utf-8")
    assert read_env_file(file) == {"SECRET": value}


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="'\\"), min_size=1))
def test_a_value_in_single_quotes_is_taken_as_it_is(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    file = tmp_path_factory.mktemp("env") / ".env"
    file.write_text(f"SECRET='{value}'\n", encoding="utf-8")
    assert read_env_file(file) == {"SECRET": value}


def test_no_file_and_empty_values_are_nothing(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert read_env_file(file) == {}
    file.write_text("DISCORD_BOT_TOKEN=\nKALTURA_ADMIN_SECRET=''\n")
    assert read_env_file(file) == {}
    assert not choose(read_env_file(file)).anything_real


def test_each_service_is_real_on_its_own() -> None:
    discord, kaltura = choose(REAL_DISCORD), choose(REAL_KALTURA)
    assert (discord.real_discord, discord.real_kaltura) == (True, False)
    assert (kaltura.real_discord, kaltura.real_kaltura) == (False, True)


@pytest.mark.parametrize("missing", ["DISCORD_APPLICATION_ID", "DISCORD_PUBLIC_KEY", "PUBLIC_BASE_URL"])
def test_what_belongs_to_a_real_discord_is_asked_for_by_name(missing: str) -> None:
    with pytest.raises(CredentialsIncomplete, match=missing):
        choose({name: value for name, value in REAL_DISCORD.items() if name != missing})


@pytest.mark.parametrize("missing", ["KALTURA_PARTNER_ID", "KALTURA_ADMIN_SECRET"])
def test_what_belongs_to_a_real_kaltura_is_asked_for_by_name(missing: str) -> None:
    with pytest.raises(CredentialsIncomplete, match=missing):
        choose({name: value for name, value in REAL_KALTURA.items() if name != missing})


def test_the_real_mode_says_what_to_enter_in_the_portal() -> None:
    lines = "\n".join(portal_instructions(choose(REAL_DISCORD)))
    assert "https://demo.example.org/discord/interactions" in lines
    assert "/ leads to demo.example.org," in lines
    assert portal_instructions(choose({})) == []


def test_every_address_to_enter_in_the_portal_is_answered_by_a_function() -> None:
    routes = RouteTable.of(read_manifest(Sources().manifest_path))
    lines = "\n".join(portal_instructions(choose(REAL_DISCORD | REAL_KALTURA)))
    named = re.findall(r"https://demo\.example\.org(/\S*)", lines)
    assert named
    for path in named:
        assert routes.find("POST", path) is not None, path


def environment(settings: dict[str, str]) -> dict[str, str]:
    """What the functions would find."""
    queue = {"name": "tasks", "visibility_timeout_seconds": 30, "maximum_receives": 3}
    choice = choose(settings)
    return common_environment(
        Places(),
        manifest(function(queue="tasks"), queues=[queue]),
        choice,
        SECRETS,
        None if choice.real_discord else SIMULATED_DISCORD,
        None if choice.real_kaltura else SIMULATED_KALTURA,
    )


def test_simulated_services_come_with_every_name_of_the_contract() -> None:
    found = environment({})
    expected = {
        "DISCORD_APPLICATION_ID": "1300",
        "DISCORD_PUBLIC_KEY": "public",
        "DISCORD_BOT_TOKEN": "bot",
        "DISCORD_CLIENT_SECRET": "client",
        "DISCORD_API_URL": "http://localhost:3333/discord-sim/api/v10",
        "KALTURA_SERVICE_URL": "http://localhost:3334",
        "KALTURA_PARTNER_ID": "1234567",
        "KALTURA_ADMIN_SECRET": "admin",
        "KALTURA_PLAYER_ID": "45",
        "KALTURA_KAF_URL": "http://localhost:3334/kaf",
        "KALTURA_WEBHOOK_TOKEN": "webhook-token",
        "JWT_SECRET": "jwt",
        "PUBLIC_BASE_URL": "http://127.0.0.1:3333",
        "TABLE_NAME": "test-table",
        "TASKS_QUEUE_URL": "http://127.0.0.1:3336/000000000000/tasks",
        "SOCKET_CALLBACK_URL": "http://127.0.0.1:3333",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:3336",
        "AWS_REGION": "us-east-1",
    }
    assert expected.items() <= found.items()
    assert {"KALTURA_CDN_URL", "KALTURA_ANALYTICS_URL", "LOG_LEVEL", "AWS_ACCESS_KEY_ID"} <= set(found)


def test_a_real_discord_is_reached_with_the_values_of_the_file() -> None:
    found = environment(REAL_DISCORD)
    assert found["DISCORD_API_URL"] == "https://discord.com/api/v10"
    assert found["DISCORD_BOT_TOKEN"] == "token"
    assert found["PUBLIC_BASE_URL"] == "https://demo.example.org"
    assert found["KALTURA_ADMIN_SECRET"] == "admin", "Kaltura stays simulated"


def test_a_real_kaltura_defaults_to_its_public_address() -> None:
    found = environment(REAL_KALTURA)
    assert found["KALTURA_SERVICE_URL"] == "https://www.kaltura.com"
    assert found["KALTURA_ADMIN_SECRET"] == "secret"
    assert found["DISCORD_BOT_TOKEN"] == "bot", "Discord stays simulated"


def test_the_file_cannot_point_the_functions_at_real_aws() -> None:
    found = environment({"AWS_ENDPOINT_URL": "https://aws.example", "AWS_PROFILE": "work", "CONFIG__A__B": "1"})
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:3336"
    assert "AWS_PROFILE" not in found
    assert found["CONFIG__A__B"] == "1"
