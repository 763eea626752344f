"""What administrators and members change while the stack runs, through doors of `_sim`.

PATCH  _sim/guilds/{guild}                              {system_channel_id: id or null}
POST   _sim/guilds/{guild}/members                      {user_id}: joins, without roles
PATCH  _sim/guilds/{guild}/members/{user}               {nickname?, roles?: [id]}
DELETE _sim/guilds/{guild}/members/{user}               leaves or is kicked (the bot: like `DELETE _sim/installs`)
PUT, DELETE _sim/guilds/{guild}/members/{user}/roles/{role}
POST   _sim/guilds/{guild}/roles                        {name, permissions?: bits as text}
PATCH  _sim/guilds/{guild}/roles/{role}                 {name?, permissions?}
DELETE _sim/guilds/{guild}/roles/{role}
POST   _sim/guilds/{guild}/channels                     {name, type?: 0, 2 or 15, flags?: 16 of a forum}
PUT, DELETE _sim/channels/{channel}/overwrites/{target} {type: 0 role or 1 member, allow?, deny?: bits as text}
DELETE _sim/channels/{channel}
PATCH  _sim/people/{user}                               {display_name?, takes_direct_messages?}
PUT    _sim/guilds/{guild}/commands/{name}/permissions  [{id, type: 1 role, 2 user or 3 channel, permission}]
"""

import dataclasses

from aiohttp import web

from local_stack.discord.administration import (
    add_role,
    delete_channel,
    delete_role,
    join_server,
    leave_server,
    put_member,
    rename_person,
)
from local_stack.discord.permissions import Overwrite, Permission
from local_stack.discord.routes.sim_requests import SimRefusal, channel_of, json_body, person_of, server_of, text_of
from local_stack.discord.society import FORUM, REQUIRE_TAG, TEXT, VOICE, Channel, Member, Role, Server
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

LONGEST_NAME = 100
LONGEST_NICKNAME = 32
KINDS_OF_PERMISSION = (1, 2, 3)


def add_administration_routes(app: web.Application, world: DiscordWorld) -> None:
    """Serve the doors above."""
    door = _Door(world)
    base = "/api/v10/_sim"
    guild = f"{base}/guilds/{{guild_id}}"
    member = f"{guild}/members/{{user_id}}"
    held = f"{member}/roles/{{role_id}}"
    overwrite = f"{base}/channels/{{channel_id}}/overwrites/{{target_id}}"
    for method, path, handler in (
        ("PATCH", guild, door.edit_server),
        ("POST", f"{guild}/members", door.join),
        ("PATCH", member, door.edit_member),
        ("DELETE", member, door.leave),
        ("PUT", held, door.give_role),
        ("DELETE", held, door.take_role),
        ("POST", f"{guild}/roles", door.add_role),
        ("PATCH", f"{guild}/roles/{{role_id}}", door.edit_role),
        ("DELETE", f"{guild}/roles/{{role_id}}", door.delete_role),
        ("POST", f"{guild}/channels", door.add_channel),
        ("DELETE", f"{base}/channels/{{channel_id}}", door.delete_channel),
        ("PUT", overwrite, door.put_overwrite),
        ("DELETE", overwrite, door.delete_overwrite),
        ("PATCH", f"{base}/people/{{user_id}}", door.edit_person),
        ("PUT", f"{guild}/commands/{{name}}/permissions", door.permit_command),
    ):
        app.router.add_route(method, path, handler)


