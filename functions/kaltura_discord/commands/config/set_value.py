"""`/kaltura-config set`: one setting. Where somebody else was faster: what they changed, and whether to do it again."""

from kaltura_discord.commands.config.editing import Edit, changed, changed_message, edit
from kaltura_discord.commands.config.names import with_ids
from kaltura_discord.commands.config.pending import keep, kept
from kaltura_discord.commands.config.words import changes_shown
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, ButtonStyle, action_row, button, container, separator, text
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.overlay import difference
from kaltura_discord.server_config.override_store import ChangedMeanwhile

SAME_WISH = "That is what you wanted too, so there is nothing left to do."


async def set_value(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Set what the options say."""
    key, value = interaction.text_option("key"), interaction.text_option("value")
    key, value = await with_ids(interaction, services, deadline, key, value)
    try:
        edited = await edit(interaction, services, deadline, _setting(key, value))
    except ChangedMeanwhile as faster:
        wish_id = await keep(interaction, services, {"key": key, "value": value})
        return await _asked_again(interaction, services, deadline, faster, wish_id, _setting(key, value))
    return changed_message(edited, interaction, services)


async def set_again(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Set what was wished for before somebody else was faster, on the settings that the person has seen since."""
    _, argument = read_custom_id(interaction.custom_id)
    wish_id, _, version = argument.partition(":")
    wish = await kept(interaction, services, wish_id)
    change = _setting(wish["key"], wish["value"])
    try:
        edited = await edit(interaction, services, deadline, change, seen_version=int(version))
    except ChangedMeanwhile as faster:
        return await _asked_again(interaction, services, deadline, faster, wish_id, change)
    return changed_message(edited, interaction, services)


def _setting(key: str, value: str) -> Edit:
    return lambda changes, overrides: changes.set_text(overrides, key, value)


async def _asked_again(
    interaction: Interaction,
    services: Services,
    deadline: Deadline,
    faster: ChangedMeanwhile,
    wish_id: str,
    change: Edit,
) -> Message:
    """What somebody else changed, and what the person's own change would do to that."""
    theirs = [text(faster.sentence), *changes_shown(faster.changes, services.defaults)]
    now = faster.current.document
    own = difference(now, await changed(guild_of(interaction), services, deadline, change, now))
    if not own:
        return Message((container([*theirs, text(SAME_WISH)], Accent.STARTING),))
    again = custom_id("config-again", f"{wish_id}:{faster.current.version}")
    ways = [button("Do it again", again, ButtonStyle.PRIMARY), button("Leave it", custom_id("config-leave"))]
    yours = [separator(), text("Yours would now do this:"), *changes_shown(own, services.defaults), action_row(ways)]
    return Message((container([*theirs, *yours], Accent.STARTING),))
