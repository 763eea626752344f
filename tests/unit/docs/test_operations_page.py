"""The page for operators tells of what there is: log lines, secrets, alarms' rows, commands."""

import json
import re
from pathlib import Path

import pytest

from local_stack.places import REPOSITORY

PAGE = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")


def rows(heading: str, until: str = "\n## ") -> list[str]:
    part = PAGE.split(f"{heading}\n", 1)[1].split(until, 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def said_in_logs() -> set[str]:
    sources = (REPOSITORY / "functions").rglob("*.py")
    texts = [source.read_text(encoding="utf-8") for source in sources]
    return {said for text in texts for said in re.findall(r'log\.(?:error|exception)\(\s*"([^"]+)"', text)}


@pytest.mark.parametrize("message", rows("### What the log says"))
def test_each_line_of_the_log_that_is_explained_is_written_somewhere(message: str) -> None:
    assert message in said_in_logs()


def measured(folder: Path) -> set[str]:
    """Names of metrics in the code: each is written as `"Name": (value, UNIT)` or `count("Name")`."""
    texts = [source.read_text(encoding="utf-8") for source in folder.rglob("*.py")]
    written = r'"([A-Z][A-Za-z]+)": \(.+?, (?:COUNT|MILLISECONDS)\)|\bcount\((.+)\)'
    found = [groups for text in texts for groups in re.findall(written, text)]
    counted = {name for _, names in found for name in re.findall(r'"([A-Z][A-Za-z]+)"', names)}
    return {name for name, _ in found if name} | counted


def test_each_metric_that_is_written_is_explained_here_or_beside_watch_together() -> None:
    functions = REPOSITORY / "functions"
    of_rooms = measured(functions / "kaltura_discord" / "watch")
    assert "RoomChanges" in of_rooms
    assert measured(functions) - of_rooms == set(rows("### What is measured", until="### What the log says"))


def test_each_secret_can_be_changed_with_what_breaks_meanwhile() -> None:
    described = json.loads((REPOSITORY / "infra" / "functions.json").read_text(encoding="utf-8"))
    secrets = {name for function in described["functions"] for name in function["access"].get("secrets", [])}
    assert set(rows("## A secret is changed")) == secrets


def test_how_long_backups_reach_is_what_terraform_says() -> None:
    environments = REPOSITORY / "infra" / "terraform" / "environments"
    days = {
        name: re.search(r"backup_days\s*=\s*(\d+)", (environments / f"{name}.tfvars").read_text(encoding="utf-8"))
        for name in ("prod", "dev")
    }
    said = re.search(r"last (\d+) days in prod \(`backup_days`\), (\d+) in dev", PAGE)
    assert said is not None
    assert [found and found[1] for found in days.values()] == list(said.groups())


def test_what_needs_an_account_is_marked() -> None:
    for block in re.findall(r"(.*)\n+ *```\n *(aws [^`]+)```", PAGE):
        assert "✱" in block[0], block[1]
    for line in PAGE.splitlines():
        if re.search(r"`(aws|terraform (apply|plan|import))", line):
            around = PAGE[max(0, PAGE.index(line) - 300) : PAGE.index(line) + len(line)]
            assert "✱" in around, line
