"""Ways into Watch Together: `/kaltura-watch`, buttons and lists, a message's menu, and Discord's list of Activities."""

from kaltura_discord.commands.model import Action, ChosenVideo, Command, Launch, Refusal
from kaltura_discord.commands.options import Option
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.video_choice import linked_video, suggest_videos, typed_video, video_here
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import CommandKind, Interaction
from kaltura_discord.resilience.deadline import Deadline

# An entry id or a title; a link may be long.
_LONGEST_NAMED = 1000


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


COMMAND = Command(
    name="kaltura-watch",
    version="1.0.0",
    description="Watch a video together, everybody at the same moment",
    acknowledgement=Launch(typed_video),
    options=(
        Option(
            "video",
            "Its title, entry id or Kaltura link; leave it out to choose inside",
            suggest=suggest_videos,
            maximum=_LONGEST_NAMED,
        ),
    ),
)

OF_A_MESSAGE = Command(
    name="Watch together",
    version="1.0.0",
    description="",
    acknowledgement=Launch(video_of_message),
    kind=CommandKind.MESSAGE,
    stands_for=COMMAND,
)

ENTRY_POINT = Command(
    name="Watch Together",
    version="1.0.0",
    description="Watch Kaltura videos together, everybody at the same moment",
    acknowledgement=Launch(no_video),
    kind=CommandKind.ENTRY_POINT,
    stands_for=COMMAND,
)

ACTIONS = (Action("watch", Launch(pressed_video), stands_for=COMMAND),)
