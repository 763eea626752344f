"""How an operator's command runs: its services, what it prints, and how it ends when something is wrong."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from infra.operations.environment import check_names_a_table, operator_services
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.services import Services
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.settings import MissingSetting


class NotAgreed(Exception):
    """The operator was asked, and did not agree; nothing was changed."""


Command = Callable[[Services], Awaitable[str]]
"""What an operator asked for; it says what to tell them."""


def run(command: Command, services: Callable[[], Awaitable[Services]] = operator_services) -> int:
    """Run a command on this environment's table and print what it tells; the exit status."""
    try:
        print(asyncio.run(_with_services(command, services)))
    except NotAgreed:
        print("Nothing was changed.")
        return 1
    except ConfigError as error:
        return _not_done(plain(error.sentence))
    except (MissingSetting, AwsError, ValueError) as error:
        return _not_done(str(error))
    return 0


async def _with_services(command: Command, services: Callable[[], Awaitable[Services]]) -> str:
    ready = await services()
    check_names_a_table(ready.environment)
    async with ready.http:
        return await command(ready)


def _not_done(reason: str) -> int:
    print(f"Not done: {reason}", file=sys.stderr)
    return 1


def plain(sentence: str) -> str:
    """What is meant for Discord, on a terminal."""
    return sentence.replace("`", "")
