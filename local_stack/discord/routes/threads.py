"""Threads in text channels, and how all threads fall asleep and wake up.

POST _sim/channels/{channel}/threads   {user_id, name}: a member begins one
POST _sim/channels/{thread}/archive    nobody wrote for a while, or somebody closed it

Discord docs, Topics - Threads: a message into an archived thread opens it again, unless it is locked; all else that
would change an archived one is refused with 50083, such as editing a message. Modify Channel: `archived` false takes
the right to send messages there.
"""

import dataclasses

from aiohttp import web

from local_stack.discord.errors import Refusal, invalid, missing_access, missing_permissions, unknown
from local_stack.discord.permissions import Permission
from local_stack.discord.rate_limits import Limit
from local_stack.discord.routes.api import ApiCall, ApiRoutes, answered
from local_stack.discord.routes.sim_requests import SimRefusal, channel_of, json_body, person_of, text_of
from local_stack.discord.society import PUBLIC_THREAD, TEXT, Channel, Person
from local_stack.discord.wire import Json, timestamp
from local_stack.discord.world import DiscordWorld

MODIFY_LIMIT = Limit(5, 5.0)
LIST_LIMIT = Limit(10, 5.0)
THREE_DAYS = 4320
LONGEST_NAME = 100


def add_thread_routes(routes: ApiRoutes) -> None:
    """Serve PATCH /channels/{channel}, the list of its archived threads, and the doors above."""
    world = routes.world

    async def begin(request: web.Request) -> web.Response:
        channel, body = channel_of(world, request.match_info["channel_id"]), await json_body(request)
        person = person_of(world, body.get("user_id"))
        if channel.type != TEXT or not world.may(person.user_id, channel, Permission.NONE):
            raise SimRefusal(400, f"{person.username} begins threads in text channels that they see")
        return web.json_response(
            begin_thread(world, channel, text_of(body, "name", LONGEST_NAME), person).as_json(), status=201
        )

    async def archive(request: web.Request) -> web.Response:
        thread = channel_of(world, request.match_info["thread_id"])
        if thread.thread is None:
            raise SimRefusal(400, "only threads are archived")
        set_archived(world, thread, archived=True)
        return web.Response(status=204)

    closed = "/channels/{channel_id}/threads/archived/public"
    routes.add("GET", closed, list_archived, limit=LIST_LIMIT, resource="channel_id")
    routes.add("PATCH", "/channels/{channel_id}", modify_channel, limit=MODIFY_LIMIT, resource="channel_id")
    routes.app.router.add_post("/api/v10/_sim/channels/{channel_id}/threads", begin)
    routes.app.router.add_post("/api/v10/_sim/channels/{thread_id}/archive", archive)


def begin_thread(
    world: DiscordWorld, channel: Channel, name: str, owner: Person, open_minutes: int = THREE_DAYS, **more: object
) -> Channel:
    """A new thread in a channel, open, as it is stored; `more` is what only posts in forums have."""
    begun_at = timestamp(world.now())
    metadata = {
        "archived": False,
        "archive_timestamp": begun_at,
        "auto_archive_duration": open_minutes,
        "locked": False,
        "create_timestamp": begun_at,
    }
    counts = {"message_count": 0, "member_count": 1, "total_message_sent": 0}
    of_channel = dataclasses.replace(channel, flags=0, topic=None, parent_id=channel.channel_id)
    thread = dataclasses.replace(
        of_channel,
        channel_id=world.mint.next(),
        name=name.strip(),
        type=PUBLIC_THREAD,
        thread={"owner_id": owner.user_id, "thread_metadata": metadata, **counts, **more},
    )
    world.channels[thread.channel_id] = thread
    return thread


async def modify_channel(call: ApiCall) -> web.Response:
    """Open a thread again; the bot may manage neither channels nor threads."""
    channel = call.world.channels.get(call.path("channel_id"))
    if channel is None:
        raise unknown("Channel", 10003)
    if not call.world.may(call.world.bot.user_id, channel, Permission.NONE):
        raise missing_access()
    may_write = call.world.may(call.world.bot.user_id, channel, Permission.SEND_MESSAGES_IN_THREADS)
    if channel.thread is None or call.body != {"archived": False} or not may_write:
        raise missing_permissions()
    return answered(set_archived(call.world, channel, archived=False).as_json())


async def list_archived(call: ApiCall) -> web.Response:
    """A channel's archived threads, the one that was archived last first; `limit` 2 to 100."""
    world, channel = call.world, call.world.channels.get(call.path("channel_id"))
    if channel is None:
        raise unknown("Channel", 10003)
    if not world.may(world.bot.user_id, channel, Permission.NONE):
        raise missing_access()
    if not world.may(world.bot.user_id, channel, Permission.READ_MESSAGE_HISTORY):
        raise missing_permissions()
    limit = call.request.query.get("limit", "50")
    if not limit.isdigit() or not 2 <= int(limit) <= 100:
        raise invalid(("limit",), "NUMBER_TYPE_MAX", "int value should be between 2 and 100.")
    asleep = [each for each in world.channels.values() if each.parent_id == channel.channel_id and is_archived(each)]
    threads = sorted((each.as_json() for each in asleep), key=_archived_at, reverse=True)
    return answered({"threads": threads[: int(limit)], "members": [], "has_more": len(threads) > int(limit)})


def _archived_at(thread: Json) -> str:
    at: str = thread["thread_metadata"]["archive_timestamp"]
    return at


def is_archived(channel: Channel) -> bool:
    """Whether it is a thread that sleeps."""
    return channel.thread is not None and bool(channel.thread["thread_metadata"]["archived"])


def set_archived(world: DiscordWorld, thread: Channel, *, archived: bool) -> Channel:
    """Put a thread to sleep, or wake it; as it is stored then."""
    of_thread: Json = thread.thread or {}
    metadata = {**of_thread["thread_metadata"], "archived": archived, "archive_timestamp": timestamp(world.now())}
    changed = dataclasses.replace(thread, thread={**of_thread, "thread_metadata": metadata})
    world.channels[thread.channel_id] = changed
    return changed


def refuse_change_in_archive(channel: Channel) -> None:
    """Refuse what would change something in an archived thread.

    Raises:
        Refusal: 50083.
    """
    if is_archived(channel):
        raise Refusal(400, 50083, "Thread is archived")
