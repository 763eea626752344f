"""`/kaltura-watch-control`: play, pause, seek and speed of the room in this channel, and what is on now."""

from typing import TYPE_CHECKING

from kaltura_discord.commands.model import Command, Deferred, Refusal
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.watch.moments import seconds_of

if TYPE_CHECKING:
    from kaltura_discord.commands.room_remote import Remote

_SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "2")


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
    if action == "speed" and speed not in _SPEEDS:
        raise Refusal("Say how fast, as `speed`.")
    return Remote(action, seconds, float(speed) if action == "speed" else None)


COMMAND = Command(
    name="kaltura-watch-control",
    version="1.0.0",
    description="Play, pause, seek or speed up what is watched together here, or see what is on",
    acknowledgement=Deferred(control),
    options=(
        Option(
            "action",
            "What to do",
            required=True,
            choices=(
                ("Play", "play"),
                ("Pause", "pause"),
                ("Seek to a position", "seek"),
                ("Change the speed", "speed"),
                ("What is on now", "now"),
            ),
        ),
        Option("position", "Where to, such as 12:04, 1:02:03 or 90 seconds", maximum=12),
        Option("speed", "How fast", choices=tuple((f"{speed}×", speed) for speed in _SPEEDS)),
    ),
)
