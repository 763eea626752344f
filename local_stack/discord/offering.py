"""Which commands somebody is offered where.

    installed      the command comes with the server's installation or the person's own, as its `integration_types` say
    context        servers, or direct messages with the bot
    permissions    USE_APPLICATION_COMMANDS, and then the first of these that says anything:
                   administrators always · what the server set for this person · for their roles (one that allows
                   is enough) · for @everyone · the command's `default_member_permissions`
    channel        what the server set for this channel, or for all channels

What a server sets stands under Server Settings - Integrations (Discord docs: Application Commands - Permissions).
"""

from collections.abc import Iterable

from local_stack.discord.command_book import GLOBAL
from local_stack.discord.installs import FOR_PERSON, IN_SERVER, is_installed
from local_stack.discord.permissions import EVERYTHING, Permission
from local_stack.discord.society import Channel, Member, Person, Server
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

ROLE, USER, CHANNEL = 1, 2, 3
"""Whom or what a permission is for (Discord docs: Application Command Permission Type)."""

ADMINISTRATORS_ONLY = "0"


def commands_for(world: DiscordWorld, person: Person, channel: Channel) -> list[Json]:
    """The commands that somebody is offered in a channel; a server's own hides the global one of its name."""
    scopes = [GLOBAL] if channel.guild_id is None else [channel.guild_id, GLOBAL]
    offered: list[Json] = []
    names: set[tuple[str, int]] = set()
    for scope in scopes:
        for command in world.commands.in_scope(scope):
            key = (command["name"], command["type"])
            if key not in names and may_use(world, person, channel, command):
                names.add(key)
                offered.append(command)
    return offered


def may_use(world: DiscordWorld, person: Person, channel: Channel, command: Json) -> bool:
    """Whether Discord offers somebody a command in a channel."""
    contexts = command.get("contexts")
    if contexts is not None and (0 if channel.guild_id else 1) not in contexts:
        return False
    server = world.server_of(channel)
    if server is None:
        return True
    if not _is_there(world, person, server, command):
        return False
    held = server.permissions_of(person.user_id, channel)
    if Permission.USE_APPLICATION_COMMANDS not in held:
        return False
    if held == EVERYTHING:
        return True
    said = world.command_permissions.get(server.guild_id, {}).get(command["id"], [])
    if not _channel_is_allowed(server, channel, said):
        return False
    set_by_server = _said_of(server.members[person.user_id], server, said)
    return _meets_default(command, held) if set_by_server is None else set_by_server


def owners_of(world: DiscordWorld, person: Person, channel: Channel) -> Json:
    """The installations that an interaction rests on, by their context (`authorizing_integration_owners`)."""
    owners: Json = {}
    server = world.server_of(channel)
    if server is None:
        owners[str(IN_SERVER)] = "0"
    elif is_installed(world, server):
        owners[str(IN_SERVER)] = server.guild_id
    if person.user_id in world.user_installs:
        owners[str(FOR_PERSON)] = person.user_id
    return owners


def _is_there(world: DiscordWorld, person: Person, server: Server, command: Json) -> bool:
    kinds = command.get("integration_types", [IN_SERVER])
    by_server = IN_SERVER in kinds and is_installed(world, server)
    return by_server or (FOR_PERSON in kinds and person.user_id in world.user_installs)


def _channel_is_allowed(server: Server, channel: Channel, said: list[Json]) -> bool:
    by_channel = {one["id"]: one["permission"] for one in said if one["type"] == CHANNEL}
    all_channels = str(int(server.guild_id) - 1)
    allowed: bool = by_channel.get(channel.channel_id, by_channel.get(all_channels, True))
    return allowed


def _said_of(member: Member, server: Server, said: list[Json]) -> bool | None:
    """What the server set for a member; None where nothing."""
    for_person = _first(one["permission"] for one in said if (one["type"], one["id"]) == (USER, member.person.user_id))
    if for_person is not None:
        return for_person
    for_roles = [one["permission"] for one in said if one["type"] == ROLE and one["id"] in member.role_ids]
    if for_roles:
        return any(for_roles)
    return _first(one["permission"] for one in said if (one["type"], one["id"]) == (ROLE, server.guild_id))


def _first(answers: Iterable[bool]) -> bool | None:
    return next(iter(answers), None)


def _meets_default(command: Json, held: Permission) -> bool:
    needed = command["default_member_permissions"]
    if needed is None:
        return True
    return needed != ADMINISTRATORS_ONLY and int(held) & int(needed) == int(needed)
