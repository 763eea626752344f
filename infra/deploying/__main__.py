"""`make deploy ENV=...`, `make rollback ENV=...`, `make destroy ENV=...`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.deploying.aliases import WATCH_SECONDS, Aliases, Rung
from infra.deploying.deployment import Deployer
from infra.deploying.terraform import TerraformProcess
from infra.deploying.trying_out import Outside
from infra.deploying.variables import REPOSITORY, NotDeployable, terraform_variables, with_canary
from infra.deploying.versions import LiveVersions
from infra.operations.environment import written_settings
from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.settings import MissingSetting

ENVIRONMENTS = ("dev", "prod")


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()
    try:
        written = with_canary(written_settings())
        # Terraform and boto3 find profiles and regions in the process's environment, also where they stand in the file.
        os.environ.update({name: value for name, value in written.items() if name.startswith("AWS_")})
        run(arguments, deployer(arguments, written))
    except (NotDeployable, Rung, AwsError, DiscordError, MissingSetting) as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    return 0


def run(arguments: argparse.Namespace, work: Deployer) -> None:
    """Do what was asked for."""
    match arguments.command:
        case "deploy":
            asyncio.run(work.deploy())
        case "rollback":
            asyncio.run(work.roll_back())
        case "destroy":
            work.destroy(_typed)


def deployer(arguments: argparse.Namespace, written: Mapping[str, str]) -> Deployer:
    """Everything put together for the real AWS."""
    agrees = _always if arguments.yes else _asked
    functions = boto_caller("lambda", written)
    outside = Outside(written)
    plan_file = REPOSITORY / ".local" / "deployments" / f"{arguments.environment}.plan"
    return Deployer(
        environment=arguments.environment,
        settings=written,
        terraform=TerraformProcess(
            arguments.environment, terraform_variables(written, arguments.environment), Path(plan_file)
        ),
        aliases=Aliases(functions, boto_caller("cloudwatch", written)),
        functions=functions,
        versions=LiveVersions(),
        smoke=outside.smoke,
        register=lambda outputs: outside.register(outputs, lambda: agrees("Register?")),
        set_endpoint=outside.set_endpoint,
        agrees=agrees,
        watch_seconds=arguments.watch_seconds,
    )


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="deploying", description=__doc__)
    parser.add_argument("command", choices=("deploy", "rollback", "destroy"))
    parser.add_argument("--environment", choices=ENVIRONMENTS, required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--watch-seconds", type=float, default=WATCH_SECONDS)
    return parser.parse_args(words)


def _always(_: str) -> bool:
    return True


def _asked(question: str) -> bool:
    return _typed(f"{question} [y/N] ").strip().lower() == "y"


def _typed(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
