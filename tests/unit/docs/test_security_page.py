"""The threat model names tests that there are."""

import re

import pytest

from local_stack.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
TABLE = PAGE.split("## Who might attack", 1)[1].split("\n## ", 1)[0]
ROWS = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith("| who |")]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[2].strip()[:60])
def test_each_protection_is_shown_by_a_test(row: str) -> None:
    *_, shown_by, _ = row.split("|")
    tests = re.findall(r"`([\w/]+\.py)`", shown_by)
    assert tests, "said, and not shown"
    for test in tests:
        assert "def test_" in (REPOSITORY / "tests" / test).read_text(encoding="utf-8"), test


def test_whoever_might_attack_is_in_the_table() -> None:
    who = {row.split("|")[1].strip() for row in ROWS} - {"", "---"}
    assert who >= {"anybody on the internet", "a member", "a server's administrator", "whoever reads logs or the table"}
