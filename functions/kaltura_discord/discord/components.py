"""Components V2, the bricks of what people see (Discord docs: Component Reference).

Each function gives the JSON object of one component. Texts passed in are markdown: escape people's words first
(kaltura_discord.templates.discord_markdown). Labels are plain text and are cut to Discord's limit here.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from kaltura_discord.templates.plain_text import shorten

Component = dict[str, Any]

LABEL_LIMIT = 80
CHOICE_LIMIT = 100


class ButtonStyle(IntEnum):
    """How a button looks; a link button is a kind of its own."""

    PRIMARY = 1
    SECONDARY = 2
    SUCCESS = 3
    DANGER = 4


class Accent(IntEnum):
    """The colour at a container's side tells the state."""

    LIVE = 0x23A55A
    STARTING = 0xF0B232
    ENDED = 0x80848E
    FAILED = 0xDA373C
    NEUTRAL = 0x5865F2


def text(markdown: str) -> Component:
    """A paragraph of markdown."""
    return {"type": 10, "content": markdown}


def button(label: str, custom_id: str, style: ButtonStyle = ButtonStyle.SECONDARY) -> Component:
    """A button that sends us an interaction with `custom_id` (at most 100 characters)."""
    return {"type": 2, "style": int(style), "label": shorten(label, LABEL_LIMIT), "custom_id": custom_id}


def link_button(label: str, url: str) -> Component:
    """A button that opens `url` (at most 512 characters) and tells us nothing."""
    return {"type": 2, "style": 5, "label": shorten(label, LABEL_LIMIT), "url": url}


def action_row(buttons: Sequence[Component]) -> Component:
    """One to five buttons side by side, or one list."""
    return {"type": 1, "components": list(buttons)}


def choose_one(
    custom_id: str, placeholder: str, options: Sequence[tuple[str, str]], chosen: str | None = None
) -> Component:
    """A list to choose one of, alone in its row: up to 25 pairs of what is read and what is sent (100 characters).

    `chosen` is what is sent for the one that stands there already.
    """
    offered: list[Component] = [{"label": shorten(label, CHOICE_LIMIT), "value": value} for label, value in options]
    for option in offered:
        if option["value"] == chosen:
            option["default"] = True
    return action_row([{"type": 3, "custom_id": custom_id, "placeholder": placeholder, "options": offered}])


def choose_channel(custom_id: str, placeholder: str, channel_types: Sequence[int] = (0, 5)) -> Component:
    """A list of the server's channels to choose one of, alone in its row; by default those for text and news."""
    offered = {"channel_types": list(channel_types)}
    return action_row([{"type": 8, "custom_id": custom_id, "placeholder": placeholder, **offered}])


def choose_roles(custom_id: str, placeholder: str, most: int = 10) -> Component:
    """A list of the server's roles to choose up to `most` of, alone in its row."""
    return action_row([{"type": 6, "custom_id": custom_id, "placeholder": placeholder, "max_values": most}])


def section(paragraphs: Sequence[str], accessory: Component) -> Component:
    """One to three paragraphs with a button or a picture at their side."""
    return {"type": 9, "components": [text(paragraph) for paragraph in paragraphs], "accessory": accessory}


def thumbnail(url: str, description: str) -> Component:
    """A picture for a section's side; `description` is read to those who cannot see it."""
    return {"type": 11, "media": {"url": url}, "description": shorten(description, 1024)}


def file_component(name: str) -> Component:
    """A file of the message's (`messages.File`) with its name, its size and a way to save it."""
    return {"type": 13, "file": {"url": f"attachment://{name}"}}


def separator() -> Component:
    """A thin line."""
    return {"type": 14, "divider": True, "spacing": 1}


def container(children: Sequence[Component], accent: Accent = Accent.NEUTRAL) -> Component:
    """A framed group with a coloured side."""
    return {"type": 17, "components": list(children), "accent_color": int(accent)}
