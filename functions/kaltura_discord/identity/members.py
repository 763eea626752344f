"""A member's level as it is now, asked of Discord with the bot's own eyes.

A join link may be ten minutes old, and a role can be taken away in that time, so what a person brings along does
not decide; what Discord says now does.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import DiscordError, Unknown
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.discord.permissions import server_permissions
from kaltura_discord.identity.levels import Level, level_of
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

_UNKNOWN_MEMBER = 10007


class NotAMember(Exception):
    """The person is not in the server (any more)."""


async def level_if_told(
    rest: "DiscordRest",
    guild_id: GuildId,
    user_id: UserId,
    mapping: Mapping[RoleId, Level],
    deadline: Deadline,
) -> Level | None:
    """The member's level now; None where Discord cannot be asked, or the bot is not in the server.

    Raises:
        NotAMember: Discord says that they are not in the server.
    """
    member, server = await asyncio.gather(
        rest.member_roles(guild_id, user_id, deadline),
        rest.server_roles(guild_id, deadline),
        return_exceptions=True,
    )
    if isinstance(member, Unknown) and member.code == _UNKNOWN_MEMBER:
        raise NotAMember
    for failure in (member, server):
        if isinstance(failure, BaseException) and not isinstance(failure, DiscordError):
            raise failure
    if isinstance(member, BaseException) or isinstance(server, BaseException):
        return None
    owner_id, roles = server
    permissions = server_permissions(guild_id, owner_id, user_id, member, roles)
    # The role that everybody has bears the server's id, and Discord does not list it.
    return level_of(permissions, [*member, RoleId(guild_id)], mapping)


async def level_now(
    rest: "DiscordRest",
    guild_id: GuildId,
    user_id: UserId,
    mapping: Mapping[RoleId, Level],
    deadline: Deadline,
) -> Level:
    """The same; viewer, the least, where nobody tells.

    Raises:
        NotAMember: Discord says that they are not in the server.
    """
    level = await level_if_told(rest, guild_id, user_id, mapping, deadline)
    return Level.VIEWER if level is None else level
