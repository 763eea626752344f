"""Values of settings in plain words, for the lists that open while somebody types: mentions show no names there."""

from collections.abc import Sequence
from typing import Any

from kaltura_discord.commands.config.existing import directory_of
from kaltura_discord.commands.config.words import NOT_SET
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import ChannelId, RoleId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.server_directory import ServerDirectory
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.catalogue import Setting
from kaltura_discord.templates.plain_text import one_line

# A suggestion has 1.8 s altogether.
_PATIENCE_SECONDS = 1.0


async def names_of(interaction: Interaction, services: Services, deadline: Deadline) -> ServerDirectory | None:
    """The server's roles, and the channels that who is typing can see; None where Discord does not tell in a second."""
    caller = interaction.caller
    try:
        directory = await directory_of(guild_of(interaction), services, deadline.sooner(_PATIENCE_SECONDS))
    except Refusal:
        return None
    return directory.seen_by(caller.user_id, caller.roles)


def needs_names(setting: Setting, value: Any) -> bool:
    """Whether the value names roles or channels."""
    if setting.kind.refers == "channel":
        return bool(value)
    return setting.kind.refers == "role" and any(each.isdecimal() for each in value or ())


def plain_value(setting: Setting, value: Any, directory: ServerDirectory | None) -> str:
    """The value, with names of roles and channels as far as they are known."""
    if value is None:
        return NOT_SET
    if setting.kind.refers == "channel" and value:
        return channel_name(value, directory)
    if setting.kind.refers == "role" and isinstance(value, Sequence):
        return ", ".join(role_name(each, directory) if each.isdecimal() else each for each in value)
    return one_line(setting.kind.show(value))


def channel_name(channel_id: str, directory: ServerDirectory | None) -> str:
    """`#general`."""
    channel = directory.channels.get(ChannelId(channel_id)) if directory is not None else None
    return f"#{one_line(channel.name)}" if channel is not None else "a channel"


def role_name(role_id: str, directory: ServerDirectory | None) -> str:
    """`@Teachers`."""
    role = directory.roles.get(RoleId(role_id)) if directory is not None else None
    return f"@{one_line(role.name)}" if role is not None else "a role"
