"""`make test-terraform-apply`: the whole dev environment made in MiniStack, tried out, and taken down again.

It needs what `make check-terraform` needs, with a real provider, and packages for this machine, as MiniStack runs
functions with its own Python. What it cannot show is in docs/deployment.md.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey

from infra.terraform.checks.embedded_aws import REGION, ROOT_KEY, NotStarted, embedded_aws
from infra.terraform.checks.plan_changes import beyond, bytes_with, changes, places_of
from infra.terraform.checks.proofs import Deployment, NotProved, expect, prove
from infra.terraform.checks.terraform import (
    REPOSITORY,
    TERRAFORM,
    Failed,
    Missing,
    Terraform,
    function_names,
    make_copy,
    without,
)

_SERVICES = (
    *("acm", "apigateway", "apigatewayv2", "budgets", "cloudfront", "cloudwatch", "dynamodb", "ec2", "events", "iam"),
    *("kms", "lambda", "logs", "s3", "s3control", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "sts", "wafv2"),
)

# What MiniStack does not give back as it was set, so that a second plan would change it, as in AWS it would not: what
# alarms do, how far back the table can be restored, the authorizer's payload version, empty blocks.
_NOT_GIVEN_BACK = json.loads((TERRAFORM / "checks" / "not_given_back.json").read_text(encoding="utf-8"))
_AWS = "registry.terraform.io/hashicorp/aws"

# Whatever a person may put into .env.
_DIFFICULT = "a$b#c 'd' \"e\" ${f} %{g} \\ \nh ü 😀"
# None is a part of anything else, so that it can be looked for.
_SECRETS = {
    "CANARY_SECRET": "ab" * 32,
    "DISCORD_BOT_TOKEN": _DIFFICULT,
    "DISCORD_CLIENT_SECRET": "an invented client's",
    "JWT_SECRET": "an invented key, as long as a key has to be",
    "KALTURA_ADMIN_SECRET": "an invented admin's",
    "KALTURA_WEBHOOK_TOKEN": "an-invented-token",
}
_NAME = "kaltura-discord-dev"


def main() -> int:
    """Run it; the exit status."""
    arguments = read_arguments()
    try:
        with tempfile.TemporaryDirectory() as folder, embedded_aws(arguments.interpreter, Path(folder)) as address:
            run(address, Path(folder), arguments.packages)
    except Missing as missing:
        return without(str(missing), os.environ.get("ALLOW_MISSING", ""), "the deployment into MiniStack")
    except (Failed, NotProved, NotStarted) as failed:
        print(failed, file=sys.stderr)
        return 1
    print("Made, tried out and taken down.")
    return 0


def run(address: str, folder: Path, packages: Path) -> None:
    """Make, try out, take down.

    Raises:
        Missing: there is no provider.
        Failed: Terraform failed.
        NotProved: something is not as it should be.
    """
    key = SigningKey.generate()
    configuration = make_copy(folder / "infra")
    (configuration / "embedded_override.tf").write_text(overrides(address), encoding="utf-8")
    variables = folder / "variables.tfvars.json"
    variables.write_text(json.dumps(settings(packages, configuration, key)), encoding="utf-8")
    terraform = Terraform(configuration, os.environ, ["-var-file=environments/dev.tfvars", f"-var-file={variables}"])
    terraform.get_provider()
    first, second = folder / "first", folder / "second"
    terraform.run("plan", f"-out={first}")
    terraform.run("apply", str(first))
    try:
        terraform.run("plan", f"-out={second}")
        expect_what_is_not_given_back(terraform, planned(terraform, second))
        expect_no_secret(terraform, configuration, first, second)
        deployment = Deployment(address, _NAME, _NAME, key)
        expect("a difficult secret is kept", deployment.secret("api", "DISCORD_BOT_TOKEN"), _DIFFICULT)
        deployment.let_secrets_be_read(function_names())
        prove(deployment)
    finally:
        terraform.run("destroy", "-auto-approve")
    expect("nothing is left", terraform.say("state", "list").split(), [])


def planned(terraform: Terraform, file: Path) -> dict[str, Any]:
    """What a plan says."""
    plan: dict[str, Any] = json.loads(terraform.say("show", "-json", str(file)))
    return plan


def expect_what_is_not_given_back(terraform: Terraform, plan: Mapping[str, Any]) -> None:
    """A second plan changes what is written to be so, all of it, and nothing else.

    Of another provider than the list was written with, only that it updates no other resource and does nothing worse:
    which attributes come back differs from version to version.

    Raises:
        NotProved: it does.
    """
    found, written = changes(plan), _NOT_GIVEN_BACK["changes"]
    provider = json.loads(terraform.say("version", "-json"))["provider_selections"][_AWS]
    if provider == _NOT_GIVEN_BACK["provider"]:
        expect("a second plan changes what MiniStack does not give back, and nothing else", found, written)
    else:
        expect(f"a second plan of provider {provider} updates nothing else", beyond(found, written), {})


def expect_no_secret(terraform: Terraform, configuration: Path, *plans: Path) -> None:
    """No secret stands in the state, in a plan, or in the file that a plan is kept in.

    Raises:
        NotProved: one does.
    """
    state = json.loads((configuration / "terraform.tfstate").read_text(encoding="utf-8"))
    kept = {"the state": state, **{f"the {plan.name} plan": planned(terraform, plan) for plan in plans}}
    found = places_of(_SECRETS, kept)
    expect(
        "no secret is in a plan or in the state",
        found + [each for plan in plans for each in bytes_with(_SECRETS, plan)],
        [],
    )


def overrides(address: str) -> str:
    """The same configuration, with MiniStack in AWS's place and the state beside it."""
    endpoints = "\n".join(f'    {service} = "{address}"' for service in _SERVICES)
    settings_of_both = f"""
  access_key                  = "{ROOT_KEY}"
  secret_key                  = "{ROOT_KEY}"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  max_retries                 = 2
  endpoints {{
{endpoints}
  }}
}}
"""
    default = f'provider "aws" {{{settings_of_both}'
    second = f'provider "aws" {{\n  alias = "us_east_1"{settings_of_both}'
    return f'terraform {{\n  backend "local" {{}}\n}}\n{default}{second}'


def settings(packages: Path, configuration: Path, key: SigningKey) -> dict[str, object]:
    """Settings and secrets of an invented deployment."""
    return {
        "environment": "dev",
        "region": REGION,
        "packages_folder": str(packages),
        "static_folder": str(configuration / "tests" / "small_deployment" / "static"),
        "settings": {
            "DISCORD_APPLICATION_ID": "1",
            "DISCORD_PUBLIC_KEY": key.verify_key.encode().hex(),
            "KALTURA_PARTNER_ID": "2",
        },
        "secrets": _SECRETS,
    }


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(prog="test-terraform-apply", description=__doc__)
    parser.add_argument("--packages", type=Path, required=True, help="the folder with packages for this machine")
    interpreter = REPOSITORY / ".local" / "embedded_aws" / "bin" / "python"
    parser.add_argument("--interpreter", type=Path, default=interpreter, help="MiniStack's Python")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
