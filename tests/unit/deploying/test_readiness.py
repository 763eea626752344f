"""Before an hour of tests: is everything there that a deployment needs, and where does it go?"""

from pathlib import Path

import pytest

from infra.deploying.__main__ import read_arguments
from infra.deploying.assembly import check, write_beside_the_page
from infra.deploying.variables import MOST_BYTES, NotDeployable
from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsError, AwsRequest
from tests.unit.deploying.world import Storage

COMPLETE = {
    "DISCORD_APPLICATION_ID": "1234567890123456789",
    "DISCORD_PUBLIC_KEY": "ab" * 32,
    "DISCORD_BOT_TOKEN": "MTIz.token",
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
    await check("prod", COMPLETE, [], callers().__getitem__)
    said = capsys.readouterr().out
    assert "prod goes into account 111122223333 as arn:aws:sts::111122223333:assumed-role/Admin/me" in said
    assert "eu-west-1" in said
    assert "/privacy and /terms don't say who runs this: set OPERATOR_NAME and OPERATOR_CONTACT" in said


@pytest.mark.parametrize("name", COMPLETE)
async def test_each_setting_that_it_cannot_do_without_is_named(name: str) -> None:
    with pytest.raises(NotDeployable, match=f"{name}: It is not set"):
        await check("dev", {**COMPLETE, name: ""}, [], callers().__getitem__)


async def test_all_of_them_are_named_at_once() -> None:
    with pytest.raises(NotDeployable) as stopped:
        await check("dev", {}, [3], callers().__getitem__)
    said = str(stopped.value)
    assert all(name in said for name in COMPLETE)
    assert "Line 3" in said


async def test_no_terraform_is_found_out_before_anything_takes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NotDeployable, match="terraform/install"):
        await check("dev", COMPLETE, [], callers().__getitem__)


async def test_more_settings_than_a_functions_environment_holds() -> None:
    many = {f"CONFIG__WATCH__N{number}": "x" * 100 for number in range(MOST_BYTES // 100)}
    with pytest.raises(NotDeployable, match="make server-config"):
        await check("dev", {**COMPLETE, **many}, [], callers().__getitem__)


@pytest.mark.parametrize("versioning", ["", "Suspended"])
async def test_a_bucket_without_old_versions_says_how_to_keep_them(versioning: str) -> None:
    with pytest.raises(NotDeployable, match="put-bucket-versioning --bucket bucket"):
        await check("dev", COMPLETE, [], callers(Storage(versioning=versioning)).__getitem__)


async def test_a_bucket_that_is_not_there() -> None:
    with pytest.raises(NotDeployable, match="nobody-has-it cannot be asked"):
        await check("dev", {**COMPLETE, "TERRAFORM_STATE_BUCKET": "nobody-has-it"}, [], callers().__getitem__)


async def test_credentials_that_have_run_out_say_how_to_get_others() -> None:
    expired = Identity(AwsError("GetCallerIdentity", "ExpiredToken", "The security token is expired"))
    with pytest.raises(NotDeployable, match=r"expired.*aws sso login"):
        await check("dev", COMPLETE, [], callers(identity=expired).__getitem__)


@pytest.mark.parametrize("environment", ["", "test", "Prod"])
def test_which_deployment_has_to_be_said(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_arguments(["deploy", "--environment", environment])
    assert "ENV=dev or ENV=prod" in capsys.readouterr().err


def test_pages_are_written_anew_whatever_was_built_before(tmp_path: Path) -> None:
    (tmp_path / "index.html").touch()
    (tmp_path / "privacy.html").write_text("of another operator", encoding="utf-8")
    write_beside_the_page(tmp_path, {"OPERATOR_NAME": "School of Rocks", "OPERATOR_CONTACT": "a@b.example"})
    assert "School of Rocks" in (tmp_path / "privacy.html").read_text(encoding="utf-8")
    assert (tmp_path / "terms.html").exists()


def test_without_the_page_nothing_is_uploaded(tmp_path: Path) -> None:
    with pytest.raises(NotDeployable, match="make build"):
        write_beside_the_page(tmp_path, {})
