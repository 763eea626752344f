"""`make deploy ENV=...`, `make rollback ENV=...`, `make destroy ENV=...`, `make check-deployment ENV=...`."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError

from infra.deploying.aliases import WATCH_SECONDS, Rung
from infra.deploying.assembly import check, deployer
from infra.deploying.masks import masks
from infra.deploying.readiness import ENVIRONMENTS
from infra.deploying.variables import NotDeployable, with_canary
from infra.operations.environment import unreadable_lines, written_settings
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.settings import MissingSetting


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()
    try:
        written = written_settings()
        if os.environ.get("GITHUB_ACTIONS") == "true":
            print(*masks(with_canary(written) if written.get("JWT_SECRET") else written), sep="\n", flush=True)
        # Terraform and boto3 find profiles and regions in the process's environment, also where they stand in the file.
        os.environ.update({name: value for name, value in written.items() if name.startswith("AWS_")})
        asyncio.run(run(arguments, written))
    except (NotDeployable, Rung, AwsError, BotoCoreError, DiscordError, MissingSetting) as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("\nStopped. To go on, run it again: it begins where it was.", file=sys.stderr)
        return 130
    return 0


async def run(arguments: argparse.Namespace, written: dict[str, str]) -> None:
    """Do what was asked for."""
    match arguments.command:
        case "check":
            await check(arguments.environment, written, unreadable_lines())
        case "deploy":
            await deployer(arguments, with_canary(written), _typed).deploy()
        case "rollback":
            await deployer(arguments, with_canary(written), _typed).roll_back()
        case "destroy":
            await deployer(arguments, with_canary(written), _typed).destroy(_typed)


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="deploying", description=__doc__)
    parser.add_argument("command", choices=("check", "deploy", "rollback", "destroy"))
    parser.add_argument("--environment", required=True)
    parser.add_argument("--yes", action="store_true", help="do not ask, but for what is taken from another deployment")
    parser.add_argument("--watch-seconds", type=float, default=WATCH_SECONDS, help="0: put all live at once")
    arguments = parser.parse_args(words)
    if arguments.environment not in ENVIRONMENTS:
        parser.exit(2, "Which deployment? Name it: ENV=dev or ENV=prod, such as make deploy ENV=dev.\n")
    return arguments


def _typed(question: str) -> str:
    # asyncio's own would wait for the answer all the same, and a "y" after Ctrl-C would agree.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return input(question)
    except EOFError:
        print("\nNobody is there to answer.")
        return ""
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())
