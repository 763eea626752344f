"""What there is in a server, as our bot sees it: its roles, its channels, what the bot may do in each, and who sees it.

Discord tells which permissions each role has and how each channel departs from them; what that makes for the bot, and
for a member who asks, is computed here (`permissions`). Threads stand beside the channels, with the permissions of the
channel they are in.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.discord.identifiers import ChannelId, GuildId, RoleId, UserId, is_snowflake
from kaltura_discord.discord.permissions import (
    Overwrite,
    Permission,
    Role,
    channel_permissions,
    holds,
    server_permissions,
)
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

CACHE_SECONDS = 30.0

# A process forgets everything once it knows so many servers.
_MOST_REMEMBERED = 200

# Text, voice, announcement, stage, forum (Discord docs: Channel Types). Categories and the rest hold no words, and
# media channels are for pictures and films.
_WITH_MESSAGES = frozenset({0, 2, 5, 13, 15})
# Threads of announcements, public and private ones.
_THREADS = frozenset({10, 11, 12})
_PRIVATE_THREAD = 12
# Discord docs: Threads, Private Threads.
_TO_SEE_PRIVATE_THREADS = Permission.VIEW_CHANNEL | Permission.MANAGE_THREADS


@dataclass(frozen=True, slots=True)
class ServerChannel:
    """A channel or a thread that is not archived.

    `permissions` are our bot's in it; `overwrites` are the channel's own, of a thread those of the channel it is in.
    """

    channel_id: ChannelId
    name: str
    type: int
    permissions: int
    overwrites: tuple[Overwrite, ...] = ()

    @property
    def needed(self) -> Permission:
        """What the bot needs to write there; in a forum, to begin a post."""
        if self.type in _THREADS:
            return Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES_IN_THREADS
        return Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES

    @property
    def may_write(self) -> bool:
        """Whether the bot may."""
        return holds(self.permissions, self.needed)


@dataclass(frozen=True, slots=True)
class ServerDirectory:
    """The roles of a server without `@everyone`, and all its channels that take messages, by id."""

    guild_id: GuildId
    owner_id: UserId
    everyone: Role
    roles: Mapping[RoleId, Role]
    channels: Mapping[ChannelId, ServerChannel]

    def seen_by(self, user_id: UserId, roles: Iterable[RoleId]) -> "ServerDirectory":
        """The same with only those channels that a member with these roles can see in Discord.

        Who is in a private thread is not known here, so it is seen by those only who may manage threads.
        """
        held = tuple(roles)
        every = (self.everyone, *self.roles.values())
        base = server_permissions(self.guild_id, self.owner_id, user_id, held, every)

        def is_seen(channel: ServerChannel) -> bool:
            may = channel_permissions(base, channel.overwrites, self.guild_id, user_id, held)
            return holds(may, _TO_SEE_PRIVATE_THREADS if channel.type == _PRIVATE_THREAD else Permission.VIEW_CHANNEL)

        return replace(self, channels={place: each for place, each in self.channels.items() if is_seen(each)})


class ServerDirectories:
    """Looks servers up, and remembers the answer for 30 seconds in this process.

    Args:
        rest: Discord.
        clock: seconds that never go back.
    """

    def __init__(self, rest: "DiscordRest", clock: Callable[[], float] = time.monotonic) -> None:
        self._rest = rest
        self._clock = clock
        self._bot_id: UserId | None = None
        self._known: dict[GuildId, tuple[float, ServerDirectory]] = {}

    async def find(self, guild_id: GuildId, deadline: Deadline) -> ServerDirectory:
        """The server; possibly 30 seconds old.

        Raises:
            DiscordError: Discord does not say, or the bot is not in the server (any more).
        """
        known = self._known.get(guild_id)
        if known is not None and known[0] > self._clock():
            return known[1]
        return await self.find_now(guild_id, deadline)

    async def find_now(self, guild_id: GuildId, deadline: Deadline) -> ServerDirectory:
        """The same, asked of Discord now."""
        directory = await self._read(guild_id, deadline)
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[guild_id] = (self._clock() + CACHE_SECONDS, directory)
        return directory

    async def _read(self, guild_id: GuildId, deadline: Deadline) -> ServerDirectory:
        place = f"/guilds/{guild_id}"
        (owner_id, roles), bot, channels, threads = await asyncio.gather(
            self._rest.server_roles(guild_id, deadline),
            self._bot(guild_id, deadline),
            self._rest.look_up(f"{place}/channels", deadline),
            self._rest.look_up(f"{place}/threads/active", deadline),
        )
        bot_id, bot_roles = bot
        base = server_permissions(guild_id, owner_id, bot_id, bot_roles, roles)
        reader = _Reader(guild_id, bot_id, bot_roles, base)
        try:
            known = {role.role_id: role for role in roles}
            everyone = known.pop(RoleId(guild_id))
            found = {each.channel_id: each for each in reader.all_of(channels, threads)}
            return ServerDirectory(guild_id, owner_id, everyone, known, found)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DiscordUnavailable("not the channels of a server") from None

    async def _bot(self, guild_id: GuildId, deadline: Deadline) -> tuple[UserId, tuple[RoleId, ...]]:
        """The bot's own id, which is asked for once, and its roles in the server."""
        if self._bot_id is None:
            self._bot_id = _user_id(await self._rest.look_up("/users/@me", deadline))
        return self._bot_id, await self._rest.member_roles(guild_id, self._bot_id, deadline)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads channels as Discord describes them, for a bot with these roles."""

    guild_id: GuildId
    bot_id: UserId
    bot_roles: tuple[RoleId, ...]
    base: int

    def all_of(self, channels: Any, threads: Any) -> Iterable[ServerChannel]:
        overwrites = {channel["id"]: _overwrites(channel) for channel in channels}
        for channel in channels:
            if channel["type"] in _WITH_MESSAGES:
                yield self._channel(channel, overwrites[channel["id"]])
        joined = {member["id"] for member in threads["members"]}
        for thread in threads["threads"]:
            # A channel that Discord doesn't list for us hides its threads as well.
            of_parent = overwrites.get(thread["parent_id"], self._hidden)
            is_closed_to_us = thread["type"] == _PRIVATE_THREAD and thread["id"] not in joined
            found = self._channel(thread, of_parent)
            yield replace(found, permissions=0) if is_closed_to_us else found

    @property
    def _hidden(self) -> tuple[Overwrite, ...]:
        return (Overwrite(self.guild_id, 0, int(Permission.VIEW_CHANNEL)),)

    def _channel(self, channel: Mapping[str, Any], overwrites: tuple[Overwrite, ...]) -> ServerChannel:
        permissions = channel_permissions(self.base, overwrites, self.guild_id, self.bot_id, self.bot_roles)
        name = str(channel["name"])
        return ServerChannel(ChannelId(channel["id"]), name, int(channel["type"]), permissions, overwrites)


def _overwrites(channel: Mapping[str, Any]) -> tuple[Overwrite, ...]:
    said = channel.get("permission_overwrites") or ()
    return tuple(Overwrite(each["id"], int(each["allow"]), int(each["deny"])) for each in said)


def _user_id(user: Any) -> UserId:
    if not isinstance(user, dict) or not is_snowflake(user.get("id")):
        raise DiscordUnavailable("not a user")
    return UserId(user["id"])
