"""The checks of the deployment: what they do where something is missing, and what they check."""

import json
from pathlib import Path

import pytest
from nacl.signing import SigningKey

from infra.terraform.checks.__main__ import (
    DESCRIPTION,
    TERRAFORM,
    Missing,
    check,
    invented_packages,
    make_copy,
    without,
)
from infra.terraform.checks.apply import overrides, settings
from infra.terraform.checks.proofs import NotProved, expect


def test_without_terraform_it_fails_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert without("Terraform is not installed.", "", "validate") == 1
    assert "Terraform is not installed. Where it cannot be had, ALLOW_MISSING=terraform" in capsys.readouterr().err


def test_where_that_is_known_it_says_what_did_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert without("Terraform is not installed.", "chromium,terraform", "validate and test") == 0
    assert "NOT RUN, as ALLOW_MISSING allows it: validate and test." in capsys.readouterr().out
    assert without("It is not.", "chromium", "validate") == 1


def test_no_terraform_is_found_out_before_anything_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="not installed"):
        check(tmp_path / "copy", {})
    assert not (tmp_path / "copy").exists()


def test_the_copy_has_the_list_beside_it_and_a_package_for_each_function(tmp_path: Path) -> None:
    configuration = make_copy(tmp_path / "infra")
    assert (tmp_path / "infra" / "functions.json").read_bytes() == DESCRIPTION.read_bytes()
    assert (configuration / "tests" / "deployment.tftest.hcl").exists()
    names = {function["name"] for function in json.loads(DESCRIPTION.read_text())["functions"]}
    described = json.loads((configuration / "tests" / "packages" / "packages.json").read_text())
    assert set(described["packages"]) == names
    assert described == invented_packages()


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


def test_what_is_not_proved_is_said_with_what_was_found() -> None:
    with pytest.raises(NotProved, match="it is alive: 200 was expected, and 503 was found"):
        expect("it is alive", 503, 200)
