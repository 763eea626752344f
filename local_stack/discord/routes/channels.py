"""Channels and the messages that the bot reads and writes in them.

A create with `nonce` and `enforce_nonce` is idempotent: the same author's same nonce within the past few minutes
(three, here) returns the message that exists (Discord docs: Message - Create Message).
"""

from aiohttp import web

from local_stack.discord.errors import Refusal, invalid, missing_access, missing_permissions, unknown
from local_stack.discord.installs import is_installed
from local_stack.discord.mentions import EVERYTHING_PARSED
from local_stack.discord.messages import Message
from local_stack.discord.permissions import Permission
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.routes.threads import is_archived, refuse_change_in_archive, set_archived
from local_stack.discord.rules.messages import CHANNEL_EDIT, CHANNEL_MESSAGE, check_message
from local_stack.discord.society import DIRECT, FORUM, Channel, Person
from local_stack.discord.wire import Json, is_snowflake
from local_stack.discord.world import DiscordWorld
from local_stack.discord.writing import edit, write_channel_message

NONCE_SECONDS = 180.0
MESSAGE_LIMIT = Limit(5, 5.0)
READ_LIMIT = Limit(10, 5.0)
DELETE_LIMIT = Limit(5, 1.0)

UNREAD = ("content", "embeds", "components", "attachments")
"""What an application without the MESSAGE_CONTENT intent gets empty in the messages of others."""


def add_channel_routes(routes: ApiRoutes) -> None:
    """Serve /channels/{channel}/..."""
    collection = "/channels/{channel_id}/messages"
    single = f"{collection}/{{message_id}}"
    for method, path, handler, limit in (
        ("GET", "/channels/{channel_id}", show_channel, READ_LIMIT),
        ("GET", collection, list_messages, READ_LIMIT),
        ("POST", collection, create_message, MESSAGE_LIMIT),
        ("GET", single, show_message, READ_LIMIT),
        ("PATCH", single, edit_message, MESSAGE_LIMIT),
        ("DELETE", single, delete_message, DELETE_LIMIT),
    ):
        routes.add(method, path, handler, limit=limit, resource="channel_id")


def _channel(call: ApiCall) -> Channel:
    """The channel, which the bot must see.

    Raises:
        Refusal: 10003 or 50001.
    """
    channel = call.world.channels.get(call.path("channel_id"))
    if channel is None:
        raise unknown("Channel", 10003)
    if not call.world.may(call.world.bot.user_id, channel, Permission.NONE):
        raise missing_access()
    return channel


def _require(call: ApiCall, channel: Channel, wanted: Permission) -> None:
    if not call.world.may(call.world.bot.user_id, channel, wanted):
        raise missing_permissions()


def _message(call: ApiCall, channel: Channel) -> Message:
    message = call.world.shelf.get(channel.channel_id, call.path("message_id"))
    if message is None or message.ephemeral_for is not None:
        raise unknown("Message", 10008)
    return message


def as_the_bot_reads(world: DiscordWorld, message: Message) -> Json:
    """A message by REST: without content where it is somebody else's and does not mention the bot."""
    seen = message.seen_by_application(world.now())
    own = message.author == world.bot
    direct = world.channels[message.channel_id].type == DIRECT
    if own or direct or world.bot in message.mentions.users:
        return seen
    return seen | {name: "" if name == "content" else [] for name in UNREAD}


async def show_channel(call: ApiCall) -> web.Response:
    """The channel object."""
    return answered(_channel(call).as_json())


async def list_messages(call: ApiCall) -> web.Response:
    """The newest messages first; `limit` 1 to 100, `before`, `after` or `around` an id."""
    channel = _channel(call)
    query = call.request.query
    limit = _limit(query.get("limit"))
    if not call.world.may(call.world.bot.user_id, channel, Permission.READ_MESSAGE_HISTORY):
        return answered([])
    messages = [message for message in call.world.shelf.in_channel(channel.channel_id) if message.ephemeral_for is None]
    if is_snowflake(query.get("before")):
        messages = [message for message in messages if int(message.message_id) < int(query["before"])]
    if is_snowflake(query.get("after")):
        messages = [message for message in messages if int(message.message_id) > int(query["after"])]
        messages = messages[:limit]
    if is_snowflake(query.get("around")):
        closest = sorted(messages, key=lambda one: abs(int(one.message_id) - int(query["around"])))[:limit]
        messages = [message for message in messages if message in closest]
    newest_first = messages[-limit:][::-1]
    return answered([as_the_bot_reads(call.world, message) for message in newest_first])


