"""What a change of the mapping of roles means for people, in sentences. Pure.

The first role that is listed changes everybody's level, not only its members', so that is said before anything else.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from kaltura_discord.discord.identifiers import RoleId
from kaltura_discord.discord.interaction import Caller
from kaltura_discord.identity.levels import Level, level_mapping, level_of
from kaltura_discord.server_config.overlay import Change, merged, value_at

Mapped = Mapping[RoleId, Level]

MAPPING = ("roles", "mapping")

_MOST_ROLES_NAMED = 20


def is_mapping(change: Change) -> bool:
    """Whether a change is one of the mapping of roles."""
    return change.path[:2] == MAPPING


def mapping_under(written: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[RoleId, Level]:
    """The mapping that holds under a server's overrides."""
    return level_mapping(value_at(merged(written, overrides), MAPPING) or {})


def effects(before: Mapped, after: Mapped, caller: Caller) -> str:
    """The sentences, as a list; `caller` is who made the change."""
    sentences = (_rule(before, after), _who_is_what(after), _own(before, after, caller))
    return "\n".join(f"- {sentence}" for sentence in sentences if sentence)


def _rule(before: Mapped, after: Mapped) -> str:
    if after and not before:
        return (
            "From now on only the listed roles count, beside Discord's Administrator: Manage Server, Manage Events and "
            "Timeout Members alone give no level any more."
        )
    if before and not after:
        return (
            "No role is listed any more, so Discord's permissions decide: Administrator or Manage Server makes an "
            "admin, Manage Events or Timeout Members a moderator."
        )
    return ""


def _who_is_what(mapping: Mapped) -> str:
    if not mapping:
        return ""
    admins = ["whoever has Administrator", *_roles(mapping, Level.ADMIN)]
    moderators = _roles(mapping, Level.MODERATOR)
    middle = f" Moderators: {_listed(moderators)}." if moderators else ""
    return f"Admins: {_listed(admins)}.{middle} Everybody else is a viewer."


def _own(before: Mapped, after: Mapped, caller: Caller) -> str:
    was = level_of(caller.permissions, caller.roles, before)
    is_now = level_of(caller.permissions, caller.roles, after)
    if is_now >= was:
        return ""
    return (
        f"**This makes you a {is_now.word}; you were {_with_article(was)} before.** "
        "You can still use `/kaltura-config`."
    )


def _with_article(level: Level) -> str:
    return f"an {level.word}" if level is Level.ADMIN else f"a {level.word}"


def _roles(mapping: Mapped, level: Level) -> list[str]:
    return [f"<@&{role}>" for role, its_level in mapping.items() if its_level is level]


def _listed(parts: Iterable[str]) -> str:
    named = list(parts)
    if len(named) > _MOST_ROLES_NAMED:
        named = [*named[:_MOST_ROLES_NAMED], f"{len(named) - _MOST_ROLES_NAMED} more roles"]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
