"""The values that every server starts from, as they are written: `default_config.json`, the environment on top.

`CONFIG__SECTION__KEY` of the environment beats the file, so that an operator changes a default without changing
the package: `CONFIG__MEETINGS__AUTO_END_HOURS=8`. Values are read as JSON where they are JSON, else as text.
`{{UPPER_CASE}}` placeholders of the file are filled from the environment (`placeholders`).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.placeholders import UnfilledPlaceholder, as_written, filled

PREFIX = "CONFIG__"

# Beside the functions in the package, beside their folder in the repository.
_PLACES = (Path(__file__).parents[2] / "config", Path(__file__).parents[3] / "config")


class InvalidConfig(ConfigError):
    """The defaults are wrong; the message names the key and what is wrong with it."""


def default_config_file() -> Path:
    """Where `default_config.json` stands.

    Raises:
        InvalidConfig: nowhere.
    """
    for folder in _PLACES:
        if (folder / "default_config.json").is_file():
            return folder / "default_config.json"
    raise InvalidConfig("config/default_config.json is missing from the package.")


def merged_defaults(document: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """The file's text with the environment on top, not yet checked.

    Raises:
        InvalidConfig: the file is not a JSON object, a placeholder in it cannot be filled in, or the environment
            names a section that is none.
    """
    try:
        written = json.loads(document)
    except ValueError as error:
        raise InvalidConfig(f"default_config.json is not JSON: {error}") from None
    if not isinstance(written, dict):
        raise InvalidConfig("default_config.json is not an object.")
    try:
        values: dict[str, Any] = filled(written, environment)
    except UnfilledPlaceholder as error:
        raise InvalidConfig(f"default_config.json: {error}") from None
    for name, value in environment.items():
        if name.startswith(PREFIX):
            _set(values, name.removeprefix(PREFIX).lower().split("__"), as_written(value))
    return values


def as_typed(command: str) -> str:
    """A command's name as people type it; names of environment variables hold no hyphens."""
    return command.strip().removeprefix("/").replace("_", "-")


def _set(values: dict[str, Any], path: list[str], value: object) -> None:
    *sections, key = path
    for section in sections:
        inner = values.setdefault(section, {})
        if not isinstance(inner, dict):
            raise InvalidConfig(f"{section} is no section")
        values = inner
    matching = [existing for existing in values if existing.lower().replace("-", "_") == key]
    values[matching[0] if matching else key] = value
