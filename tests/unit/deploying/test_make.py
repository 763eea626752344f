"""What `make` itself does of a deployment: asked with --dry-run, so that nothing is installed, built or changed."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.deploying.variables import REPOSITORY


def planned(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """The commands that make would run."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *arguments],
        cwd=REPOSITORY,
        # The tests themselves are run by make, which tells whatever make it starts how it was called.
        env={name: value for name, value in os.environ.items() if "MAKE" not in name} | dict(environment or {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_what_was_never_built_here_is_built_before_it_is_destroyed(tmp_path: Path) -> None:
    """Terraform reads the list of packages for whatever it does."""
    assert "infra.packaging" in planned("destroy", "ENV=dev", f"PACKAGES={tmp_path}")
    (tmp_path / "packages.json").touch()
    assert "infra.packaging" not in planned("destroy", "ENV=dev", f"PACKAGES={tmp_path}")


def test_the_list_of_packages_is_looked_for_where_terraform_reads_it() -> None:
    variables = (REPOSITORY / "infra" / "terraform" / "variables.tf").read_text(encoding="utf-8")
    folder = re.search(r'default\s+= "\.\./\.\./(\.local/packages/.+)"', variables)
    assert folder is not None
    assert f"\nPACKAGES := {folder[1]}\n" in (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def packaged_for(commands: str) -> str:
    """The target of what is packaged."""
    (found,) = re.findall(r"-m infra\.packaging --uv \S+ (--arch \S+ --python \S+)", commands)
    return str(found)


@pytest.mark.parametrize("own", ["PYTHON=python3.12", "PYTHON=python3.11", "ARCH=x86_64"])
@pytest.mark.parametrize("target", ["build", "deploy", "destroy"])
def test_what_is_deployed_is_packaged_for_lambda_whatever_is_developed_with(
    target: str, own: str, tmp_path: Path
) -> None:
    """Terraform reads one folder: another would be made, and an older deployed."""
    commands = planned(target, "ENV=dev", "SKIP_TESTS=1", f"PACKAGES={tmp_path}", own)
    assert packaged_for(commands) == "--arch arm64 --python 3.13"


def test_packages_alone_are_made_for_any_target() -> None:
    assert packaged_for(planned("package", "ARCH=x86_64", "PYTHON=3.11")) == "--arch x86_64 --python 3.11"
    assert packaged_for(planned("package")) == "--arch arm64 --python 3.13"


@pytest.mark.parametrize("switch", ["ARCH=x86_64", "COMPILER=/other/python", "PYTHON=python3.12"])
def test_for_which_target_is_makes_own_argument_only(switch: str) -> None:
    name, _, value = switch.partition("=")
    packaging = [line for line in planned("package", environment={name: value}).splitlines() if "infra.pack" in line]
    assert value not in " ".join(packaging)


@pytest.mark.parametrize("switch", ["ENV=prod", "YES=1", "UNWATCHED=1", "SKIP_TESTS=1", "BUILT=1"])
def test_a_switch_counts_as_makes_own_argument_only(switch: str) -> None:
    """What a shell happens to have in its environment deploys nothing, and leaves no test out."""
    name, _, value = switch.partition("=")
    without = planned("deploy", f"{name}=")
    assert planned("deploy", environment={name: value}) == without
    assert planned("deploy", switch) != without
