"""What stands in `.env` arrives as it was meant."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.operations.environment import (
    REPOSITORY,
    operator_environment,
    running_stack,
    unreadable_lines,
    written_settings,
)
from infra.operations.examination.settings import WHERE_TO_FIND

EXAMPLE = REPOSITORY / ".env.example"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


@pytest.fixture
def stack_file(tmp_path: Path) -> Path:
    return tmp_path / "stack.json"


def describe_stack(stack_file: Path) -> None:
    described = {
        "base_url": "http://127.0.0.1:3333",
        "dynamodb": {"endpoint_url": "http://127.0.0.1:3337", "table": "kaltura-discord"},
    }
    stack_file.write_text(json.dumps(described), encoding="utf-8")


def read(env_file: Path, text: str) -> dict[str, str]:
    env_file.write_text(text, encoding="utf-8")
    return written_settings(env_file, {})


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("SECRET=plain", "plain"),
        ("SECRET=a$b${HOME}$(id)`id`", "a$b${HOME}$(id)`id`"),
        ("SECRET=with#hash", "with#hash"),
        ("SECRET='with # hash and  spaces '", "with # hash and  spaces "),
        ("SECRET='it\\'s quoted'", "it's quoted"),
        ("SECRET='say \"hello\"'", 'say "hello"'),
        ('SECRET=in"side"', 'in"side"'),
        ("SECRET='back\\\\slash'", "back\\slash"),
        ("SECRET='two\nlines'", "two\nlines"),
        ("SECRET=ümläut-密码-😀", "ümläut-密码-😀"),
        ("SECRET=a=b==", "a=b=="),
        ("export SECRET=exported", "exported"),
        ("SECRET=plain # a remark", "plain"),
    ],
)
def test_odd_characters_survive(env_file: Path, line: str, value: str) -> None:
    assert read(env_file, f"BEFORE=1\n{line}\nAFTER=2\n") == {"BEFORE": "1", "SECRET": value, "AFTER": "2"}


@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1))
def test_any_value_survives_in_single_quotes(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    env_file = tmp_path_factory.mktemp("env") / ".env"
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    assert read(env_file, f"SECRET='{quoted}'\nAFTER=2\n") == {"SECRET": value, "AFTER": "2"}


def test_what_is_left_empty_is_not_set(env_file: Path) -> None:
    assert read(env_file, "A=\nB=''\nC\nD=1\n") == {"D": "1"}


def test_a_file_that_an_editor_of_windows_saved_reads_the_same(env_file: Path) -> None:
    env_file.write_bytes("\ufeffA=1\r\nB='two words'\r\n".encode())
    assert written_settings(env_file, {}) == {"A": "1", "B": "two words"}


def test_without_a_file_the_process_alone_counts(env_file: Path) -> None:
    assert written_settings(env_file, {"A": "1"}) == {"A": "1"}
    assert unreadable_lines(env_file) == []


def test_the_process_beats_the_file(env_file: Path) -> None:
    env_file.write_text("A=file\nB=file\n", encoding="utf-8")
    assert written_settings(env_file, {"A": "process"}) == {"A": "process", "B": "file"}


@pytest.mark.parametrize(
    ("process", "profile"),
    [
        ({}, "mine"),
        ({"AWS_ACCESS_KEY_ID": "ASIA..."}, None),
        ({"AWS_ACCESS_KEY_ID": "ASIA...", "AWS_PROFILE": "theirs"}, "theirs"),
    ],
)
def test_credentials_of_the_process_beat_a_profile_of_the_file(
    env_file: Path, process: dict[str, str], profile: str | None
) -> None:
    env_file.write_text("AWS_PROFILE=mine\n", encoding="utf-8")
    assert written_settings(env_file, process).get("AWS_PROFILE") == profile


@pytest.mark.parametrize(
    ("named", "file"), [({}, ".env"), ({"ENV_FILE": ""}, ".env"), ({"ENV_FILE": ".env.prod"}, ".env.prod")]
)
def test_a_second_deployment_has_a_file_of_its_own(named: dict[str, str], file: str) -> None:
    code = "from infra.operations.environment import ENVIRONMENT_FILE as file; print(file)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{REPOSITORY / 'functions'}:{REPOSITORY}", **named}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == f"{REPOSITORY / file}\n"


def test_what_holds_secrets_is_never_in_the_repository() -> None:
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".env.*", "!.env.example"} <= set(ignored)


def test_a_line_that_is_no_setting_is_found_by_its_number(env_file: Path) -> None:
    env_file.write_text("A=1\n\n# a remark\nB='it's broken\nC=3\nBot token here\nD=4\n", encoding="utf-8")
    assert unreadable_lines(env_file) == [4, 6]


class TestTheRunningLocalStack:
    def test_stands_in_where_no_table_is_named(self, env_file: Path, stack_file: Path) -> None:
        describe_stack(stack_file)
        environment = operator_environment(env_file, {"DISCORD_BOT_TOKEN": "t"}, stack_file)
        assert environment["TABLE_NAME"] == "kaltura-discord"
        assert environment["TASKS_QUEUE_URL"] == "http://127.0.0.1:3337/000000000000/tasks"
        assert environment["NOTIFICATIONS_QUEUE_URL"] == "http://127.0.0.1:3337/000000000000/notifications.fifo"
        assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:3337"
        assert environment["DISCORD_BOT_TOKEN"] == "t"

    def test_never_stands_in_for_a_deployment(self, env_file: Path, stack_file: Path) -> None:
        describe_stack(stack_file)
        environment = operator_environment(env_file, {"TABLE_NAME": "production"}, stack_file)
        assert environment == {"TABLE_NAME": "production"}

    def test_is_not_called_with_an_operators_own_credentials(self, env_file: Path, stack_file: Path) -> None:
        describe_stack(stack_file)
        own = {"AWS_ACCESS_KEY_ID": "AKIAOWN", "AWS_SECRET_ACCESS_KEY": "own", "AWS_SESSION_TOKEN": "own"}
        assert "own" not in str(operator_environment(env_file, own, stack_file)).lower()

    def test_leaves_the_public_address_to_the_person(self, env_file: Path, stack_file: Path) -> None:
        describe_stack(stack_file)
        tunnel = {"PUBLIC_BASE_URL": "https://tunnel.example.org"}
        assert operator_environment(env_file, tunnel, stack_file)["PUBLIC_BASE_URL"] == "https://tunnel.example.org"
        assert operator_environment(env_file, {}, stack_file)["PUBLIC_BASE_URL"] == "http://127.0.0.1:3333"

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"dynamodb": {}}', '{"dynamodb": 7, "base_url": "x"}'])
    def test_is_not_believed_when_its_description_is_broken(self, stack_file: Path, text: str) -> None:
        stack_file.write_text(text, encoding="utf-8")
        assert running_stack(stack_file) == {}

    def test_is_not_there_when_nothing_describes_it(self, env_file: Path, stack_file: Path) -> None:
        assert operator_environment(env_file, {"A": "1"}, stack_file) == {"A": "1"}


class TestTheExample:
    def test_sets_nothing_and_so_holds_no_secret(self) -> None:
        assert written_settings(EXAMPLE, {}) == {}
        assert unreadable_lines(EXAMPLE) == []

    def test_names_everything_that_a_person_must_set(self) -> None:
        lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
        assert {f"{name}=" for name in WHERE_TO_FIND} <= set(lines)

    def test_says_above_each_name_where_it_is_found(self) -> None:
        blocks = EXAMPLE.read_text(encoding="utf-8").split("\n\n")
        settings = [block for block in blocks if any("=" in line for line in block.splitlines() if line[:1].isupper())]
        assert settings
        assert all(block.startswith("# ") for block in settings)