class _Door:
    def __init__(self, world: DiscordWorld) -> None:
        self._world = world

    async def edit_server(self, request: web.Request) -> web.Response:
        server, body = self._server(request), await json_body(request)
        channel_id = body.get("system_channel_id", server.system_channel_id)
        if channel_id is not None and channel_id not in server.channels:
            raise SimRefusal(400, f"{server.name} has no channel {channel_id!r}")
        self._world.servers[server.guild_id] = dataclasses.replace(server, system_channel_id=channel_id)
        return web.Response(status=204)

    async def join(self, request: web.Request) -> web.Response:
        server = self._server(request)
        person = person_of(self._world, (await json_body(request)).get("user_id"))
        if person.user_id in server.members or person.bot:
            raise SimRefusal(409, f"{person.username} is a member of {server.name}, or a bot, which is installed")
        return web.json_response(join_server(self._world, server, person).as_json(), status=201)

    async def edit_member(self, request: web.Request) -> web.Response:
        server, body = self._server(request), await json_body(request)
        member = self._member(request, server)
        if "nickname" in body:
            nickname = None if body["nickname"] is None else text_of(body, "nickname", LONGEST_NICKNAME)
            member = dataclasses.replace(member, nickname=nickname)
        if "roles" in body:
            member = dataclasses.replace(member, role_ids=_roles(server, body["roles"]))
        put_member(self._world, server, member)
        return web.json_response(member.as_json())

    async def leave(self, request: web.Request) -> web.Response:
        server = self._server(request)
        member = self._member(request, server)
        if member.person.user_id == server.owner_id:
            raise SimRefusal(400, f"{member.person.username} owns {server.name} and cannot leave it")
        leave_server(self._world, server, member.person)
        return web.Response(status=204)

    async def give_role(self, request: web.Request) -> web.Response:
        server = self._server(request)
        member, role = self._member(request, server), self._role(request, server)
        kept = tuple(one for one in member.role_ids if one != role.role_id)
        put_member(self._world, server, dataclasses.replace(member, role_ids=(*kept, role.role_id)))
        return web.Response(status=204)

    async def take_role(self, request: web.Request) -> web.Response:
        server = self._server(request)
        member, role = self._member(request, server), self._role(request, server)
        kept = tuple(one for one in member.role_ids if one != role.role_id)
        put_member(self._world, server, dataclasses.replace(member, role_ids=kept))
        return web.Response(status=204)

    async def add_role(self, request: web.Request) -> web.Response:
        server, body = self._server(request), await json_body(request)
        name = text_of(body, "name", LONGEST_NAME)
        role = add_role(self._world, server, name, _bits(body, "permissions"))
        return web.json_response(role.as_json(), status=201)

    async def edit_role(self, request: web.Request) -> web.Response:
        server, body = self._server(request), await json_body(request)
        role = self._role(request, server)
        if "name" in body:
            role = dataclasses.replace(role, name=text_of(body, "name", LONGEST_NAME))
        if "permissions" in body:
            role = dataclasses.replace(role, permissions=_bits(body, "permissions"))
        server.roles[role.role_id] = role
        self._world.tell_of_change()
        return web.json_response(role.as_json())

    async def delete_role(self, request: web.Request) -> web.Response:
        server = self._server(request)
        role = self._role(request, server)
        if role.role_id == server.guild_id or role.bot_id is not None:
            raise SimRefusal(400, f"the role {role.name} cannot be deleted")
        delete_role(self._world, server, role)
        return web.Response(status=204)

    async def add_channel(self, request: web.Request) -> web.Response:
        server, body = self._server(request), await json_body(request)
        name, kind = text_of(body, "name", LONGEST_NAME), body.get("type", TEXT)
        if kind not in (TEXT, VOICE, FORUM):
            raise SimRefusal(400, "type must be 0 (text), 2 (voice) or 15 (forum)")
        flags = body.get("flags", 0)
        if flags not in ((0, REQUIRE_TAG) if kind == FORUM else (0,)):
            raise SimRefusal(400, "flags must be 0, or in a forum 16 (every post needs a tag)")
        channel = Channel(self._world.mint.next(), name, server.guild_id, kind, len(server.channels), flags=flags)
        self._world.put_channel(server, channel)
        self._world.tell_of_change()
        return web.json_response(channel.as_json(), status=201)

    async def delete_channel(self, request: web.Request) -> web.Response:
        channel, server = self._channel(request)
        delete_channel(self._world, server, channel)
        return web.Response(status=204)

    async def put_overwrite(self, request: web.Request) -> web.Response:
        (channel, server), body = self._channel(request), await json_body(request)
        target = request.match_info["target_id"]
        is_role = body.get("type") == 0
        if target not in (server.roles if is_role else server.members):
            raise SimRefusal(404, f"{server.name} has no {'role' if is_role else 'member'} {target}")
        kept = tuple(one for one in channel.overwrites if one.target_id != target)
        changed = Overwrite(target, "role" if is_role else "member", _bits(body, "allow"), _bits(body, "deny"))
        self._put(server, dataclasses.replace(channel, overwrites=(*kept, changed)))
        return web.Response(status=204)

    async def delete_overwrite(self, request: web.Request) -> web.Response:
        channel, server = self._channel(request)
        kept = tuple(one for one in channel.overwrites if one.target_id != request.match_info["target_id"])
        self._put(server, dataclasses.replace(channel, overwrites=kept))
        return web.Response(status=204)

    async def edit_person(self, request: web.Request) -> web.Response:
        body = await json_body(request)
        person = person_of(self._world, request.match_info["user_id"])
        if "display_name" in body:
            name = None if body["display_name"] is None else text_of(body, "display_name", LONGEST_NICKNAME)
            person = rename_person(self._world, person, name)
        if body.get("takes_direct_messages") is False:
            self._world.closed_doors.add(person.user_id)
        elif "takes_direct_messages" in body:
            self._world.closed_doors.discard(person.user_id)
        return web.json_response(person.as_json())

    async def permit_command(self, request: web.Request) -> web.Response:
        server, name = self._server(request), request.match_info["name"]
        command = self._world.commands.find(server.guild_id, name)
        if command is None:
            raise SimRefusal(404, f"there is no command /{name}")
        said = _permissions(await request.json())
        self._world.command_permissions.setdefault(server.guild_id, {})[command["id"]] = said
        self._world.tell_of_change()
        return web.Response(status=204)

    def _put(self, server: Server, channel: Channel) -> None:
        self._world.put_channel(server, channel)
        self._world.tell_of_change()

    def _server(self, request: web.Request) -> Server:
        return server_of(self._world, request.match_info["guild_id"])

    def _member(self, request: web.Request, server: Server) -> Member:
        person = person_of(self._world, request.match_info["user_id"])
        member = server.members.get(person.user_id)
        if member is None:
            raise SimRefusal(404, f"{person.username} is no member of {server.name}")
        return member

    def _role(self, request: web.Request, server: Server) -> Role:
        role = server.roles.get(request.match_info["role_id"])
        if role is None:
            raise SimRefusal(404, f"{server.name} has no role {request.match_info['role_id']}")
        return role

    def _channel(self, request: web.Request) -> tuple[Channel, Server]:
        channel = channel_of(self._world, request.match_info["channel_id"])
        server = self._world.server_of(channel)
        if server is None:
            raise SimRefusal(400, "direct messages are of no server")
        return channel, server


def _roles(server: Server, wanted: object) -> tuple[str, ...]:
    if not isinstance(wanted, list) or not all(role_id in server.roles for role_id in wanted):
        raise SimRefusal(400, f"roles must be a list of ids of roles of {server.name}")
    return tuple(wanted)


def _bits(body: Json, name: str) -> Permission:
    value = body.get(name, "0")
    if not isinstance(value, str) or not value.isdigit():
        raise SimRefusal(400, f"{name} must be a number in a text, as Discord writes permissions")
    return Permission(int(value))


def _permissions(said: object) -> list[Json]:
    """What a server sets for a command, in Discord's shape."""
    if not isinstance(said, list) or not all(_is_permission(one) for one in said):
        raise SimRefusal(400, "the body must be a list of {id, type, permission}")
    return said


def _is_permission(one: object) -> bool:
    if not isinstance(one, dict) or one.keys() != {"id", "type", "permission"}:
        return False
    is_whom = isinstance(one["id"], str) and one["type"] in KINDS_OF_PERMISSION
    return is_whom and isinstance(one["permission"], bool)
