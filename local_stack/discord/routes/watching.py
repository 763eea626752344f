"""What the simulated client's page reads: the world, a channel's messages, the commands, and the stream of events."""

import asyncio

from aiohttp import web

from local_stack.discord.activity_life import CLOSED_WINDOW_GRACE_SECONDS, window_closed
from local_stack.discord.events import Watcher
from local_stack.discord.installs import has_authorized, is_installed
from local_stack.discord.mentions import EVERYTHING_PARSED, mentions_in
from local_stack.discord.messages import Message
from local_stack.discord.offering import commands_for
from local_stack.discord.permissions import Permission
from local_stack.discord.routes.scheduled_events import events_for_page
from local_stack.discord.routes.sim_requests import SimRefusal, channel_of, json_body, person_of, text_of
from local_stack.discord.society import Channel, Person, Server
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld

KEEP_ALIVE_SECONDS = 15.0
LOOK_SECONDS = 0.5


def add_watching_routes(app: web.Application, world: DiscordWorld) -> None:
    """Serve the readable half of `/api/v10/_sim/`."""

    async def show_world(_request: web.Request) -> web.Response:
        return web.json_response(world_for_page(world))

    async def show_messages(request: web.Request) -> web.Response:
        person = person_of(world, request.query.get("as"))
        channel = channel_of(world, request.match_info["channel_id"])
        if not world.may(person.user_id, channel, Permission.NONE):
            raise SimRefusal(403, f"{person.username} cannot see this channel")
        now = world.now()
        seen = [
            message.as_json(now)
            for message in world.shelf.in_channel(channel.channel_id)
            if message.ephemeral_for in (None, person.user_id)
        ]
        return web.json_response(seen)

    async def chat(request: web.Request) -> web.Response:
        body = await json_body(request)
        person = person_of(world, body.get("user_id"))
        channel = channel_of(world, request.match_info["channel_id"])
        message = say(world, person, channel, text_of(body, "content", 2000))
        return web.json_response(message.as_json(world.now()))

    async def show_commands(request: web.Request) -> web.Response:
        person = person_of(world, request.query.get("as"))
        channel = channel_of(world, request.query.get("channel_id"))
        return web.json_response(commands_for(world, person, channel))

    async def stream(request: web.Request) -> web.StreamResponse:
        return await _stream_events(world, request)

    async def show_requests(_request: web.Request) -> web.Response:
        return web.json_response(list(world.log.entries))

    base = "/api/v10/_sim"
    app.router.add_get(f"{base}/world", show_world)
    app.router.add_get(f"{base}/channels/{{channel_id}}/messages", show_messages)
    app.router.add_post(f"{base}/channels/{{channel_id}}/messages", chat)
    app.router.add_get(f"{base}/commands", show_commands)
    app.router.add_get(f"{base}/events", stream)
    app.router.add_get(f"{base}/requests", show_requests)


async def _stream_events(world: DiscordWorld, request: web.Request) -> web.StreamResponse:
    """Server-sent events until the page goes away or falls too far behind."""
    person = person_of(world, request.query.get("as"))
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    window = request.query.get("window")
    watcher = world.feed.watch(person.user_id, window)
    try:
        await response.prepare(request)
        await response.write(b": connected\n\n")
        while True:
            frame = await _next_frame(world, watcher, request)
            if frame is None:
                return response
            await response.write(frame)
    except ConnectionResetError:
        return response
    finally:
        world.feed.leave(watcher)
        if window is not None:
            later = asyncio.get_running_loop().call_later
            later(CLOSED_WINDOW_GRACE_SECONDS, window_closed, world, person.user_id, window)


async def _next_frame(world: DiscordWorld, watcher: Watcher, request: web.Request) -> bytes | None:
    """What to write next; None when the stream ends or the page is gone, which nothing but a look tells."""
    loop = asyncio.get_running_loop()
    until = loop.time() + KEEP_ALIVE_SECONDS
    while loop.time() < until:
        try:
            return await asyncio.wait_for(watcher.pending.get(), LOOK_SECONDS)
        except TimeoutError:
            if request.transport is None or request.transport.is_closing():
                return None
    give_up_waiting(world)
    return b": keep-alive\n\n"


def give_up_waiting(world: DiscordWorld) -> None:
    """Tell the pages about answers that were promised and never came."""
    for message in world.shelf.thinking():
        state, failure = message.state_at(world.now())
        if state == "failed":
            message.state = state
            message.failure = failure
            world.changed(message)


def say(world: DiscordWorld, person: Person, channel: Channel, content: str) -> Message:
    """A person writes into a channel."""
    if not world.may(person.user_id, channel, Permission.SEND_MESSAGES):
        raise SimRefusal(403, f"{person.username} may not write in this channel")
    message = Message(world.mint.next(), channel.channel_id, person, world.now(), content)
    server = world.server_of(channel)
    if server is not None:
        permissions = world.permissions(person.user_id, channel)
        message.mentions = mentions_in(content, [], EVERYTHING_PARSED, server, permissions)
    world.post(message)
    return message


def world_for_page(world: DiscordWorld) -> Json:
    """Everything the page draws its rails and lists from."""
    return {
        "application": {
            "id": world.application_id,
            "name": world.bot.display_name,
            "bot": world.bot.for_page(),
            "avatar_url": world.bot.avatar_url,
            "activity_url": world.activity_url,
            "authorized_by": [person.user_id for person in world.people.values() if has_authorized(world, person)],
        },
        "servers": [_server_for_page(world, server) for server in world.servers.values()],
    }


def _server_for_page(world: DiscordWorld, server: Server) -> Json:
    return {
        "id": server.guild_id,
        "name": server.name,
        "icon_url": server.icon_url,
        "owner_id": server.owner_id,
        "allowed": server.allowed,
        "has_app": is_installed(world, server),
        "events": events_for_page(world, server),
        "managers": [
            user_id for user_id in server.members if Permission.MANAGE_GUILD in server.permissions_of(user_id)
        ],
        "roles": [
            {
                "id": role.role_id,
                "name": role.name,
                "color": role.color,
                "position": role.position,
                "permissions": str(int(role.permissions)),
                "hoist": role.hoist,
                "managed": role.bot_id is not None,
            }
            for role in server.roles.values()
        ],
        "channels": [_channel_for_page(world, server, channel) for channel in server.channels.values()],
        "members": [
            {
                "user_id": member.person.user_id,
                "name": member.name,
                "username": member.person.username,
                "avatar_url": member.person.avatar_url,
                "roles": list(member.role_ids),
                "is_owner": member.person.user_id == server.owner_id,
                "bot": member.person.bot,
                "voice_channel_id": server.voice.get(member.person.user_id),
            }
            for member in server.members.values()
        ],
    }


def _channel_for_page(world: DiscordWorld, server: Server, channel: Channel) -> Json:
    return {
        "id": channel.channel_id,
        "name": channel.name,
        "type": channel.type,
        "topic": channel.topic,
        "position": channel.position,
        "bot_may_write": world.may(world.bot.user_id, channel, Permission.SEND_MESSAGES),
        "visible_to": [user_id for user_id in server.members if world.may(user_id, channel, Permission.NONE)],
    }
