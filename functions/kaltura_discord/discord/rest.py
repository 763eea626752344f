"""Discord's REST API, as far as we use it (Discord docs: API Reference, Rate Limits).

How each call is made, and how patiently, is the affair of `rest_calls`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from kaltura_discord.discord.attachments import fetch_attachment
from kaltura_discord.discord.buckets import Buckets
from kaltura_discord.discord.errors import (
    UNKNOWN_WEBHOOK,
    DiscordRefused,
    DiscordSilent,
    DiscordUnavailable,
)
from kaltura_discord.discord.identifiers import (
    ChannelId,
    GuildId,
    InteractionId,
    MessageId,
    RoleId,
    UserId,
    is_snowflake,
)
from kaltura_discord.discord.messages import EPHEMERAL, Message, launch_activity
from kaltura_discord.discord.permissions import Role
from kaltura_discord.discord.request_body import request_body
from kaltura_discord.discord.rest_answers import message_id_in
from kaltura_discord.discord.rest_calls import JSON, TRIES, RestCalls
from kaltura_discord.discord.turns import Turns
from kaltura_discord.resilience.deadline import Deadline

NONCE_LIMIT = 25

# Discord docs, Thread Metadata: `auto_archive_duration`.
_LONGEST_OPEN_MINUTES = 10080

# An edit may overtake Discord's own handling of our "thinking" answer; then the token is unknown for a moment.
_TOKEN_PATIENCE_SECONDS = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class ActivityInstance:
    """An Activity that runs; `guild_id` is empty in direct messages."""

    channel_id: ChannelId
    guild_id: GuildId
    users: frozenset[UserId]


class DiscordRest:
    """Calls Discord as our bot, or with an interaction's token.

    `sleep` waits so many seconds. `lost` is told of a server where it looks as if the bot were not in it any more.
    `buckets` is what is known of rate limits; with `turns`, the processes share what they know of them.
    """

    def __init__(
        self,
        api_url: str,
        application_id: str,
        bot_token: str,
        http: httpx.AsyncClient,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        lost: Callable[[GuildId], Awaitable[None]] | None = None,
        buckets: Buckets | None = None,
        turns: Turns | None = None,
    ) -> None:
        self._api_url = api_url
        self._application_id = application_id
        self._http = http
        self._sleep = sleep
        self._calls = RestCalls(api_url, bot_token, http, sleep, lost, buckets=buckets, turns=turns)

    @property
    def circuit(self) -> str:
        """See `RestCalls.circuit`."""
        return self._calls.circuit

    async def check_message(self, channel_id: ChannelId) -> None:
        """Let a message that can wait in the queue be posted now, or not; Discord is not asked.

        Raises:
            DiscordRateLimited: it has to wait.
        """
        await self._calls.check("POST", f"/channels/{channel_id}/messages")

    async def create_message(
        self, channel_id: ChannelId, message: Message, nonce: str, deadline: Deadline, *, tries: int = TRIES
    ) -> MessageId:
        """Post into a channel. With the same `nonce` (at most 25 characters) within minutes: the first message.

        With one try only it never waits, for whoever has a better place to wait in.
        """
        body = {**message.body(), "nonce": nonce[:NONCE_LIMIT], "enforce_nonce": True}
        path = f"/channels/{channel_id}/messages"
        created = await self._calls.as_bot(
            "POST", path, deadline, body, files=message.files, is_repeatable=True, tries=tries
        )
        return message_id_in(created)

    async def begin_post(self, forum_id: ChannelId, name: str, message: Message, deadline: Deadline) -> ChannelId:
        """Begin a post in a forum; which thread it is. There is no nonce for these, so Discord is asked once.

        It is to stay open for the longest time that there is, a week, so that it is found again.

        Raises:
            DiscordUnavailable: it may have been begun.
        """
        body = {"name": name, "auto_archive_duration": _LONGEST_OPEN_MINUTES, "message": message.body()}
        path = f"/channels/{forum_id}/threads"
        begun = await self._calls.as_bot("POST", path, deadline, body, files=message.files, tries=1)
        return ChannelId(message_id_in(begun))

    async def edit_message(
        self,
        channel_id: ChannelId,
        message_id: MessageId,
        message: Message,
        deadline: Deadline,
        *,
        tries: int = TRIES,
    ) -> None:
        """Change one of our own messages. With one try only it never waits."""
        path = f"/channels/{channel_id}/messages/{message_id}"
        await self._calls.as_bot(
            "PATCH", path, deadline, message.body(), files=message.files, is_repeatable=True, tries=tries
        )

    async def unarchive(self, thread_id: ChannelId, deadline: Deadline) -> None:
        """Open a thread again that Discord has archived, so that messages in it can be changed.

        Discord docs, Modify Channel: for a thread that is not locked, whoever may send messages there may do so.
        """
        await self._calls.as_bot(
            "PATCH", f"/channels/{thread_id}", deadline, {"archived": False}, is_repeatable=True, tries=1
        )

    async def direct_channel(self, user_id: UserId, deadline: Deadline) -> ChannelId:
        """The direct messages with somebody, opened where they are not yet.

        Raises:
            DiscordRefused: they do not want any, or share no server with the bot.
        """
        body = {"recipient_id": user_id}
        channel = await self._calls.as_bot("POST", "/users/@me/channels", deadline, body, is_repeatable=True)
        if not isinstance(channel, dict) or not is_snowflake(channel.get("id")):
            raise DiscordUnavailable("not a channel")
        return ChannelId(channel["id"])

    async def edit_answer(self, token: str, message: Message, deadline: Deadline) -> MessageId:
        """Give the interaction with `token` its (deferred) answer, or change it."""
        path = f"/webhooks/{self._application_id}/{token}/messages/@original"
        body = request_body(message.body(), message.files)
        for patience in (*_TOKEN_PATIENCE_SECONDS, None):
            try:
                edited = await self._calls.send("PATCH", path, deadline, body, is_repeatable=True)
                return message_id_in(edited)
            except DiscordRefused as refused:
                if refused.code != UNKNOWN_WEBHOOK or patience is None:
                    raise
                await self._sleep(deadline.at_most(patience))
        raise AssertionError("the loop returns or raises")

    async def follow_up(self, token: str, message: Message, deadline: Deadline) -> MessageId:
        """Another message in answer to the interaction with `token`. Discord knows no nonce for these.

        Raises:
            DiscordSilent: it may have been sent; to send it again may show it twice.
        """
        body = message.body()
        if message.ephemeral:
            body["flags"] |= EPHEMERAL
        path = f"/webhooks/{self._application_id}/{token}"
        created = await self._calls.send("POST", path, deadline, request_body(body, message.files))
        return message_id_in(created)

    async def fetch_attachment(self, url: str, limit_bytes: int, deadline: Deadline) -> bytes:
        """The content of a file that somebody handed to a command (see `attachments`)."""
        return await fetch_attachment(self._http, self._api_url, url, limit_bytes, deadline)

    async def launch_activity(self, interaction_id: InteractionId, token: str, deadline: Deadline) -> str:
        """Answer an interaction by opening the Activity; which instance of it was opened or joined.

        Only this way Discord says so (Discord docs: Create Interaction Response, `with_response`). Asked once: a
        second answer to one interaction would be refused (40060) whatever became of the first.

        Raises:
            DiscordRefused: Discord does not open it.
            DiscordSilent: it may have been opened.
        """
        path = f"/interactions/{interaction_id}/{token}/callback?with_response=true"
        answered = await self._calls.once("POST", path, deadline, request_body(launch_activity()), {})
        try:
            instance_id = answered["resource"]["activity_instance"]["id"]
        except (KeyError, TypeError):
            raise DiscordSilent("no instance") from None
        if not isinstance(instance_id, str) or not instance_id:
            raise DiscordSilent("no instance")
        return instance_id

    async def member_roles(
        self, guild_id: GuildId, user_id: UserId, deadline: Deadline, *, tries: int = TRIES
    ) -> tuple[RoleId, ...]:
        """A member's roles. With one try only it never waits.

        Raises:
            Unknown: not a member.
        """
        path = f"/guilds/{guild_id}/members/{user_id}"
        member = await self._calls.as_bot("GET", path, deadline, is_repeatable=True, tries=tries)
        try:
            return tuple(RoleId(role) for role in member["roles"])
        except (KeyError, TypeError):
            raise DiscordUnavailable("not a member") from None

    async def server_roles(
        self, guild_id: GuildId, deadline: Deadline, *, tries: int = TRIES
    ) -> tuple[UserId, tuple[Role, ...]]:
        """A server's owner and its roles. With one try only it never waits."""
        server = await self._calls.as_bot("GET", f"/guilds/{guild_id}", deadline, is_repeatable=True, tries=tries)
        try:
            return UserId(server["owner_id"]), tuple(_role(role) for role in server["roles"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DiscordUnavailable("not a server") from None

    async def create_event(self, guild_id: GuildId, event: Mapping[str, Any], deadline: Deadline) -> JSON:
        """Make a scheduled event. Discord has no nonce for these, so whoever is not answered looks for it.

        Raises:
            DiscordSilent: it may have been made.
        """
        return await self._calls.as_bot("POST", f"/guilds/{guild_id}/scheduled-events", deadline, dict(event))

    async def change_event(
        self, guild_id: GuildId, event_id: str, fields: Mapping[str, Any], deadline: Deadline
    ) -> None:
        """Change a scheduled event."""
        path = f"/guilds/{guild_id}/scheduled-events/{event_id}"
        await self._calls.as_bot("PATCH", path, deadline, dict(fields), is_repeatable=True)

    async def look_up(self, path: str, deadline: Deadline, *, tries: int = TRIES) -> JSON:
        """What stands at `path`, as our bot may see it; for whoever knows its shape."""
        return await self._calls.as_bot("GET", path, deadline, is_repeatable=True, tries=tries)

    async def activity_instance(self, instance_id: str, deadline: Deadline) -> ActivityInstance:
        """An instance of our Activity: where it runs, and who is in it now.

        Raises:
            Unknown: it does not run, or Discord does not know it yet: that takes a moment after a launch.
        """
        path = f"/applications/{self._application_id}/activity-instances/{quote(instance_id, safe='')}"
        instance = await self._calls.as_bot("GET", path, deadline, is_repeatable=True)
        try:
            location = instance["location"]
            users = frozenset(UserId(user) for user in instance["users"])
            return ActivityInstance(ChannelId(location["channel_id"]), GuildId(location.get("guild_id") or ""), users)
        except (KeyError, TypeError, AttributeError):
            raise DiscordUnavailable("not an instance") from None

    async def registered_commands(self, deadline: Deadline) -> list[dict[str, Any]]:
        """The global commands that Discord has from us, all languages included."""
        path = f"/applications/{self._application_id}/commands?with_localizations=true"
        commands: list[dict[str, Any]] = await self._calls.as_bot("GET", path, deadline, is_repeatable=True)
        return commands

    async def replace_commands(self, commands: Sequence[dict[str, Any]], deadline: Deadline) -> None:
        """Replace all global commands."""
        path = f"/applications/{self._application_id}/commands"
        await self._calls.as_bot("PUT", path, deadline, list(commands), is_repeatable=True)

    async def own_application(self, deadline: Deadline) -> dict[str, Any]:
        """Our application as Discord knows it."""
        application: dict[str, Any] = await self._calls.as_bot("GET", "/applications/@me", deadline, is_repeatable=True)
        return application

    async def change_application(self, fields: Mapping[str, Any], deadline: Deadline) -> None:
        """Change our application. Discord tries out the addresses among `fields` before it takes them."""
        await self._calls.as_bot("PATCH", "/applications/@me", deadline, dict(fields), is_repeatable=True)


def _role(role: Mapping[str, Any]) -> Role:
    # Discord docs: Role Tags. What an integration or boosting gives, people have.
    is_of_app = bool((role.get("tags") or {}).get("bot_id"))
    return Role(RoleId(role["id"]), role["name"], int(role["permissions"]), is_of_app)
