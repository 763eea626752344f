"""Which message somebody means: the option that `channel`, `template` and `test` have in common."""

from collections.abc import Sequence

from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.options import Option
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, MESSAGE_NAMES, NOTIFICATION_TYPES

OPTION = "type"

EVERYTHING_ELSE = "default"
"""What has no channel of its own; called so in the settings."""

TOLD: tuple[str, ...] = NOTIFICATION_TYPES
"""What channels are told."""

WRITTEN: tuple[str, ...] = tuple(ALLOWED_VARIABLES)
"""What has words of the server's own: the same, and the invitation of the Share button."""


def message_option(types: Sequence[str], *others: tuple[str, str]) -> Option:
    """The option, offering `types` after `others`, which are pairs of what is shown and what is sent."""
    choices = [*others, *((MESSAGE_NAMES[each], each) for each in types)]
    return Option(OPTION, "Which message", required=True, choices=tuple(choices))


def chosen_message(interaction: Interaction, types: Sequence[str]) -> str:
    """What was chosen in the option, or stands first in the argument of the pressed button.

    Raises:
        Refusal: none of `types`; an older button may say so.
    """
    _, argument = read_custom_id(interaction.custom_id)
    chosen = argument.partition(":")[0] or interaction.text_option(OPTION)
    if chosen not in types:
        raise Refusal("There is no such message any more. Choose one of those that `/kaltura-config` offers.")
    return chosen
