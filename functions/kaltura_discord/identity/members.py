"""A member as they are now, asked of Discord with the bot's own eyes.

A join link may be ten minutes old, and a role can be taken away in that time, so what a person brings along does
not decide; what Discord says now does.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import DiscordError, Unknown
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.discord.permissions import server_permissions
from kaltura_discord.discord.server_member import server_member
from kaltura_discord.identity.levels import Level, level_of
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

_UNKNOWN_MEMBER = 10007


class NotAMember(Exception):
    """The person is not in the server (any more)."""


@dataclass(frozen=True, slots=True)
class FoundMember:
    """What Discord says of a member.

    Attributes:
        level: None where Discord cannot be asked, or the bot is not in the server.
        name: as that server sees them; empty where Discord does not say.
    """

    level: Level | None = None
    name: str = ""

    @property
    def least_level(self) -> Level:
        """The level; viewer, the least, where nobody tells."""
        return Level.VIEWER if self.level is None else self.level


async def member_now(
    rest: "DiscordRest",
    guild_id: GuildId,
    user_id: UserId,
    mapping: Mapping[RoleId, Level],
    deadline: Deadline,
) -> FoundMember:
    """The member as they are now.

    Raises:
        NotAMember: Discord says that they are not in the server.
    """
    member, server = await asyncio.gather(
        server_member(rest, guild_id, user_id, deadline),
        rest.server_roles(guild_id, deadline),
        return_exceptions=True,
    )
    if isinstance(member, Unknown) and member.code == _UNKNOWN_MEMBER:
        raise NotAMember
    for failure in (member, server):
        if isinstance(failure, BaseException) and not isinstance(failure, DiscordError):
            raise failure
    if isinstance(member, BaseException) or isinstance(server, BaseException):
        return FoundMember()
    owner_id, roles = server
    permissions = server_permissions(guild_id, owner_id, user_id, member.roles, roles)
    # The role that everybody has bears the server's id, and Discord does not list it.
    return FoundMember(level_of(permissions, [*member.roles, RoleId(guild_id)], mapping), member.name)
