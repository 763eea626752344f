"""`/kaltura-watch-control`: play, pause, seek and speed of the room in this channel, and what is on now."""

from typing import TYPE_CHECKING

from kaltura_discord.commands.definitions.videos import SPEEDS
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.watch.moments import seconds_of

if TYPE_CHECKING:
    from kaltura_discord.commands.room_remote import Remote


async def control(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """Do it, or say what is on."""
    # Imported here, since only the queue's worker has to do with rooms.
    from kaltura_discord.commands.room_remote import use_remote

    return await use_remote(pressed(interaction), interaction, services)


def pressed(interaction: Interaction) -> "Remote":
    """What somebody asks for.

    Raises:
        Refusal: they wrote no moment, or left out what the action needs.
    """
    from kaltura_discord.commands.room_remote import Remote

    action = interaction.text_option("action")
    written = interaction.text_option("position")
    seconds = seconds_of(written) if written else None
    if written and seconds is None:
        raise Refusal(f"“{inline(written, 40)}” is no moment in a video. Write it like `12:04`, `1:02:03` or `90`.")
    if action == "seek" and seconds is None:
        raise Refusal("Say where to, as `position`: such as `12:04`, `1:02:03` or `90`.")
    speed = interaction.text_option("speed")
    if action == "speed" and speed not in SPEEDS:
        raise Refusal("Say how fast, as `speed`.")
    return Remote(action, seconds, float(speed) if action == "speed" else None)
