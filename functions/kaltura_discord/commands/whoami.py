"""`/kaltura-whoami`: what somebody is here and in Kaltura, and why. What Discord signed says it; nobody is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body, Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, container, separator, text
from kaltura_discord.discord.identifiers import RoleId, UserId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, say
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.identity.levels import Level, level_mapping, level_of, people_of_level
from kaltura_discord.identity.reasons import Grant, grants
from kaltura_discord.templates.discord_markdown import inline

NAMES = {Level.VIEWER: "a viewer", Level.MODERATOR: "a moderator", Level.ADMIN: "an administrator"}

_MEANING = {
    Level.VIEWER: "{They} come into meetings as an attendee, and moderate those that {they} start.",
    Level.MODERATOR: "{They} moderate every meeting here, and may end any of them.",
    Level.ADMIN: "{They} moderate every meeting here, may end any of them, and may ask about others with this command.",
}
_WHO_ELSE = "Moderators here: {moderators}.\nAdministrators: {administrators}."
_ONLY_ADMINISTRATORS = "Administrators here: {administrators}."
_UNLISTED = "No role is listed in this server yet, so Discord's permissions decide."
_ASK_FOR_ROLE = "To become more, ask an administrator for one of these roles."
_ASK_FOR_LISTING = "To become more, ask an administrator to list one of your roles."
_GIVE_ROLE = "To make them more, give them one of these roles."
_LIST_ROLE = "To make them more, list one of their roles with `/kaltura-config role`."
_LONGEST_NAME = 80
_GRANTS_NAMED = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is asked about; `name` is empty where they ask about themselves."""

    user_id: UserId
    name: str
    roles: Sequence[RoleId]
    permissions: int


async def whoami(interaction: Interaction, services: Services) -> Body:
    """The level, what gives it, and the Kaltura user."""
    settings = await services.server_configs.quick(guild_of(interaction), now=True)
    mapping = level_mapping(settings.role_levels)
    subject = _subject(interaction)
    if subject.name:
        _check_may_ask(interaction, mapping)
    # The role that everybody has bears the server's id (Discord docs: Permissions).
    roles = [*subject.roles, RoleId(guild_of(interaction))]
    level = level_of(subject.permissions, roles, mapping)
    found = grants(subject.permissions, roles, mapping)
    who = f"{inline(subject.name, _LONGEST_NAME)} is" if subject.name else "You are"
    meaning = _with_person(_MEANING[level], subject)
    said = [meaning] if level is Level.VIEWER else [_why(subject, level, found), meaning]
    parts = [text(f"### {who} {NAMES[level]} here"), text("\n".join(said)), separator()]
    if level is Level.VIEWER:
        parts += [text(_who_is_more(mapping)), text(_way_up(subject, mapping)), separator()]
    in_kaltura = f"{'They are' if subject.name else 'You are'} `{kaltura_user_id(subject.user_id)}` in Kaltura."
    return say(Message((container([*parts, text(f"-# {in_kaltura}")], Accent.NEUTRAL),)))


def _subject(interaction: Interaction) -> Subject:
    caller = interaction.caller
    user_id = UserId(interaction.text_option("member"))
    if user_id in ("", caller.user_id):
        return Subject(caller.user_id, "", caller.roles, caller.permissions)
    user = interaction.resolved.get("users", {}).get(user_id, {})
    member = interaction.resolved.get("members", {}).get(user_id)
    name = str(user.get("global_name") or user.get("username") or "Somebody")
    if user.get("bot") is True:
        raise Refusal(f"{inline(name, _LONGEST_NAME)} is an app. Levels are for people.")
    if member is None:
        raise Refusal(
            f"{inline(name, _LONGEST_NAME)} isn't in this server, so nothing of Kaltura here is open to them."
        )
    permissions = str(member.get("permissions") or "0")
    return Subject(
        user_id,
        str(member.get("nick") or name),
        tuple(RoleId(str(role)) for role in member.get("roles", ())),
        int(permissions) if permissions.isdecimal() else 0,
    )


def _check_may_ask(interaction: Interaction, mapping: dict[RoleId, Level]) -> None:
    caller = interaction.caller
    roles = [*caller.roles, RoleId(guild_of(interaction))]
    if level_of(caller.permissions, roles, mapping) < Level.ADMIN:
        people = people_of_level(Level.ADMIN, mapping)
        raise Refusal(f"Only administrators can ask about somebody else. Here, that means {people}.")


def _why(subject: Subject, level: Level, found: list[Grant]) -> str:
    """What gives them more than a viewer has."""
    giving = [grant for grant in found if grant.level == level]
    less = [grant.in_words for grant in found if Level.VIEWER < grant.level < level]
    sentence = f"Because {'they' if subject.name else 'you'} have {_given(giving)}."
    if less:
        sentence += f" {_listed(less)} alone would make {'them' if subject.name else 'you'} {NAMES[Level.MODERATOR]}."
    return sentence


def _given(giving: list[Grant]) -> str:
    permissions = [grant.in_words for grant in giving if not grant.is_role]
    roles = [grant.in_words for grant in giving if grant.is_role]
    parts = []
    if permissions:
        parts.append(f"Discord's permission{'s' if len(permissions) > 1 else ''} {_listed(permissions)}")
    if roles:
        parts.append(f"the role{'s' if len(roles) > 1 else ''} {_listed(roles)}")
    return ", and ".join(parts)


def _who_is_more(mapping: dict[RoleId, Level]) -> str:
    moderators = people_of_level(Level.MODERATOR, mapping)
    administrators = people_of_level(Level.ADMIN, mapping)
    words = _ONLY_ADMINISTRATORS if moderators == administrators else _WHO_ELSE
    return words.format(moderators=moderators, administrators=administrators)


def _way_up(subject: Subject, mapping: dict[RoleId, Level]) -> str:
    """How a viewer becomes more: whom to ask, or for an administrator, what to do."""
    if any(level > Level.VIEWER for level in mapping.values()):
        return _GIVE_ROLE if subject.name else _ASK_FOR_ROLE
    way = _LIST_ROLE if subject.name else _ASK_FOR_LISTING
    return way if mapping else f"{_UNLISTED} {way}"


def _with_person(words: str, subject: Subject) -> str:
    return words.format(They="They" if subject.name else "You", they="they" if subject.name else "you")


def _listed(parts: list[str]) -> str:
    if len(parts) > _GRANTS_NAMED:
        parts = [*parts[:_GRANTS_NAMED], f"{len(parts) - _GRANTS_NAMED} more"]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
