"""`.env` reaches Terraform as it is written, secrets apart from settings."""

import json
import os
import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from infra.deploying.masks import masks
from infra.deploying.terraform import TerraformProcess
from infra.deploying.variables import (
    REPOSITORY,
    NotDeployable,
    expression,
    terraform_variables,
    values_in_file,
    with_canary,
)
from infra.operations.environment import written_settings

WRITTEN = {
    "DISCORD_APPLICATION_ID": "1",
    "DISCORD_BOT_TOKEN": "bot",
    "JWT_SECRET": "s" * 40,
    "CONFIG__KALTURA__MEETING_STRATEGY": "room_entry",
    "TABLE_NAME": "of-the-operator",
    "PUBLIC_BASE_URL": "https://other.example",
    "AWS_PROFILE": "mine",
    "AWS_REGION": "eu-west-1",
    "HOME": "/home/somebody",
}

# What an environment variable can hold; a value without anything is none.
VALUES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=80)
DIFFICULT = 'a$b ${c} $(d) #e \'f\' "g" \\h %i `j` !k {"l":\n "m"} ü 🎬 \t=&;|<>'


def test_settings_and_secrets_are_apart_and_nothing_else_is_told() -> None:
    told = terraform_variables(WRITTEN, "dev")
    settings, secrets = json.loads(told["TF_VAR_settings"]), json.loads(told["TF_VAR_secrets"])
    assert set(settings) == {"DISCORD_APPLICATION_ID", "CONFIG__KALTURA__MEETING_STRATEGY", "CANARY_PUBLIC_KEY"}
    assert set(secrets) == {"DISCORD_BOT_TOKEN", "JWT_SECRET", "CANARY_SECRET"}
    assert json.loads(told["TF_VAR_secret_names"]) == sorted(secrets)
    assert (told["TF_VAR_environment"], told["TF_VAR_region"]) == ("dev", "eu-west-1")
    assert not any("somebody" in value for value in told.values())


def test_terraforms_own_variables_pass_as_they_are_and_ours_come_before() -> None:
    told = terraform_variables({**WRITTEN, "TF_VAR_alarm_email": "a@b.example", "TF_VAR_settings": "{}"}, "dev")
    assert told["TF_VAR_alarm_email"] == "a@b.example"
    assert json.loads(told["TF_VAR_settings"])["DISCORD_APPLICATION_ID"] == "1"


def test_how_much_is_logged_is_terraforms_to_say() -> None:
    assert "TF_VAR_log_level" not in terraform_variables(WRITTEN, "dev")
    told = terraform_variables({**WRITTEN, "LOG_LEVEL": "warning", "TF_VAR_log_level": "ERROR"}, "dev")
    assert told["TF_VAR_log_level"] == "WARNING"
    assert "LOG_LEVEL" not in json.loads(told["TF_VAR_settings"])


@pytest.mark.parametrize(("environment", "days"), [("dev", "14"), ("prod", "30")])
def test_what_the_environments_file_sets_is_known(environment: str, days: str) -> None:
    told = values_in_file(environment)
    assert told["log_retention_days"] == days
    assert told["environment"] == f'"{environment}"'
    assert told["http_throttle"].startswith("{ rate = ")


@given(VALUES)
def test_every_character_arrives(value: str) -> None:
    told = terraform_variables({**WRITTEN, "DISCORD_CLIENT_SECRET": value, "KALTURA_CDN_URL": value}, "dev")
    assert json.loads(told["TF_VAR_secrets"])["DISCORD_CLIENT_SECRET"] == value
    assert json.loads(told["TF_VAR_settings"])["KALTURA_CDN_URL"] == value


def test_nothing_in_a_value_means_anything_to_terraform() -> None:
    """That Terraform itself gives every character back is looked at by `make check-terraform`."""
    written = expression({"a": "${b} %{c} \b\f ü\\bx"})
    assert "$" not in written
    assert "%" not in written
    assert not re.search(r"(?<!\\)(?:\\\\)*\\[bf]", written)


