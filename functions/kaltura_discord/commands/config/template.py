"""`/kaltura-config template`: the words of a message, typed in a form, seen before they are saved.

    command ── form ──► words fit? ── preview ──► Save ── changed, with Undo      (`template_saving`)
                 ▲          │no           │           │ somebody else was faster
                 └── Edit ──┴─────────────┴───────────┴── both texts, and the question again

All of this is answered at once: no part of it asks Discord or imports pydantic.
"""

from kaltura_discord.commands.config.drafts import Draft, draft_of, keep_draft
from kaltura_discord.commands.config.message_choice import WRITTEN, chosen_message
from kaltura_discord.commands.config.template_form import FIELD, replaces_message, seen_version_of, template_form
from kaltura_discord.commands.config.template_preview import preview, refused
from kaltura_discord.commands.config.template_words import default_words, path_of
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, say, update
from kaltura_discord.server_config.overlay import value_at
from kaltura_discord.server_config.template_rules import check_template
from kaltura_discord.templates.message_template import InvalidTemplate


async def ask_for_words(interaction: Interaction, services: Services) -> Body:
    """The form, with the words as they are."""
    message_type = chosen_message(interaction, WRITTEN)
    overrides = await services.overrides.read(guild_of(interaction))
    default = default_words(services, message_type)
    words = value_at(overrides.document, path_of(message_type)) or default
    return template_form(message_type, words, default, overrides.version)


async def show_words(interaction: Interaction, services: Services) -> Body:
    """What the words of the form look like, or why they cannot be used. Either way they are kept."""
    typed = Draft(
        "",
        chosen_message(interaction, WRITTEN),
        _tidied(interaction.fields.get(FIELD, "")),
        seen_version_of(interaction.custom_id),
    )
    draft = await keep_draft(interaction, services, typed)
    shown = _shown(draft, default_words(services, draft.message_type), int(services.now()))
    return update(shown) if replaces_message(interaction.custom_id) else say(shown)


async def ask_again(interaction: Interaction, services: Services) -> Body:
    """The form, with the words that were typed last."""
    draft = await draft_of(interaction, services)
    default = default_words(services, draft.message_type)
    return template_form(draft.message_type, draft.text, default, draft.seen_version, replaces_message=True)


def _shown(draft: Draft, default: str, now: int) -> Message:
    try:
        if draft.text:
            check_template(draft.text, draft.message_type)
    except InvalidTemplate as error:
        return refused(draft, str(error))
    return preview(draft, default, now)


def _tidied(typed: str) -> str:
    # Some clients end their lines with a carriage return as well, which is no character to be seen.
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()
