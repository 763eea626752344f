"""`/kaltura-config role`: which role makes somebody what. For those who may manage the server, as `editing` checks."""

from kaltura_discord.commands.config.editing import changed_message, edit
from kaltura_discord.commands.config.role_effects import MAPPING, mapping_under
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.custom_ids import read_custom_id
from kaltura_discord.discord.identifiers import RoleId, is_snowflake
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes, role_of_an_app
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.quick_settings import LEVEL_WORDS

NONE = "none"

EVERYONE_IS_A_VIEWER = (
    "Everybody is a viewer already, and more can't be given to everybody at once. Choose a role that some members "
    "have. What everybody may use is set for each command, such as `commands.permissions.kaltura-end` to `@everyone`."
)


async def give_level(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Give the picked roles a level, or take them off the list; and say what that means for everybody."""
    level = _level(interaction)
    roles = _picked_roles(interaction)
    for role in roles:
        _check_role(role, level, interaction, services)

    def with_levels(changes: Changes, overrides: Document) -> Document:
        for role in roles:
            path = (*MAPPING, role)
            if level == NONE:
                overrides = changes.reset(overrides, ".".join(path))
            else:
                overrides = changes.set_value(overrides, path, level)
        return overrides

    return changed_message(await edit(interaction, services, deadline, with_levels), interaction, services)


def _level(interaction: Interaction) -> str:
    _, of_list = read_custom_id(interaction.custom_id)
    level = of_list or interaction.text_option("level")
    if level not in (*LEVEL_WORDS, NONE):
        raise Refusal("There is no such level. Choose admin, moderator, viewer or none.")
    return level


def _picked_roles(interaction: Interaction) -> tuple[RoleId, ...]:
    picked = interaction.values or (interaction.text_option("role"),)
    if not all(picked) or not all(is_snowflake(role) for role in picked):
        raise Refusal("That is no role of this server. Pick one from the list.")
    return tuple(RoleId(role) for role in picked)


def _check_role(role: RoleId, level: str, interaction: Interaction, services: Services) -> None:
    if role == RoleId(guild_of(interaction)):
        raise Refusal(EVERYONE_IS_A_VIEWER)
    known = interaction.resolved.get("roles", {}).get(role)
    # Such a role has one member, the app itself (Discord docs: Role Tags). What an integration gives people may count.
    if level != NONE and isinstance(known, dict) and (known.get("tags") or {}).get("bot_id"):
        raise Refusal(role_of_an_app(role))
    if level == NONE and role in mapping_under(services.written_defaults, {}):
        raise Refusal(
            f"<@&{role}> is listed by whoever runs this app, so it can't be taken off the list here. "
            "Make it a viewer instead: then it gives nothing."
        )
