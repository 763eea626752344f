"""Whether a message is told at all, for whoever has just chosen its channel or tried it."""

from kaltura_discord.commands.config.message_choice import TOLD
from kaltura_discord.server_config.models import ServerConfig


def why_silent(config: ServerConfig, message_type: str) -> str:
    """What keeps the message from being told, and how to change that; empty where nothing does."""
    notifications = config.notifications
    switches = {"notifications.enabled": notifications.enabled}
    if message_type in TOLD:
        switches[f"notifications.types.{message_type}"] = getattr(notifications.types, message_type)
    off = next((key for key, is_on in switches.items() if not is_on), "")
    return f"It is not posted so far, as `{off}` is off. `/kaltura-config set` turns it on." if off else ""
