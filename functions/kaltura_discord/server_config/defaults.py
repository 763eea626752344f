"""The settings that every server starts from, checked; and what they become under a server's overrides."""

from collections.abc import Mapping
from typing import Any

from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.overlay import merged
from kaltura_discord.server_config.validation import checked
from kaltura_discord.server_config.written_defaults import InvalidConfig, merged_defaults


def load_defaults(document: str, environment: Mapping[str, str]) -> ServerConfig:
    """The defaults from the file's text and the environment.

    Raises:
        InvalidConfig: the file is not JSON, a placeholder in it cannot be filled in, or a value does not fit.
    """
    return check_defaults(merged_defaults(document, environment))


def check_defaults(written: Mapping[str, Any]) -> ServerConfig:
    """The defaults, as they were written, as settings.

    Raises:
        InvalidConfig: a value does not fit.
    """
    try:
        return checked(written)
    except InvalidSetting as error:
        raise InvalidConfig(error.sentence) from None


def with_overrides(written: Mapping[str, Any], overrides: Mapping[str, Any]) -> ServerConfig:
    """A server's settings: its overrides over the defaults.

    Raises:
        InvalidSetting: an override does not fit, such as one that an older version stored.
    """
    return checked(merged(written, overrides))
