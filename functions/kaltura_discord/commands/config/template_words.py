"""Where the words of a message stand in the settings, and what is said without any. No pydantic."""

from kaltura_discord.commands.services import Services
from kaltura_discord.server_config.message_types import DEFAULT_TEMPLATES
from kaltura_discord.server_config.overlay import Path, value_at


def path_of(message_type: str) -> Path:
    """Where they stand."""
    return ("notifications", "templates", message_type)


def default_words(services: Services, message_type: str) -> str:
    """What is said where a server has no words of its own."""
    written = value_at(services.written_defaults, path_of(message_type))
    # What an operator wrote is checked elsewhere; a number in its place must not keep anybody from writing words.
    return written if isinstance(written, str) and written else DEFAULT_TEMPLATES[message_type]
