"""Before an hour of tests: is everything there that a deployment needs, and where does it go?"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from infra.deploying.__main__ import read_arguments
from infra.deploying.assembly import check, write_beside_the_page
from infra.deploying.variables import MOST_BYTES, NotDeployable
from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsError, AwsRequest
from tests.unit.deploying.world import Storage
from tests.unit.operations.scripted_discord import APPLICATION_ID, BOT_TOKEN, PUBLIC_KEY, ScriptedDiscord

COMPLETE = {
    "DISCORD_APPLICATION_ID": APPLICATION_ID,
    "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
    "DISCORD_BOT_TOKEN": BOT_TOKEN,
    "KALTURA_PARTNER_ID": "123",
    "KALTURA_ADMIN_SECRET": "0123456789abcdef",
    "JWT_SECRET": "s" * 40,
    "TERRAFORM_STATE_BUCKET": "bucket",
    "AWS_REGION": "eu-west-1",
}


class Identity:
    """STS."""

    def __init__(self, error: AwsError | None = None) -> None:
        self._error = error

    async def call(self, operation: str, _: AwsRequest) -> AwsAnswer:
        assert operation == "GetCallerIdentity"
        if self._error:
            raise self._error
        return {"Account": "111122223333", "Arn": "arn:aws:sts::111122223333:assumed-role/Admin/me"}


async def checked(
    environment: str,
    written: Mapping[str, str],
    lost_lines: Sequence[int] = (),
    *,
    aws: Mapping[str, AwsCaller] | None = None,
    discord: ScriptedDiscord | None = None,
) -> None:
    await check(environment, written, lost_lines, (aws or callers()).__getitem__, (discord or ScriptedDiscord()).client)


def callers(storage: Storage | None = None, identity: Identity | None = None) -> dict[str, AwsCaller]:
    return {"s3": storage or Storage(), "sts": identity or Identity()}


@pytest.fixture(autouse=True)
def terraform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were installed."""
    program = tmp_path / "terraform"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))


async def test_it_says_where_to_and_as_whom(capsys: pytest.CaptureFixture[str]) -> None:
    await checked("prod", COMPLETE)
    said = capsys.readouterr().out
    assert "prod goes into account 111122223333 as arn:aws:sts::111122223333:assumed-role/Admin/me" in said
    assert "eu-west-1" in said
    assert "/privacy and /terms don't say who runs this: set OPERATOR_NAME and OPERATOR_CONTACT" in said


async def test_it_says_that_nobody_hears_an_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    await checked("prod", COMPLETE)
    assert "Nobody is told when an alarm rings: set TF_VAR_alarm_email" in capsys.readouterr().out
    await checked("prod", {**COMPLETE, "TF_VAR_alarm_email": "a@b.example"})
    assert "Nobody" not in capsys.readouterr().out


@pytest.mark.parametrize("name", COMPLETE)
async def test_each_setting_that_it_cannot_do_without_is_named(name: str) -> None:
    with pytest.raises(NotDeployable, match=f"{name}: It is not set"):
        await checked("dev", {**COMPLETE, name: ""})


async def test_all_of_them_are_named_at_once() -> None:
    with pytest.raises(NotDeployable) as stopped:
        await checked("dev", {}, [3])
    said = str(stopped.value)
    assert all(name in said for name in COMPLETE)
    assert "Line 3" in said


async def test_no_terraform_is_found_out_before_anything_takes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NotDeployable, match="terraform/install"):
        await checked("dev", COMPLETE)


