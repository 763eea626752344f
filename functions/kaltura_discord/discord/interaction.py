"""An interaction as Discord sends it, parsed into plain data (Discord docs: Receiving and Responding).

Parsed by hand and not with pydantic: this module is on the path of every command's cold start, where importing
pydantic and building its models costs about 90 ms of Discord's three seconds (`make bench`, import time).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from kaltura_discord.discord.identifiers import (
    ChannelId,
    GuildId,
    InteractionId,
    MessageId,
    RoleId,
    UserId,
    is_snowflake,
)

OptionValue = str | int | float | bool

_SUB_COMMAND = 1
_SUB_COMMAND_GROUP = 2

# Announcement, public and private thread (Discord docs: Channel Types).
_THREADS = (10, 11, 12)


class MalformedInteraction(ValueError):
    """Signed by Discord, but not an interaction that we can read; the message names the field."""


class CommandKind(IntEnum):
    """Where people find a command (Discord docs: Application Command Types)."""

    CHAT_INPUT = 1
    USER = 2
    MESSAGE = 3
    ENTRY_POINT = 4


class InteractionType(IntEnum):
    """What the person did."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acted, as Discord vouches for it in the signed payload.

    `permissions` are the member's in the channel, 0 outside a server. `name` is what people see there, `avatar`
    Discord's hash of the picture, empty where there is none.
    """

    user_id: UserId
    name: str
    roles: tuple[RoleId, ...] = ()
    permissions: int = 0
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One interaction, whatever its type; what a type does not have is empty.

    `options` are the options of a command, or of its `subcommand`, by name; users, roles, channels and files stand
    there as ids, and what Discord knows of them in `resolved`, by kind and id. `focused` names the option being
    completed. `target_message` is the message that a command of its menu was used on, as Discord has it. `custom_id`
    and `values` belong to components, `fields` to modals (text by custom id). `payload` is what Discord sent, for the
    queue.
    """

    interaction_id: InteractionId
    application_id: str
    type: InteractionType
    token: str
    caller: Caller
    guild_id: GuildId | None = None
    channel_id: ChannelId | None = None
    app_permissions: int = 0
    is_in_thread: bool = False
    locale: str = "en-US"
    command: str = ""
    command_kind: int = CommandKind.CHAT_INPUT
    subcommand: str = ""
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    focused: str = ""
    resolved: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    target_message: Mapping[str, Any] = field(default_factory=dict)
    custom_id: str = ""
    values: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    message_id: MessageId | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    def text_option(self, name: str, default: str = "") -> str:
        """A text option, stripped; `default` where it was not given."""
        value = self.options.get(name, default)
        return value.strip() if isinstance(value, str) else default

    def whole_number_option(self, name: str, default: int) -> int:
        """A whole-number option; `default` where it was not given."""
        value = self.options.get(name, default)
        return value if isinstance(value, int) and not isinstance(value, bool) else default


def parse_interaction(payload: object) -> Interaction:
    """Read a signed payload.

    Raises:
        MalformedInteraction: a field that every interaction has is missing or of another kind.
    """
    if not isinstance(payload, dict):
        raise MalformedInteraction("not an object")
    type_ = _type(payload)
    data = payload.get("data") or {}
    if not isinstance(data, dict):
        raise MalformedInteraction("data")
    subcommand, options, focused = _options(data)
    return Interaction(
        interaction_id=InteractionId(_snowflake(payload, "id")),
        application_id=_snowflake(payload, "application_id"),
        type=type_,
        token=_text(payload, "token"),
        caller=_caller(payload, is_ping=type_ is InteractionType.PING),
        guild_id=GuildId(_snowflake(payload, "guild_id")) if payload.get("guild_id") else None,
        channel_id=ChannelId(_snowflake(payload, "channel_id")) if payload.get("channel_id") else None,
        app_permissions=_permissions(payload, "app_permissions"),
        is_in_thread=_is_in_thread(payload),
        locale=str(payload.get("locale") or "en-US"),
        command=str(data.get("name", "")),
        command_kind=_command_kind(data),
        subcommand=subcommand,
        options=options,
        focused=focused,
        resolved=_resolved(data),
        target_message=_target_message(data),
        custom_id=str(data.get("custom_id", "")),
        values=tuple(str(value) for value in _list(data, "values")),
        fields=_fields(data),
        message_id=_message_id(payload),
        payload=payload,
    )


