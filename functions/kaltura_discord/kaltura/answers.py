"""Reading Kaltura's answers, in which every field may be missing.

JSON output leaves out what is null, numbers come as text in places (dynamic enums), and fields appear and go with
Kaltura's releases (Kaltura server: `KalturaJsonSerializer`). So these readers give a default instead of failing;
what an answer must have, its reader asks for explicitly.
"""

from collections.abc import Mapping

from kaltura_discord.kaltura.errors import KalturaUnavailable

Answer = object
"""Decoded JSON: None, bool, int, float, str, list or dict."""

Fields = Mapping[str, object]


def fields_of(answer: Answer) -> Fields:
    """The answer as an object.

    Raises:
        KalturaUnavailable: it is none.
    """
    if not isinstance(answer, dict):
        raise KalturaUnavailable("GARBAGE", "an object was expected")
    return answer


def listed(answer: Answer) -> tuple[list[Fields], int]:
    """The objects of a list response, and how many there are in all pages.

    Raises:
        KalturaUnavailable: the answer is no list response.
    """
    response = fields_of(answer)
    objects = response.get("objects", [])
    if not isinstance(objects, list):
        raise KalturaUnavailable("GARBAGE", "a list response was expected")
    found: list[Fields] = [each for each in objects if isinstance(each, dict)]
    return found, max(number(response, "totalCount"), len(found))


def identifier(answer: Answer) -> str:
    """The id of the object in the answer.

    Raises:
        KalturaUnavailable: it has none.
    """
    value = text(fields_of(answer), "id")
    if not value:
        raise KalturaUnavailable("GARBAGE", "an object without id")
    return value


def text(fields: Fields, name: str) -> str:
    """A field as text; numbers as their digits; empty where it is missing."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(fields: Fields, name: str) -> int:
    """A field as a whole number, also where it comes as digits in text; 0 where it is missing."""
    value = fields.get(name)
    if isinstance(value, bool):
        return 0
    if isinstance(value, int | float):
        return int(value)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else 0


def items(fields: Fields, name: str) -> list[Fields]:
    """A field as the objects in its list; empty where it is missing."""
    value = fields.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
