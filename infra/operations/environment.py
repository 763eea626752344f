"""The environment of an operator's command: the process's own, above the `.env` of the repository."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.commands.services import Services, ServicesOnDemand

ENVIRONMENT_FILE = Path(__file__).resolve().parents[2] / ".env"


def operator_environment(file: Path = ENVIRONMENT_FILE) -> dict[str, str]:
    """The settings. Values in the file are taken as they are written: no `$` in a secret means anything."""
    written: Mapping[str, str | None] = dotenv_values(file, interpolate=False) if file.exists() else {}
    from_file = {name: value for name, value in written.items() if value}
    return {**from_file, **os.environ}


async def operator_services() -> Services:
    """The services with that environment, secrets of AWS included where it names them."""
    environment = operator_environment()
    # boto3 reads the process's environment, also for what stands in the file only.
    os.environ.update(environment)
    return await ServicesOnDemand(environment, boto_caller).ready()
