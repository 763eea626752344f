"""`make check-policies`: the plan of prod, looked through by checkov for what should not be.

A plan needs an account to ask, which MiniStack plays. What checkov finds and we mean is in checkov.yaml, with reasons.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nacl.signing import SigningKey

from infra.terraform.checks.apply import overrides, settings
from infra.terraform.checks.embedded_aws import NotStarted, embedded_aws
from infra.terraform.checks.terraform import REPOSITORY, TERRAFORM, Failed, Missing, Terraform, make_copy, without


def main() -> int:
    """Run it; the exit status."""
    arguments = read_arguments()
    try:
        with tempfile.TemporaryDirectory() as folder, embedded_aws(arguments.interpreter, Path(folder)) as address:
            return look_through(arguments.checkov, planned(address, Path(folder)))
    except Missing as missing:
        return without(str(missing), os.environ.get("ALLOW_MISSING", ""), "checkov on the plan")
    except (Failed, NotStarted) as failed:
        print(failed, file=sys.stderr)
        return 1


def planned(address: str, folder: Path) -> Path:
    """The plan of prod as JSON, with packages that are invented.

    Raises:
        Missing: there is no provider.
        Failed: Terraform failed.
    """
    configuration = make_copy(folder / "infra")
    (configuration / "embedded_override.tf").write_text(overrides(address), encoding="utf-8")
    variables = folder / "variables.tfvars.json"
    packages = configuration / "tests" / "packages"
    known = settings(packages, configuration, SigningKey.generate())
    variables.write_text(json.dumps({**known, "environment": "prod"}), encoding="utf-8")
    terraform = Terraform(configuration, os.environ, ["-var-file=environments/prod.tfvars", f"-var-file={variables}"])
    terraform.get_provider()
    terraform.run("plan", f"-out={folder / 'plan'}")
    plan = folder / "plan.json"
    plan.write_text(terraform.say("show", "-json", str(folder / "plan")), encoding="utf-8")
    return plan


def look_through(checkov: Path, plan: Path) -> int:
    """Show what checkov finds; its exit status, which is 0 only where it finds nothing."""
    choice = TERRAFORM / "checks" / "checkov.yaml"
    done = subprocess.run([str(checkov), "--config-file", str(choice), "--file", str(plan)], check=False)
    if done.returncode == 0:
        print("checkov finds nothing that is not explained in infra/terraform/checks/checkov.yaml.")
    return done.returncode


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(prog="check-policies", description=__doc__)
    parser.add_argument("--checkov", type=Path, default=REPOSITORY / ".local" / "checkov" / "bin" / "checkov")
    interpreter = REPOSITORY / ".local" / "embedded_aws" / "bin" / "python"
    parser.add_argument("--interpreter", type=Path, default=interpreter, help="MiniStack's Python")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