def _type(payload: Mapping[str, Any]) -> InteractionType:
    number = payload.get("type")
    if not isinstance(number, int) or isinstance(number, bool):
        raise MalformedInteraction("type")
    try:
        return InteractionType(number)
    except ValueError:
        raise MalformedInteraction("type") from None


def _caller(payload: Mapping[str, Any], is_ping: bool) -> Caller:
    member = payload.get("member")
    if isinstance(member, dict):
        user = member.get("user")
        roles = tuple(RoleId(str(role)) for role in _list(member, "roles"))
        permissions = _permissions(member, "permissions")
        nickname = member.get("nick")
    else:
        user, roles, permissions, nickname = payload.get("user"), (), 0, None
    if not isinstance(user, dict):
        if is_ping:
            return Caller(UserId("0"), "")
        raise MalformedInteraction("user")
    name = nickname or user.get("global_name") or user.get("username") or "Someone"
    return Caller(UserId(_snowflake(user, "id")), str(name), roles, permissions, str(user.get("avatar") or ""))


def _options(data: Mapping[str, Any]) -> tuple[str, dict[str, OptionValue], str]:
    """The sub-command's path, the options, and which of them is being typed."""
    path: list[str] = []
    options: dict[str, OptionValue] = {}
    focused = ""
    remaining = list(_list(data, "options"))
    while remaining:
        option = remaining.pop(0)
        if not isinstance(option, dict) or "name" not in option:
            raise MalformedInteraction("options")
        name = str(option["name"])
        if option.get("type") in (_SUB_COMMAND, _SUB_COMMAND_GROUP):
            path.append(name)
            remaining.extend(_list(option, "options"))
            continue
        value = option.get("value")
        if isinstance(value, str | int | float | bool):
            options[name] = value
        if option.get("focused") is True:
            focused = name
    return " ".join(path), options, focused


def _fields(data: Mapping[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for component in _list(data, "components"):
        if not isinstance(component, dict):
            raise MalformedInteraction("components")
        # A Label holds one component; the older action row holds a list of them.
        inner = component.get("component")
        for part in [inner] if inner else _list(component, "components"):
            if isinstance(part, dict) and isinstance(part.get("value"), str):
                fields[str(part.get("custom_id", ""))] = part["value"]
    return fields


def _is_in_thread(payload: Mapping[str, Any]) -> bool:
    channel = payload.get("channel")
    return isinstance(channel, dict) and channel.get("type") in _THREADS


def _command_kind(data: Mapping[str, Any]) -> int:
    kind = data.get("type", CommandKind.CHAT_INPUT)
    return kind if isinstance(kind, int) else CommandKind.CHAT_INPUT


def _resolved(data: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    given = data.get("resolved")
    if not isinstance(given, dict):
        return {}
    return {kind: objects for kind, objects in given.items() if isinstance(objects, dict)}


def _target_message(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = _resolved(data).get("messages", {}).get(str(data.get("target_id")))
    return found if isinstance(found, dict) else {}


def _message_id(payload: Mapping[str, Any]) -> MessageId | None:
    message = payload.get("message")
    if not isinstance(message, dict):
        return None
    return MessageId(_snowflake(message, "id"))


def _permissions(payload: Mapping[str, Any], name: str) -> int:
    text = str(payload.get(name) or "0")
    if not text.isdecimal() or len(text) > 20:
        raise MalformedInteraction(name)
    return int(text)


def _list(payload: Mapping[str, Any], name: str) -> list[Any]:
    value = payload.get(name) or []
    if not isinstance(value, list):
        raise MalformedInteraction(name)
    return value


def _snowflake(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not is_snowflake(value):
        raise MalformedInteraction(name)
    return str(value)


def _text(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedInteraction(name)
    return value
