"""The environment of an operator's command: the process's own, above the `.env` of the repository.

Who runs more than one deployment names another file: make deploy ENV=prod ENV_FILE=.env.prod

Where neither names a table, and the local stack runs on this machine (`make run`), the commands work on the local
stack's table. So `make allow-server` does the same for a deployment and for a stack behind a tunnel.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from botocore.exceptions import BotoCoreError
from dotenv import dotenv_values
from dotenv.parser import parse_stream

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.aws.caller import AwsCaller, AwsError
from kaltura_discord.commands.services import Services, ServicesOnDemand

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT_FILE = REPOSITORY / (os.environ.get("ENV_FILE") or ".env")
STACK_FILE = REPOSITORY / ".local" / "stack.json"

# The embedded AWS of the local stack has one account, takes any credentials, and lives in one region.
_STACK_ACCOUNT = "000000000000"
_STACK_REGION = "us-east-1"
_STACK_CREDENTIAL = "local"


def written_settings(file: Path = ENVIRONMENT_FILE, process: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a person set. Values in the file are taken as they are written: no `$` in a secret means anything."""
    written: Mapping[str, str | None] = dotenv_values(file, interpolate=False) if file.exists() else {}
    from_file = {name: value for name, value in written.items() if value}
    if process.get("AWS_ACCESS_KEY_ID"):
        # Who brings credentials means them, and the file's profile is there on its author's machine only.
        from_file.pop("AWS_PROFILE", None)
    return {**from_file, **process}


def unreadable_lines(file: Path = ENVIRONMENT_FILE) -> list[int]:
    """The numbers of the lines, from 1, that are no setting; what stands there is lost, often for a missing quote."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as stream:
        # An error begins with the white space above it, so its own line is the first that holds something.
        return [_own_line(entry.original.string, entry.original.line) for entry in parse_stream(stream) if entry.error]


def _own_line(text: str, first_line: int) -> int:
    above = text[: len(text) - len(text.lstrip())]
    return first_line + above.count("\n")


def running_stack(file: Path = STACK_FILE) -> dict[str, str]:
    """The settings of our resources in the local stack that runs on this machine; empty where none does."""
    try:
        described = json.loads(file.read_text(encoding="utf-8"))
        endpoint = str(described["dynamodb"]["endpoint_url"])
        table = str(described["dynamodb"]["table"])
        base_url = str(described["base_url"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {
        "TABLE_NAME": table,
        "TASKS_QUEUE_URL": f"{endpoint}/{_STACK_ACCOUNT}/tasks",
        "NOTIFICATIONS_QUEUE_URL": f"{endpoint}/{_STACK_ACCOUNT}/notifications.fifo",
        "PUBLIC_BASE_URL": base_url,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": _STACK_REGION,
        "AWS_DEFAULT_REGION": _STACK_REGION,
        "AWS_ACCESS_KEY_ID": _STACK_CREDENTIAL,
        "AWS_SECRET_ACCESS_KEY": _STACK_CREDENTIAL,
        "AWS_SESSION_TOKEN": "",
    }


def operator_environment(
    file: Path = ENVIRONMENT_FILE, process: Mapping[str, str] = os.environ, stack_file: Path = STACK_FILE
) -> dict[str, str]:
    """What a person set, and the running local stack's resources where no table is named."""
    written = written_settings(file, process)
    if written.get("TABLE_NAME"):
        return written
    stack = running_stack(stack_file)
    # The person's own credentials for AWS are none for the local stack; its address is theirs to choose.
    address = {name: written[name] for name in ("PUBLIC_BASE_URL",) if written.get(name)}
    return {**written, **stack, **address}


def check_names_a_table(environment: Mapping[str, str]) -> None:
    """Look before AWS is asked, whose complaint would be about a region.

    Raises:
        ValueError: no table is named, and no local stack runs here.
    """
    if not environment.get("TABLE_NAME"):
        raise ValueError("there is no table. Start the local stack (make run), or set TABLE_NAME in .env.")


async def operator_services() -> Services:
    """The services with that environment, secrets of AWS included where it names them."""
    environment = operator_environment()
    # boto3 reads profiles and the like from the process's environment, also where they stand in the file only.
    os.environ.update(environment)
    return await ServicesOnDemand(environment, _caller).ready()


def _caller(service: str, environment: Mapping[str, str]) -> AwsCaller:
    try:
        return boto_caller(service, environment)
    except BotoCoreError as error:
        # No region, or a profile that is not there: found out before any call is made.
        raise AwsError(service, type(error).__name__, str(error)) from None
