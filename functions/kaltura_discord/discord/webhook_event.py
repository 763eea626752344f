"""A webhook event as Discord sends it, parsed into plain data (Discord docs: Webhook Events).

    type 0   a PING, to see whether we are there
    type 1   something happened:  APPLICATION_AUTHORIZED     somebody installed the app, in a server or for themselves
                                  APPLICATION_DEAUTHORIZED   somebody took their own authorisation back

Discord sends an event again, for ten minutes, until it is answered 204, and gives it no id. What identifies one is what
it is about and when it happened. There is no event for an app that was removed from a server.

Parsed by hand and not with pydantic, for the reason that `interaction` gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaltura_discord.discord.identifiers import GuildId, UserId, is_snowflake

AUTHORIZED = "APPLICATION_AUTHORIZED"
DEAUTHORIZED = "APPLICATION_DEAUTHORIZED"

_PING = 0
_EVENT = 1

# `2026-11-20T14:00:00.123456+00:00` has 32 characters.
_LONGEST_TIME = 64


class MalformedEvent(ValueError):
    """Signed by Discord, but not an event that we can read; the message names the field."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Discord asks whether we are there."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """An event that we have no use for."""

    name: str


@dataclass(frozen=True, slots=True)
class Authorized:
    """Somebody installed the app. `guild_id` is empty where they did it for themselves and not for a server."""

    user_id: UserId
    guild_id: GuildId
    happened_at: str


@dataclass(frozen=True, slots=True)
class Deauthorized:
    """Somebody does not want the app to know them any more."""

    user_id: UserId
    happened_at: str


WebhookEvent = Ping | Unheard | Authorized | Deauthorized


def parse_webhook_event(payload: object) -> WebhookEvent:
    """Read a signed payload.

    Raises:
        MalformedEvent: a field that such an event has is missing or of another kind.
    """
    if not isinstance(payload, dict):
        raise MalformedEvent("not an object")
    number = payload.get("type")
    if not isinstance(number, int) or isinstance(number, bool):
        raise MalformedEvent("type")
    if number == _PING:
        return Ping()
    if number != _EVENT:
        return Unheard(f"type {number}")
    event = _object(payload, "event")
    name = event.get("type")
    if not isinstance(name, str) or not name:
        raise MalformedEvent("event.type")
    if name == AUTHORIZED:
        return _authorized(event)
    if name == DEAUTHORIZED:
        return Deauthorized(_user(_object(event, "data")), _time(event))
    return Unheard(name)


def _authorized(event: Mapping[str, Any]) -> Authorized:
    data = _object(event, "data")
    guild_id = _snowflake(_object(data, "guild"), "id") if data.get("guild") is not None else ""
    return Authorized(_user(data), GuildId(guild_id), _time(event))


def _user(data: Mapping[str, Any]) -> UserId:
    return UserId(_snowflake(_object(data, "user"), "id"))


def _time(event: Mapping[str, Any]) -> str:
    value = event.get("timestamp")
    if not isinstance(value, str) or not value or len(value) > _LONGEST_TIME:
        raise MalformedEvent("event.timestamp")
    return value


def _object(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = payload.get(name)
    if not isinstance(value, dict):
        raise MalformedEvent(name)
    return value


def _snowflake(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name)
    if not is_snowflake(value):
        raise MalformedEvent(name)
    return str(value)
