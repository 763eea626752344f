"""`/kaltura-config export` and `import`: the settings as a JSON file (`server_config.documents`).

Between the question what an import would change and the answer, what the file says is kept in the table (`pending`) and
not fetched a second time: so what is applied is what was shown.
"""

from kaltura_discord.commands.config.editing import Edit, changed, changed_message, check_may_change, edit
from kaltura_discord.commands.config.pending import keep, kept
from kaltura_discord.commands.config.words import changes_shown
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.attachments import AttachmentRefused, AttachmentTooLarge, fetch_attachment
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    action_row,
    button,
    container,
    file_component,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import File, Message, note
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.documents import LARGEST_FILE, exported, imported
from kaltura_discord.server_config.overlay import difference, leaves
from kaltura_discord.server_config.override_store import ChangedMeanwhile, Overrides
from kaltura_discord.settings import discord_settings

FILE_NAME = "kaltura-config.json"

NO_FILE = "There is no such file any more. Use `/kaltura-config import` again and give it the file."
NOT_FETCHED = "Discord didn't hand the file over, so nothing was changed. Try again in a minute."
SAME_ALREADY = "Nothing would change: the settings are as the file says already."

_PATIENCE_SECONDS = 10.0


async def export(interaction: Interaction, services: Services, _: Deadline) -> Message:
    """The file."""
    current = await services.overrides.read(guild_of(interaction))
    changes = Changes(services.defaults)
    said = text(
        f"{_held(sum(1 for _ in leaves(changes.visible(current.document))))}\n"
        "-# `/kaltura-config import` makes the settings what the file says; in another server, "
        "if no roles and channels are in it."
    )
    file = File(FILE_NAME, exported(changes, current.document).encode())
    return Message((container([said, file_component(FILE_NAME)], Accent.NEUTRAL),), files=(file,))


async def ask_to_import(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Show what the file would change, with a button to apply it."""
    content = await _file(interaction, services, deadline)
    return await _question(interaction, services, deadline, content.decode("utf-8-sig", errors="replace"))


async def apply_import(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Apply what was shown, unless somebody has changed the settings since: then ask again."""
    _, argument = read_custom_id(interaction.custom_id)
    wish_id, _, version = argument.partition(":")
    wish = await kept(interaction, services, wish_id)
    try:
        edited = await edit(interaction, services, deadline, _importing(wish["file"]), seen_version=int(version))
    except ChangedMeanwhile as faster:
        return await _question(interaction, services, deadline, wish["file"], faster.sentence)
    return changed_message(edited, interaction, services, "Imported.")


def _held(settings: int) -> str:
    """What is in the file."""
    if not settings:
        return "The file holds no settings, since everything here is as it is by default."
    what = "1 setting that is" if settings == 1 else f"{settings} settings that are"
    return f"The file holds the {what} changed in this server."


async def _question(
    interaction: Interaction, services: Services, deadline: Deadline, content: str, told: str = ""
) -> Message:
    guild_id = guild_of(interaction)
    current: Overrides = await services.overrides.read(guild_id)
    document = await changed(guild_id, services, deadline, _importing(content), current.document)
    changes = difference(current.document, document)
    if not changes:
        return note(SAME_ALREADY)
    check_may_change(interaction, changes)
    wish_id = await keep(interaction, services, {"file": exported(Changes(services.defaults), document)})
    count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    said = text(f"{told}\n\nThe file makes {count}:".strip())
    ways = [
        button(f"Apply {count}", custom_id("config-import", f"{wish_id}:{current.version}"), ButtonStyle.PRIMARY),
        button("Cancel", custom_id("config-leave")),
    ]
    parts = [said, *changes_shown(changes, services.defaults), action_row(ways)]
    return Message((container(parts, Accent.STARTING),))


async def _file(interaction: Interaction, services: Services, deadline: Deadline) -> bytes:
    """The content of the file that was given.

    Raises:
        Refusal: Discord does not hand it over, or it is too large to be one of ours.
    """
    attachment = interaction.resolved.get("attachments", {}).get(interaction.text_option("file"), {})
    url, api_url = str(attachment.get("url", "")), discord_settings(services.environment).api_url
    patience = deadline.sooner(_PATIENCE_SECONDS)
    try:
        return await fetch_attachment(services.http, api_url, url, LARGEST_FILE, patience)
    except AttachmentTooLarge:
        raise Refusal(f"The file is larger than {LARGEST_FILE:,} bytes, so it is no file of settings.") from None
    except AttachmentRefused:
        raise Refusal(NO_FILE) from None
    except DiscordError:
        raise Refusal(NOT_FETCHED) from None


def _importing(content: str) -> Edit:
    return lambda changes, overrides: imported(changes, overrides, content)
