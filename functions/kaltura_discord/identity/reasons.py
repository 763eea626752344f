"""Why somebody is what they are in a server: everything that gives them a level, the highest first.

The level is the highest of what is listed here, always: `levels.level_of` decides, and this says the same in more
words. Pure, and cheap to import.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import RoleId
from kaltura_discord.discord.permissions import Permission, holds
from kaltura_discord.identity.levels import Level

_BY_PERMISSION: Mapping[Permission, Level] = {
    Permission.ADMINISTRATOR: Level.ADMIN,
    Permission.MANAGE_GUILD: Level.ADMIN,
    Permission.MANAGE_EVENTS: Level.MODERATOR,
    Permission.MODERATE_MEMBERS: Level.MODERATOR,
}

# As Discord's own settings call them.
_NAMES: Mapping[Permission, str] = {
    Permission.ADMINISTRATOR: "Administrator",
    Permission.MANAGE_GUILD: "Manage Server",
    Permission.MANAGE_EVENTS: "Manage Events",
    Permission.MODERATE_MEMBERS: "Timeout Members",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """Something that gives a level: a role that the server has listed, or one of Discord's permissions."""

    level: Level
    source: RoleId | Permission

    @property
    def is_role(self) -> bool:
        """Whether it is a role."""
        return not isinstance(self.source, Permission)

    @property
    def in_words(self) -> str:
        """It, in Discord's markdown, within a sentence."""
        return f"**{_NAMES[self.source]}**" if isinstance(self.source, Permission) else f"<@&{self.source}>"


def grants(permissions: int, roles: Iterable[RoleId], mapping: Mapping[RoleId, Level]) -> list[Grant]:
    """What gives a member with these permissions and roles a level, the highest first; viewers need nothing."""
    if holds(permissions, Permission.ADMINISTRATOR):
        # Whoever holds everything is told the one thing that counts.
        held = [Permission.ADMINISTRATOR]
    else:
        held = [] if mapping else [each for each in _BY_PERMISSION if holds(permissions, each)]
    found = [Grant(_BY_PERMISSION[each], each) for each in held]
    found.extend(Grant(mapping[role], role) for role in dict.fromkeys(roles) if role in mapping)
    return sorted(found, key=lambda grant: -grant.level)
