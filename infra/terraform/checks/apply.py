"""`make test-terraform-apply`: the whole dev environment made in MiniStack, tried out, and taken down again.

It needs what `make check-terraform` needs, with a real provider, and packages for this machine, as MiniStack runs
functions with its own Python. What it cannot show is in docs/deployment.md.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nacl.signing import SigningKey

from infra.terraform.checks.embedded_aws import REGION, ROOT_KEY, NotStarted, embedded_aws
from infra.terraform.checks.proofs import Deployment, NotProved, expect, prove
from infra.terraform.checks.terraform import (
    REPOSITORY,
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

# What MiniStack does not give back as it was set, so that a second plan would change it (in AWS it would not).
_NOT_GIVEN_BACK = (
    "module.monitoring.aws_cloudwatch_metric_alarm.this",  # dimensions, actions, period, statistic
    "module.static_site.aws_cloudfront_response_headers_policy.this",  # empty blocks come back
    "module.table.aws_dynamodb_table.this",  # how far back it can be restored
    "module.websocket_api.aws_apigatewayv2_authorizer.this",  # a payload version, an empty block
)

# Whatever a person may put into .env.
_DIFFICULT = "a$b#c 'd' \"e\" ${f} %{g} \\ \nh ü 😀"
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
    terraform.run("apply", "-auto-approve")
    try:
        expect("a second plan changes nothing", drift(terraform, folder / "plan"), [])
        deployment = Deployment(address, _NAME, _NAME, key)
        expect("a difficult secret is kept", deployment.secret("api", "DISCORD_BOT_TOKEN"), _DIFFICULT)
        deployment.let_secrets_be_read(function_names())
        prove(deployment)
    finally:
        terraform.run("destroy", "-auto-approve")
    expect("nothing is left", terraform.say("state", "list").split(), [])


def drift(terraform: Terraform, file: Path) -> list[str]:
    """What a second plan would change, besides what MiniStack does not give back."""
    terraform.run("plan", f"-out={file}")
    planned = json.loads(terraform.say("show", "-json", str(file)))
    changed = [
        change["address"]
        for change in planned["resource_changes"]
        if change["change"]["actions"] not in (["no-op"], ["read"])
    ]
    return [address for address in changed if not address.startswith(_NOT_GIVEN_BACK)]


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
        "secrets": {
            "DISCORD_BOT_TOKEN": _DIFFICULT,
            "CANARY_SECRET": "ab" * 32,
            "DISCORD_CLIENT_SECRET": "invented",
            "JWT_SECRET": "invented, and as long as a key has to be",
            "KALTURA_ADMIN_SECRET": "invented",
            "KALTURA_WEBHOOK_TOKEN": "invented",
        },
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
