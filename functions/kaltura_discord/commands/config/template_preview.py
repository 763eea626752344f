"""What somebody sees between typing the words of a message and having them saved. Pure."""

from kaltura_discord.commands.config.drafts import Draft
from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    container,
    text,
)
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.notifications.samples import samples
from kaltura_discord.notifications.words import LOOKS, framed
from kaltura_discord.server_config.message_types import NOTIFICATION_TYPES
from kaltura_discord.templates.plain_text import shorten

# Of two templates in one message, and of Discord's 4000 characters.
_QUOTED_LIMIT = 1500


def preview(draft: Draft, default: str, now: int) -> Message:
    """The message as channels would see it, with made-up values, and what can be done with it."""
    words = "The words" if draft.text else "The default words"
    header = f"-# {words} for **{LOOKS[draft.message_type].name}**, with made-up values. Not saved yet."
    frame = framed(draft.message_type, draft.text or default, samples(draft.message_type, now))
    save = button("Save", custom_id("config-template-save", draft.argument), ButtonStyle.SUCCESS)
    return Message((text(header), frame, action_row([save, *_other_ways(draft, "Edit")])))


def refused(draft: Draft, reason: str) -> Message:
    """Why the words cannot be used; they are kept."""
    ways = _other_ways(draft, "Edit again", ButtonStyle.PRIMARY)
    return note(f"{reason}\nNothing was saved, and what you typed is kept for an hour.", *ways, accent=Accent.FAILED)


def changed_meanwhile(draft: Draft, reason: str, theirs: str, default: str) -> Message:
    """Somebody else was faster: what they did, both texts, and the question again."""
    save = button("Save mine", custom_id("config-template-save", draft.argument), ButtonStyle.SUCCESS)
    both = [_as_written("Now it says", theirs), _as_written("Yours would say", draft.text or default)]
    ways = action_row([save, *_other_ways(draft, "Edit")])
    return Message((container([text(reason), *both, ways], Accent.STARTING),))


def saved(message_type: str, before: str, after: str, entry_id: str, footnote: str = "") -> Message:
    """What was said before and what is said now; a way back, and a way to see it in its channel."""
    heading = text(f"Saved for this server: the words for **{LOOKS[message_type].name}**.")
    parts = [heading, _as_written("Before", before), _as_written("Now", after)]
    if footnote:
        parts.append(text(footnote))
    ways = [button("Undo", custom_id("config-undo", entry_id))] if entry_id else []
    if message_type in NOTIFICATION_TYPES:
        ways.append(button("Send a test", custom_id("config-test", message_type)))
    if ways:
        parts.append(action_row(ways))
    return Message((container(parts, Accent.LIVE),))


def _other_ways(
    draft: Draft, edit_label: str, edit_style: ButtonStyle = ButtonStyle.SECONDARY
) -> tuple[Component, Component]:
    edit = button(edit_label, custom_id("config-template-edit", draft.argument), edit_style)
    return edit, button("Cancel", custom_id("config-leave"))


def _as_written(title: str, template: str) -> Component:
    """A template with its signs and variables. Whatever stands in it, it cannot leave the block."""
    quoted = shorten(template, _QUOTED_LIMIT).replace("```", "‘‘‘")
    return text(f"-# {title}\n```\n{quoted}\n```")
