"""What Terraform leaves lying about holds settings, and may hold secrets: none of it may come into git."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.infrastructure.configuration import REPOSITORY

# As docs/deployment.md says them, and as Terraform calls them by itself.
HOLDING = (
    *(
        "YOUR-SETTINGS.tfvars.json",
        "own.auto.tfvars",
        "terraform.tfvars",
        "terraform.tfstate",
        "terraform.tfstate.backup",
    ),
    *("errored.tfstate", "dev.plan", "dev.tfplan", "tfplan", "crash.log", ".terraform/terraform.tfstate"),
)
MEANT = (".terraform.lock.hcl", "environments/dev.tfvars", "environments/prod.tfvars", "main.tf")


@pytest.fixture
def ignoring(tmp_path: Path) -> Path:
    """A repository with our list of what is ignored, and nobody's own."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    shutil.copyfile(REPOSITORY / ".gitignore", tmp_path / ".gitignore")
    return tmp_path


def ignored(repository: Path, name: str) -> bool:
    command = ["git", "-c", "core.excludesFile=", "check-ignore", "--quiet", f"infra/terraform/{name}"]
    return subprocess.run(command, cwd=repository, check=False).returncode == 0


@pytest.mark.parametrize("name", HOLDING)
def test_what_may_hold_secrets_is_ignored(ignoring: Path, name: str) -> None:
    assert ignored(ignoring, name)


@pytest.mark.parametrize("name", MEANT)
def test_what_is_meant_to_be_committed_is_not(ignoring: Path, name: str) -> None:
    assert not ignored(ignoring, name)
