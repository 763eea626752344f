"""Terraform as a process: what it says goes to the terminal, what it knows comes back as JSON."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from infra.deploying.variables import REPOSITORY, NotDeployable, values_in_file

FOLDER = REPOSITORY / "infra" / "terraform"


class Terraform(Protocol):
    """What a deployment needs of Terraform."""

    def prepare(self, bucket: str, key: str, region: str) -> None:
        """Get the provider, and find the state."""

    def plan(self, *, destroy: bool = False) -> None:
        """Work out what changes, and show it."""

    def planned(self) -> dict[str, Any]:
        """What was shown, as Terraform's JSON ("JSON Output Format", Plan Representation)."""

    def apply(self) -> None:
        """Do what was shown."""

    def outputs(self) -> dict[str, Any]:
        """What the configuration tells, by name."""


class TerraformProcess:
    """The program itself.

    Args:
        environment: the deployment's name.
        variables: `TF_VAR_...`.
        plan_file: where a plan is kept between showing and doing it.
    """

    def __init__(self, environment: str, variables: Mapping[str, str], plan_file: Path) -> None:
        self._environment = environment
        self._variables = {**os.environ, **variables, "TF_IN_AUTOMATION": "1"}
        self._plan_file = plan_file

    def prepare(self, bucket: str, key: str, region: str) -> None:
        """See `Terraform`."""
        backend = {"bucket": bucket, "key": key, "region": region, "use_lockfile": "true", "encrypt": "true"}
        self._run("init", "-reconfigure", *(f"-backend-config={name}={value}" for name, value in backend.items()))

    def plan(self, *, destroy: bool = False) -> None:
        """See `Terraform`."""
        self._plan_file.parent.mkdir(parents=True, exist_ok=True)
        file = f"-var-file=environments/{self._environment}.tfvars"
        self._run("plan", file, *self._instead(), f"-out={self._plan_file}", *(["-destroy"] if destroy else []))

    def _instead(self) -> list[str]:
        """What a person sets as well as the file: Terraform takes a file before `TF_VAR_...`, and `-var` before it."""
        both = [name for name in values_in_file(self._environment) if f"TF_VAR_{name}" in self._variables]
        return [f"-var={name}={self._variables[f'TF_VAR_{name}']}" for name in both if name != "environment"]

    def planned(self) -> dict[str, Any]:
        """See `Terraform`."""
        plan: dict[str, Any] = json.loads(self._run("show", "-json", str(self._plan_file), is_heard=True))
        return plan

    def apply(self) -> None:
        """See `Terraform`."""
        try:
            self._run("apply", str(self._plan_file))
        finally:
            self._plan_file.unlink(missing_ok=True)

    def outputs(self) -> dict[str, Any]:
        """See `Terraform`."""
        done = self._run("output", "-json", is_heard=True)
        return {name: output["value"] for name, output in json.loads(done).items()}

    def _run(self, command: str, *arguments: str, is_heard: bool = False) -> str:
        asked = [] if is_heard else ["-input=false"]
        try:
            process = subprocess.Popen(
                ["terraform", command, *asked, *arguments],
                cwd=FOLDER,
                env=self._variables,
                stdout=subprocess.PIPE if is_heard else None,
                text=True,
            )
        except FileNotFoundError:
            raise NotDeployable(
                "Terraform is not installed: https://developer.hashicorp.com/terraform/install"
            ) from None
        said = _to_its_end(process)
        if process.returncode:
            raise NotDeployable(f"terraform {command} did not succeed; it says why above. To go on, run this again.")
        return said


def _to_its_end(process: "subprocess.Popen[str]") -> str:
    """What it said. Ctrl-C reaches Terraform too, which ends in order; killed, it would lose what it has just made."""
    said = ""
    is_interrupted = False
    while process.returncode is None:
        try:
            said += process.stdout.read() if process.stdout else ""
            process.wait()
        except KeyboardInterrupt:
            is_interrupted = True
    if process.stdout:
        process.stdout.close()
    if is_interrupted:
        raise KeyboardInterrupt
    return said
