"""Servers ("guilds") as the bot may look them up: roles, channels, members, who sits in which voice channel."""

from aiohttp import web

from local_stack.discord.errors import invalid, missing_access, unknown
from local_stack.discord.installs import is_installed
from local_stack.discord.permissions import Permission
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.routes.threads import is_archived
from local_stack.discord.society import Member, Server
from local_stack.discord.wire import Json, is_snowflake

GUILD_LIMIT = Limit(10, 5.0)
SEARCH_LIMIT = Limit(10, 10.0)


def add_guild_routes(routes: ApiRoutes) -> None:
    """Serve /guilds/{guild}/..."""
    base = "/guilds/{guild_id}"
    for path, handler, limit in (
        (base, show_guild, GUILD_LIMIT),
        (f"{base}/roles", list_roles, GUILD_LIMIT),
        (f"{base}/roles/{{role_id}}", show_role, GUILD_LIMIT),
        (f"{base}/channels", list_channels, GUILD_LIMIT),
        (f"{base}/threads/active", list_active_threads, GUILD_LIMIT),
        (f"{base}/members", list_members, GUILD_LIMIT),
        (f"{base}/members/search", search_members, SEARCH_LIMIT),
        (f"{base}/members/{{user_id}}", show_member, GUILD_LIMIT),
        (f"{base}/voice-states/{{user_id}}", show_voice_state, GUILD_LIMIT),
    ):
        routes.add("GET", path, handler, limit=limit, resource="guild_id")


def server_of_call(call: ApiCall) -> Server:
    """The server.

    Raises:
        Refusal: 10004, also for servers without the bot.
    """
    server = call.world.servers.get(call.path("guild_id"))
    if server is None or not is_installed(call.world, server):
        raise unknown("Guild", 10004)
    return server


def _member(call: ApiCall, server: Server) -> Member:
    user_id = call.path("user_id")
    if user_id == "@me":
        user_id = call.world.bot.user_id
    if not is_snowflake(user_id):
        raise invalid(("user_id",), "NUMBER_TYPE_COERCE", f'Value "{user_id}" is not snowflake.')
    if user_id not in call.world.people:
        raise unknown("User", 10013)
    member = server.members.get(user_id)
    if member is None:
        raise unknown("Member", 10007)
    return member


async def show_guild(call: ApiCall) -> web.Response:
    """The guild object; `with_counts=true` adds the number of members."""
    server = server_of_call(call)
    guild = server.as_json()
    if call.request.query.get("with_counts") in ("true", "1"):
        guild["approximate_member_count"] = len(server.members)
        guild["approximate_presence_count"] = len(server.members)
    return answered(guild)


async def list_roles(call: ApiCall) -> web.Response:
    """All roles, @everyone first."""
    return answered([role.as_json() for role in server_of_call(call).roles.values()])


async def show_role(call: ApiCall) -> web.Response:
    """One role."""
    role = server_of_call(call).roles.get(call.path("role_id"))
    if role is None:
        raise unknown("Role", 10011)
    return answered(role.as_json())


async def list_channels(call: ApiCall) -> web.Response:
    """The channels that the bot sees."""
    server = server_of_call(call)
    bot_id = call.world.bot.user_id
    visible = [channel for channel in server.channels.values() if call.world.may(bot_id, channel, Permission.NONE)]
    return answered([channel.as_json() for channel in visible])


async def list_active_threads(call: ApiCall) -> web.Response:
    """The threads that are not archived and that the bot sees; it has joined those that it began, and all are its."""
    server, world = server_of_call(call), call.world
    bot_id = world.bot.user_id
    of_server = [each for each in world.channels.values() if each.guild_id == server.guild_id and each.thread]
    awake = [each for each in of_server if not is_archived(each)]
    threads = [thread.as_json() for thread in awake if world.may(bot_id, thread, Permission.NONE)]
    joined = [{"id": each["id"], "user_id": bot_id, "join_timestamp": begun_at(each), "flags": 0} for each in threads]
    return answered({"threads": threads, "members": joined, "has_more": False})


def begun_at(thread: Json) -> str:
    """When a thread was begun, as Discord writes it."""
    at: str = thread["thread_metadata"]["create_timestamp"]
    return at


async def list_members(call: ApiCall) -> web.Response:
    """Refused: the list needs the GUILD_MEMBERS intent, which the application does not have."""
    server_of_call(call)
    raise missing_access()


async def search_members(call: ApiCall) -> web.Response:
    """Members whose user name or nickname begins with `query`; `limit` 1 to 1000."""
    server = server_of_call(call)
    query = call.request.query.get("query", "")
    if not query:
        raise invalid(("query",), "BASE_TYPE_REQUIRED", "This field is required")
    limit = call.request.query.get("limit", "1")
    if not limit.isdigit() or not 1 <= int(limit) <= 1000:
        raise invalid(("limit",), "NUMBER_TYPE_MAX", "int value should be between 1 and 1000.")
    wanted = query.casefold()
    found = [
        member.as_json()
        for member in server.members.values()
        if member.person.username.casefold().startswith(wanted) or member.name.casefold().startswith(wanted)
    ]
    return answered(found[: int(limit)])


async def show_member(call: ApiCall) -> web.Response:
    """One member."""
    return answered(_member(call, server_of_call(call)).as_json())


async def show_voice_state(call: ApiCall) -> web.Response:
    """Where a member listens; 10065 where nowhere."""
    server = server_of_call(call)
    member = _member(call, server)
    channel_id = server.voice.get(member.person.user_id)
    if channel_id is None:
        raise unknown("Voice State", 10065)
    flags = ("deaf", "mute", "self_deaf", "self_mute", "self_video", "self_stream", "suppress")
    return answered(
        {
            "guild_id": server.guild_id,
            "channel_id": channel_id,
            "user_id": member.person.user_id,
            "member": member.as_json(),
            "session_id": f"{int(member.person.user_id):x}",
            "request_to_speak_timestamp": None,
            **dict.fromkeys(flags, False),
        }
    )
