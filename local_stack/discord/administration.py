"""What administrators and members change in a server, and what follows from it elsewhere.

A deleted role is taken from everybody who held it and from every channel's overwrites; a deleted channel takes its
messages, its Activity and whoever sat in it along; who leaves a server loses its roles, its voice channel and its
Activities, and comes back as a new member.
"""

import dataclasses

from local_stack.discord.activity_life import leave, sit_in
from local_stack.discord.installs import forget_role, uninstall
from local_stack.discord.permissions import Permission
from local_stack.discord.society import Channel, Member, Person, Role, Server
from local_stack.discord.wire import timestamp
from local_stack.discord.world import DiscordWorld


def put_member(world: DiscordWorld, server: Server, member: Member) -> None:
    """A member looks different now."""
    server.members[member.person.user_id] = member
    world.tell_of_change()


def join_server(world: DiscordWorld, server: Server, person: Person) -> Member:
    """A person joins, with no role and no nickname."""
    member = Member(person, joined_at=timestamp(world.now()))
    put_member(world, server, member)
    return member


def leave_server(world: DiscordWorld, server: Server, person: Person) -> None:
    """A member leaves or is kicked; the application's bot takes its role and its commands along."""
    if person == world.bot:
        uninstall(world, server)
        return
    for instance in list(world.activities.instances.values()):
        if instance.channel.guild_id == server.guild_id:
            leave(world, instance, person.user_id, None)
    if person.user_id in server.voice:
        sit_in(world, server.guild_id, person.user_id, None)
    del server.members[person.user_id]
    world.tell_of_change()


def rename_person(world: DiscordWorld, person: Person, display_name: str | None) -> Person:
    """A person changes the name that everybody reads, in every server."""
    renamed = dataclasses.replace(person, display_name=display_name)
    world.people[person.user_id] = renamed
    for server in world.servers.values():
        member = server.members.get(person.user_id)
        if member is not None:
            server.members[person.user_id] = dataclasses.replace(member, person=renamed)
    world.tell_of_change()
    return renamed


def add_role(world: DiscordWorld, server: Server, name: str, permissions: Permission) -> Role:
    """A new role, above those that exist."""
    position = max(role.position for role in server.roles.values()) + 1
    role = Role(world.mint.next(), name, position, permissions)
    server.roles[role.role_id] = role
    world.tell_of_change()
    return role


def delete_role(world: DiscordWorld, server: Server, role: Role) -> None:
    """A role is gone, and nobody holds it any more."""
    for member in list(server.members.values()):
        if role.role_id in member.role_ids:
            kept = tuple(one for one in member.role_ids if one != role.role_id)
            server.members[member.person.user_id] = dataclasses.replace(member, role_ids=kept)
    forget_role(world, server, role.role_id)
    del server.roles[role.role_id]
    world.tell_of_change()


def delete_channel(world: DiscordWorld, server: Server, channel: Channel) -> None:
    """A channel is gone, with everything in it."""
    for user_id in [user_id for user_id, where in server.voice.items() if where == channel.channel_id]:
        sit_in(world, server.guild_id, user_id, None)
    instance = world.activities.in_channel(channel)
    if instance is not None:
        for user_id in list(instance.visits):
            leave(world, instance, user_id, None)
    for thread in [each for each in world.channels.values() if each.parent_id == channel.channel_id]:
        _empty(world, thread)
        del world.channels[thread.channel_id]
    _empty(world, channel)
    del server.channels[channel.channel_id]
    del world.channels[channel.channel_id]
    if server.system_channel_id == channel.channel_id:
        world.servers[server.guild_id] = dataclasses.replace(server, system_channel_id=None)
    world.tell_of_change()


def _empty(world: DiscordWorld, channel: Channel) -> None:
    for message in world.shelf.in_channel(channel.channel_id):
        world.shelf.remove(message)
