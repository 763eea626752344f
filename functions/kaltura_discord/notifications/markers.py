"""The marker of a message: the id of its outermost component, of our own choosing, by which it is known again.

Discord docs, Component Reference: `id` is a 32-bit integer, and comes with the message.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kaltura_discord.discord.messages import Message


def marked(message: Message, marker: int) -> Message:
    """The message with its marker."""
    first, *others = message.components
    return replace(message, components=({**first, "id": marker}, *others))


def marker_of(message: Mapping[str, Any]) -> int | None:
    """The marker of a message as Discord describes it; None where it has none."""
    components = message.get("components")
    if not isinstance(components, list) or not components or not isinstance(components[0], dict):
        return None
    number = components[0].get("id")
    return number if isinstance(number, int) else None
