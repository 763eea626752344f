"""`/kaltura-config view`: the settings of this server, a section at a time."""

from kaltura_discord.commands.config.sections import SECTIONS
from kaltura_discord.commands.config.view_pages import OVERVIEW, SettingsShown, settings_page
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes

_KNOWN = frozenset(name for _, name in SECTIONS)


async def view(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """The section that was asked for, chosen from the list in the message, or named by the pressed button."""
    shown = _wanted(interaction)
    current = await services.overrides.read(guild_of(interaction))
    known = shown if shown.section in _KNOWN else SettingsShown(OVERVIEW, shown.page)
    return settings_page(known, Changes(services.defaults), current.document)


def _wanted(interaction: Interaction) -> SettingsShown:
    if interaction.values:
        return SettingsShown(interaction.values[0])
    if interaction.custom_id:
        return SettingsShown.from_argument(read_custom_id(interaction.custom_id)[1])
    return SettingsShown(interaction.text_option("section", OVERVIEW))
