"""The template grammar: text with `{{lower_case}}` variables, nothing else. No logic, no execution of anything.

    MessageTemplate("{{username}} invites you to **{{title}}**", allowed={"username", "title"})

Values are escaped for Discord when they are filled in; the template's own markdown and mentions stay, because
whoever may edit a template may also write in the channel.
"""

import re
from collections.abc import Mapping, Set

from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.plain_text import one_line, shorten, utf16_length

_BRACES = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_VARIABLE = re.compile(r"[a-z][a-z_]*")
_NAME_SHOWN = 60


class InvalidTemplate(ValueError):
    """The template cannot be used; the message says why, for whoever wrote it."""


class Formatted(str):
    """A value that is Discord's markdown already, made by us and never by people, such as a timestamp."""

    __slots__ = ()


class MessageTemplate:
    """A checked template, ready to be filled.

    Raises:
        InvalidTemplate: unbalanced braces, or a variable that is not in `allowed`.
    """

    def __init__(self, text: str, allowed: Set[str]) -> None:
        self._text = text
        remainder = _BRACES.sub("", text)
        if "{{" in remainder or "}}" in remainder:
            raise InvalidTemplate("The braces do not match: write each variable as `{{name}}`.")
        for name in _BRACES.findall(text):
            if not _VARIABLE.fullmatch(name) or name not in allowed:
                known = ", ".join(f"`{each}`" for each in sorted(allowed))
                raise InvalidTemplate(f"There is no variable {_quoted(name)} here. You can use: {known}.")

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with each variable replaced by its value; a variable without a value becomes empty.

        Values are escaped, except those that are `Formatted`.
        """
        return _BRACES.sub(lambda match: _safe(values.get(match.group(1), "")), self._text)

    def longest(self, lengths: Mapping[str, int]) -> int:
        """How many UTF-16 units the filled text can have, when each variable's value has at most so many."""
        own = utf16_length(_BRACES.sub("", self._text))
        return own + sum(lengths[name] for name in _BRACES.findall(self._text))


def _quoted(name: str) -> str:
    """What somebody took for a variable, short, and fit for a sentence."""
    line = shorten(one_line(name), _NAME_SHOWN).replace("`", "'")
    return f"`{line}`" if line else "without a name"


def _safe(value: str) -> str:
    return str(value) if isinstance(value, Formatted) else inline(value)
