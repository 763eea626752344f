"""The settings that every server starts from, checked."""

from collections.abc import Mapping

from pydantic import ValidationError

from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.written_defaults import InvalidConfig, merged_defaults


def load_defaults(document: str, environment: Mapping[str, str]) -> ServerConfig:
    """The defaults from the file's text and the environment.

    Raises:
        InvalidConfig: the file is not JSON, or a value does not fit.
    """
    try:
        return ServerConfig.model_validate(merged_defaults(document, environment))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise InvalidConfig(f"{key}: {first['msg']}") from None
