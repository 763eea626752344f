"""What happens to Activity instances and voice channels, told at once to the pages that may know.

Launching and joining need USE_EMBEDDED_ACTIVITIES, in a voice channel CONNECT as well (Discord docs: Activities -
Launching). Who watches in a voice channel sits in it; who leaves it leaves its Activity.
"""

from local_stack.discord.activities import Instance, Visit
from local_stack.discord.errors import missing_permissions
from local_stack.discord.permissions import Permission
from local_stack.discord.society import VOICE, Channel, Person
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

CLOSED_WINDOW_GRACE_SECONDS = 2.0
"""A window whose stream of events broke off for a moment comes back within this time."""


def launch(world: DiscordWorld, person: Person, channel: Channel) -> Instance:
    """Open the Activity in a channel, or join the instance that already runs there.

    Raises:
        Refusal: 50013 where the person may not.
    """
    check_may_watch(world, person.user_id, channel)
    instance = world.activities.in_channel(channel)
    if instance is None:
        launch_id = world.mint.next()
        kind = "pc" if channel.guild_id is None else "gc"
        place = channel.channel_id if channel.guild_id is None else f"{channel.guild_id}-{channel.channel_id}"
        instance = Instance(f"i-{launch_id}-{kind}-{place}", launch_id, channel)
        world.activities.instances[instance.instance_id] = instance
    join(world, instance, person.user_id, None)
    return instance


def check_may_watch(world: DiscordWorld, user_id: str, channel: Channel) -> None:
    """Refuse who may not open or join an Activity in a channel.

    Raises:
        Refusal: 50013.
    """
    wanted = Permission.USE_EMBEDDED_ACTIVITIES
    if channel.type == VOICE:
        wanted |= Permission.CONNECT
    if not world.may(user_id, channel, wanted):
        raise missing_permissions()


def join(world: DiscordWorld, instance: Instance, user_id: str, window: str | None) -> None:
    """Somebody comes in, or opens one more window.

    Raises:
        Refusal: 50013 where they may not.
    """
    check_may_watch(world, user_id, instance.channel)
    if instance.channel.type == VOICE:
        sit_in(world, instance.channel.guild_id or "", user_id, instance.channel)
    is_new = user_id not in instance.visits
    visit = instance.visits.setdefault(user_id, Visit(world.now()))
    if window is not None:
        visit.windows.add(window)
    if is_new:
        _tell(world, instance)


def leave(world: DiscordWorld, instance: Instance, user_id: str, window: str | None) -> None:
    """Somebody closes a window, or (`window` None) goes altogether; the last one out ends the instance."""
    visit = instance.visits.get(user_id)
    if visit is None:
        return
    if window is not None:
        visit.windows.discard(window)
        if visit.windows:
            return
    del instance.visits[user_id]
    if not instance.visits:
        world.activities.instances.pop(instance.instance_id, None)
    _tell(world, instance)


def window_closed(world: DiscordWorld, user_id: str, window: str) -> None:
    """A page is gone: whoever watched in it there only has left."""
    if window in world.feed.windows():
        return
    for instance in list(world.activities.instances.values()):
        visit = instance.visits.get(user_id)
        if visit is not None and window in visit.windows:
            leave(world, instance, user_id, window)


def sit_in(world: DiscordWorld, guild_id: str, user_id: str, channel: Channel | None) -> None:
    """Somebody goes into a voice channel of a server, or (`channel` None) out of it."""
    server = world.servers[guild_id]
    before = server.voice.get(user_id)
    if before == (channel.channel_id if channel is not None else None):
        return
    if channel is None:
        server.voice.pop(user_id, None)
    else:
        server.voice[user_id] = channel.channel_id
    change: Json = {"guild_id": guild_id, "user_id": user_id, "channel_id": server.voice.get(user_id)}
    world.feed.publish("voice_update", change, set(server.members))
    if before is not None:
        left = world.activities.in_channel(server.channels[before])
        if left is not None:
            leave(world, left, user_id, None)


def instance_for_page(world: DiscordWorld, instance: Instance) -> Json:
    """An instance with its participants as the SDK gets them (`nickname` is the name in the server)."""
    server = world.server_of(instance.channel)
    participants: list[Json] = []
    for user_id in instance.visits:
        person = world.people[user_id]
        participant = {name: person.as_json()[name] for name in PARTICIPANT_FIELDS}
        member = None if server is None else server.members.get(user_id)
        if member is not None and member.nickname is not None:
            participant["nickname"] = member.nickname
        participants.append({**participant, "avatar_url": person.avatar_url})
    return {
        "instance_id": instance.instance_id,
        "launch_id": instance.launch_id,
        "location_id": instance.location["id"],
        "channel_id": instance.channel.channel_id,
        "guild_id": instance.channel.guild_id,
        "participants": participants,
    }


PARTICIPANT_FIELDS = ("id", "username", "discriminator", "global_name", "avatar", "flags", "bot")


def _tell(world: DiscordWorld, instance: Instance) -> None:
    """Show the pages of all who see the channel who is in it now; nobody means that it is over."""
    channel = instance.channel
    watching = world.feed.watched_by()
    audience = {user_id for user_id in watching if world.may(user_id, channel, Permission.NONE)}
    world.feed.publish("activity_update", instance_for_page(world, instance), audience)
