"""How operators' commands begin and end: what they tell is printed, and what is wrong is a sentence and a status."""

from collections.abc import Mapping

import pytest

from infra.operations.running import NotAgreed, run
from kaltura_discord.aws.caller import AwsCaller, AwsError
from kaltura_discord.commands.services import Services
from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.settings import MissingSetting

ENVIRONMENT = {"TABLE_NAME": "kaltura"}


def no_aws(service: str) -> AwsCaller:
    raise AssertionError(f"{service} was asked")


def ends_with(error: Exception | None, environment: Mapping[str, str] = ENVIRONMENT) -> int:
    """The status of a command that ends like this."""

    async def services() -> Services:
        return Services(environment, no_aws)

    async def command(given: Services) -> str:
        if error is not None:
            raise error
        return f"Table {given.environment['TABLE_NAME']}."

    return run(command, services)


def test_what_a_command_tells_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends_with(None) == 0
    assert capsys.readouterr() == ("Table kaltura.\n", "")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InvalidSetting("`watch.mode`: there is no such setting."), "watch.mode: there is no such setting."),
        (ValueError("there is no such server."), "there is no such server."),
        (MissingSetting("KALTURA_PARTNER_ID"), "KALTURA_PARTNER_ID"),
        (AwsError("GetItem", "AccessDenied", "no"), "AccessDenied"),
    ],
    ids=["setting", "argument", "environment", "AWS"],
)
def test_what_is_wrong_is_a_sentence(error: Exception, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends_with(error) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Not done: ")
    assert told in said.err


def test_who_does_not_agree_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends_with(NotAgreed()) == 1
    assert capsys.readouterr() == ("Nothing was changed.\n", "")


def test_without_a_table_no_command_begins(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends_with(AssertionError("it began"), {}) == 1
    assert "there is no table" in capsys.readouterr().err
