"""`/kaltura-config reset`: back to the defaults, after what that would change has been seen and confirmed."""

from kaltura_discord.commands.config.editing import Edit, changed, changed_message, check_may_change, edit
from kaltura_discord.commands.config.names import with_ids
from kaltura_discord.commands.config.sections import EVERYTHING
from kaltura_discord.commands.config.words import changes_shown
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, ButtonStyle, action_row, button, container, text
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.overlay import difference
from kaltura_discord.server_config.override_store import ChangedMeanwhile

NOTHING_TO_RESET = "There is nothing to reset: the defaults hold there already."

_HELD = "This goes back to the defaults:"


async def ask_to_reset(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Show what would change, with a button to do it."""
    typed = interaction.text_option("section")
    key, _ = await with_ids(interaction, services, deadline, typed, "")
    return await _question(interaction, services, deadline, "" if key.lower() == EVERYTHING else key, _HELD)


async def reset(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Do it, unless somebody has changed the settings since that was shown: then ask again."""
    _, argument = read_custom_id(interaction.custom_id)
    version, _, key = argument.partition(":")
    try:
        edited = await edit(interaction, services, deadline, _resetting(key), seen_version=int(version))
    except ChangedMeanwhile as faster:
        return await _question(interaction, services, deadline, key, f"{faster.sentence}\n\n{_HELD}")
    return changed_message(edited, interaction, services, "Back to the defaults.")


async def _question(
    interaction: Interaction, services: Services, deadline: Deadline, key: str, heading: str
) -> Message:
    guild_id = guild_of(interaction)
    current = await services.overrides.read(guild_id)
    document = await changed(guild_id, services, deadline, _resetting(key), current.document)
    changes = difference(current.document, document)
    if not changes:
        return note(NOTHING_TO_RESET)
    check_may_change(interaction, changes)
    label = "Reset 1 setting" if len(changes) == 1 else f"Reset {len(changes)} settings"
    confirm = button(label, custom_id("config-reset", f"{current.version}:{key}"), ButtonStyle.DANGER)
    parts = [
        text(heading),
        *changes_shown(changes, services.defaults),
        action_row([confirm, button("Cancel", custom_id("config-leave"))]),
    ]
    return Message((container(parts, Accent.STARTING),))


def _resetting(key: str) -> Edit:
    return lambda changes, overrides: changes.reset(overrides, key)