def test_github_hides_what_terraform_is_told_outside_the_repository() -> None:
    """Terraform's plan shows such values, as they are no secrets of the deployment."""
    written = {"TF_VAR_alarm_email": "someone@example.org", "TF_VAR_tags": '{Owner = "Ann from finance"}'}
    hidden = masks({**written, "TF_VAR_protect_data": "false", "DISCORD_APPLICATION_ID": "1234567890123456789"})
    assert "::add-mask::someone@example.org" in hidden
    # A plan shows the texts inside of a map one by one.
    assert "::add-mask::Ann from finance" in hidden
    assert not any("false" in mask or "1234567890123456789" in mask for mask in hidden)


@pytest.mark.parametrize("address", ["a@b.io", "someone@example.org", 'someone"x"@example.org'])
def test_an_address_is_hidden_however_short_it_is(address: str) -> None:
    hidden = {mask.removeprefix("::add-mask::") for mask in masks({"TF_VAR_alarm_email": address})}
    # As it is, and as a plan shows it.
    assert {address, expression(address)[1:-1]} <= hidden


def test_what_only_chooses_hides_no_words_of_a_plan() -> None:
    chosen = {"TF_VAR_secret_store": "secrets_manager", "TF_VAR_monitoring": "full", "TF_VAR_protect_data": "true"}
    assert masks(chosen) == []


def test_make_takes_nothing_from_the_file() -> None:
    """Make would read `$` and `#` in its own way; the file is read by Python alone."""
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert not re.search(r"^-?include|\$\(shell.*\.env(?!\.example)", makefile, re.MULTILINE)


def test_terraforms_process_gets_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "terraform"
    seen = tmp_path / "seen"
    program.write_text(f'#!/bin/sh\nprintf %s "$TF_VAR_secrets" > {seen}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    variables = terraform_variables({**WRITTEN, "DISCORD_CLIENT_SECRET": DIFFICULT}, "dev")
    TerraformProcess("dev", variables, tmp_path / "plan").plan()
    assert json.loads(seen.read_text(encoding="utf-8"))["DISCORD_CLIENT_SECRET"] == DIFFICULT


def test_what_stands_in_the_file_is_what_terraform_gets(tmp_path: Path) -> None:
    quoted = DIFFICULT.replace("\\", "\\\\").replace("'", "\\'")
    file = tmp_path / ".env"
    file.write_text(f"JWT_SECRET={'s' * 40}\nDISCORD_CLIENT_SECRET='{quoted}'\n", encoding="utf-8")
    assert dotenv_values(file, interpolate=False)["DISCORD_CLIENT_SECRET"] == DIFFICULT
    told = terraform_variables(written_settings(file, {}), "dev")
    assert json.loads(told["TF_VAR_secrets"])["DISCORD_CLIENT_SECRET"] == DIFFICULT


def test_a_changed_secret_is_written_anew_and_an_unchanged_one_is_not() -> None:
    def version(**changed: str) -> str:
        return terraform_variables({**WRITTEN, **changed}, "dev")["TF_VAR_secrets_version"]

    assert version() == version(CONFIG__KALTURA__MEETING_STRATEGY="other")
    assert version() != version(DISCORD_BOT_TOKEN="another")
    assert version() != version(JWT_SECRET="t" * 40)


def test_the_canarys_key_is_always_the_same_and_belongs_together() -> None:
    once, again = with_canary(WRITTEN), with_canary(WRITTEN)
    assert once == again
    assert SigningKey(bytes.fromhex(once["CANARY_SECRET"])).verify_key.encode().hex() == once["CANARY_PUBLIC_KEY"]
    assert once["CANARY_SECRET"] not in WRITTEN["JWT_SECRET"]


@pytest.mark.parametrize("written", [{}, {"CANARY_SECRET": "short"}])
def test_without_anything_to_make_it_of_one_sentence_says_so(written: dict[str, str]) -> None:
    with pytest.raises(NotDeployable, match="openssl"):
        with_canary(written)
