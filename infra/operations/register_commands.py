"""`make register-commands`: tell Discord about our commands. Shows what will change first; safe to run again."""

import argparse
import asyncio
import sys
from collections.abc import Callable

from infra.operations.environment import operator_services
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.commands.registration import Difference, all_payloads, difference
from kaltura_discord.commands.registry import REGISTRY
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.settings import MissingSetting

_PATIENCE_SECONDS = 30.0

Agrees = Callable[[], bool]
"""Whether the operator wants what was shown."""


def main() -> int:
    """Run the command; the exit status."""
    parser = argparse.ArgumentParser(prog="register-commands", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show the difference only")
    arguments = parser.parse_args()
    agrees = _always if arguments.yes else _asked
    try:
        return asyncio.run(_with_services(agrees, dry=arguments.dry_run))
    except (MissingSetting, AwsError, DiscordError) as error:
        print(f"Not registered: {error}", file=sys.stderr)
        return 1


async def _with_services(agrees: Agrees, *, dry: bool) -> int:
    services = await operator_services()
    async with services.http:
        return await register(services.rest, agrees, dry=dry)


async def register(rest: DiscordRest, agrees: Agrees, *, dry: bool) -> int:
    """Show the difference, and register our commands if there is one and the operator agrees; the exit status.

    Args:
        rest: how Discord is reached.
        agrees: asked once the difference has been shown.
        dry: show it only.

    Raises:
        DiscordError: Discord did not take part.
    """
    registered = await rest.registered_commands(Deadline.after(_PATIENCE_SECONDS))
    wanted = all_payloads(REGISTRY.commands, registered)
    changes = difference(wanted, registered)
    print(_shown(changes))
    if changes.is_empty or dry:
        return 0
    if not agrees():
        print("Nothing was changed.")
        return 1
    await rest.replace_commands(wanted, Deadline.after(_PATIENCE_SECONDS))
    print(f"Registered {len(wanted)} commands.")
    return 0


def _always() -> bool:
    return True


def _asked() -> bool:
    """Nothing else runs while the operator thinks. Where nobody can be asked, nobody agrees."""
    try:
        return input("Register? [y/N] ").strip().lower() == "y"
    except EOFError:
        print("\nNobody is there to answer; to register without asking: make register-commands YES=1")
        return False


def _shown(changes: Difference) -> str:
    lines = [f"  + /{name}" for name in changes.added]
    lines += [f"  ~ /{name}" for name in changes.changed]
    lines += [f"  - /{name}" for name in changes.removed]
    lines += [f"    /{name}" for name in changes.unchanged]
    heading = (
        "Discord knows these commands already:" if changes.is_empty else "What changes (+ new, ~ changed, - gone):"
    )
    return "\n".join([heading, *lines])


if __name__ == "__main__":
    sys.exit(main())
