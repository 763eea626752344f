"""Terraform in a throw-away copy of the configuration, so that nothing is left in the project.

It needs `terraform`, and the AWS provider in whatever way `terraform init` gets it: from the registry, from a mirror
that TF_CLI_CONFIG_FILE names, or from a folder that TERRAFORM_PROVIDERS names.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TERRAFORM = Path(__file__).resolve().parents[1]
DESCRIPTION = TERRAFORM.parent / "functions.json"
REPOSITORY = TERRAFORM.parents[1]

_ANY_HASH = "A" * 43 + "="

# What was downloaded once is kept. A copy has no lock that would say which bytes are right, so that has to be allowed.
_PROVIDERS = REPOSITORY / ".local" / "terraform_providers"
_SETTINGS = {
    "CHECKPOINT_DISABLE": "1",
    "TF_IN_AUTOMATION": "1",
    "TF_PLUGIN_CACHE_DIR": str(_PROVIDERS),
    "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
}


class Missing(Exception):
    """What the check needs is not on this machine; the message says what."""


class Failed(Exception):
    """Terraform failed; the message is what it said."""


def without(reason: str, allowed: str, what: str) -> int:
    """Say that `what` did not run; the exit status, which is 0 only where ALLOW_MISSING names terraform."""
    if "terraform" in allowed.split(","):
        print(f"NOT RUN, as ALLOW_MISSING allows it: {what}. {reason}")
        return 0
    print(f"{reason} Where it cannot be had, ALLOW_MISSING=terraform goes on without.", file=sys.stderr)
    return 1


class Terraform:
    """Terraform in one folder, with the same variables each time.

    Args:
        folder: the configuration's.
        environment: what Terraform finds in its environment.
        variables: arguments that set variables.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], variables: Sequence[str] = ()) -> None:
        self._folder = folder
        self._environment = {**_SETTINGS, **environment}
        self._variables = variables

    def get_provider(self, *arguments: str) -> None:
        """Run `terraform init`.

        Raises:
            Missing: there is no Terraform, or no provider.
        """
        if shutil.which("terraform", path=self._environment.get("PATH")) is None:
            raise Missing("Terraform is not installed (https://developer.hashicorp.com/terraform/install).")
        mirror = self._environment.get("TERRAFORM_PROVIDERS", "")
        _PROVIDERS.mkdir(parents=True, exist_ok=True)
        try:
            self.say("init", "-input=false", *arguments, *([f"-plugin-dir={mirror}"] if mirror else []))
        except Failed as failed:
            raise Missing(f"The AWS provider could not be had. Terraform says: {_last_words(str(failed))}") from None

    def run(self, command: str, *arguments: str) -> None:
        """Run a command that needs the variables, and say how long it took.

        Raises:
            Failed: Terraform failed.
        """
        began = time.monotonic()
        self.say(command, "-input=false", "-parallelism=20", *self._variables, *arguments)
        print(f"terraform {command}: {time.monotonic() - began:.0f} s", flush=True)

    def say(self, command: str, *arguments: str, variables: Mapping[str, str] | None = None) -> str:
        """What a command says.

        Args:
            command: what Terraform is to do.
            arguments: the command's own.
            variables: what its environment holds besides.

        Raises:
            Failed: Terraform failed.
        """
        done = subprocess.run(
            ["terraform", command, *arguments, "-no-color"],
            cwd=self._folder,
            env={**self._environment, **(variables or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(done.stdout + done.stderr)
        return done.stdout


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


def function_names() -> list[str]:
    """All functions of the list."""
    return [function["name"] for function in json.loads(DESCRIPTION.read_text(encoding="utf-8"))["functions"]]


def invented_packages() -> dict[str, object]:
    """A `packages.json` for all functions of the list, though nothing was packaged."""
    packages = {name: {"file": f"{name}.zip", "sha256": _ANY_HASH} for name in function_names()}
    return {"architecture": "arm64", "runtime": "python3.13", "packages": packages}


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip().startswith(("Error", "│ Error"))]
    return lines[-1] if lines else output.strip()[-200:]
