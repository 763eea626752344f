"""What is said of a channel that does not take a message, below it in another one, and to administrators. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from kaltura_discord.discord.components import Component, text
from kaltura_discord.discord.errors import CLOSED_THREADS, TAG_REQUIRED, TOO_MANY_THREADS, WRONG_KIND_OF_CHANNEL
from kaltura_discord.discord.messages import Message
from kaltura_discord.notifications.errors import ChannelClosed
from kaltura_discord.templates.plain_text import utf16_length

TAGS_OFF = (
    "That forum requires a tag on every post, and I set none. Don't require tags there, "
    "or set another channel with `/kaltura-config channel`."
)

# Discord docs, Component Reference: all texts of a message together.
_MOST_TEXT = 4000

_GONE = "The channel that is set does not exist any more. Set another with `/kaltura-config channel`."
_NO_CHANNEL = "No channel takes it. Set one with `/kaltura-config channel`."
_OR_ANOTHER = "or set another with `/kaltura-config channel`."
_NOT_TOLD = "`/kaltura-config notifications` says what was not told, and tells it again."


class _Words(NamedTuple):
    """What is said of a channel, and what to do: as a sentence about the `{channel}`, and after “This was for” it."""

    complaint: str
    addition: str


_THREAD = _Words(
    f"The thread {{channel}} is closed. Open it again, {_OR_ANOTHER}",
    f", a thread that is closed. Open it again, {_OR_ANOTHER}",
)
_TAGS = _Words(f"I can't begin a post in {{channel}}. {TAGS_OFF}", f". {TAGS_OFF}")
_FULL = _Words(
    f"I can't begin a post in {{channel}}, where too many are open. Close some, {_OR_ANOTHER}",
    f", where too many posts are open. Close some, {_OR_ANOTHER}",
)
_WRONG_KIND = _Words(
    "{channel} takes no messages. Set another channel with `/kaltura-config channel`.",
    ", which takes no messages. Set another channel with `/kaltura-config channel`.",
)
_NOT_LET_IN = _Words(
    f"I can't write in {{channel}}. Let me see it and send messages there, {_OR_ANOTHER}",
    f", where I can't write. Let me in there, {_OR_ANOTHER}",
)
_BY_CODE: Mapping[int, _Words] = {
    **dict.fromkeys(CLOSED_THREADS, _THREAD),
    TAG_REQUIRED: _TAGS,
    TOO_MANY_THREADS: _FULL,
    WRONG_KIND_OF_CHANNEL: _WRONG_KIND,
}


def with_footnotes(message: Message, closed: Sequence[ChannelClosed]) -> Message:
    """The message, and below it for which channels it stands in, as far as there is room."""
    room = _MOST_TEXT - sum(_length(component) for component in message.components)
    lines: list[str] = []
    for each in closed:
        line = f"-# {_footnote(each)}"
        room -= utf16_length(line) + 1
        if room >= 0:
            lines.append(line)
    return replace(message, components=(*message.components, text("\n".join(lines)))) if lines else message


def why_failed(closed: Sequence[ChannelClosed]) -> str:
    """Why no channel takes a message, and what to do about the one that it was for."""
    if not closed:
        return _NO_CHANNEL
    first = closed[0]
    return _GONE if first.is_gone else _words_of(first).complaint.format(channel=f"<#{first.channel_id}>")


def nowhere_told(closed: Sequence[ChannelClosed]) -> str:
    """For administrators, where no channel took a message."""
    return f"{why_failed(closed)} {_NOT_TOLD}"


def _footnote(closed: ChannelClosed) -> str:
    if closed.is_gone:
        return "The channel that this was for does not exist any more. `/kaltura-config channel` sets another."
    return f"This was for <#{closed.channel_id}>{_words_of(closed).addition}"


def _words_of(closed: ChannelClosed) -> _Words:
    return _BY_CODE.get(closed.code, _NOT_LET_IN)


def _length(component: Component) -> int:
    inside = sum(_length(each) for each in component.get("components", ()))
    return inside + utf16_length(component.get("content", ""))
