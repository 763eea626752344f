"""Text on its way to Kaltura, and back.

Kaltura refuses characters that XML 1.0 does not know (INVALID_PARAMETER_CHAR) and, in some accounts, anything that
looks like an HTML tag (UNSAFE_HTML_TAGS); its names end at 255 characters. Inside a session's privileges a comma ends a
privilege and a slash separates values. Right-to-left letters, accents and emoji all pass.
"""

import html
import re
import unicodedata

LONGEST_NAME = 255
LONGEST_DESCRIPTION = 4000
LONGEST_TAG = 64
LONGEST_PERSON_NAME = 40
"""Kaltura keeps first and last names of users in columns of 40 characters."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Left open, they turn around what others wrote after the text."""

_TAGS = re.compile(r"<[^<>]{0,300}>")
_TAG_SIGNS = str.maketrans({"<": "‹", ">": "›"})
_CLINGING = "\u200d\ufe0f\ufe0e"
"""Signs that belong to the character after or before them: joiner and variation selectors."""


def one_line(text: str, longest: int = LONGEST_NAME, otherwise: str = "") -> str:
    """`text` as a name for Kaltura: one line of at most `longest` characters; `otherwise` where nothing is left."""
    return shortened(" ".join(_acceptable(text).split()), longest) or otherwise


def paragraphs(text: str, longest: int = LONGEST_DESCRIPTION) -> str:
    """`text` as a description for Kaltura: its lines stay."""
    lines = _acceptable(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return shortened("\n".join(" ".join(line.split()) for line in lines).strip(), longest)


def tag(text: str) -> str:
    """`text` as one tag: Kaltura separates tags by commas, so there is none in it."""
    return one_line(text.replace(",", " "), LONGEST_TAG)


def tag_list(tags: tuple[str, ...]) -> str:
    """Tags as Kaltura takes them: separated by commas, without empty ones and repetitions."""
    cleaned = [tag(each) for each in tags]
    return ",".join(dict.fromkeys(each for each in cleaned if each))


def privilege_value(text: str) -> str:
    """`text` as the value of a privilege: no comma, no slash, no line break, no control character."""
    return one_line(text.replace(",", " ").replace("/", " "))


def person_names(display_name: str) -> tuple[str, str]:
    """First and last name from a display name: the first word, and the rest (often empty).

    "Guest" where nothing printable is left. Fit for privileges, at most 40 characters each.
    """
    first, _, last = privilege_value(display_name).partition(" ")
    return shortened(first, LONGEST_PERSON_NAME) or "Guest", shortened(last, LONGEST_PERSON_NAME)


def as_read(text: str) -> str:
    """A name from Kaltura as one line, without characters that cannot be shown. Not escaped for anything."""
    return " ".join(_DIRECTION_OVERRIDES.sub("", _NOT_IN_XML.sub("", text)).split())


def plain(text: str) -> str:
    """A description, caption or highlight from Kaltura, which may hold HTML, as plain text in one line."""
    return as_read(html.unescape(_TAGS.sub(" ", text)))


def shortened(text: str, longest: int) -> str:
    """`text` in at most `longest` characters, with an ellipsis where something was cut.

    An emoji or an accent is not cut in two.
    """
    if len(text) <= longest:
        return text
    end = longest - 1
    while end > 0 and (_clings(text[end]) or text[end - 1] in _CLINGING):
        end -= 1
    return text[:end].rstrip() + "…"


def _acceptable(text: str) -> str:
    return _DIRECTION_OVERRIDES.sub("", _NOT_IN_XML.sub("", text)).translate(_TAG_SIGNS)


def _clings(character: str) -> bool:
    return character in _CLINGING or unicodedata.combining(character) != 0
