"""`make allow-server`: which Discord servers may use this deployment, and what they may see of Kaltura.

make allow-server GUILD=123 CATEGORIES=12,34 TAGS=biology,history
make revoke-server GUILD=123
make list-servers
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence

from infra.operations.environment import operator_services
from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.identifiers import GuildId, is_snowflake
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from kaltura_discord.settings import MissingSetting


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()
    try:
        print(asyncio.run(_with_services(arguments)))
    except (MissingSetting, AwsError, ValueError) as error:
        print(f"Not done: {error}", file=sys.stderr)
        return 1
    return 0


async def _with_services(arguments: argparse.Namespace) -> str:
    services = await operator_services()
    check_names_a_table(services.environment)
    return await carry_out(arguments, services.servers)


def check_names_a_table(environment: Mapping[str, str]) -> None:
    """Look before AWS is asked, whose complaint would be about a region.

    Raises:
        ValueError: no table is named, and no local stack runs here.
    """
    if not environment.get("TABLE_NAME"):
        raise ValueError("there is no table. Start the local stack (make run), or set TABLE_NAME in .env.")


async def carry_out(arguments: argparse.Namespace, servers: AllowedServers) -> str:
    """Do what the arguments say; what to tell the operator.

    Raises:
        ValueError: an argument is not what it should be.
        AwsError: the table could not be reached.
    """
    if arguments.list:
        return await _listed(servers)
    if not is_snowflake(arguments.guild):
        raise ValueError("GUILD is a server's id: in Discord, right-click the server, Copy Server ID.")
    guild_id = GuildId(arguments.guild)
    if arguments.revoke:
        await servers.revoke(guild_id)
        return f"Server {guild_id} is not allowed any more. It takes up to 30 seconds to be seen everywhere."
    server = AllowedServer(guild_id, _numbers(arguments.categories), _words(arguments.tags))
    await servers.allow(server)
    return f"Allowed: {_described(server)}"


async def _listed(servers: AllowedServers) -> str:
    allowed = sorted(await servers.all(), key=lambda server: server.guild_id)
    if not allowed:
        return "No server is allowed yet. Allow one: make allow-server GUILD=... CATEGORIES=... TAGS=..."
    return "\n".join(_described(server) for server in allowed)


def _described(server: AllowedServer) -> str:
    content = []
    if server.category_ids:
        content.append("categories " + ", ".join(str(category) for category in server.category_ids))
    if server.tags:
        content.append("tags " + ", ".join(server.tags))
    return f"server {server.guild_id}, videos: {' and '.join(content) or 'none (meetings only)'}"


def _numbers(text: str) -> tuple[int, ...]:
    words = _words(text)
    if not all(word.isdecimal() for word in words):
        raise ValueError("CATEGORIES are Kaltura category ids: numbers, separated by commas.")
    return tuple(int(word) for word in words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(
        prog="allow-server", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guild", default="", help="the server's id")
    parser.add_argument("--categories", default="", help="Kaltura category ids, separated by commas")
    parser.add_argument("--tags", default="", help="Kaltura tags, separated by commas")
    parser.add_argument("--revoke", action="store_true", help="allow it no longer")
    parser.add_argument("--list", action="store_true", help="show all allowed servers")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
