"""`make check-terraform`: shape, validity and tests of the configuration, with the list of functions as it is.

It needs `terraform`, and the AWS provider in whatever way `terraform init` gets it: from the registry, from a mirror
that TF_CLI_CONFIG_FILE names, or from a folder that TERRAFORM_PROVIDERS names. Where there is none, that is a failure,
unless ALLOW_MISSING=terraform says that it is known.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from infra.terraform.checks.characters import lost_characters

TERRAFORM = Path(__file__).resolve().parents[1]
DESCRIPTION = TERRAFORM.parent / "functions.json"
REPOSITORY = TERRAFORM.parents[1]

_ANY_HASH = "A" * 43 + "="


class Missing(Exception):
    """What the check needs is not on this machine; the message says what."""


class Failed(Exception):
    """A step of the check failed; the message is Terraform's."""


def main() -> int:
    """Run the check; the exit status."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder) / "infra", os.environ)
    except Missing as missing:
        return without(str(missing), os.environ.get("ALLOW_MISSING", ""), "fmt, validate and test of infra/terraform")
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print("Terraform: shape, validity and tests are right.")
    return 0


def without(reason: str, allowed: str, what: str) -> int:
    """Say that `what` did not run; the exit status, which is 0 only where ALLOW_MISSING names terraform."""
    if "terraform" in allowed.split(","):
        print(f"NOT RUN, as ALLOW_MISSING allows it: {what}. {reason}")
        return 0
    print(f"{reason} Where it cannot be had, ALLOW_MISSING=terraform goes on without.", file=sys.stderr)
    return 1


def check(copy: Path, environment: Mapping[str, str]) -> None:
    """Check a copy, so that nothing is left in the project.

    Raises:
        Missing: there is no Terraform, or no provider.
        Failed: something is wrong with the configuration.
    """
    if shutil.which("terraform") is None:
        raise Missing("Terraform is not installed (https://developer.hashicorp.com/terraform/install).")
    lost = lost_characters(copy.with_name("characters"), _said)
    if lost:
        raise Failed(f"Characters of .env do not reach Terraform: {lost[0]!r}")
    configuration = make_copy(copy)
    _run(configuration, environment, "fmt", "-check", "-recursive", "-diff")
    mirror = environment.get("TERRAFORM_PROVIDERS", "")
    try:
        _run(configuration, environment, "init", "-backend=false", *([f"-plugin-dir={mirror}"] if mirror else []))
    except Failed as failed:
        raise Missing(f"The AWS provider could not be had. Terraform says: {_last_words(str(failed))}") from None
    _run(configuration, environment, "validate")
    _run(configuration, environment, "test")


def make_copy(copy: Path) -> Path:
    """The configuration beside the list, as in the project, with a test of that list; the copy's folder."""
    configuration = copy / "terraform"
    shutil.copytree(TERRAFORM, configuration, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "__pycache__"))
    shutil.copyfile(DESCRIPTION, copy / DESCRIPTION.name)
    shutil.copyfile(
        configuration / "checks" / "deployment.tftest.hcl", configuration / "tests" / "deployment.tftest.hcl"
    )
    packages = configuration / "tests" / "packages"
    packages.mkdir()
    (packages / "packages.json").write_text(json.dumps(invented_packages()), encoding="utf-8")
    return configuration


def invented_packages() -> dict[str, object]:
    """A `packages.json` for all functions of the list, though nothing was packaged."""
    names = [function["name"] for function in json.loads(DESCRIPTION.read_text(encoding="utf-8"))["functions"]]
    packages = {name: {"file": f"{name}.zip", "sha256": _ANY_HASH} for name in names}
    return {"architecture": "arm64", "runtime": "python3.13", "packages": packages}


def _run(folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
    print(f"terraform {arguments[0]}", flush=True)
    cache = REPOSITORY / ".local" / "terraform_providers"
    cache.mkdir(parents=True, exist_ok=True)
    settings = {"TF_PLUGIN_CACHE_DIR": str(cache), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    done = subprocess.run(
        ["terraform", f"-chdir={folder}", *arguments, "-no-color"],
        env={**settings, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout)


def _said(folder: Path, variables: dict[str, str], command: str, arguments: list[str]) -> str:
    done = subprocess.run(
        ["terraform", f"-chdir={folder}", command, *arguments, "-no-color"],
        env={**os.environ, **variables, "CHECKPOINT_DISABLE": "1"},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout + done.stderr)
    return done.stdout


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip().startswith(("Error", "│ Error"))]
    return lines[-1] if lines else output.strip()[-200:]


if __name__ == "__main__":
    sys.exit(main())
