"""The reference of all settings says what the model says."""

import json
import re

import jsonschema_rs
import pytest

from infra.operations.config_docs import PAGE, SCHEMA
from kaltura_discord.server_config.catalogue import settings
from kaltura_discord.server_config.reference import reference_page, schema_file
from kaltura_discord.server_config.template_rules import VARIABLES
from kaltura_discord.server_config.written_defaults import default_config_file
from kaltura_discord.settings import discord_settings, jwt_secret, kaltura_settings

HOW = "run `make config-docs`"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page(), HOW


def test_the_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_file(), HOW


def test_the_page_names_every_setting_and_variable() -> None:
    page = reference_page()
    for setting in settings():
        row = next(line for line in page.splitlines() if setting.sentence in line)
        assert f"`{setting.path[-1]}`" in row
        assert f"`{'.'.join(setting.path[:-1])}`" in page
    for name in VARIABLES:
        assert f"`{{{{{name}}}}}`" in page


def test_the_page_names_no_secret() -> None:
    used = {
        name
        for function in (discord_settings, kaltura_settings, jwt_secret)
        for name in function.__code__.co_consts
        if isinstance(name, str) and re.fullmatch(r"[A-Z_]*(SECRET|TOKEN|KEY)[A-Z_]*", name)
    }
    assert {"DISCORD_BOT_TOKEN", "KALTURA_ADMIN_SECRET", "JWT_SECRET"} <= used
    assert [name for name in used if name in reference_page()] == []


@pytest.mark.parametrize(
    ("wrong", "fits"),
    [
        ({}, True),
        ({"commands": {"permissions": {"kaltura-end": ["123", "moderator"]}}}, True),
        ({"commands": {"permissions": {"kaltura-end": "owner"}}}, False),
        ({"meeting": {}}, False),
        ({"meetings": {"auto_end_hours": 73}}, False),
        ({"features": {"activities": "on"}}, False),
        ({"roles": {"mapping": {"123": "owner"}}}, False),
    ],
)
def test_other_programs_judge_settings_by_the_schema_as_we_do(wrong: object, fits: bool) -> None:
    validator = jsonschema_rs.validator_for(json.loads(schema_file()))
    assert validator.is_valid(json.loads(default_config_file().read_text(encoding="utf-8")))
    assert validator.is_valid(wrong) == fits
