"""Undo: a change of the history taken back. That is a change too, and can be taken back itself."""

from kaltura_discord.commands.config.editing import changed_message, edit
from kaltura_discord.commands.config.history import history_message, page_of
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline

NO_SUCH_CHANGE = "That change is too old to be undone. Use `/kaltura-config set` instead."


async def undo(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Take the change back that the button names; where it stands in the history, show that again."""
    _, argument = read_custom_id(interaction.custom_id)
    entry_id, _, page = argument.partition("@")
    entry = await services.overrides.entry(guild_of(interaction), entry_id)
    if entry is None:
        raise Refusal(NO_SUCH_CHANGE)
    edited = await edit(
        interaction,
        services,
        deadline,
        lambda changes, overrides: changes.undo(overrides, entry.changes),
        undoes=entry_id,
    )
    if page:
        return await history_message(interaction, services, page_of(page))
    return changed_message(edited, interaction, services, "Undone." if not entry.undoes else "Done again.")
