"""Who may use a command in a server. Pure: what Discord signed about the member, against the server's settings.

    Discord's administrators ............ always, so that no setting can lock everybody out
    the server lists who may ............ whoever fits one of what is listed: a level, a role, @everyone
    it lists nobody for this command .... the command's own default: a level, or a permission of Discord's
    /kaltura-forget-me .................. everybody, whatever is listed

Every role can only add, so another role never takes a command away.
"""

from typing import TYPE_CHECKING

from kaltura_discord.discord.identifiers import RoleId
from kaltura_discord.discord.permissions import Permission, holds
from kaltura_discord.identity.levels import Level, level_mapping, level_named, level_of, people_of_level, roles_in_words
from kaltura_discord.server_config.quick_settings import EVERYONE, LEVEL_WORDS, QuickSettings

if TYPE_CHECKING:
    from kaltura_discord.commands.model import Command
    from kaltura_discord.discord.interaction import Interaction

CONFIG = "kaltura-config"
FORGET_ME = "kaltura-forget-me"
ALWAYS_WORK = frozenset({CONFIG, "kaltura-help", FORGET_ME})

# What holds where a server's settings cannot be read: nothing is granted but what Discord itself says.
UNREADABLE = QuickSettings({}, {}, "")

_PEOPLE = {Level.MODERATOR: "moderators", Level.ADMIN: "administrators"}
_HOLDERS = {Permission.MANAGE_GUILD: "whoever may manage this server"}


def level_in(interaction: "Interaction", settings: QuickSettings) -> Level:
    """The level of who acted, in the server where they did."""
    caller = interaction.caller
    return level_of(caller.permissions, _roles_of(interaction), level_mapping(settings.role_levels))


def may_use(command: "Command", interaction: "Interaction", settings: QuickSettings) -> bool:
    """Whether who acted may use the command."""
    if command.name == FORGET_ME:
        # No server decides whether somebody may be forgotten.
        return True
    permissions = interaction.caller.permissions
    listed = settings.access.get(command.name)
    if (listed is None and _is_for_everybody(command)) or holds(permissions, Permission.ADMINISTRATOR):
        return True
    if listed is not None:
        return _fits(listed, interaction, settings)
    if command.discord_permission is not None and holds(permissions, command.discord_permission):
        return True
    return _is_for_a_level(command) and level_in(interaction, settings) >= command.permission


def refusal(command: "Command", interaction: "Interaction", settings: QuickSettings) -> str:
    """Why who acted may not use the command, naming who may; empty where they may."""
    if may_use(command, interaction, settings):
        return ""
    people, level = _who(command, settings)
    sentence = f"Only {' and '.join(people)} can use {command.mention}."
    if level is None:
        return sentence
    that_means = "Here that means" if len(people) == 1 else f"{_PEOPLE[level].capitalize()} here are"
    return f"{sentence} {that_means} {people_of_level(level, level_mapping(settings.role_levels))}."


def switched_off(config: "Command | None", settings: QuickSettings) -> str:
    """That commands are off here, and who can switch them on; `config` is the command that does."""
    if config is None:
        return "Kaltura's commands are switched off in this server. Ask one of its administrators."
    people = " and ".join(_who(config, settings)[0])
    return (
        f"Kaltura's commands are switched off in this server. {people[0].upper()}{people[1:]} can switch them on "
        f"with `/{config.name}`."
    )


def _fits(listed: tuple[str, ...], interaction: "Interaction", settings: QuickSettings) -> bool:
    level, roles = level_in(interaction, settings), _roles_of(interaction)
    return any(
        each == EVERYONE or (level >= level_named(each) if each in LEVEL_WORDS else each in roles) for each in listed
    )


def _roles_of(interaction: "Interaction") -> tuple[RoleId, ...]:
    """Theirs, and the one that everybody has: its id is the server's (Discord docs: Permissions)."""
    roles = interaction.caller.roles
    return roles if interaction.guild_id is None else (*roles, RoleId(interaction.guild_id))


def _is_for_everybody(command: "Command") -> bool:
    return command.discord_permission is None and command.permission is Level.VIEWER


def _is_for_a_level(command: "Command") -> bool:
    # Where a permission of Discord's is asked for, "viewer or more" is not meant to open the command to everybody.
    return command.discord_permission is None or command.permission > Level.VIEWER


def _who(command: "Command", settings: QuickSettings) -> tuple[list[str], Level | None]:
    """Who may, in words, and the least level among them."""
    listed = settings.access.get(command.name)
    if listed is None:
        level = command.permission if _is_for_a_level(command) else None
        others = [_HOLDERS.get(held, "whoever Discord allows it")] if (held := command.discord_permission) else []
        if level is not None and people_of_level(level, level_mapping(settings.role_levels)) in others:
            # Without listed roles, administrators are those whom the permission makes so: to name both says nothing.
            level = None
    else:
        level = min((level_named(each) for each in listed if each in LEVEL_WORDS), default=None)
        roles = [RoleId(each) for each in listed if each not in LEVEL_WORDS and each != EVERYONE]
        others = [roles_in_words(roles, "and")] if roles else []
    if level is Level.VIEWER or EVERYONE in (listed or ()):
        return ["everybody"], None
    if level is None and listed is not None:
        return [*others, _PEOPLE[Level.ADMIN]], None
    return [*([_PEOPLE[level]] if level in _PEOPLE else []), *others], level
