"""`make server-config`: one server's settings, as the operator may see and set them.

make server-config GUILD=123                                          what differs from the defaults, and what is ours
make server-config GUILD=123 KEY=watch.link_hosts                     one setting
make server-config GUILD=123 KEY=kaltura.player_id VALUE=51234567     set it
make server-config GUILD=123 RESET=kaltura.player_id                  back to the default; a section too

Servers set most of it themselves (`/kaltura-config`); what only the operator sets, such as `kaltura.…`, they neither
set nor see. What is set is checked as everything that servers set is, and stands in the server's history and audit.
The defaults are those of this environment, which has to be the deployment's.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from infra.operations.running import plain, run
from infra.operations.server_arguments import server_id
from kaltura_discord.commands.config.existing import command_names
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId, InteractionId, UserId
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.catalogue import find_setting
from kaltura_discord.server_config.changes import Changes, Editor, Existing, Row, in_words
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import difference
from kaltura_discord.server_config.override_store import Author, OverrideStore
from kaltura_discord.server_config.server_configs import CACHE_SECONDS

# In the history they stand as "whoever runs this app".
_OPERATOR = Author(UserId(""), InteractionId(""))


@dataclass(frozen=True, slots=True)
class Desk:
    """What the command works with."""

    overrides: OverrideStore
    servers: AllowedServers
    defaults: ServerConfig

    @property
    def changes(self) -> Changes:
        """What the operator may do. Channels and roles are not looked up: the bot may not be in the server."""
        return Changes(self.defaults, Editor.OPERATOR, Existing(commands=command_names()))


def main() -> int:
    """Run the command; the exit status."""
    arguments = read_arguments()

    async def command(services: Services) -> str:
        return await carry_out(arguments, Desk(services.overrides, services.servers, services.defaults))

    return run(command)


async def carry_out(arguments: argparse.Namespace, desk: Desk) -> str:
    """Do what the arguments say; what to tell the operator.

    Raises:
        ConfigError: it does not fit, or somebody else was faster; nothing was changed.
        ValueError: an argument is not what it should be.
        AwsError: the table could not be reached.
    """
    guild_id = server_id(arguments.guild)
    if arguments.value and not arguments.key:
        raise ValueError("VALUE needs KEY, the setting that it is for.")
    if arguments.reset and (arguments.key or arguments.value):
        raise ValueError("RESET stands alone: one thing at a time.")
    if arguments.value or arguments.reset:
        return await _changed(guild_id, arguments, desk)
    return await _shown(guild_id, arguments.key, desk)


async def _changed(guild_id: GuildId, arguments: argparse.Namespace, desk: Desk) -> str:
    before = await desk.overrides.read(guild_id)
    if arguments.reset:
        document = desk.changes.reset(before.document, arguments.reset)
    else:
        document = desk.changes.set_text(before.document, arguments.key, arguments.value)
    changes = difference(before.document, document)
    if not changes:
        return "Nothing was changed: it is like that already."
    await desk.overrides.save(guild_id, before, document, _OPERATOR)
    lines = [plain(in_words(change, desk.defaults)) for change in changes]
    if await desk.servers.find_now(guild_id) is None:
        lines.append("The server is not allowed yet: make allow-server")
    return "\n".join([*lines, f"It takes up to {CACHE_SECONDS:.0f} seconds to be seen everywhere."])


async def _shown(guild_id: GuildId, key: str, desk: Desk) -> str:
    overrides = await desk.overrides.read(guild_id)
    rows = desk.changes.rows(overrides.document)
    if key:
        _, path = find_setting(key)
        chosen = [row for row in rows if row.path == path] or [_unset(key)]
    else:
        chosen = [row for row in rows if row.is_overridden or row.setting.is_operators]
    count = "1 change" if overrides.version == 1 else f"{overrides.version} changes"
    heading = f"server {guild_id}, {count} so far" if overrides.version else f"server {guild_id}"
    return "\n".join([heading, *(f"  {_line(row)}" for row in chosen)])


def _unset(key: str) -> Row:
    """An entry of a map that neither the defaults nor the server have."""
    setting, path = find_setting(key)
    return Row(setting, path, None, None)


def _line(row: Row) -> str:
    value = "nothing" if row.value is None else row.setting.kind.show(row.value)
    default = "nothing" if row.default is None else row.setting.kind.show(row.default)
    origin = f"the default is {default}" if row.is_overridden else "the default"
    whose = ", set by the operator only" if row.setting.is_operators else ""
    return f"{row.key}: {value} ({origin}{whose})"


def read_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments from `words`; from the command line where there are none."""
    parser = argparse.ArgumentParser(
        prog="server-config", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guild", default="", help="the server's id")
    parser.add_argument("--key", default="", help="a setting")
    parser.add_argument("--value", default="", help="what to set it to; none for nothing")
    parser.add_argument("--reset", default="", help="a setting or section that is to be as the defaults say")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