async def test_more_settings_than_a_functions_environment_holds() -> None:
    many = {f"CONFIG__WATCH__N{number}": "x" * 100 for number in range(MOST_BYTES // 100)}
    with pytest.raises(NotDeployable, match="make server-config"):
        await checked("dev", {**COMPLETE, **many})


@pytest.mark.parametrize("versioning", ["", "Suspended"])
async def test_a_bucket_without_old_versions_says_how_to_keep_them(versioning: str) -> None:
    with pytest.raises(NotDeployable, match="put-bucket-versioning --bucket bucket"):
        await checked("dev", COMPLETE, aws=callers(Storage(versioning=versioning)))


async def test_a_bucket_that_is_not_there() -> None:
    with pytest.raises(NotDeployable, match="nobody-has-it cannot be asked"):
        await checked("dev", {**COMPLETE, "TERRAFORM_STATE_BUCKET": "nobody-has-it"})


async def test_credentials_that_have_run_out_say_how_to_get_others() -> None:
    expired = Identity(AwsError("GetCallerIdentity", "ExpiredToken", "The security token is expired"))
    with pytest.raises(NotDeployable, match=r"expired.*aws sso login"):
        await checked("dev", COMPLETE, aws=callers(identity=expired))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TABLE_NAME", "kaltura-discord-dev"),
        ("SECRETS_PATH", "/kaltura-discord/dev/api"),
        ("SECRETS_PATH", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:kaltura-discord/dev/api-a1b2c3"),
        ("TASKS_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/111122223333/kaltura-discord-dev-tasks"),
    ],
)
async def test_the_file_of_another_deployment_is_found_out(name: str, value: str) -> None:
    """Prod would get dev's public key, refuse all that Discord sends, and the canary would not notice."""
    with pytest.raises(NotDeployable, match=rf"{name}.*dev.*ENV_FILE=\.env\.prod"):
        await checked("prod", {**COMPLETE, name: value})
    await checked("dev", {**COMPLETE, name: value})
    await checked("prod", {**COMPLETE, name: value.replace("dev", "prod")})


async def test_the_public_key_of_another_application_is_found_out() -> None:
    with pytest.raises(NotDeployable, match=r"DISCORD_PUBLIC_KEY is not the application's"):
        await checked("prod", {**COMPLETE, "DISCORD_PUBLIC_KEY": "cd" * 32})


async def test_the_token_of_another_application_is_found_out() -> None:
    with pytest.raises(NotDeployable, match="It belongs to another application: Kaltura"):
        await checked("prod", {**COMPLETE, "DISCORD_APPLICATION_ID": "9876543210987654321"})


@pytest.mark.parametrize("trouble", [httpx.Response(401, json={}), httpx.ConnectError("no network")])
async def test_an_application_that_discord_does_not_tell_about(trouble: httpx.Response | Exception) -> None:
    discord = ScriptedDiscord(trouble={"/applications/@me": trouble})
    with pytest.raises(NotDeployable, match=r"DISCORD_BOT_TOKEN|does not answer"):
        await checked("prod", COMPLETE, discord=discord)


@pytest.mark.parametrize("environment", ["", "test", "Prod"])
def test_which_deployment_has_to_be_said(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["deploy", "--environment", environment])
    assert "ENV=dev or ENV=prod" in capsys.readouterr().err


def test_pages_are_written_anew_whatever_was_built_before(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    (tmp_path / "privacy.html").write_text("of another operator", encoding="utf-8")
    write_beside_the_page(tmp_path, {"OPERATOR_NAME": "School of Rocks", "OPERATOR_CONTACT": "a@b.example"}, "prod")
    assert "School of Rocks" in (tmp_path / "privacy.html").read_text(encoding="utf-8")
    assert (tmp_path / "terms.html").exists()


def test_the_pages_say_how_long_this_deployment_keeps_logs_and_backups(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    write_beside_the_page(tmp_path, {**COMPLETE, "TF_VAR_backup_days": "3"}, "dev")
    said = " ".join((tmp_path / "privacy.html").read_text(encoding="utf-8").split())
    assert "for 14 days; never what you wrote" in said
    assert "Backups of all this are kept for 3 days" in said


def test_without_the_page_nothing_is_uploaded(tmp_path: Path) -> None:
    with pytest.raises(NotDeployable, match="make build"):
        write_beside_the_page(tmp_path, {}, "prod")
