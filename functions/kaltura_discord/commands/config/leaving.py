"""What all of `/kaltura-config` asks with, answered with no."""

from kaltura_discord.commands.model import Body
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import note, update

LEFT = "Nothing was changed."


async def leave(_: Interaction, __: Services) -> Body:
    """The message that asked says that nothing was changed, and asks no more."""
    return update(note(LEFT))
