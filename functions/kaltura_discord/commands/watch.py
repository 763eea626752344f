"""Ways into Watch Together: `/kaltura-watch`, buttons and lists, a message's menu, and Discord's list of Activities."""

from kaltura_discord.commands.model import ChosenVideo, Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.video_choice import linked_video, video_here
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.resilience.deadline import Deadline


async def pressed_video(interaction: Interaction, services: Services, deadline: Deadline) -> ChosenVideo:
    """The video of the button, or the one chosen from the list; none for a button that only leads into the room."""
    _, argument = read_custom_id(interaction.custom_id)
    entry_id = argument or next(iter(interaction.values), "")
    return await video_here(entry_id, interaction, services, deadline) if entry_id else ChosenVideo()


async def video_of_message(interaction: Interaction, services: Services, deadline: Deadline) -> ChosenVideo:
    """The first video that the message links to.

    Raises:
        Refusal: it links to none, or to one that is not here.
    """
    entry_id = await linked_video(interaction, services)
    if not entry_id:
        raise Refusal("That message has no link to a Kaltura video. `/kaltura-watch` takes you to one.")
    return await video_here(entry_id, interaction, services, deadline)


async def no_video(_: Interaction, __: Services, ___: Deadline) -> ChosenVideo:
    """The Activity opens on its search page."""
    return ChosenVideo()
