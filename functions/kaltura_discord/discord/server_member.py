"""A member of a server as our bot sees them (Discord docs: Guild Member Object)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest


@dataclass(frozen=True, slots=True)
class ServerMember:
    """Their roles, without the one that everybody has, and the name under which that server sees them."""

    roles: tuple[RoleId, ...]
    name: str


async def server_member(rest: "DiscordRest", guild_id: GuildId, user_id: UserId, deadline: Deadline) -> ServerMember:
    """The member as they are now.

    Raises:
        Unknown: they are none.
        DiscordError: Discord does not say.
    """
    member = await rest.look_up(f"/guilds/{guild_id}/members/{user_id}", deadline)
    try:
        roles = tuple(RoleId(role) for role in member["roles"])
    except (KeyError, TypeError):
        raise DiscordUnavailable("not a member") from None
    return ServerMember(roles, _name(member))


def _name(member: dict[str, Any]) -> str:
    user = member.get("user") or {}
    return str(member.get("nick") or user.get("global_name") or user.get("username") or "")
