"""Discord's REST API as a double: it keeps what it is told, and refuses what Discord would, by Discord's own rules."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from kaltura_discord.discord.identifiers import created_ms, snowflake_at
from local_stack.discord.errors import Refusal, missing_access, sentences, unknown
from local_stack.discord.files import Upload
from local_stack.discord.permissions import Permission
from local_stack.discord.routes.forums import check_post
from local_stack.discord.rules.messages import (
    ANSWER_EDIT,
    CHANNEL_EDIT,
    CHANNEL_MESSAGE,
    FOLLOW_UP,
    FORUM_POST,
    Form,
    check_message,
)
from local_stack.discord.rules.responses import COMMAND, check_answer
from local_stack.discord.scheduled_events import EventBook
from tests.unit.domain.multipart import read_body
from tests.unit.domain.steps import Steps

Json = dict[str, Any]
Reply = httpx.Response | Exception

OWNER = "100000000000000001"
APPLICATION = "700000000000000001"
BOT = "700000000000000002"
"""The bot's user id, which in applications of the early years is another one than the application's."""

DIRECT = "5"
"""What the direct messages with somebody are called here, followed by their id."""

NONCE_SECONDS = 120
"""Discord docs, Create Message: a nonce is known for "a few minutes"; two are certain, so here it is no more."""

_MOST_IN_A_PAGE = 100

_counted = count(1)


@dataclass
class Posted:
    """A message in a channel."""

    message_id: str
    channel_id: str
    nonce: str
    body: Json
    edits: int = 0
    history: list[Json] = field(default_factory=list)
    """All that it showed, the first one first."""


@dataclass
class DiscordDouble:
    """Answers `httpx.MockTransport`. `replies` are given first, in order, whatever is asked."""

    steps: Steps
    messages: list[Posted] = field(default_factory=list)
    answers: dict[str, Json] = field(default_factory=dict)
    follow_ups: list[Json] = field(default_factory=list)
    thinking: set[str] = field(default_factory=set)
    unknown_tokens: dict[str, int] = field(default_factory=dict)
    closed_channels: set[str] = field(default_factory=set)
    without_history: set[str] = field(default_factory=set)
    """Where the bot may not read what was written before: to it, nothing was (Discord docs: Get Channel Messages)."""
    archived_threads: set[str] = field(default_factory=set)
    system_channel: str | None = None
    server_name: str = "Riverside School"
    server_trouble: Refusal | None = None
    without_direct_messages: set[str] = field(default_factory=set)
    member_roles: dict[str, list[str]] = field(default_factory=dict)
    roles: list[Json] = field(default_factory=list)
    server_channels: list[Json] = field(default_factory=list)
    threads: Json = field(default_factory=lambda: {"threads": [], "members": []})
    threads_closed: list[Json] = field(default_factory=list)
    """The one that was closed first comes first."""
    forums: dict[str, int] = field(default_factory=dict)
    """Forums, and their flags."""
    everyone_may: str = "0"
    bot_roles: list[str] = field(default_factory=list)
    refused_lookups: int = 0
    commands: list[Json] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    instances: dict[str, str] = field(default_factory=dict)
    launches: list[str] = field(default_factory=list)
    has_activities: bool = True
    requests: list[httpx.Request] = field(default_factory=list)
    arrived: list[Upload] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    event_book: EventBook = field(init=False)
    loses_events: int = 0
    loses_event_changes: bool = False
    """Events are changed, and no answer arrives, however often it is tried."""
    bot_may: Permission = Permission.CREATE_EVENTS
    now: Callable[[], float] = time.time
    is_down: bool = False
    loses_answers: int = 0
    _query: httpx.QueryParams = field(default_factory=httpx.QueryParams)

    def __post_init__(self) -> None:
        self.event_book = EventBook(lambda: self.now(), self.new_id)

    def new_id(self) -> str:
        """The id of what is made now (Discord docs: Snowflakes)."""
        return str(int(snowflake_at(int(self.now()))) + next(_counted))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.steps.take()
        self.requests.append(request)
        if self.is_down:
            raise httpx.ConnectError("down")
        if self.replies:
            reply = self.replies.pop(0)
            if isinstance(reply, Exception):
                raise reply
            return reply
        try:
            status, body = self._route(request)
        except Refusal as refusal:
            self.refusals.append(sentences(refusal))
            return httpx.Response(refusal.status, json=refusal.as_json())
        self.steps.take()
        if self.loses_answers:
            self.loses_answers -= 1
            raise httpx.ReadTimeout("lost on its way")
        return httpx.Response(status, json=body)

    def in_channel(self, channel_id: str) -> list[Posted]:
        return [posted for posted in self.messages if posted.channel_id == channel_id]

    def _route(self, request: httpx.Request) -> tuple[int, Any]:
        path = request.url.path.removeprefix("/api/v10")
        for method, pattern, handle in _ROUTES:
            match = re.fullmatch(pattern, path)
            if method == request.method and match:
                body, self.arrived = read_body(request)
                self._query = request.url.params
                self.files |= {upload.name: upload.content for upload in self.arrived}
                return handle(self, body, *match.groups())
        raise AssertionError(f"the product called {request.method} {path}")

    def post(self, body: Json, channel_id: str) -> tuple[int, Json]:
        if channel_id in self.closed_channels:
            raise missing_access()
        if channel_id.removeprefix(DIRECT) in self.without_direct_messages:
            raise Refusal(403, 50007, "Cannot send messages to this user")
        if channel_id in self.forums:
            raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
        check_message(body, CHANNEL_MESSAGE, uploads=self.arrived)
        # Discord docs, Threads: a message opens an archived one again.
        self.archived_threads.discard(channel_id)
        for posted in self.in_channel(channel_id):
            is_known = created_ms(posted.message_id) / 1000 >= self.now() - NONCE_SECONDS
            if is_known and body.get("enforce_nonce") and posted.nonce == body.get("nonce"):
                return 200, {"id": posted.message_id}
        posted = Posted(self.new_id(), channel_id, str(body.get("nonce")), body, history=[body])
        self.messages.append(posted)
        return 200, {"id": posted.message_id}

    def begin_post(self, body: Json, forum_id: str) -> tuple[int, Json]:
        if forum_id in self.closed_channels:
            raise missing_access()
        check_post(body, self.forums[forum_id])
        check_message(body["message"], FORUM_POST, uploads=self.arrived)
        thread_id = self.new_id()
        thread = {"id": thread_id, "name": body["name"], "type": 11, "parent_id": forum_id}
        self.threads["threads"].append(thread)
        self.messages.append(Posted(thread_id, thread_id, "", body["message"], history=[body["message"]]))
        return 201, thread

    def closed_threads(self, _: None, forum_id: str) -> tuple[int, Json]:
        """Discord docs, List Public Archived Threads."""
        if forum_id in self.closed_channels:
            raise missing_access()
        if forum_id in self.without_history:
            raise Refusal(403, 50013, "Missing Permissions")
        of_forum = [thread for thread in self.threads_closed if thread["parent_id"] == forum_id]
        return 200, {"threads": of_forum[::-1], "members": [], "has_more": False}

    def close_thread(self, thread_id: str) -> None:
        """Somebody closes it."""
        (thread,) = [each for each in self.threads["threads"] if each["id"] == thread_id]
        self.threads["threads"].remove(thread)
        self.threads_closed.append(thread)

    def posts_in(self, forum_id: str) -> list[Json]:
        """The threads of a forum, those that are closed first."""
        everything = [*self.threads_closed, *self.threads["threads"]]
        return [thread for thread in everything if thread["parent_id"] == forum_id]

    def channel(self, _: None, channel_id: str) -> tuple[int, Json]:
        if channel_id in self.closed_channels:
            raise missing_access()
        return 200, {"id": channel_id, "type": 15 if channel_id in self.forums else 0}

    def one_message(self, _: None, channel_id: str, message_id: str) -> tuple[int, Json]:
        if channel_id in self.without_history:
            raise Refusal(403, 50013, "Missing Permissions")
        for posted in self.in_channel(channel_id):
            if posted.message_id == message_id:
                return 200, {"id": message_id, **posted.body}
        raise unknown("Message", 10008)

    def read(self, _: None, channel_id: str) -> tuple[int, list[Json]]:
        """Discord docs, Get Channel Messages: the last, or those right after an id; the newest of them first."""
        if channel_id in self.closed_channels:
            raise missing_access()
        if channel_id in self.without_history:
            return 200, []
        after, limit = self._query.get("after"), int(self._query.get("limit", "50"))
        assert 1 <= limit <= _MOST_IN_A_PAGE
        later = [posted for posted in self.in_channel(channel_id) if int(posted.message_id) > int(after or 0)]
        in_order = sorted(later, key=lambda posted: int(posted.message_id))
        page = in_order[-limit:] if after is None else in_order[:limit]
        return 200, [{"id": posted.message_id, **posted.body} for posted in reversed(page)]

    def edit(self, body: Json, channel_id: str, message_id: str) -> tuple[int, Json]:
        check_message(body, CHANNEL_EDIT, uploads=self.arrived)
        if channel_id in self.archived_threads:
            raise Refusal(400, 50083, "Thread is archived")
        if channel_id in self.closed_channels:
            raise missing_access()
        for posted in self.in_channel(channel_id):
            if posted.message_id == message_id:
                posted.body = body
                posted.edits += 1
                posted.history.append(body)
                return 200, {"id": message_id}
        raise unknown("Message", 10008)

    def change_channel(self, body: Json, channel_id: str) -> tuple[int, Json]:
        if channel_id in self.closed_channels:
            raise missing_access()
        assert body == {"archived": False}
        self.archived_threads.discard(channel_id)
        return 200, {"id": channel_id}

    def edit_answer(self, body: Json, token: str) -> tuple[int, Json]:
        self._check_token(token)
        check_message(body, ANSWER_EDIT, uploads=self.arrived)
        self.thinking.discard(token)
        self.answers[token] = body
        return 200, {"id": self.new_id()}

    def follow_up(self, body: Json, token: str) -> tuple[int, Json]:
        self._check_token(token)
        check_message(body, FOLLOW_UP, uploads=self.arrived)
        if token in self.thinking:
            # Discord docs, Create Followup Message: the first one after "thinking" edits the loading message.
            self.thinking.discard(token)
            self.answers[token] = body
        else:
            self.follow_ups.append(body)
        return 200, {"id": self.new_id()}

    def callback(self, body: Json, _: str, token: str) -> tuple[int, Json]:
        """A first answer by the callback route; whoever launches joins the one instance that there is."""
        check_answer(body, COMMAND, with_activities=self.has_activities)
        if token in self.launches:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        self.launches.append(token)
        instance = {"id": self.instances.setdefault("here", f"i-{self.new_id()}-gc-1-2")}
        return 200, {"interaction": {}, "resource": {"type": 12, "activity_instance": instance}}

    def _check_token(self, token: str) -> None:
        if self.unknown_tokens.get(token, 0) > 0:
            self.unknown_tokens[token] -= 1
            raise unknown("Webhook", 10015)

    def member(self, _: None, __: str, user_id: str) -> tuple[int, Json]:
        if user_id == BOT:
            return 200, {"user": {"id": BOT}, "roles": self.bot_roles}
        if user_id not in self.member_roles:
            raise unknown("Member", 10007)
        return 200, {"user": {"id": user_id}, "roles": self.member_roles[user_id]}

    def server(self, _: None, guild_id: str) -> tuple[int, Json]:
        if self.server_trouble is not None:
            raise self.server_trouble
        everyone = {"id": guild_id, "name": "@everyone", "permissions": self.everyone_may}
        about = {"name": self.server_name, "system_channel_id": self.system_channel}
        return 200, {"id": guild_id, "owner_id": OWNER, "roles": [everyone, *self.roles], **about}

    def events(self, _: None, guild_id: str) -> tuple[int, list[Json]]:
        return 200, [event.as_json() for event in self.event_book.of_server(guild_id)]

    def create_event(self, body: Json, guild_id: str) -> tuple[int, Json]:
        event = self.event_book.create(guild_id, BOT, self.bot_may, body)
        self.loses_answers, self.loses_events = self.loses_answers + self.loses_events, 0
        return 200, event.as_json()

    def event(self, _: None, guild_id: str, event_id: str) -> tuple[int, Json]:
        return 200, self.event_book.find(guild_id, event_id).as_json()

    def change_event(self, body: Json, guild_id: str, event_id: str) -> tuple[int, Json]:
        event = self.event_book.find(guild_id, event_id)
        if not self.loses_event_changes:
            return 200, self.event_book.change(event, BOT, self.bot_may, body).as_json()
        with suppress(Refusal):
            self.event_book.change(event, BOT, self.bot_may, body)
        raise httpx.ReadTimeout("lost on its way")

    def open_direct(self, body: Json) -> tuple[int, Json]:
        return 200, {"id": DIRECT + body["recipient_id"], "type": 1}

    def me(self, _: None) -> tuple[int, Json]:
        return 200, {"id": BOT, "username": "kaltura", "bot": True}

    def channels(self, _: None, __: str) -> tuple[int, list[Json]]:
        if self.refused_lookups:
            return self.refused_lookups, []
        return 200, self.server_channels

    def active_threads(self, _: None, __: str) -> tuple[int, Json]:
        return 200, self.threads

    def registered(self, _: None) -> tuple[int, list[Json]]:
        return 200, self.commands

    def register(self, body: Any) -> tuple[int, list[Json]]:
        # Discord adds what is its own, and fills in its defaults.
        own = {"id": self.new_id(), "version": "1", "application_id": APPLICATION, "nsfw": False}
        self.commands = [{**own, **command} for command in body]
        return 200, self.commands


_Handler = Callable[..., tuple[int, Any]]
_ROUTES: tuple[tuple[str, str, _Handler], ...] = (
    ("POST", r"/channels/(\d+)/messages", DiscordDouble.post),
    ("GET", r"/channels/(\d+)/messages", DiscordDouble.read),
    ("GET", r"/channels/(\d+)/messages/(\d+)", DiscordDouble.one_message),
    ("PATCH", r"/channels/(\d+)/messages/(\d+)", DiscordDouble.edit),
    ("POST", r"/channels/(\d+)/threads", DiscordDouble.begin_post),
    ("GET", r"/channels/(\d+)/threads/archived/public", DiscordDouble.closed_threads),
    ("GET", r"/channels/(\d+)", DiscordDouble.channel),
    ("PATCH", r"/channels/(\d+)", DiscordDouble.change_channel),
    ("PATCH", rf"/webhooks/{APPLICATION}/([^/]+)/messages/@original", DiscordDouble.edit_answer),
    ("POST", rf"/webhooks/{APPLICATION}/([^/]+)", DiscordDouble.follow_up),
    ("POST", r"/interactions/(\d+)/([^/]+)/callback", DiscordDouble.callback),
    ("GET", r"/guilds/(\d+)/members/(\d+)", DiscordDouble.member),
    ("GET", r"/guilds/(\d+)/channels", DiscordDouble.channels),
    ("GET", r"/guilds/(\d+)/threads/active", DiscordDouble.active_threads),
    ("GET", r"/guilds/(\d+)/scheduled-events", DiscordDouble.events),
    ("POST", r"/guilds/(\d+)/scheduled-events", DiscordDouble.create_event),
    ("GET", r"/guilds/(\d+)/scheduled-events/(\d+)", DiscordDouble.event),
    ("PATCH", r"/guilds/(\d+)/scheduled-events/(\d+)", DiscordDouble.change_event),
    ("GET", r"/guilds/(\d+)", DiscordDouble.server),
    ("GET", r"/users/@me", DiscordDouble.me),
    ("POST", r"/users/@me/channels", DiscordDouble.open_direct),
    ("GET", rf"/applications/{APPLICATION}/commands", DiscordDouble.registered),
    ("PUT", rf"/applications/{APPLICATION}/commands", DiscordDouble.register),
)


def takes(payload: Json, form: Form = CHANNEL_MESSAGE) -> None:
    """Fail where Discord would refuse the message, saying why."""
    try:
        check_message(payload, form)
    except Refusal as refusal:
        raise AssertionError(sentences(refusal)) from None
