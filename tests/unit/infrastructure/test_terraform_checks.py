"""The checks of the deployment: what they do where something is missing, and what they check."""

import json
import os
import shutil
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from infra.terraform.checks.__main__ import check, main
from infra.terraform.checks.apply import overrides, settings
from infra.terraform.checks.one_provider import provider_started_once
from infra.terraform.checks.plan_changes import places_of
from infra.terraform.checks.proofs import NotProved, document_without, expect
from infra.terraform.checks.terraform import (
    DESCRIPTION,
    TERRAFORM,
    Failed,
    Missing,
    Terraform,
    function_names,
    invented_packages,
    make_copy,
    without,
)


def test_without_terraform_it_fails_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert without("Terraform is not installed.", "", "validate") == 1
    assert "Terraform is not installed. Where it cannot be had, ALLOW_MISSING=terraform" in capsys.readouterr().err


def test_where_that_is_known_it_says_what_did_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert without("Terraform is not installed.", "chromium,terraform", "validate and test") == 0
    assert "NOT RUN, as ALLOW_MISSING allows it: validate and test." in capsys.readouterr().out
    assert without("It is not.", "chromium", "validate") == 1


def test_no_terraform_is_found_out_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="not installed"):
        check(tmp_path, {"PATH": str(tmp_path)})
    assert not (tmp_path / "infra").exists()


