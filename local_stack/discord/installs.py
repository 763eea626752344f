"""How the application comes into a server or to a person's account, and how it goes.

    a server adds it      the bot joins with its managed role; APPLICATION_AUTHORIZED with the server
    a server removes it   the bot and its role are gone; no event tells of it
    a person adds it      their own commands everywhere; APPLICATION_AUTHORIZED without a server
    a person removes it   tokens, consent and their own commands are gone; APPLICATION_DEAUTHORIZED

Discord docs: Webhook Events - Application Authorized, Application Deauthorized; Application - Installation Context.
"""

import dataclasses

from local_stack.discord.seed import bot_role
from local_stack.discord.society import Member, Person, Server
from local_stack.discord.wire import Json, timestamp
from local_stack.discord.world import DiscordWorld

IN_SERVER, FOR_PERSON = 0, 1
"""Installation contexts."""

SERVER_SCOPES = ("applications.commands", "bot")
PERSON_SCOPES = ("applications.commands",)


def is_installed(world: DiscordWorld, server: Server) -> bool:
    """Whether the application's bot is a member of the server."""
    return world.bot.user_id in server.members


def install(world: DiscordWorld, server: Server, person: Person) -> Json:
    """Somebody adds the application to a server, or authorises it there anew; what the event says."""
    if not is_installed(world, server):
        role = bot_role(world.mint.next())
        server.roles[role.role_id] = role
        server.members[world.bot.user_id] = Member(world.bot, (role.role_id,), joined_at=timestamp(world.now()))
        world.tell_of_change()
    return {
        "integration_type": IN_SERVER,
        "user": person.as_json(),
        "scopes": list(SERVER_SCOPES),
        "guild": server.as_json(),
    }


def uninstall(world: DiscordWorld, server: Server) -> None:
    """Somebody removes the application from a server: its managed role, its commands there and their settings go."""
    server.members.pop(world.bot.user_id, None)
    for role_id in [role.role_id for role in server.roles.values() if role.bot_id is not None]:
        forget_role(world, server, role_id)
        del server.roles[role_id]
    world.commands.by_scope.pop(server.guild_id, None)
    world.command_permissions.pop(server.guild_id, None)
    world.tell_of_change()


def forget_role(world: DiscordWorld, server: Server, role_id: str) -> None:
    """Take a role out of every channel's overwrites; a member's own stay when they leave, as in Discord."""
    for channel in list(server.channels.values()):
        kept = tuple(overwrite for overwrite in channel.overwrites if overwrite.target_id != role_id)
        if kept != channel.overwrites:
            world.put_channel(server, dataclasses.replace(channel, overwrites=kept))


def install_for(world: DiscordWorld, person: Person) -> Json:
    """Somebody adds the application to their own account; what the event says."""
    world.user_installs.add(person.user_id)
    world.tell_of_change()
    return {"integration_type": FOR_PERSON, "user": person.as_json(), "scopes": list(PERSON_SCOPES)}


def has_authorized(world: DiscordWorld, person: Person) -> bool:
    """Whether the application stands among what somebody has authorised."""
    user_id = person.user_id
    return user_id in world.user_installs or user_id in world.activities.consents or world.grants.hold(user_id)


def deauthorize(world: DiscordWorld, person: Person) -> Json:
    """Somebody takes back everything that they have authorised; what the event says."""
    world.user_installs.discard(person.user_id)
    world.activities.consents.pop(person.user_id, None)
    world.grants.revoke(person.user_id)
    world.tell_of_change()
    return {"user": person.as_json()}
