"""What a member may do: admin, moderator or viewer, decided by Discord and never by a name.

The mapping is total: whoever is mapped nowhere is a viewer. The highest level that anything gives wins, so another
role never lowers anybody. Without a configured mapping, Discord's own permissions decide.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

from kaltura_discord.discord.identifiers import RoleId
from kaltura_discord.discord.permissions import Permission, holds


class Level(IntEnum):
    """How much somebody may do, comparable."""

    VIEWER = 0
    MODERATOR = 1
    ADMIN = 2

    @property
    def word(self) -> str:
        """The level as it stands in settings and Kaltura sessions: `viewer`, `moderator` or `admin`."""
        return self.name.lower()


_BY_PERMISSION: Mapping[Level, str] = {
    Level.VIEWER: "everybody in this server",
    Level.MODERATOR: "whoever may manage this server, its events or its members",
    Level.ADMIN: "whoever may manage this server",
}

# Whatever is mapped, Discord's own administrators are ours (`_level_by_permissions`).
_ADMINISTRATORS = "whoever has Administrator in Discord"

_ROLES_NAMED = 10


def level_named(word: str) -> Level:
    """The level that `word` names; an unknown word is a viewer, the least.

    Used for words that we stored ourselves, which an older version may have written.
    """
    return Level[word.upper()] if word.upper() in Level.__members__ else Level.VIEWER


def level_of(permissions: int, roles: Iterable[RoleId], mapping: Mapping[RoleId, Level]) -> Level:
    """The level of a member with these permissions and roles."""
    by_role = [mapping[role] for role in roles if role in mapping]
    return max([_level_by_permissions(permissions, has_mapping=bool(mapping)), *by_role])


def _level_by_permissions(permissions: int, *, has_mapping: bool) -> Level:
    # Whoever administers the server could give themselves any role, so no mapping can take this from them.
    if holds(permissions, Permission.ADMINISTRATOR):
        return Level.ADMIN
    if has_mapping:
        return Level.VIEWER
    if holds(permissions, Permission.MANAGE_GUILD):
        return Level.ADMIN
    if holds(permissions, Permission.MANAGE_EVENTS) or holds(permissions, Permission.MODERATE_MEMBERS):
        return Level.MODERATOR
    return Level.VIEWER


def level_mapping(role_levels: Mapping[str, str]) -> dict[RoleId, Level]:
    """Which role gives which level, from the words that stand in settings."""
    return {RoleId(role): level_named(word) for role, word in role_levels.items()}


def people_of_level(level: Level, mapping: Mapping[RoleId, Level]) -> str:
    """Who has a level or more in a server, for a sentence: its roles, or what Discord lets them do."""
    if not mapping or level is Level.VIEWER:
        return _BY_PERMISSION[level]
    mentions = _mentions([role for role, given in mapping.items() if given >= level])
    return _joined([*mentions, _ADMINISTRATORS], "or")


def moderators_in_words(mapping: Mapping[RoleId, Level]) -> str:
    """Who is a moderator or more in a server, for a sentence."""
    return people_of_level(Level.MODERATOR, mapping)


def roles_in_words(roles: Sequence[RoleId], joint: str) -> str:
    """Roles in a sentence, at least one; `joint` stands before the last.

    They are mentions, which show their names and, as our messages mention nobody, call nobody.
    """
    return _joined(_mentions(roles), joint)


def _mentions(roles: Sequence[RoleId]) -> list[str]:
    mentions = [f"<@&{role}>" for role in roles[:_ROLES_NAMED]]
    more = len(roles) - len(mentions)
    return [*mentions, f"{more} more roles"] if more else mentions


def _joined(parts: Sequence[str], joint: str) -> str:
    return f" {joint} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
