"""Reading what tests and the page send to `_sim`: their mistakes are answered in one clear sentence."""

import json

from aiohttp import web

from local_stack.discord.society import Channel, Person, Server
from local_stack.discord.wire import Json
from local_stack.discord.world import DiscordWorld


class SimRefusal(Exception):
    """A request to `_sim` that makes no sense: an HTTP status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def json_body(request: web.Request) -> Json:
    """The JSON object of a request.

    Raises:
        SimRefusal: it is none.
    """
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise SimRefusal(400, "the body must be JSON") from None
    if not isinstance(body, dict):
        raise SimRefusal(400, "the body must be a JSON object")
    return body


def person_of(world: DiscordWorld, user_id: object) -> Person:
    """The person with that id.

    Raises:
        SimRefusal: there is nobody.
    """
    person = world.people.get(str(user_id)) if user_id is not None else None
    if person is None:
        raise SimRefusal(404, f"no user {user_id!r} in the simulated Discord")
    return person


def channel_of(world: DiscordWorld, channel_id: object) -> Channel:
    """The channel with that id.

    Raises:
        SimRefusal: there is none.
    """
    channel = world.channels.get(str(channel_id)) if channel_id is not None else None
    if channel is None:
        raise SimRefusal(404, f"no channel {channel_id!r} in the simulated Discord")
    return channel


def server_of(world: DiscordWorld, guild_id: object) -> Server:
    """The server with that id.

    Raises:
        SimRefusal: there is none.
    """
    server = world.servers.get(str(guild_id)) if guild_id is not None else None
    if server is None:
        raise SimRefusal(404, f"no server {guild_id!r} in the simulated Discord")
    return server


def text_of(body: Json, name: str, most: int) -> str:
    """A text of 1 to `most` characters.

    Raises:
        SimRefusal: it is missing, empty or too long.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise SimRefusal(400, f"{name} must be a text of 1 to {most} characters")
    return value
