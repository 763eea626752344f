"""`/kaltura-join` and the Join button: a link into a meeting, made for the member who asked."""

from kaltura_discord.commands.meeting_choices import chosen_meeting, guild_of
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import link_button
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import note, say
from kaltura_discord.meetings.limits import LINKS_OF_A_MEMBER, check
from kaltura_discord.meetings.models import Person
from kaltura_discord.templates.discord_markdown import inline


async def join(interaction: Interaction, services: Services) -> Body:
    """A link button that only the asker sees."""
    meeting = await chosen_meeting(interaction, services, is_joining=True)
    caller = interaction.caller
    await check(services.window, LINKS_OF_A_MEMBER, caller.user_id, "join")
    person = Person(caller.user_id, caller.name)
    url = await services.join_links.make(guild_of(interaction), meeting.meeting_id, person, interaction.locale)
    sentence = (
        f"Your way into **{inline(meeting.title, 200)}**. The link is yours alone and works for 10 minutes; "
        "press Join again for a new one."
    )
    return say(note(sentence, link_button("Open the meeting", url)))
