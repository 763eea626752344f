"""Who and what there is: servers with their roles, channels and members.

A person, a role, a channel and a member are values. Whatever changes while the stack runs is a new value in the same
place; `administration` and `installs` say what may change and what follows from it.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

from local_stack.discord.permissions import (
    EVERYTHING,
    Overwrite,
    Permission,
    channel_permissions,
    server_permissions,
)
from local_stack.discord.wire import Json

TEXT: Final = 0
DIRECT: Final = 1
VOICE: Final = 2
PUBLIC_THREAD: Final = 11
FORUM: Final = 15
"""Channel types (Discord docs: Channel)."""

REQUIRE_TAG: Final = 1 << 4
"""The flag of a forum that takes no post without a tag (Discord docs: Channel - Channel Flags)."""

CDN = "/discord-sim/cdn"


UNSET_IN_A_GUILD = (
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
    "incidents_data",
)
"""Fields that a guild object always has and that are null in servers which use none of it."""


@dataclass(frozen=True, slots=True)
class Person:
    """A Discord account; `display_name` is what others read (`global_name`)."""

    user_id: str
    username: str
    display_name: str | None
    locale: str = "en-US"
    bot: bool = False

    @property
    def avatar(self) -> str:
        """The hash of the avatar picture; the simulated CDN draws any."""
        return f"{int(self.user_id):032x}"

    @property
    def avatar_url(self) -> str:
        """Where the page finds the avatar."""
        return f"{CDN}/avatars/{self.user_id}/{self.avatar}.svg"

    def for_page(self) -> Json:
        """The user object, and where the page finds the avatar."""
        return {**self.as_json(), "avatar_url": self.avatar_url}

    def as_json(self) -> Json:
        """The user object of the API."""
        return {
            "id": self.user_id,
            "username": self.username,
            "discriminator": "0",
            "global_name": self.display_name,
            "avatar": self.avatar,
            "avatar_decoration_data": None,
            "banner": None,
            "accent_color": None,
            "primary_guild": None,
            "public_flags": 0,
            "flags": 0,
            "bot": self.bot,
        }


@dataclass(frozen=True, slots=True)
class Role:
    """A role of one server; `bot_id` is set for the role that came with the application."""

    role_id: str
    name: str
    position: int
    permissions: Permission = Permission.NONE
    color: int = 0
    hoist: bool = False
    bot_id: str | None = None

    def as_json(self) -> Json:
        """The role object of the API."""
        role: Json = {
            "id": self.role_id,
            "name": self.name,
            "color": self.color,
            "colors": {"primary_color": self.color, "secondary_color": None, "tertiary_color": None},
            "hoist": self.hoist,
            "icon": None,
            "unicode_emoji": None,
            "position": self.position,
            "permissions": str(int(self.permissions)),
            "managed": self.bot_id is not None,
            "mentionable": self.bot_id is None,
            "flags": 0,
        }
        if self.bot_id is not None:
            role["tags"] = {"bot_id": self.bot_id}
        return role


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a server, or (`guild_id` None) the direct messages with one person, the `recipient`."""

    channel_id: str
    name: str
    guild_id: str | None
    type: Literal[0, 1, 2, 11, 15] = TEXT
    position: int = 0
    topic: str | None = None
    overwrites: tuple[Overwrite, ...] = ()
    recipient: Person | None = None
    flags: int = 0
    parent_id: str | None = None
    """Of a thread: the channel that it is in."""
    thread: Json | None = None
    """Of a thread: what only threads have, such as who began it."""

    def as_json(self) -> Json:
        """The channel object of the API."""
        if self.guild_id is None:
            recipients = [] if self.recipient is None else [self.recipient.as_json()]
            return {"id": self.channel_id, "type": DIRECT, "recipients": recipients, "last_message_id": None}
        channel: Json = {
            "id": self.channel_id,
            "type": self.type,
            "guild_id": self.guild_id,
            "name": self.name,
            "position": self.position,
            "topic": self.topic,
            "parent_id": self.parent_id,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "flags": self.flags,
            "permission_overwrites": [
                {
                    "id": overwrite.target_id,
                    "type": 0 if overwrite.kind == "role" else 1,
                    "allow": str(int(overwrite.allow)),
                    "deny": str(int(overwrite.deny)),
                }
                for overwrite in self.overwrites
            ],
        }
        if self.type == VOICE:
            channel |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
        if self.thread is not None:
            without = ("position", "topic", "nsfw", "permission_overwrites")
            return {name: value for name, value in channel.items() if name not in without} | self.thread
        return channel


@dataclass(frozen=True, slots=True)
class Member:
    """A person as one server knows them."""

    person: Person
    role_ids: tuple[str, ...] = ()
    nickname: str | None = None
    joined_at: str = "2026-01-05T08:00:00.000000+00:00"

    @property
    def name(self) -> str:
        """What is shown in this server: nickname, else display name, else user name."""
        return self.nickname or self.person.display_name or self.person.username

    def as_json(self) -> Json:
        """The guild member object of the API."""
        return {**self.partial_json(), "user": self.person.as_json(), "deaf": False, "mute": False}

    def partial_json(self) -> Json:
        """A member without `user`, `deaf` and `mute`, as `resolved` carries it."""
        return {
            "roles": list(self.role_ids),
            "nick": self.nickname,
            "avatar": None,
            "banner": None,
            "joined_at": self.joined_at,
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "flags": 0,
        }


@dataclass(frozen=True, slots=True)
class Server:
    """A Discord server ("guild"). `allowed` says whether the operator of our product lets it in."""

    guild_id: str
    name: str
    owner_id: str
    allowed: bool
    roles: dict[str, Role]
    channels: dict[str, Channel]
    members: dict[str, Member]
    locale: str = "en-US"
    voice: dict[str, str] = field(default_factory=dict)
    """Who sits in which voice channel: user id to channel id."""
    system_channel_id: str | None = None
    """Where Discord itself writes, such as who has joined."""

    @property
    def icon_url(self) -> str:
        """Where the page finds the icon."""
        return f"{CDN}/icons/{self.guild_id}/icon.svg"

    def permissions_of(self, user_id: str, channel: Channel | None = None) -> Permission:
        """What a member may do in the server, or in one of its channels; nothing for strangers."""
        member = self.members.get(user_id)
        if member is None:
            return Permission.NONE
        held = [self.roles[role_id].permissions for role_id in member.role_ids]
        everyone = self.roles[self.guild_id].permissions
        base = server_permissions(everyone, held, is_owner=user_id == self.owner_id)
        if channel is None:
            return base
        if base == EVERYTHING:
            return EVERYTHING
        return channel_permissions(base, channel.overwrites, self.guild_id, user_id, member.role_ids)

    def as_json(self) -> Json:
        """The guild object of the API, with what an application gets to see of it."""
        return {
            "id": self.guild_id,
            "name": self.name,
            "icon": f"{int(self.guild_id):032x}",
            "description": None,
            "owner_id": self.owner_id,
            "preferred_locale": self.locale,
            "roles": [role.as_json() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "afk_channel_id": None,
            "afk_timeout": 300,
            "system_channel_id": self.system_channel_id,
            "rules_channel_id": None,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "premium_tier": 0,
            "nsfw_level": 0,
            "nsfw": False,
            "region": "deprecated",
            "system_channel_flags": 0,
            "widget_enabled": False,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            **dict.fromkeys(UNSET_IN_A_GUILD),
        }
