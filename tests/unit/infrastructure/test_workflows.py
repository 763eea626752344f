"""What runs in GitHub: nothing that can change under us, nothing that may do more than it needs."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_stack.places import REPOSITORY

Json = dict[str, Any]

FOLDER = REPOSITORY / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
PINNED = re.compile(r"^\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def read(path: Path) -> Json:
    workflow: Json = yaml.safe_load(path.read_text(encoding="utf-8"))
    return workflow


def jobs(path: Path) -> dict[str, Json]:
    found: dict[str, Json] = read(path)["jobs"]
    return found


def steps(path: Path) -> list[Json]:
    return [step for job in jobs(path).values() for step in job["steps"]]


def test_there_are_workflows() -> None:
    assert {path.stem for path in WORKFLOWS} >= {"ci", "container"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_with_their_version_beside_it(path: Path) -> None:
    uses = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(uses) == sum("uses" in step for step in steps(path))
    assert [line for line in uses if not PINNED.match(line)] == []


def test_one_version_of_each_action() -> None:
    used = {step["uses"] for path in WORKFLOWS for step in steps(path) if "uses" in step}
    assert len({name.partition("@")[0] for name in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_nothing_is_permitted_but_what_a_job_names(path: Path) -> None:
    assert read(path)["permissions"] == {}
    for job in jobs(path).values():
        assert set(job["permissions"].values()) <= {"read"} or "environment" in job, "writing needs an approval"
        assert job["permissions"].get("contents") == "read"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_job_ends_and_runs_once(path: Path) -> None:
    assert "concurrency" in read(path)
    for job in jobs(path).values():
        assert 0 < job["timeout-minutes"] <= 60
        assert job["runs-on"] == "ubuntu-24.04", "no label that moves"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_strangers_words_reach_a_shell_and_no_token_stays(path: Path) -> None:
    # `pull_request_target` and `workflow_run` would run strangers' code with our rights.
    events = re.findall(
        r"^  (\w+):", path.read_text(encoding="utf-8").split("\non:\n", 1)[1].split("\npermissions:", 1)[0], re.M
    )
    assert set(events) <= {"push", "pull_request", "workflow_dispatch", "schedule"}
    for step in steps(path):
        assert "${{" not in step.get("run", ""), "a title of a pull request can be a command"
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_ci_runs_what_a_developer_runs() -> None:
    ran = [step["run"] for step in steps(FOLDER / "ci.yml") if "run" in step]
    assert ran == [".ci/run"]
    assert "exec make test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")


def test_ci_has_the_oldest_python_that_we_promise_and_the_one_of_lambda() -> None:
    pythons = jobs(FOLDER / "ci.yml")["test"]["strategy"]["matrix"]["python"]
    assert ">=" + pythons[0] in (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^PACKAGE_PYTHON := .*,([\d.]+)\)$", makefile, re.M)[1] == pythons[-1]  # type: ignore[index]


def test_what_is_pinned_is_raised() -> None:
    updates = read(REPOSITORY / ".github" / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "docker"}
