"""Save, under the preview of a message's words; and the question again where somebody else was faster."""

from dataclasses import replace

from kaltura_discord.commands.config.drafts import Draft, draft_of
from kaltura_discord.commands.config.editing import FOR_LATER, NOTHING_CHANGED, edit
from kaltura_discord.commands.config.template_preview import changed_meanwhile, saved
from kaltura_discord.commands.config.template_words import default_words, path_of
from kaltura_discord.commands.config.words import are_for_later
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.overlay import Document, value_at
from kaltura_discord.server_config.override_store import ChangedMeanwhile


async def save(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Save the words, unless somebody has changed settings since the form was opened."""
    draft = await draft_of(interaction, services)
    path, default = path_of(draft.message_type), default_words(services, draft.message_type)

    def with_words(changes: Changes, overrides: Document) -> Document:
        if not draft.text:
            return changes.reset(overrides, ".".join(path))
        return changes.set_value(overrides, path, draft.text)

    try:
        edited = await edit(interaction, services, deadline, with_words, seen_version=draft.seen_version)
    except ChangedMeanwhile as error:
        return _asked_again(draft, default, error)
    if not edited.changes:
        return note(NOTHING_CHANGED)
    before, after = (value_at(each.document, path) or default for each in (edited.before, edited.after))
    footnote = FOR_LATER if are_for_later(edited.changes) else ""
    return saved(draft.message_type, before, after, edited.entry_id, footnote)


def _asked_again(draft: Draft, default: str, error: ChangedMeanwhile) -> Message:
    theirs = value_at(error.current.document, path_of(draft.message_type)) or default
    if theirs == (draft.text or default):
        return note(f"**{LOOKS[draft.message_type].name}** says exactly this already.")
    again = replace(draft, seen_version=error.current.version)
    return changed_meanwhile(again, error.sentence, theirs, default)
