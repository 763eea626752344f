"""The environment as settings; whatever is missing is named."""

import pytest

from kaltura_discord.settings import (
    KALTURA_CDN_URL,
    KALTURA_SERVICE_URL,
    MissingSetting,
    aws_settings,
    discord_settings,
    kaltura_settings,
)

DISCORD = {"DISCORD_APPLICATION_ID": "7", "DISCORD_PUBLIC_KEY": "ab", "DISCORD_BOT_TOKEN": "t"}
KALTURA = {"KALTURA_PARTNER_ID": "12345", "KALTURA_ADMIN_SECRET": "s"}
AWS = {"TABLE_NAME": "table", "TASKS_QUEUE_URL": "https://sqs/tasks", "PUBLIC_BASE_URL": "https://ours.example/"}


def test_the_real_services_are_the_default() -> None:
    assert discord_settings(DISCORD).api_url == "https://discord.com/api/v10"
    kaltura = kaltura_settings(KALTURA)
    assert (kaltura.service_url, kaltura.cdn_url) == (KALTURA_SERVICE_URL, KALTURA_CDN_URL)
    assert kaltura.kaf_url == ""  # the account's own, which KalturaAddresses knows
    assert kaltura.player_id == 0


def test_addresses_lose_their_trailing_slash() -> None:
    assert aws_settings(AWS).public_base_url == "https://ours.example"
    assert kaltura_settings({**KALTURA, "KALTURA_SERVICE_URL": "http://localhost:3334/"}).service_url.endswith("3334")


@pytest.mark.parametrize("name", DISCORD)
def test_a_missing_setting_of_discord_is_named(name: str) -> None:
    with pytest.raises(MissingSetting, match=name):
        discord_settings({**DISCORD, name: " "})


@pytest.mark.parametrize("name", KALTURA)
def test_a_missing_setting_of_kaltura_is_named(name: str) -> None:
    with pytest.raises(MissingSetting, match=name):
        kaltura_settings({key: value for key, value in KALTURA.items() if key != name})


@pytest.mark.parametrize("name", AWS)
def test_a_missing_setting_of_aws_is_named(name: str) -> None:
    with pytest.raises(MissingSetting, match=name):
        aws_settings({**AWS, name: ""})


@pytest.mark.parametrize("name", ["KALTURA_PARTNER_ID", "KALTURA_PLAYER_ID"])
def test_a_number_that_is_none_is_named_without_its_value(name: str) -> None:
    with pytest.raises(MissingSetting, match=rf"{name} \(a number\)") as told:
        kaltura_settings({**KALTURA, name: "twelve"})
    assert "twelve" not in str(told.value)


def test_settings_hold_no_secret_of_another_group() -> None:
    discord_settings(DISCORD)
    with pytest.raises(MissingSetting):
        kaltura_settings(DISCORD)
