"""What runs in GitHub: nothing that can change under us, nothing that may do more than it needs."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.deploying.masks import masks
from infra.operations.environment import written_settings
from local_stack.places import REPOSITORY

Json = dict[Any, Any]

FOLDER = REPOSITORY / ".github" / "workflows"
DEPLOY = FOLDER / "deploy.yml"
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
    assert {path.stem for path in WORKFLOWS} >= {"ci", "container", "deploy"}


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
    ran = [step["run"] for step in jobs(FOLDER / "ci.yml")["test"]["steps"] if "run" in step]
    assert ran == [".ci/run"]
    assert (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").endswith("\nexec make test\n")


def test_nothing_may_be_missing_in_github_where_terraform_is_installed() -> None:
    for job in jobs(FOLDER / "ci.yml").values():
        running = [step for step in job["steps"] if "run" in step]
        assert all({**job.get("env", {}), **step.get("env", {})}.get("ALLOW_MISSING") == "" for step in running)
        assert any(step.get("uses", "").startswith("hashicorp/setup-terraform@") for step in job["steps"])


def test_what_is_not_part_of_make_test_is_a_job_of_its_own() -> None:
    ran = [step["run"] for step in jobs(FOLDER / "ci.yml")["deployment"]["steps"] if "run" in step]
    assert ran == ["make check-packages", "make check-policies", "make test-terraform-apply"]


# --- .ci/run ---------------------------------------------------------------------------------------------------------


def run_by_ci(tmp_path: Path, status: int, allowed: str | None = None) -> tuple[int, list[str]]:
    """What `.ci/run` calls, in a project whose Terraform check ends with `status`: its own status, and the calls."""
    for name, script in {
        ".ci/run": (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8"),
        "bin/make": '#!/bin/sh\necho "make $* ${ALLOW_MISSING-unset}" >> calls\n',
        ".venv/bin/python": f'#!/bin/sh\necho "python $*" >> calls\nexit {status}\n',
    }.items():
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    if allowed is not None:
        environment["ALLOW_MISSING"] = allowed
    done = subprocess.run([str(tmp_path / ".ci" / "run")], env=environment, check=False)
    return done.returncode, (tmp_path / "calls").read_text(encoding="utf-8").splitlines()


LOOK = ["make --silent .local/stamps/python unset", "python -m infra.terraform.checks --can-be-had"]


def test_where_terraform_can_be_had_nothing_may_be_missing(tmp_path: Path) -> None:
    assert run_by_ci(tmp_path, 0) == (0, [*LOOK, "make test unset"])


def test_where_it_cannot_all_else_is_checked(tmp_path: Path) -> None:
    assert run_by_ci(tmp_path, 3) == (0, [*LOOK, "make test terraform"])


def test_a_look_that_breaks_is_not_a_look_that_found_nothing(tmp_path: Path) -> None:
    assert run_by_ci(tmp_path, 1) == (1, LOOK)


@pytest.mark.parametrize("allowed", ["", "browser"])
def test_whoever_says_what_may_be_missing_is_believed(tmp_path: Path, allowed: str) -> None:
    assert run_by_ci(tmp_path, 3, allowed) == (0, [f"make test {allowed}"])


# --- Versions --------------------------------------------------------------------------------------------------------


def test_ci_has_the_oldest_python_that_we_promise_and_the_one_of_lambda() -> None:
    pythons = jobs(FOLDER / "ci.yml")["test"]["strategy"]["matrix"]["python"]
    assert ">=" + pythons[0] in (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^PACKAGE_PYTHON := .*,([\d.]+)\)$", makefile, re.M)[1] == pythons[-1]  # type: ignore[index]


# --- deploying -------------------------------------------------------------------------------------------------------


def test_only_deploying_may_ask_for_a_token_of_aws_and_only_in_an_environment() -> None:
    asking = [
        (path.stem, name, job)
        for path in WORKFLOWS
        for name, job in jobs(path).items()
        if "id-token" in job["permissions"]
    ]
    ((workflow, name, job),) = asking
    assert (workflow, name) == ("deploy", "deploy")
    assert job["environment"] == "${{ inputs.environment || 'dev' }}"


def test_secrets_are_seen_by_one_step_and_never_by_what_builds() -> None:
    seeing = [
        (name, step.get("name"))
        for name, job in jobs(DEPLOY).items()
        for step in job["steps"]
        if "secrets." in yaml.safe_dump(step)
    ]
    assert seeing == [("deploy", "Write .env")]
    assert "secrets." not in yaml.safe_dump({name: job.get("env", {}) for name, job in jobs(DEPLOY).items()})
    assert "npm" not in yaml.safe_dump(jobs(DEPLOY)["deploy"]["steps"])


def test_nothing_is_deployed_that_did_not_pass_on_main() -> None:
    passed, build, deploy = (jobs(DEPLOY)[name] for name in ("passed", "build", "deploy"))
    assert "github.ref == 'refs/heads/main'" in passed["if"]
    assert build["needs"] == "passed"
    assert "if" not in build
    assert deploy["needs"] == ["passed", "build"]
    assert "github.ref == 'refs/heads/main'" in deploy["if"]
    assert "(needs.passed.result == 'success' && needs.build.result == 'success')" in deploy["if"]
    (wait,) = (step["run"] for step in passed["steps"])
    assert "--workflow ci.yml" in wait
    assert '--commit "$GITHUB_SHA"' in wait
    assert "--exit-status" in wait


def test_a_push_deploys_dev_only_and_only_where_it_is_wanted() -> None:
    assert "vars.DEPLOY_ON_PUSH == 'true'" in jobs(DEPLOY)["passed"]["if"]
    inputs = read(DEPLOY)[True]["workflow_dispatch"]["inputs"]
    assert inputs["environment"]["options"] == ["dev", "prod"]
    assert inputs["environment"]["default"] == "dev"


def test_one_deployment_of_an_environment_at_a_time_and_none_is_broken_off() -> None:
    concurrency = read(DEPLOY)["concurrency"]
    group = "${{ inputs.what || 'deploy' }}-${{ inputs.environment || 'dev' }}"
    assert concurrency == {"group": group, "cancel-in-progress": False}


def test_going_back_waits_neither_for_checks_nor_for_a_build_nor_for_a_deployment() -> None:
    """It is wanted when something is wrong: the checks are red, and a deployment is under way."""
    passed, deploy = (jobs(DEPLOY)[name] for name in ("passed", "deploy"))
    assert "inputs.what != 'rollback'" in passed["if"]
    assert "(inputs.what == 'rollback' || (" in deploy["if"]
    assert "inputs.what" in read(DEPLOY)["concurrency"]["group"]
    taken = [step for step in deploy["steps"] if step.get("if") != "inputs.what != 'rollback'"]
    assert not [step for step in taken if "terraform" in step.get("uses", "") or "download" in step.get("uses", "")]
    assert [step["run"] for step in taken if "make" in step.get("run", "")] == ['make rollback ENV="$ENVIRONMENT"']


def test_it_deploys_as_a_person_does() -> None:
    ran = [step["run"] for step in jobs(DEPLOY)["deploy"]["steps"] if "run" in step]
    assert 'make deploy ENV="$ENVIRONMENT" YES=1 SKIP_TESTS=1 BUILT=1 UNWATCHED="$UNWATCHED"' in ran
    assert 'make rollback ENV="$ENVIRONMENT"' in ran
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(
        r"^deploy: check-deployment \$\(if \$\(SKIP_TESTS\),,test\) \$\(if \$\(BUILT\),,build\)", makefile, re.M
    )


def test_what_mends_an_alarm_that_rings_can_be_deployed_from_github_too() -> None:
    """A push, which has no inputs, is always watched."""
    assert read(DEPLOY)[True]["workflow_dispatch"]["inputs"]["unwatched"] | {"description": ""} == {
        "description": "",
        "type": "boolean",
        "default": False,
    }
    (step,) = (step for step in jobs(DEPLOY)["deploy"]["steps"] if "make deploy" in step.get("run", ""))
    assert step["env"] == {"UNWATCHED": "${{ inputs.unwatched && '1' || '' }}"}


def test_what_is_built_is_what_is_deployed() -> None:
    (kept,) = (step["with"] for step in jobs(DEPLOY)["build"]["steps"] if "upload" in step.get("uses", ""))
    terraform = (REPOSITORY / "infra" / "terraform" / "variables.tf").read_text(encoding="utf-8")
    for folder in re.findall(r'default\s+= "\.\./\.\./(.+)"', terraform):
        assert any(folder.startswith(path) for path in kept["path"].split()), folder
    # .local is hidden, and hidden files are left out unless it is said.
    assert kept["include-hidden-files"] is True


DIFFICULT = "a$b ${c} $(d) #e \"g\" \\h %i %s `j` !k \\n ü 🎬 \t=&;|<>''*?~"


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_no_character_of_the_file_is_lost(tmp_path: Path, end: str) -> None:
    (step,) = (each for each in steps(DEPLOY) if each.get("name") == "Write .env")
    quoted = DIFFICULT.replace("\\", "\\\\").replace("'", "\\'")
    file = f"# a comment\nJWT_SECRET='{quoted}'\nKALTURA_ADMIN_SECRET='two\nlines'{end}"
    # As GitHub runs it: bash --noprofile --norc -eo pipefail {0}.
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={"DOTENV": file, "PATH": os.environ["PATH"]},
        check=True,
    )
    written = tmp_path / ".env"
    assert written_settings(written, {}) == {"JWT_SECRET": DIFFICULT, "KALTURA_ADMIN_SECRET": "two\nlines"}
    assert written.stat().st_mode & 0o077 == 0
    assert "printf '%s\\n' \"$DOTENV\"" in step["run"]


def test_github_hides_each_secret_of_the_file() -> None:
    written = {
        "KALTURA_ADMIN_SECRET": "first line\nsecond, line 100%",
        "DISCORD_PUBLIC_KEY": "ab" * 32,
        "JWT_SECRET": "short",
    }
    assert masks(written) == [
        "::add-mask::first line",
        "::add-mask::line 100%25",
        "::add-mask::second, line 100%25",
    ]


def test_what_is_pinned_is_raised() -> None:
    updates = read(REPOSITORY / ".github" / "dependabot.yml")["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"github-actions", "docker", "terraform"}
