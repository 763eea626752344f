"""What the greeting's buttons do. Each leads to what `/kaltura-config` or `/kaltura-start` does, for whom may use that.

A list of roles or channels is shown to who asked only; what they choose is carried out, and told, by the actions
`config-channel` and `config-role`. Roles whose names sound like it are named, and nothing is given before somebody
chooses: whoever may name a role would otherwise promote themselves.
"""

import re
from collections.abc import Iterable

from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body, Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.start import start_form
from kaltura_discord.discord.components import choose_channel, choose_roles, text
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.identifiers import GuildId, RoleId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.discord.permissions import Role
from kaltura_discord.resilience.deadline import Deadline

_SUGGESTED_AT_MOST = 5

# With or without an s at the end.
_MODERATING = re.compile(
    r"\b(faculty|staff|(host|instructor|lecturer|mod|moderator|organi[sz]er|professor|teacher|trainer|tutor)s?)\b",
    re.IGNORECASE,
)

_WHERE = (
    "**Where to tell**\nMeetings that start, recordings and new videos are told in the channel that you choose here. "
    "Single kinds of messages can have channels of their own: `/kaltura-config channel`."
)
_WHO = (
    "**Who moderates**\nMembers with these roles come into meetings as moderators, and may end anybody's. Once a role "
    "is chosen, Discord's own permissions decide no longer, except for administrators."
)


async def ask(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """The list to choose from, for the step that the button names."""
    _, step = read_custom_id(interaction.custom_id)
    match step:
        case "channel":
            chosen = choose_channel(custom_id("config-channel", "default"), "Choose a channel")
            return Message((text(_WHERE), chosen))
        case "role":
            return await _ask_for_roles(guild_of(interaction), services, deadline)
        case _:
            raise Refusal("This step doesn't exist any more. Use `/kaltura-config`.")


async def look_again(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """The greeting that only one person sees, as the server is now."""
    from kaltura_discord.commands.onboarding.greeting import Place, greeting
    from kaltura_discord.commands.onboarding.progress import look

    guild_id = guild_of(interaction)
    return greeting(await look(services, guild_id), guild_id, Place.PRIVATE)


async def ask_for_a_meeting(_: Interaction, __: Services) -> Body:
    """The form that starts a meeting."""
    return start_form("room", "First meeting", "")


async def _ask_for_roles(guild_id: GuildId, services: Services, deadline: Deadline) -> Message:
    try:
        directory = await services.directories.find(guild_id, deadline)
        suggested = moderating_roles(directory.roles.values())
    except DiscordError:
        # The list itself is Discord's, and works without any suggestion of ours.
        suggested = []
    words = _WHO
    if suggested:
        words += f"\n-# By their names, that could be {_either(suggested)}. Nothing is given until you choose."
    return Message((text(words), choose_roles(custom_id("config-role", "moderator"), "Choose roles")))


def _either(roles: list[RoleId]) -> str:
    mentions = [f"<@&{role}>" for role in roles]
    return " or ".join([", ".join(mentions[:-1]), mentions[-1]] if len(mentions) > 1 else mentions)


def moderating_roles(roles: Iterable[Role]) -> list[RoleId]:
    """The first few roles whose names have a word in them that moderators are often called by."""
    named = [role.role_id for role in roles if _MODERATING.search(role.name)]
    return named[:_SUGGESTED_AT_MOST]
