"""Registering commands: /applications/{application}/commands and its variant for one server."""

from aiohttp import web

from local_stack.discord.command_book import GLOBAL
from local_stack.discord.errors import Complaints, invalid, missing_access, unknown
from local_stack.discord.installs import is_installed
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.rules.commands import check_command
from local_stack.discord.wire import Json

MOST_IN_BULK = 130
COMMANDS_LIMIT = Limit(20, 20.0)


def add_registration_routes(routes: ApiRoutes) -> None:
    """Serve the global routes and those of a server."""
    of_server = "/applications/{application_id}/guilds/{guild_id}/commands"
    for path, reader in (
        (f"{of_server}/permissions", list_permissions),
        (f"{of_server}/{{command_id}}/permissions", show_permissions),
    ):
        routes.add("GET", path, reader, limit=COMMANDS_LIMIT, resource="guild_id")
    for base in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"):
        collection = f"{base}/commands"
        single = f"{collection}/{{command_id}}"
        for method, path, handler in (
            ("GET", collection, list_commands),
            ("POST", collection, upsert_command),
            ("PUT", collection, replace_commands),
            ("GET", single, show_command),
            ("PATCH", single, edit_command),
            ("DELETE", single, delete_command),
        ):
            routes.add(method, path, handler, limit=COMMANDS_LIMIT, resource="guild_id")


def _scope(call: ApiCall) -> str:
    """The scope that the route means.

    Raises:
        Refusal: another application's (10002), or a server the bot is not in (50001).
    """
    if call.path("application_id") != call.world.application_id:
        raise unknown("Application", 10002)
    guild_id = call.request.match_info.get("guild_id")
    if guild_id is None:
        return GLOBAL
    server = call.world.servers.get(guild_id)
    if server is None or not is_installed(call.world, server):
        raise missing_access()
    return guild_id


async def list_commands(call: ApiCall) -> web.Response:
    """All commands of the scope; localizations only where asked for."""
    commands = call.world.commands.in_scope(_scope(call))
    if call.request.query.get("with_localizations") not in ("true", "1"):
        commands = [_without_localizations(command) for command in commands]
    return answered(commands)


def _without_localizations(command: Json) -> Json:
    return {key: value for key, value in command.items() if not key.endswith("_localizations")}


async def show_command(call: ApiCall) -> web.Response:
    """One command."""
    return answered(call.world.commands.get(_scope(call), call.path("command_id")))


async def list_permissions(call: ApiCall) -> web.Response:
    """What a server has set for our commands (Server Settings - Integrations); those it left alone are left out."""
    guild_id = _scope(call)
    said = call.world.command_permissions.get(guild_id, {})
    return answered([_permissions_json(call, guild_id, command_id) for command_id in said])


async def show_permissions(call: ApiCall) -> web.Response:
    """What a server has set for one command; 10066 where nothing."""
    guild_id, command_id = _scope(call), call.path("command_id")
    if command_id not in call.world.command_permissions.get(guild_id, {}):
        raise unknown("application command permissions", 10066)
    return answered(_permissions_json(call, guild_id, command_id))


def _permissions_json(call: ApiCall, guild_id: str, command_id: str) -> Json:
    return {
        "id": command_id,
        "application_id": call.world.application_id,
        "guild_id": guild_id,
        "permissions": call.world.command_permissions[guild_id][command_id],
    }


async def upsert_command(call: ApiCall) -> web.Response:
    """Create (201) or overwrite (200) by name and type."""
    scope = _scope(call)
    complaints = Complaints()
    check_command(call.body, complaints, in_guild=scope != GLOBAL)
    complaints.raise_if_any()
    command, is_new = call.world.commands.upsert(scope, call.body)
    return answered(command, 201 if is_new else 200)


async def replace_commands(call: ApiCall) -> web.Response:
    """Overwrite all commands of the scope."""
    scope = _scope(call)
    wanted = call.payload
    if not isinstance(wanted, list) or not all(isinstance(command, dict) for command in wanted):
        raise invalid((), "BASE_TYPE_BAD_TYPE", "Only iterables may be used in a ListType")
    if len(wanted) > MOST_IN_BULK:
        raise invalid((), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_IN_BULK} or fewer in length.")
    complaints = Complaints()
    seen: set[tuple[object, object]] = set()
    for index, command in enumerate(wanted):
        check_command(command, complaints, (index,), in_guild=scope != GLOBAL)
        key = (command.get("name"), command.get("type", 1))
        if key in seen:
            complaints.add(
                (index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        seen.add(key)
    complaints.raise_if_any()
    return answered(call.world.commands.replace(scope, wanted))


async def edit_command(call: ApiCall) -> web.Response:
    """Change some fields; the command as it would be must be valid, too."""
    scope = _scope(call)
    old = call.world.commands.get(scope, call.path("command_id"))
    complaints = Complaints()
    check_command({"type": old["type"], **call.body}, complaints, in_guild=scope != GLOBAL, is_edit=True)
    complaints.raise_if_any()
    return answered(call.world.commands.edit(scope, old["id"], call.body))


async def delete_command(call: ApiCall) -> web.Response:
    """Remove a command."""
    call.world.commands.delete(_scope(call), call.path("command_id"))
    return web.Response(status=204)
