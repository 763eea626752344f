"""Documents of settings against the model: accepted in one form only, or refused in one sentence."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kaltura_discord.server_config.catalogue import Setting, no_such_setting, section_names, setting_at
from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.server_config.kinds import quoted
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import Document, Path, value_at


def checked(document: Mapping[str, Any]) -> ServerConfig:
    """The settings that `document` says, with defaults for all else.

    Raises:
        InvalidSetting: the first thing that does not fit, what would, and an example.
    """
    try:
        return ServerConfig.model_validate(document)
    except ValidationError as error:
        raise InvalidSetting(_sentence(error.errors()[0], document)) from None


def canonical(document: Mapping[str, Any]) -> Document:
    """What `document` says and nothing else, in the one form that is stored and compared.

    Raises:
        InvalidSetting: see `checked`.
    """
    return checked(document).model_dump(mode="json", exclude_unset=True)


def _sentence(error: ErrorDetails, document: Mapping[str, Any]) -> str:
    path = tuple(str(part) for part in error["loc"])
    setting = setting_at(path)
    if setting is None and error["type"] == "string_unicode":
        return "The name of a setting in it holds characters that can't be read."
    if setting is None:
        key = ".".join(path)
        if error["type"] == "extra_forbidden":
            return no_such_setting(key)
        section = key if key in section_names() else "the whole"
        return f"`{section}` is a section: it holds settings by name, and {quoted(error['input'])} does not."
    if path[-1] == "[key]":
        return _about_name(setting, path[-2])
    return _about_value(setting, path, error, document)


def _about_name(setting: Setting, name: str) -> str:
    return (
        f"`{setting.key}` goes by {setting.kind.named_by}, and {quoted(name)} is none. "
        f"For example: `{setting.example}`."
    )


def _about_value(setting: Setting, path: Path, error: ErrorDetails, document: Mapping[str, Any]) -> str:
    entry = path[: len(setting.path) + (1 if setting.kind.is_map else 0)]
    if error["type"] == "value_error":
        reason = str(error["ctx"]["error"]) if "ctx" in error else error["msg"]
        return f"`{'.'.join(entry)}`: {reason} For example: `{setting.kind.example}`."
    return (
        f"`{'.'.join(entry)}` takes {setting.kind.words}, and {quoted(value_at(document, entry))} is not that. "
        f"For example: `{setting.kind.example}`."
    )
