"""The Share button: an invitation to a meeting, in the channel where it was pressed, with the server's own words."""

from kaltura_discord.commands.join import COMMAND as JOIN
from kaltura_discord.commands.meeting_choices import chosen_meeting
from kaltura_discord.commands.model import Action, Body, Inline
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, ButtonStyle, button
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import note, say
from kaltura_discord.meetings.limits import SHARES_OF_A_MEMBER, check
from kaltura_discord.meetings.models import KIND_NAMES
from kaltura_discord.server_config.quick_settings import SHARE_VARIABLES
from kaltura_discord.templates.message_template import MessageTemplate
from kaltura_discord.templates.plain_text import shorten

# Discord takes 4000 characters in a message of components.
_LONGEST_WORDS = 3900


async def share(interaction: Interaction, services: Services) -> Body:
    """Invite everybody in the channel."""
    meeting = await chosen_meeting(interaction, services)
    await check(services.window, SHARES_OF_A_MEMBER, interaction.caller.user_id, "share")
    settings = await services.server_configs.quick(meeting.guild_id)
    template = MessageTemplate(settings.share_template, SHARE_VARIABLES)
    words = template.fill(
        {"username": interaction.caller.name, "title": meeting.title, "type": KIND_NAMES[meeting.kind]}
    )
    # The words are the server's, the title may be long and stand in them more than once.
    words = shorten(words, _LONGEST_WORDS)
    join = button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS)
    return say(note(words, join, accent=Accent.LIVE, ephemeral=False))


# Whoever may come in may invite others to.
ACTIONS = (Action("share", Inline(share), stands_for=JOIN),)
