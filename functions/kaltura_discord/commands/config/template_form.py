"""The form in which the words of a message are written. Pure.

Discord shows the variables under the field as text of the form, in Discord's markdown; a form has at most five parts.
"""

from typing import Any

from kaltura_discord.commands.model import Body
from kaltura_discord.discord.components import Component, text
from kaltura_discord.discord.custom_ids import custom_id, read_custom_id
from kaltura_discord.discord.messages import AnswerType
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES
from kaltura_discord.server_config.template_rules import TEMPLATE_LIMIT, VARIABLES
from kaltura_discord.templates.plain_text import one_line, shorten

FIELD = "words"

_LABEL, _TEXT_INPUT, _PARAGRAPH = 18, 4, 2
_PLACEHOLDER_LIMIT = 100

# The form came from a preview, which its answer replaces.
_AGAIN = "again"


def template_form(
    message_type: str, words: str, default: str, seen_version: int, *, replaces_message: bool = False
) -> Body:
    """The form with `words` in it; `default` is what an empty field stands for."""
    origin = _AGAIN if replaces_message else ""
    return {
        "type": int(AnswerType.MODAL),
        "data": {
            "custom_id": custom_id("config-template-form", f"{message_type}:{seen_version}:{origin}"),
            "title": LOOKS[message_type].name,
            "components": [_field(words, default), _variables(message_type)],
        },
    }


def seen_version_of(form_id: str) -> int:
    """The version of the settings that the form was opened over."""
    _, version, _ = _parts(form_id)
    return int(version) if version.isascii() and version.isdecimal() else 0


def replaces_message(form_id: str) -> bool:
    """Whether the answer takes the place of the message with the button that opened the form."""
    _, _, origin = _parts(form_id)
    return origin == _AGAIN


def _parts(form_id: str) -> tuple[str, str, str]:
    _, argument = read_custom_id(form_id)
    message_type, _, rest = argument.partition(":")
    version, _, origin = rest.partition(":")
    return message_type, version, origin


def _field(words: str, default: str) -> Component:
    text_input: dict[str, Any] = {
        "type": _TEXT_INPUT,
        "custom_id": FIELD,
        "style": _PARAGRAPH,
        # What is too long already is shown whole, so that it can be shortened.
        "max_length": max(TEMPLATE_LIMIT, len(words)),
        "required": False,
        "placeholder": shorten(one_line(default), _PLACEHOLDER_LIMIT),
    }
    if words:
        text_input["value"] = words
    return {
        "type": _LABEL,
        "label": "What is said",
        "description": "Markdown works. Leave it empty to go back to the default words.",
        "component": text_input,
    }


def _variables(message_type: str) -> Component:
    lines = [f"- `{{{{{name}}}}}` {VARIABLES[name].meaning}" for name in ALLOWED_VARIABLES[message_type]]
    return text("\n".join(["These are filled in when it is sent:", *lines]))
