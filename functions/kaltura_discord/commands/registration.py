"""What Discord is told about our commands, and how that differs from what it knows.

Replacing all global commands in one call fails as a whole (error 50240) when the Entry Point command is left out,
which Discord creates by itself once Activities are switched on. So one is always among them: ours, which we handle
ourselves, or else the one that is there. Source: Discord docs, Application Commands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kaltura_discord.commands.model import Command, Subcommand
from kaltura_discord.commands.options import Option, OptionType
from kaltura_discord.discord.interaction import CommandKind
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.identity.levels import Level

# APP_HANDLER: using the Entry Point is an interaction of ours, and Discord posts no message of its own about it.
_HANDLED_BY_US = 1

_INSTALLED_IN_SERVER = 0
_USED_IN_SERVER = 0

Payload = dict[str, Any]

# What of a command Discord lets us decide; the rest (ids, versions, its own defaults) is no difference.
_OURS = (
    "name",
    "description",
    "type",
    "options",
    "default_member_permissions",
    "integration_types",
    "contexts",
    "handler",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the commands that Discord knows differ from ours, by name."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.changed or self.removed)


def payload_of(command: Command) -> Payload:
    """A command as Discord wants it."""
    payload: Payload = {
        "name": command.name,
        "type": int(command.kind),
        # What server administrators may restrict further, or open; what people may do is checked by us each time.
        "default_member_permissions": _shown_to(command),
        "integration_types": [_INSTALLED_IN_SERVER],
        "contexts": [_USED_IN_SERVER],
    }
    if command.kind is CommandKind.CHAT_INPUT:
        payload["options"] = [
            *(_subcommand_payload(subcommand) for subcommand in command.subcommands),
            *(_option_payload(option) for option in command.options),
        ]
    if command.description:
        payload["description"] = command.description
    if command.kind is CommandKind.ENTRY_POINT:
        payload["handler"] = _HANDLED_BY_US
    return payload


# Manage Events, Manage Server (Discord docs: Permissions): what the level means without a configured mapping.
_PERMISSIONS = {Level.MODERATOR: Permission.MANAGE_EVENTS, Level.ADMIN: Permission.MANAGE_GUILD}
_SUB_COMMAND = 1


def _shown_to(command: Command) -> str | None:
    """Who sees the command in the picker, as Discord writes permissions; None: everybody."""
    permission = command.discord_permission or _PERMISSIONS.get(command.permission)
    return str(int(permission)) if permission is not None else None


def all_payloads(commands: Iterable[Command], registered: Iterable[Payload]) -> list[Payload]:
    """What to send: our commands, and the Entry Point that Discord has where none of them is one."""
    ours = [payload_of(command) for command in commands]
    if any(payload["type"] == CommandKind.ENTRY_POINT for payload in ours):
        return ours
    return ours + [_only_ours(known) for known in registered if known.get("type") == CommandKind.ENTRY_POINT]


def difference(wanted: Iterable[Payload], registered: Iterable[Payload]) -> Difference:
    """How what Discord has differs from what we want."""
    ours = {_identity(command): _normal(command) for command in wanted}
    known = {_identity(command): _normal(command) for command in registered}
    common = ours.keys() & known.keys()
    return Difference(
        added=_names(ours.keys() - known.keys()),
        changed=_names(key for key in common if ours[key] != known[key]),
        removed=_names(known.keys() - ours.keys()),
        unchanged=_names(key for key in common if ours[key] == known[key]),
    )


def _subcommand_payload(subcommand: Subcommand) -> Payload:
    return {
        "name": subcommand.name,
        "description": subcommand.description,
        "type": _SUB_COMMAND,
        "options": [_option_payload(option) for option in subcommand.options],
    }


def _option_payload(option: Option) -> Payload:
    payload: Payload = {"name": option.name, "description": option.description, "type": int(option.type)}
    if option.required:
        payload["required"] = True
    if option.choices:
        payload["choices"] = [{"name": name, "value": value} for name, value in option.choices]
    if option.suggest is not None:
        payload["autocomplete"] = True
    suffix = "length" if option.type is OptionType.TEXT else "value"
    if option.minimum is not None:
        payload[f"min_{suffix}"] = option.minimum
    if option.maximum is not None:
        payload[f"max_{suffix}"] = option.maximum
    if option.channel_types:
        payload["channel_types"] = list(option.channel_types)
    return payload


def _only_ours(command: Mapping[str, Any]) -> Payload:
    return {name: command[name] for name in _OURS if command.get(name) is not None}


def _identity(command: Mapping[str, Any]) -> tuple[int, str]:
    return int(command.get("type", CommandKind.CHAT_INPUT)), str(command["name"])


def _normal(value: Any) -> Any:
    """Without what Discord adds or leaves out at will: nulls, false flags, empty lists, localisations."""
    if isinstance(value, Mapping):
        kept = {key: _normal(part) for key, part in value.items() if not key.endswith("_localizations")}
        if "name" in kept and "integration_types" in kept:
            kept = {key: part for key, part in kept.items() if key in _OURS}
        return {key: part for key, part in kept.items() if not _says_nothing(part)}
    if isinstance(value, list | tuple):
        return [_normal(part) for part in value]
    return value


def _says_nothing(value: Any) -> bool:
    # By identity, since 0 == False, and a least value of 0 says something.
    return value is None or value is False or value in ([], "")


def _names(keys: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(sorted(name for _, name in keys))
