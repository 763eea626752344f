"""Words for a message that somebody has typed and not saved yet, so that a mistake in them does not cost them.

The text waits in the table (`pending`). Buttons bear its id, and the version of the settings that the person has seen.
"""

from dataclasses import dataclass, replace

from kaltura_discord.commands.config.pending import keep, kept
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.interaction import Interaction


@dataclass(frozen=True, slots=True)
class Draft:
    """Words for a message.

    Attributes:
        draft_id: by which they are kept.
        message_type: what they are for.
        text: what was typed; empty for the default words.
        seen_version: the version of the settings that they are to take the place of.
    """

    draft_id: str
    message_type: str
    text: str
    seen_version: int

    @property
    def argument(self) -> str:
        """What a button that is about the draft bears."""
        return f"{self.draft_id}:{self.seen_version}"


async def keep_draft(interaction: Interaction, services: Services, draft: Draft) -> Draft:
    """Keep what was just typed; the draft under its own id."""
    wish = {"message_type": draft.message_type, "text": draft.text}
    return replace(draft, draft_id=await keep(interaction, services, wish))


async def draft_of(interaction: Interaction, services: Services) -> Draft:
    """The draft that the pressed button is about.

    Raises:
        Refusal: it is gone, or somebody else's.
    """
    _, argument = read_custom_id(interaction.custom_id)
    draft_id, _, version = argument.partition(":")
    wish = await kept(interaction, services, draft_id)
    return Draft(draft_id, wish["message_type"], wish["text"], int(version) if version.isdecimal() else 0)
