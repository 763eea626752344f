"""How the configuration is written: described, typed, nothing granted without a reason, nothing secret in it."""

import re
from pathlib import Path

import pytest

from tests.unit.infrastructure.configuration import TERRAFORM, blocks, files, parsed

# How far above a wildcard its reason may stand.
_NEAR = 12


def test_there_is_a_configuration() -> None:
    assert len(files()) > 20


@pytest.mark.parametrize(
    ("kind", "needed"), [("variable", {"description", "type"}), ("output", {"description", "value"})]
)
def test_each_variable_is_typed_and_each_output_described(kind: str, needed: set[str]) -> None:
    found = blocks(kind)
    assert found
    for file, name, body in found:
        assert needed <= set(body), f"{file.relative_to(TERRAFORM)}: {name}"


def test_a_wildcard_stands_beside_its_reason() -> None:
    wildcards = 0
    for file in files():
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.search(r'(?i)(resources?|principal|action)\w*\s*=\s*\[?\s*"(\*|[a-z]+:\*)"', line):
                wildcards += 1
                above = lines[max(0, number - _NEAR) : number]
                assert any(text.strip().startswith("#") or "Deny" in text for text in above), (
                    f"{file.name}:{number + 1}"
                )
    assert wildcards


def test_no_provider_but_awss_is_used() -> None:
    used = {
        kind.strip('"').split("_")[0]
        for file in files()
        for entry in parsed(file).get("resource", [])
        for kind in entry
    }
    assert used == {"aws"}


def test_environments_hold_no_setting_and_no_secret() -> None:
    environments = sorted((TERRAFORM / "environments").glob("*.tfvars"))
    assert [file.stem for file in environments] == ["dev", "prod"]
    known = {name for file, name, _ in blocks("variable") if file.parent == TERRAFORM}
    for file in environments:
        names = set(re.findall(r"^(\w+)\s*=", file.read_text(encoding="utf-8"), re.MULTILINE))
        assert names <= known - {"settings", "secrets"}


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(TERRAFORM)))
def test_no_file_is_longer_than_a_few_screens(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) < 300


def test_whatever_checkov_is_told_to_pass_over_has_its_reason() -> None:
    lines = (TERRAFORM / "checks" / "checkov.yaml").read_text(encoding="utf-8").splitlines()
    skipped = [number for number, line in enumerate(lines) if re.fullmatch(r"  - CKV\w+", line)]
    assert skipped
    for number in skipped:
        above = lines[number - 1]
        assert above.startswith("  # ") or number - 1 in skipped, lines[number]
