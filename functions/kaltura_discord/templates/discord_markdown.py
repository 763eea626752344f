r"""Text of people made safe for Discord's markdown: shown exactly as written, formatting nothing, mentioning nobody.

Discord's parser drops a backslash before any ASCII punctuation mark (the escape rule of simple-markdown, on which
its clients are built), so everything that could start formatting, a link, a timestamp or a mention gets one.
`@everyone` and `@here` are no markdown but words that the server looks for: a zero-width space breaks them.
Mentions are refused by `allowed_mentions` as well (kaltura_discord.discord.messages); this is the second lock.
"""

import re

from kaltura_discord.templates.plain_text import isolate, one_line, shorten, utf16_length

_ANYWHERE = re.compile(r"([\\*_~`|<>\[\]():])")
_AT_LINE_START = re.compile(r"^(\s*)([#+\-])", re.MULTILINE)
_NUMBERED_LINE = re.compile(r"^(\s*\d+)\.", re.MULTILINE)
_MASS_MENTION = re.compile(r"@(everyone|here)", re.IGNORECASE)


def escape(text: str) -> str:
    """`text` for a place that reads Discord's markdown; line breaks stay."""
    escaped = _ANYWHERE.sub(r"\\\1", text)
    escaped = _AT_LINE_START.sub(r"\1\\\2", escaped)
    escaped = _NUMBERED_LINE.sub(r"\1\\.", escaped)
    return _MASS_MENTION.sub("@\u200b\\1", escaped)


def inline(text: str, limit: int = 256) -> str:
    """`text` on one line of at most `limit` units before escaping, safe within a sentence."""
    return isolate(escape(shorten(one_line(text), limit)))


def inline_within(text: str, limit: int) -> str:
    """`text` on one line, at most `limit` units after escaping: for places where many texts share Discord's limit."""
    room = limit
    shown = inline(text, room)
    while utf16_length(shown) > limit and room > 1:
        # An escape doubles a sign at most, so half the excess is never too much to take away.
        room -= max(1, (utf16_length(shown) - limit) // 2)
        shown = inline(text, room)
    return shown
