"""A notification as people see it: the server's own words in a frame, with the next steps under them. Pure.

    template ── filled with values ──► words ── in the colour of its type, buttons below ──► message

Previews, tests and what is really told are all made here, so that a preview is the truth. A message mentions nobody
by what is filled in: values are escaped, and whom it may ping is read from the template as the server wrote it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
from kaltura_discord.discord.messages import Mentions, Message
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES, MESSAGE_NAMES
from kaltura_discord.server_config.template_rules import MESSAGE_LIMIT
from kaltura_discord.templates.message_template import Formatted, MessageTemplate
from kaltura_discord.templates.plain_text import is_visible, shorten

_ROLE = re.compile(r"<@&([0-9]{1,20})>")
_USER = re.compile(r"<@!?([0-9]{1,20})>")

# Discord docs, Allowed Mentions.
_MOST_MENTIONS = 100


@dataclass(frozen=True, slots=True)
class Step:
    """A button under the words; what it does is about the meeting or video that is told of."""

    label: str
    action: str
    style: ButtonStyle


_JOIN = Step("Join", "join", ButtonStyle.SUCCESS)
_WATCH = Step("Watch Together", "watch", ButtonStyle.PRIMARY)


@dataclass(frozen=True, slots=True)
class Look:
    """A type of message, for people.

    Attributes:
        name: what happens, as it stands in lists and sentences.
        accent: the colour at its side.
        steps: what one can do then.
    """

    name: str
    accent: Accent
    steps: tuple[Step, ...] = ()


LOOKS: Mapping[str, Look] = {
    "meeting_start": Look(MESSAGE_NAMES["meeting_start"], Accent.LIVE, (_JOIN,)),
    "meeting_end": Look(MESSAGE_NAMES["meeting_end"], Accent.ENDED),
    "user_join": Look(MESSAGE_NAMES["user_join"], Accent.LIVE, (_JOIN,)),
    "recording_ready": Look(MESSAGE_NAMES["recording_ready"], Accent.NEUTRAL, (_WATCH,)),
    "live_start": Look(MESSAGE_NAMES["live_start"], Accent.LIVE, (_WATCH,)),
    "live_end": Look(MESSAGE_NAMES["live_end"], Accent.ENDED),
    "video_ready": Look(MESSAGE_NAMES["video_ready"], Accent.NEUTRAL, (_WATCH,)),
    "meeting_share": Look(MESSAGE_NAMES["meeting_share"], Accent.LIVE, (_JOIN,)),
}


def notification(message_type: str, template: str, values: Mapping[str, str], subject: str) -> Message:
    """The message that a channel is told; `subject` is the id of the meeting or video that its buttons are about."""
    return Message((framed(message_type, template, values, subject),), ephemeral=False)


def framed(message_type: str, template: str, values: Mapping[str, str], subject: str = "") -> Component:
    """The same as one component. Without a `subject`, as in a preview, there is nothing that buttons could do."""
    look = LOOKS[message_type]
    parts = [text(words(message_type, template, values))]
    if look.steps:
        parts.append(action_row([_button(step, subject) for step in look.steps]))
    return container(parts, look.accent)


def words(message_type: str, template: str, values: Mapping[str, str]) -> str:
    """The template with its values: never empty, and never longer than Discord takes.

    Raises:
        InvalidTemplate: the template uses what its type does not have; `check_template` has said so before.
    """
    filled = MessageTemplate(template, frozenset(ALLOWED_VARIABLES[message_type])).fill(values)
    # A template that is nothing but `{{roles}}` says nothing about somebody without roles, and Discord refuses that.
    return shorten(filled, MESSAGE_LIMIT) if is_visible(filled) else LOOKS[message_type].name


def mentions_in(template: str) -> Mentions:
    """Whom the template itself mentions, before anything is filled in.

    A variable within a mention, such as `<@{{user_id}}>`, is none: it is shown as one, and pings nobody.
    """
    return Mentions(_each_once(_ROLE.findall(template)), _each_once(_USER.findall(template)))


def _each_once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:_MOST_MENTIONS]


def moment(epoch_seconds: int, style: str = "f") -> Formatted:
    """A time as the value of a variable: Discord shows it to each reader in their own zone and language."""
    return Formatted(f"<t:{epoch_seconds}:{style}>")


def _button(step: Step, subject: str) -> Component:
    pressed = button(step.label, custom_id(step.action, subject), step.style)
    return pressed if subject else {**pressed, "disabled": True}