def test_no_provider_is_no_failure_of_ours(tmp_path: Path) -> None:
    program(tmp_path / "terraform", "echo; echo 'Error: Failed to query available provider packages' >&2; exit 1")
    with pytest.raises(Missing, match=r"could not be had\. Terraform says: Error: Failed to query"):
        check(tmp_path, {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert not (tmp_path / "infra").exists()


def test_whether_it_can_be_had_is_told_by_the_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path / "terraform", "exit 1")
    assert main(["--can-be-had"]) == 3
    assert "could not be had" in capsys.readouterr().out
    program(tmp_path / "terraform", "exit 0")
    assert main(["--can-be-had"]) == 0


def test_what_is_allowed_to_be_missing_does_not_hide_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("ALLOW_MISSING", "terraform")
    program(tmp_path / "terraform", '[ "$1" = init ] || { echo "it is wrong"; exit 1; }')
    assert main([]) == 1
    assert "it is wrong" in capsys.readouterr().err


def test_a_command_that_fails_says_what_terraform_said(tmp_path: Path) -> None:
    program(tmp_path / "terraform", 'echo "of $1"; echo "no such thing" >&2; exit 1')
    with pytest.raises(Failed, match="of validate\nno such thing"):
        Terraform(tmp_path, {"PATH": str(tmp_path)}).say("validate")


# --- One provider for all runs ---------------------------------------------------------------------------------------


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def provider(configuration: Path, script: str) -> None:
    folder = configuration / ".terraform/providers/registry.terraform.io/hashicorp/aws/6.1.0/linux_amd64"
    folder.mkdir(parents=True)
    program(folder / "terraform-provider-aws_v6.1.0_x5", script)


def test_a_provider_that_stays_is_asked_by_all_commands_and_ends_with_them(tmp_path: Path) -> None:
    stays = f"""
echo $$ > {tmp_path}/process
[ "$1" = -debug ] && cat <<END
    TF_REATTACH_PROVIDERS='{{"where":1}}'
END
exec sleep 60"""
    provider(tmp_path, stays)
    with provider_started_once(tmp_path, tmp_path, os.environ) as attached:
        assert attached == {"TF_REATTACH_PROVIDERS": '{"where":1}'}
        process = int((tmp_path / "process").read_text())
        os.kill(process, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_provider_that_does_not_stay_is_started_by_terraform(tmp_path: Path) -> None:
    provider(tmp_path, "echo 'This binary is a plugin.'; exit 1")
    with provider_started_once(tmp_path, tmp_path, os.environ) as attached:
        assert attached == {}


def test_a_provider_that_terraform_was_told_of_otherwise_is_left_alone(tmp_path: Path) -> None:
    with provider_started_once(tmp_path, tmp_path, os.environ) as attached:
        assert attached == {}


# --- The copy --------------------------------------------------------------------------------------------------------


def test_the_copy_has_the_list_beside_it_and_a_package_for_each_function(tmp_path: Path) -> None:
    configuration = make_copy(tmp_path / "infra")
    assert (tmp_path / "infra" / "functions.json").read_bytes() == DESCRIPTION.read_bytes()
    assert (configuration / "tests" / "deployment.tftest.hcl").exists()
    described = json.loads((configuration / "tests" / "packages" / "packages.json").read_text())
    assert set(described["packages"]) == set(function_names())
    assert described == invented_packages()


def test_a_lock_of_the_provider_does_not_bind_the_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So they run where another provider is at hand, and none can be fetched."""
    locked = tmp_path / "terraform"
    shutil.copytree(TERRAFORM, locked, symlinks=True, ignore=shutil.ignore_patterns(".terraform*"))
    (locked / ".terraform.lock.hcl").write_text('provider "registry.terraform.io/hashicorp/aws" { version = "6.99.0" }')
    monkeypatch.setattr("infra.terraform.checks.terraform.TERRAFORM", locked)
    configuration = make_copy(tmp_path / "infra")
    assert (configuration / "versions.tf").exists()
    assert not (configuration / ".terraform.lock.hcl").exists()


def test_nothing_of_the_copy_is_left_in_the_project(tmp_path: Path) -> None:
    make_copy(tmp_path / "infra")
    assert not (TERRAFORM / "tests" / "deployment.tftest.hcl").exists()
    assert not (TERRAFORM / "tests" / "packages").exists()


def test_both_providers_and_the_state_are_led_away_from_aws() -> None:
    text = overrides("http://127.0.0.1:9")
    assert text.count('sts = "http://127.0.0.1:9"') == 2
    assert 'alias = "us_east_1"' in text
    assert 'backend "local"' in text


def test_the_invented_deployment_sets_every_secret_that_the_list_needs(tmp_path: Path) -> None:
    known = settings(tmp_path, tmp_path, SigningKey.generate())
    secrets = known["secrets"]
    assert isinstance(secrets, dict)
    required = {
        secret
        for function in json.loads(DESCRIPTION.read_text())["functions"]
        for secret in function.get("access", {}).get("secrets", [])
    }
    # Kaltura's own secret stands in where webhooks have none of theirs.
    assert required - set(secrets) <= {"KALTURA_WEBHOOK_SECRETS"}


def test_one_action_is_taken_away_and_the_others_stay() -> None:
    both = {"Sid": "UseTable", "Action": ["dynamodb:GetItem", "dynamodb:Query"], "Resource": ["t"]}
    log = {"Sid": "WriteOwnLog", "Action": ["logs:PutLogEvents"], "Resource": ["l"]}
    policy = {"Version": "2012-10-17", "Statement": [both, log]}
    less = document_without(policy, "dynamodb:Query")
    assert less == {"Version": "2012-10-17", "Statement": [{**both, "Action": ["dynamodb:GetItem"]}, log]}
    with pytest.raises(NotProved, match="dynamodb:Scan is not in the policy"):
        document_without(policy, "dynamodb:Scan")


def test_no_invented_secret_is_a_part_of_what_is_no_secret(tmp_path: Path) -> None:
    known = settings(tmp_path, tmp_path, SigningKey.generate())
    secrets = known.pop("secrets")
    assert isinstance(secrets, dict)
    assert places_of(secrets, {"settings": known, "names": list(secrets)}) == []


def test_what_is_not_proved_is_said_with_what_was_found() -> None:
    with pytest.raises(NotProved, match="it is alive: 200 was expected, and 503 was found"):
        expect("it is alive", 503, 200)
