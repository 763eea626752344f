"""`/kaltura-config channel`: where a message is told. Without a channel it is told where it would be by default."""

from kaltura_discord.commands.config.editing import changed_message, edit
from kaltura_discord.commands.config.message_choice import EVERYTHING_ELSE, TOLD, chosen_message
from kaltura_discord.commands.config.switched_off import why_silent
from kaltura_discord.commands.config.writable import check_picked_channel
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import button
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import is_snowflake
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.overlay import Document, Path


async def choose_channel(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Tell a message, or all that have no channel of their own, in the channel that was picked."""
    message_type = chosen_message(interaction, (EVERYTHING_ELSE, *TOLD))
    channel_id = _picked_channel(interaction)
    path: Path = ("notifications", "channels", message_type)
    if channel_id:
        check_picked_channel(interaction, channel_id)

    def with_channel(changes: Changes, overrides: Document) -> Document:
        if not channel_id:
            return changes.reset(overrides, ".".join(path))
        return changes.set_value(overrides, path, channel_id)

    edited = await edit(interaction, services, deadline, with_channel)
    config = await services.server_configs.whole(guild_of(interaction), now=True)
    return changed_message(
        edited,
        interaction,
        services,
        _told_where(message_type, channel_id),
        consequences=why_silent(config, message_type),
        others=_next_steps(message_type),
    )


def _picked_channel(interaction: Interaction) -> str:
    picked = interaction.values[0] if interaction.values else interaction.text_option("channel")
    if picked and not is_snowflake(picked):
        raise Refusal("That is no channel of this server. Pick one from the list.")
    return picked


def _told_where(message_type: str, channel_id: str) -> str:
    what = "Everything without a channel of its own" if message_type == EVERYTHING_ELSE else LOOKS[message_type].name
    if channel_id:
        return f"**{what}**: posted in <#{channel_id}> from now on."
    if message_type == EVERYTHING_ELSE:
        return f"**{what}**: posted where the meeting was started, unless whoever runs this app says otherwise."
    return f"**{what}**: posted where everything else is."


def _next_steps(message_type: str) -> list[dict[str, object]]:
    return [] if message_type == EVERYTHING_ELSE else [button("Send a test", custom_id("config-test", message_type))]
