"""Posts in forums: a thread that begins with a message, which has the thread's id.

Discord docs: Channel - Start Thread in Forum or Media Channel. There is no nonce. Threads are begun in forums only.
"""

from aiohttp import web

from local_stack.discord.errors import Complaints, Refusal, missing_access, missing_permissions, unknown
from local_stack.discord.permissions import Permission
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.routes.threads import THREE_DAYS, begin_thread
from local_stack.discord.rules.messages import FORUM_POST, check_message
from local_stack.discord.rules.schemas import check_schema
from local_stack.discord.society import FORUM, REQUIRE_TAG
from local_stack.discord.wire import Json
from local_stack.discord.writing import write_channel_message

POST_LIMIT = Limit(5, 5.0)


def add_forum_routes(routes: ApiRoutes) -> None:
    """Serve /channels/{forum}/threads."""
    routes.add("POST", "/channels/{channel_id}/threads", begin_post, limit=POST_LIMIT, resource="channel_id")


async def begin_post(call: ApiCall) -> web.Response:
    """A new post of the bot's; its thread, with the message."""
    world = call.world
    forum = world.channels.get(call.path("channel_id"))
    if forum is None:
        raise unknown("Channel", 10003)
    if not world.may(world.bot.user_id, forum, Permission.NONE):
        raise missing_access()
    if forum.type != FORUM:
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    if not world.may(world.bot.user_id, forum, Permission.SEND_MESSAGES):
        raise missing_permissions()
    check_post(call.body, forum.flags)
    check_message(call.body["message"], FORUM_POST, uploads=call.uploads)
    open_minutes = call.body.get("auto_archive_duration") or THREE_DAYS
    thread = begin_thread(world, forum, call.body["name"], world.bot, open_minutes, applied_tags=[])
    message = write_channel_message(world, thread, call.body["message"], call.uploads)
    message.message_id = thread.channel_id
    world.post(message)
    return answered(thread.as_json() | {"message": message.seen_by_application(world.now())}, status=201)


def check_post(body: Json, forum_flags: int) -> None:
    """Refuse a post that Discord would refuse, whatever its message is.

    Raises:
        Refusal: 50035, or 40067 where the forum wants a tag and there is none.
    """
    complaints = Complaints()
    check_schema("CreateForumThreadRequest", body, complaints)
    complaints.too_long(("name",), str(body.get("name") or "").strip(), 100, 1)
    complaints.raise_if_any()
    if forum_flags & REQUIRE_TAG and not body.get("applied_tags"):
        raise Refusal(400, 40067, "A tag is required to create a forum post in this channel")
