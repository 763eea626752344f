"""The Share button: an invitation to a meeting, in the channel where it was pressed, with the server's own words."""

from kaltura_discord.commands.meeting_choices import chosen_meeting
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import say
from kaltura_discord.meetings.limits import SHARES_OF_A_MEMBER, check
from kaltura_discord.meetings.wishes import KIND_NAMES
from kaltura_discord.notifications.words import notification


async def share(interaction: Interaction, services: Services) -> Body:
    """Invite everybody in the channel."""
    meeting = await chosen_meeting(interaction, services)
    await check(services.window, SHARES_OF_A_MEMBER, interaction.caller.user_id, "share")
    settings = await services.server_configs.quick(meeting.guild_id)
    values = {"username": interaction.caller.name, "title": meeting.title, "type": KIND_NAMES[meeting.kind]}
    return say(notification("meeting_share", settings.share_template, values, meeting.meeting_id))
