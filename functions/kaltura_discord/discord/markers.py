"""By what a message of ours is known again: to Discord by its nonce, for a while, and to us by its marker, for good.

The marker is the id of the outermost component, of our own choosing (Discord docs, Component Reference: `id` is a
32-bit integer, and comes with the message). Somebody else's message bears the same one by chance once in 2^31.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaltura_discord.discord.messages import Message

_LARGEST_COMPONENT_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Mark:
    """The nonce (25 characters) and the marker of one message."""

    nonce: str
    marker: int


def mark_of(what: str) -> Mark:
    """The mark of the message that says this; `what` names it in all servers and for all time."""
    digest = hashlib.sha256(what.encode()).digest()
    return Mark("n" + digest.hex()[:24], int.from_bytes(digest[:4], "big") % _LARGEST_COMPONENT_ID + 1)


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
