"""What operators type about servers, read strictly."""

from kaltura_discord.discord.identifiers import GuildId, is_snowflake
from kaltura_discord.templates.plain_text import one_line

MOST_CATEGORIES = 100
"""Each is two clauses of every search."""

MOST_TAGS = 100
LONGEST_TAG = 100

# Kaltura's ids of categories are 32-bit numbers.
_LARGEST_CATEGORY = 2**31 - 1


def server_id(text: str) -> GuildId:
    """A server's id.

    Raises:
        ValueError: it is none.
    """
    if not is_snowflake(text) or int(text) == 0:
        raise ValueError("GUILD is a server's id: in Discord, right-click the server, Copy Server ID.")
    return GuildId(text)


def category_ids(text: str) -> tuple[int, ...]:
    """Kaltura's ids of categories, each once.

    Raises:
        ValueError: one of them is no number, or there are too many.
    """
    words = _words(text)
    if not all(word.isascii() and word.isdecimal() and 0 < int(word) <= _LARGEST_CATEGORY for word in words):
        raise ValueError("CATEGORIES are Kaltura category ids: numbers, separated by commas.")
    if len(words) > MOST_CATEGORIES:
        raise ValueError(f"CATEGORIES may be {MOST_CATEGORIES} at most. A category counts with all that are below it.")
    return tuple(dict.fromkeys(int(word) for word in words))


def content_tags(text: str) -> tuple[str, ...]:
    """Kaltura's tags, each once.

    Raises:
        ValueError: one of them is none, or there are too many.
    """
    words = _words(text)
    if len(words) > MOST_TAGS:
        raise ValueError(f"TAGS may be {MOST_TAGS} at most. A category holds any number of videos.")
    for word in words:
        if one_line(word) != word or len(word) > LONGEST_TAG:
            raise ValueError(f"TAGS are Kaltura tags, of {LONGEST_TAG} characters at most, separated by commas.")
    return tuple(dict.fromkeys(words))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
