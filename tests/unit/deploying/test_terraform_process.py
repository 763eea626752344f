"""Terraform's process: what it shows, what it gives back, and that Ctrl-C never kills it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.deploying.terraform import TerraformProcess
from infra.deploying.variables import REPOSITORY, NotDeployable

SLOW = """\
#!{python}
import pathlib, signal, sys, time
folder = pathlib.Path("{folder}")
def end_in_order(*_):
    time.sleep(1.5)
    (folder / "state").write_text("all that was made")
    sys.exit(1)
signal.signal(signal.SIGINT, end_in_order)
(folder / "began").touch()
time.sleep(60)
"""

APPLYING = """\
import asyncio, pathlib, sys
from infra.deploying.terraform import TerraformProcess

async def apply():
    TerraformProcess("dev", {}, pathlib.Path("plan")).apply()

if "{how}" == "asyncio":
    asyncio.run(apply())
else:
    TerraformProcess("dev", {}, pathlib.Path("plan")).apply()
"""


def program(folder: Path, text: str) -> None:
    file = folder / "terraform"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose `terraform` is found first."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize("how", ["asyncio", "plain"])
def test_ctrl_c_leaves_it_the_time_to_write_down_what_it_made(found: Path, how: str) -> None:
    program(found, SLOW.format(python=sys.executable, folder=found))
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'functions'}:{REPOSITORY}"}
    process = subprocess.Popen(
        [sys.executable, "-c", APPLYING.replace("{how}", how)],
        env=environment,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )
    while not (found / "began").exists():
        assert process.poll() is None
        time.sleep(0.05)
    # As a terminal does it: to everybody at once.
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode != 0
    assert (found / "state").read_text() == "all that was made"


def test_what_a_plan_says_is_read_as_it_is_however_long(found: Path) -> None:
    plan = {"resource_changes": [{"name": "x" * 200_000}]}
    (found / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    program(found, f'#!/bin/sh\ntest "$1 $2" = "show -json" && cat {found}/plan.json\n')
    assert TerraformProcess("dev", {}, found / "plan").planned() == plan


def test_a_plan_is_done_as_it_was_shown_and_not_kept(found: Path) -> None:
    program(found, f'#!/bin/sh\necho "$@" >> {found}/seen\n')
    plan = found / "folder" / "dev.plan"
    process = TerraformProcess("dev", {}, plan)
    process.plan()
    plan.touch()
    process.apply()
    assert (found / "seen").read_text().splitlines() == [
        f"plan -input=false -var-file=environments/dev.tfvars -out={plan}",
        f"apply -input=false {plan}",
    ]
    assert not plan.exists()


def test_what_a_person_sets_comes_before_the_environments_file(found: Path) -> None:
    """Terraform itself takes the file before TF_VAR_... (its docs: Variable Definition Precedence)."""
    program(found, f'#!/bin/sh\nprintf "%s\\n" "$@" > {found}/seen\n')
    variables = {
        "TF_VAR_environment": "dev",
        "TF_VAR_log_level": "WARNING",
        "TF_VAR_http_throttle": "{ rate = 5, burst = 2 }",
        "TF_VAR_alarm_email": "a@b.example",
        "TF_VAR_secrets": "{}",
    }
    TerraformProcess("dev", variables, found / "plan").plan()
    arguments = (found / "seen").read_text().splitlines()
    assert arguments[3:5] == ["-var=log_level=WARNING", "-var=http_throttle={ rate = 5, burst = 2 }"]
    assert arguments[2] == "-var-file=environments/dev.tfvars"
    # What the file does not set stays off the command line, secrets above all.
    assert [each for each in arguments if each.startswith("-var=")] == arguments[3:5]


def test_what_fails_says_what_to_do(found: Path) -> None:
    program(found, "#!/bin/sh\nexit 1\n")
    with pytest.raises(NotDeployable, match=r"terraform plan did not succeed.*run this again"):
        TerraformProcess("dev", {}, found / "plan").plan()


def test_where_it_is_not_installed_it_says_where_it_is(found: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(found))
    with pytest.raises(NotDeployable, match="terraform/install"):
        TerraformProcess("dev", {"PATH": str(found)}, found / "plan").plan()