def _limit(text: str | None) -> int:
    if text is None:
        return 50
    if not text.isdigit() or not 1 <= int(text) <= 100:
        errors = {
            "limit": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": "int value should be between 1 and 100."}]}
        }
        raise Refusal(400, 50035, "Invalid Form Body", errors)
    return int(text)


async def create_message(call: ApiCall) -> web.Response:
    """A new message of the bot's."""
    world = call.world
    channel = _channel(call)
    _require(call, channel, Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES)
    if channel.type == FORUM:
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    if channel.recipient is not None:
        _check_takes_messages(call.world, channel.recipient)
    check_message(call.body, CHANNEL_MESSAGE, uploads=call.uploads)
    _check_needs(call, channel)
    nonce_key = _nonce_key(call, channel)
    if nonce_key is not None:
        first = world.nonces.get(nonce_key)
        if first is not None and world.now() - first.created_at <= NONCE_SECONDS:
            return answered(as_the_bot_reads(world, first))
    if is_archived(channel):
        set_archived(world, channel, archived=False)
    message = write_channel_message(world, channel, call.body, call.uploads)
    if nonce_key is not None:
        _remember(world, nonce_key, message)
    world.post(message)
    return answered(as_the_bot_reads(world, message))


def _check_takes_messages(world: DiscordWorld, person: Person) -> None:
    """Who takes no direct messages, or shares no server with the bot and has not added it, is not written to."""
    if person.user_id in world.closed_doors:
        raise Refusal(403, 50007, "Cannot send messages to this user")
    shares_a_server = any(
        person.user_id in server.members and is_installed(world, server) for server in world.servers.values()
    )
    if not shares_a_server and person.user_id not in world.user_installs:
        raise Refusal(403, 50278, "Cannot send messages to this user due to having no mutual guilds")


def _check_needs(call: ApiCall, channel: Channel) -> None:
    """Files need ATTACH_FILES; what a message answers must exist."""
    if call.uploads:
        _require(call, channel, Permission.ATTACH_FILES)
    reference = call.body.get("message_reference")
    if not isinstance(reference, dict) or not reference.get("fail_if_not_exists", True):
        return
    if call.world.shelf.get(channel.channel_id, str(reference.get("message_id"))) is None:
        raise invalid(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")


def _nonce_key(call: ApiCall, channel: Channel) -> tuple[str, str, str] | None:
    nonce = call.body.get("nonce")
    if not call.body.get("enforce_nonce") or nonce in (None, ""):
        return None
    return call.world.bot.user_id, channel.channel_id, str(nonce)


def _remember(world: DiscordWorld, key: tuple[str, str, str], message: Message) -> None:
    world.nonces[key] = message
    oldest_key, oldest = next(iter(world.nonces.items()))
    if world.now() - oldest.created_at > NONCE_SECONDS:
        del world.nonces[oldest_key]


async def show_message(call: ApiCall) -> web.Response:
    """One message."""
    channel = _channel(call)
    _require(call, channel, Permission.READ_MESSAGE_HISTORY)
    return answered(as_the_bot_reads(call.world, _message(call, channel)))


async def edit_message(call: ApiCall) -> web.Response:
    """Change a message of the bot's own."""
    channel = _channel(call)
    message = _message(call, channel)
    if message.author != call.world.bot:
        raise Refusal(403, 50005, "Cannot edit a message authored by another user")
    refuse_change_in_archive(channel)
    if call.uploads:
        _require(call, channel, Permission.ATTACH_FILES)
    check_message(call.body, CHANNEL_EDIT, uploads=call.uploads, before=message)
    edit(call.world, message, call.body, call.uploads, EVERYTHING_PARSED)
    call.world.changed(message)
    return answered(as_the_bot_reads(call.world, message))


async def delete_message(call: ApiCall) -> web.Response:
    """Remove a message; others' need MANAGE_MESSAGES."""
    channel = _channel(call)
    message = _message(call, channel)
    if message.author != call.world.bot:
        _require(call, channel, Permission.MANAGE_MESSAGES)
    call.world.remove(message)
    return web.Response(status=204)
