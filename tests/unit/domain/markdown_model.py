r"""A small model of how Discord's clients read markdown: enough to tell what a text would be shown as.

Its rules, in the order in which the clients try them (they are built on simple-markdown): a backslash before a sign
shows the sign; at the start of a line come headings, subtext, quotes and lists; anywhere come mentions, timestamps,
emoji, links and addresses, code, spoilers and emphasis. What fits none is shown as it is. `@everyone` and `@here`
are looked for by the server, before any markdown.
"""

import re
from dataclasses import dataclass

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_AT_LINE_START = re.compile(r"(#{1,3} |-# |>(>>)? |\s*[*+\-] |\s*\d+\. )")
_WHOLE = re.compile(
    r"""
    <(@[!&]?\d+|\#\d+|/[^>]+:\d+|t:-?\d+(:\w)?|a?:\w+:\d+|id:\w+)>   # mentions, timestamps, emoji of a server
    | <?https?://\S+                                                # addresses
    | <[^>\s]+@[^>\s]+>                                             # mail addresses
    | :\w+:                                                         # emoji by name
    """,
    re.VERBOSE,
)
_AROUND_WORDS = re.compile(
    r"""
    \[(\\.|[^\]\\])+\]\((\\.|[^)\\])+\)                           # links with words
    | `+[^`]+`+ | \|\|(\\.|[^\\])+?\|\| | ~~(\\.|[^\\])+?~~
    | \*(\\.|[^\\*])+?\* | _(\\.|[^\\_])+?_
    """,
    re.VERBOSE | re.DOTALL,
)
_MASS_MENTION = re.compile(r"@(everyone|here)")


@dataclass(frozen=True)
class Shown:
    """What people would see, and what of it was not plain words."""

    text: str
    formatted: tuple[str, ...]


def show(source: str) -> Shown:
    """Read `source` as a client would."""
    shown: list[str] = []
    formatted = [match.group() for match in _MASS_MENTION.finditer(source)]
    position = 0
    while position < len(source):
        escape = _ESCAPE.match(source, position)
        if escape:
            shown.append(escape.group(1))
            position = escape.end()
            continue
        whole = _WHOLE.match(source, position)
        if whole:
            formatted.append(whole.group())
            shown.append(whole.group())
            position = whole.end()
            continue
        is_line_start = position == 0 or source[position - 1] == "\n"
        special = (is_line_start and _AT_LINE_START.match(source, position)) or _AROUND_WORDS.match(source, position)
        if special:
            formatted.append(special.group())
        shown.append(source[position])
        position += 1
    return Shown("".join(shown), tuple(formatted))


def words_shown(source: str) -> str:
    """What people would read, without the invisible signs that we add."""
    return re.sub("[\u200b\u2068\u2069]", "", show(source).text)
