"""Whether our bot may post where a command was used, as Discord says with each of them."""

from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.permissions import Permission, holds


def bot_may_post(interaction: Interaction) -> bool:
    """Whether our bot may write where the command was used, as Discord says in the payload."""
    send = Permission.SEND_MESSAGES_IN_THREADS if interaction.is_in_thread else Permission.SEND_MESSAGES
    return holds(interaction.app_permissions, Permission.VIEW_CHANNEL | send)
