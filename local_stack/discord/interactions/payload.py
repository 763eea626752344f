"""The interaction object: what every interaction says about who, where and what may be done there.

Fields: Discord docs, Interactions - Receiving and Responding - Interaction Object.
"""

from local_stack.discord.society import Channel, Person
from local_stack.discord.tokens import Interaction
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

IN_SERVER, WITH_BOT = 0, 1
ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024


def interaction_json(world: DiscordWorld, interaction: Interaction, data: Json) -> Json:
    """The whole object, ready to be signed and sent."""
    channel, person = interaction.channel, interaction.person
    payload: Json = {
        "id": interaction.interaction_id,
        "application_id": world.application_id,
        "type": interaction.type,
        "data": data,
        "token": interaction.token,
        "version": 1,
        "channel_id": channel.channel_id,
        "channel": _partial_channel(world, channel, person),
        "app_permissions": str(int(world.permissions(world.bot.user_id, channel))),
        "locale": person.locale,
        "entitlements": [],
        "authorizing_integration_owners": interaction.owners,
        "context": WITH_BOT if channel.guild_id is None else IN_SERVER,
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    server = world.server_of(channel)
    if server is None:
        payload["user"] = person.as_json()
    else:
        permissions = server.permissions_of(person.user_id, channel)
        member = server.members[person.user_id].as_json()
        payload["guild_id"] = server.guild_id
        payload["guild"] = {"id": server.guild_id, "locale": server.locale, "features": []}
        payload["guild_locale"] = server.locale
        payload["member"] = {**member, "permissions": str(int(permissions))}
    if interaction.source is not None:
        payload["message"] = interaction.source.seen_by_application(world.now())
    return payload


def _partial_channel(world: DiscordWorld, channel: Channel, person: Person) -> Json:
    partial = channel.as_json()
    partial.pop("permission_overwrites", None)
    partial["permissions"] = str(int(world.permissions(person.user_id, channel)))
    return partial
