"""The kinds of values that settings take: in words, by example, and read from what somebody typed. No pydantic.

Reading never fails: what is not of the kind is passed on as it stands, and the model refuses it. So there is one place
that decides what is valid, and this one only knows how people write it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Refers = Literal["channel", "role", "command"]

NONE_WORDS = frozenset({"none", "nothing", "empty", "-", '""'})

_ON = frozenset({"on", "yes", "true", "enable", "enabled"})
_OFF = frozenset({"off", "no", "false", "disable", "disabled"})
# People write of one moderator or of all.
_LEVELS = {written: word for word in ("viewer", "moderator", "admin") for written in (word, f"{word}s")}
_FITTING = {**_LEVELS, "@everyone": "@everyone"}
_CHANNEL = re.compile(r"<#(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")


def _stripped(text: str) -> Any:
    return text.strip()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        words: completes "It takes …".
        example: a right value, as it is typed.
        read: typed text as a value of the model; of a map, one entry's.
        show: a value of the model as people read it, for Discord.
        choices: all values, where they can be listed.
        refers: what ids in the value are of.
        named_by: of a map: what its entries are named by, as completes "It is named by …".
        name_example: of a map: the name of an entry, as it is typed.
        read_name: of a map: a typed name as the model's.
        name_refers: of a map: what the names are of.
    """

    words: str
    example: str
    read: Callable[[str], Any] = _stripped
    show: Callable[[Any], str] = str
    choices: tuple[str, ...] = ()
    refers: Refers | None = None
    named_by: str = ""
    name_example: str = ""
    read_name: Callable[[str], str] = _stripped
    name_refers: Refers | None = None

    @property
    def is_map(self) -> bool:
        """Whether it is many values under names."""
        return bool(self.named_by)


def read_switch(text: str) -> Any:
    """On or off."""
    word = text.strip().lower()
    return True if word in _ON else False if word in _OFF else text.strip()


def show_switch(value: Any) -> str:
    """On or off."""
    return "on" if value is True else "off"


def read_number(text: str) -> Any:
    """A whole number."""
    word = text.strip()
    return int(word) if re.fullmatch(r"-?[0-9]{1,15}", word) else word


def read_word(text: str) -> Any:
    """One of a few words, in whatever case."""
    return text.strip().lower().replace(" ", "_")


def read_channel(text: str) -> Any:
    """A channel's id, from its mention."""
    word = text.strip()
    return "" if word.lower() in NONE_WORDS else _CHANNEL.sub(r"\1", word)


def show_channel(value: Any) -> str:
    """Its mention."""
    return f"<#{value}>" if value else "none"


def read_role(text: str) -> str:
    """A role's id, from its mention."""
    return _ROLE.sub(r"\1", text.strip())


def read_who(text: str) -> Any:
    """Levels, roles and everyone, between commas or spaces."""
    words = [read_role(word) for word in re.split(r"[,\s]+", text.strip()) if word]
    return [_FITTING.get(word.lower(), word) for word in words]


def show_who(value: Any) -> str:
    """The same in words."""
    return ", ".join(f"<@&{each}>" if each.isdecimal() else each for each in value)


def read_texts(text: str) -> Any:
    """Several texts, between commas."""
    if text.strip().lower() in NONE_WORDS:
        return []
    return [part.strip() for part in text.split(",") if part.strip()]


def read_numbers(text: str) -> Any:
    """Several whole numbers, between commas."""
    return [read_number(part) for part in read_texts(text)]


def show_list(value: Any) -> str:
    """The parts between commas."""
    return ", ".join(str(part) for part in value) or "none"


def read_words(text: str) -> Any:
    """The words of a message, as they stand. Whoever writes `none` wants none, and is told that there must be some."""
    return "" if text.strip().lower() in NONE_WORDS else text


def read_text_or_none(text: str) -> Any:
    """A text; the word `none` empties it."""
    return "" if text.strip().lower() in NONE_WORDS else text.strip()


def show_text_or_none(value: Any) -> str:
    """The text, or that there is none."""
    return str(value) or "none"


def quoted(value: Any) -> str:
    """A value as somebody gave it, short, on one line and fit for a sentence: nothing in it formats or mentions."""
    if isinstance(value, list) and value and all(isinstance(part, str | int) for part in value):
        value = show_list(value)
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)
    except RecursionError:
        return "something nested too deeply"
    text = "".join(character if character.isprintable() else " " for character in text)
    line = " ".join(text.split()).replace("`", "'")
    return f"`{line[:59]}…`" if len(line) > 60 else f"`{line}`" if line else "nothing"
