"""Layouts of stored and exported settings. Older ones are brought up to date when they are read, newer ones refused.

    1    the files `config/overrides/{server}.json` of this app's first version: roles and channels by name, and
         the names of some features different
    2    this one

What cannot be carried over falls back to the default, with one exception: a restriction of a command that named
roles becomes a restriction to administrators, so that nobody gains by it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from kaltura_discord.discord.identifiers import is_snowflake
from kaltura_discord.server_config.errors import NewerSettings
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, NOTIFICATION_TYPES
from kaltura_discord.server_config.overlay import Document

SCHEMA = 2

_LEVELS = ("viewer", "moderator", "admin")
_FIRST_SECTIONS = ("notifications", "commands", "roles", "features", "kaltura")


def up_to_date(document: Mapping[str, Any], schema: int) -> Document:
    """`document`, which has the layout `schema`, in today's.

    Raises:
        NewerSettings: the layout is newer than this version of the app.
    """
    if schema > SCHEMA:
        raise NewerSettings(schema, SCHEMA)
    result = dict(document)
    for step in range(max(schema, 1), SCHEMA):
        result = _MIGRATIONS[step](result)
    return result


def is_first_layout(document: Mapping[str, Any]) -> bool:
    """Whether a document that says nothing about its layout looks like the first."""
    return any(isinstance(document.get(section), Mapping) for section in _FIRST_SECTIONS)


def _from_1(old: Document) -> Document:
    notifications, features = _section(old, "notifications"), _section(old, "features")
    told = {
        "enabled": _switch(notifications, "enabled"),
        "types": {name: _switch(_section(notifications, "types"), name) for name in NOTIFICATION_TYPES},
        "templates": {name: _text(_section(notifications, "templates"), name) for name in ALLOWED_VARIABLES},
        "channels": {
            name: channel
            for name, channel in _section(notifications, "channels").items()
            if name in ("default", *NOTIFICATION_TYPES) and is_snowflake(channel)
        },
    }
    new = {
        "notifications": told,
        "commands": {
            "enabled": _switch(_section(old, "commands"), "enabled"),
            "permissions": {
                name: _who(allowed)
                for name, allowed in _section(_section(old, "commands"), "permissions").items()
                if isinstance(name, str)
            },
        },
        "roles": {
            "mapping": {
                role: level
                for role, level in _section(_section(old, "roles"), "mapping").items()
                if is_snowflake(role) and level in _LEVELS
            }
        },
        "features": {
            "activities": _switch(features, "activitiesApi"),
            "recording": _switch(features, "recording"),
            "user_sync": _switch(features, "user_sync"),
        },
    }
    return _without_nothing(new)


def _who(allowed: Any) -> list[str]:
    names = [allowed] if isinstance(allowed, str) else allowed
    if not isinstance(names, list):
        return ["admin"]
    kept = [name for name in names if name == "@everyone" or name in _LEVELS or is_snowflake(name)]
    return kept or ["admin"]


def _section(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _switch(section: Mapping[str, Any], name: str) -> bool | None:
    value = section.get(name)
    return value if isinstance(value, bool) else None


def _text(section: Mapping[str, Any], name: str) -> str | None:
    value = section.get(name)
    return value if isinstance(value, str) else None


def _without_nothing(document: Document) -> Document:
    kept = {name: _without_nothing(value) if isinstance(value, dict) else value for name, value in document.items()}
    return {name: value for name, value in kept.items() if value is not None and value != {}}


_MIGRATIONS: Mapping[int, Callable[[Document], Document]] = {1: _from_1}
