"""`/kaltura-config set`: one setting. Where somebody else was faster: what they changed, and whether to do it again."""

from kaltura_discord.commands.config.editing import Edit, changed_message, edit
from kaltura_discord.commands.config.names import with_ids
from kaltura_discord.commands.config.pending import keep, kept
from kaltura_discord.commands.config.words import changes_in_words
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, ButtonStyle, action_row, button, container, text
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.override_store import ChangedMeanwhile


async def set_value(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Set what the options say."""
    key, value = interaction.text_option("key"), interaction.text_option("value")
    key, value = await with_ids(interaction, services, deadline, key, value)
    try:
        edited = await edit(interaction, services, deadline, _setting(key, value))
    except ChangedMeanwhile as faster:
        wish_id = await keep(interaction, services, {"key": key, "value": value})
        return _asked_again(faster, services, wish_id)
    return changed_message(edited, services)


async def set_again(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Set what was wished for before somebody else was faster, on the settings that the person has seen since."""
    _, argument = read_custom_id(interaction.custom_id)
    wish_id, _, version = argument.partition(":")
    wish = await kept(interaction, services, wish_id)
    change = _setting(wish["key"], wish["value"])
    try:
        edited = await edit(interaction, services, deadline, change, seen_version=int(version))
    except ChangedMeanwhile as faster:
        return _asked_again(faster, services, wish_id)
    return changed_message(edited, services)


def _setting(key: str, value: str) -> Edit:
    return lambda changes, overrides: changes.set_text(overrides, key, value)


def _asked_again(faster: ChangedMeanwhile, services: Services, wish_id: str) -> Message:
    said = text(f"{faster.sentence}\n{changes_in_words(faster.changes, services.defaults)}".strip())
    again = custom_id("config-again", f"{wish_id}:{faster.current.version}")
    ways = action_row(
        [button("Do it again", again, ButtonStyle.PRIMARY), button("Leave it", custom_id("config-leave"))]
    )
    return Message((container([said, ways], Accent.STARTING),))
