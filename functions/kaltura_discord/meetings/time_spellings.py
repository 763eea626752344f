"""The many ways in which people write a time of day, made the few that `time_words` reads. Pure."""

import re

CLOCK = re.compile(r"(?i)\b(\d{1,2})(?::(\d\d))?\s*([ap])\.?m\b\.?|\b(\d{1,2}):(\d\d)\b(?::00)?")
"""A time of day: `3pm`, `3:30 p.m.`, `15:00`."""

FROM_NOW = re.compile(r"(?i)^in\s+(?:an?|\d+)\s*(?:minutes?|mins?|hours?|hrs?|h)\b")
"""What counts from now: `in 2 hours`."""

_TONIGHT = re.compile(r"(?i)\btonight(?:\s+at)?\s+(\d{1,2})(?::(\d\d))?(?![\d:]|\s*[ap]\.?m)")
_HOUR_ALONE = re.compile(r"(?i)\b(?:at|um)\s+(\d{1,2})(?!\d|:|\.\d|\s*[ap]\.?m)\b")

_DOTTED = re.compile(r"(?<![\d.:/])([01]?\d|2[0-3])\.(00|1[3-9]|[2-5]\d)(?![\d.])")
"""`15.30`, where it can't be a day: there is no month after the twelfth."""

_PARTS_OF_HOURS = re.compile(r"(?i)^in\s+(\d{1,2})[.,](\d{1,2})\s*(?:hours?|hrs?|h)\b")
_HOURS_AND_MINUTES = re.compile(r"(?i)^in\s+(\d{1,2})\s*h\s*([0-5]\d)(?:\s*(?:m|min|mins|minutes?))?$")

_ISO_OFFSET = re.compile(r"(?i)(?<=\d)t(\d\d:\d\d(?::\d\d)?)\s*([+-]\d\d:?\d\d)$")
_AHEAD_OF_UTC = re.compile(r"(?<=:\d\d)\s*(\+\d\d:?\d\d)$")
"""Not behind it: `9:00-10:00` says from when to when."""


def in_plain_words(words: str) -> str:
    """The words with their time of day as `15:00` or `3pm`, and offsets as `UTC+01:00`."""
    plain = re.sub(r"(?i)\bnoon\b", "12:00", re.sub(r"(?i)\bmidnight\b", "00:00", words))
    plain = re.sub(r"(?i)\btonight\b", "today", _TONIGHT.sub(_tonight, plain))
    plain = _AHEAD_OF_UTC.sub(r" UTC\1", _ISO_OFFSET.sub(r" \1 UTC\2", plain))
    plain = re.sub(r"(?i)(?<=\d)t(?=\d)", " ", plain)
    plain = _HOURS_AND_MINUTES.sub(_whole_minutes, _PARTS_OF_HOURS.sub(_parts_in_minutes, plain))
    if FROM_NOW.match(plain):
        return _HOUR_ALONE.sub(r"\1:00", plain)
    plain = re.sub(r"(?i)\b(\d{1,2})\s*h\s*([0-5]\d)\b", r"\1:\2", plain)
    plain = re.sub(r"(?i)\b(\d{1,2})\s*(?:uhr|h)\b", r"\1:00", plain)
    plain = _HOUR_ALONE.sub(r"\1:00", plain)
    return plain if CLOCK.search(plain) else _DOTTED.sub(r"\1:\2", plain)


def _tonight(found: re.Match[str]) -> str:
    hour = int(found[1])
    return f"today {hour + 12 if 1 <= hour < 12 else hour}:{found[2] or '00'}"


def _parts_in_minutes(found: re.Match[str]) -> str:
    return f"in {round(float(f'{found[1]}.{found[2]}') * 60)} minutes"


def _whole_minutes(found: re.Match[str]) -> str:
    return f"in {int(found[1]) * 60 + int(found[2])} minutes"
