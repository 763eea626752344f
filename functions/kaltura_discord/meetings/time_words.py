"""Reading when somebody wants to meet: "tomorrow at 3pm", "Friday 15:00 Europe/Berlin", "in 2 hours".

`dateparser` knows the words. It is generous, though: what it does not understand it leaves out, and "tonight at 8"
becomes noon. So what it makes of a text is held against the text: every number that was written must be in the result,
as must the day of the week. What is not certain is a sentence that says how to write it instead, never a guess:

    spellings          are made plain first (`time_spellings`): noon, 15h30, 15.30, in 1.5 hours
    the time zone      taken out next: a place, UTC with an offset, or an abbreviation that means one zone only
    the time of day    must be there, unless the text counts from now ("in 2 hours")
    5/12               is December in Berlin and May in Boston, so it is asked
    the clock changes  a time that does not exist on that day, or exists twice, is asked as well

Importing `dateparser` takes 0.4 s, so this module does it when it is first used.
"""

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from kaltura_discord.meetings.errors import TimeNotClear
from kaltura_discord.meetings.time_spellings import CLOCK, FROM_NOW, in_plain_words
from kaltura_discord.meetings.wishes import WHEN_LIMIT
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.plain_text import one_line

DEFAULT_MINUTES = 60
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 24 * 60
"""Kaltura: MAX_SCHEDULE_DURATION_REACHED."""

FURTHEST_SECONDS = 5 * 365 * 24 * 3600 - 24 * 3600
"""Discord takes events up to five years ahead."""

SOONEST_SECONDS = 60
"""What begins sooner is started, not scheduled."""

_HOW = "Write it like `tomorrow 15:00`, `Friday 3pm` or `2026-12-05 15:00`."

_OFFSET = re.compile(
    r"(?i)(?:\b(?:utc|gmt)\s*)?(?<![\d-])([+-])(\d{1,2})(?::?([0-5]\d))?\s*$|\b(utc|gmt)\s*$|(?<=\d)z\s*$"
)
_PLACE = re.compile(r"(?i)\(?\b([a-z]+(?:/[a-z_-]+){1,2})\b\)?")
_ABBREVIATION = re.compile(r"(?i)(?<![a-z])([a-z]{2,5})\s*$")
_ZONES = {
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cdt": "America/Chicago",
    "wet": "Europe/Lisbon",
    "cet": "Europe/Berlin",
    "cest": "Europe/Berlin",
    "eet": "Europe/Athens",
    "eest": "Europe/Athens",
    "jst": "Asia/Tokyo",
    "aest": "Australia/Sydney",
    "aedt": "Australia/Sydney",
    "nzst": "Pacific/Auckland",
    "nzdt": "Pacific/Auckland",
}
_SEVERAL_ZONES = {"ist": "Asia/Kolkata", "cst": "America/Chicago", "bst": "Europe/London", "ast": "America/Halifax"}

_SLASHES = re.compile(r"\b(\d{1,2})[/.](\d{1,2})(?:[/.](\d{2,4}))?\b")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_NUMBERS_FROM_NOW = re.compile(r"(?i)\b(?:in\s+)?\d+\s+(?:days?|weeks?|months?)\b")

_HOURS = re.compile(
    r"(?i)(\d{1,3}(?:[.,]5)?)\s*(?:h|hrs?|hours?)(?:\s*(?:and\s*)?(\d{1,2})\s*(?:m|min|mins|minutes?)?)?"
)
_MINUTES = re.compile(r"(?i)(\d{1,4})\s*(?:m|min|mins|minutes?)?")
_COLON = re.compile(r"(\d{1,2}):([0-5]\d)(?:\s*h)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """When: epoch seconds, and the zone in which it was read."""

    at: int
    time_zone: str


def read_moment(typed: str, time_zone: str, now: float) -> Moment:
    """What somebody typed, in the server's `time_zone` unless it names one; `now` is epoch seconds.

    Raises:
        TimeNotClear: it cannot be read, could mean several things, is past or too far ahead.
    """
    words = one_line(typed)[:WHEN_LIMIT]
    rest, zone, zone_name = _with_zone(in_plain_words(words), time_zone)
    here = datetime.fromtimestamp(now, zone)
    _refuse_two_readings(rest)
    local = _parsed(rest, here.replace(tzinfo=None), words)
    if FROM_NOW.match(rest):
        # Hours from now are hours that pass, whatever clocks say meanwhile; to the full minute, as forms say it.
        elapsed = (local - here.replace(tzinfo=None)).total_seconds()
        at = math.ceil((now + elapsed) / 60) * 60
    else:
        at = int(_in_zone(local, zone, words).timestamp())
    _check_range(at, now, words)
    return Moment(at, zone_name)


def read_duration(typed: str) -> int:
    """How long, in minutes: `45 min`, `1h30`, `1:30`, `90`; an hour where nothing is typed.

    Raises:
        TimeNotClear: it cannot be read, or is too short or too long.
    """
    words = " ".join(typed.split())
    minutes = _minutes(words) if words else DEFAULT_MINUTES
    if minutes is None:
        raise TimeNotClear(f"I can't read “{inline(words, 60)}” as a duration. Write it like `45 min` or `1h30`.")
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise TimeNotClear("A meeting in the future lasts 5 minutes to 24 hours. Give another `duration`.")
    return minutes


def written_moment(at: int, time_zone: str) -> str:
    """An epoch second as `read_moment` reads it back."""
    offset = None if "/" in time_zone else _OFFSET.search(time_zone)
    zone = _offset_zone(offset) if offset else ZoneInfo(time_zone)
    return f"{datetime.fromtimestamp(at, zone):%Y-%m-%d %H:%M} {time_zone}"


def written_duration(minutes: int) -> str:
    """Minutes as `read_duration` reads them back."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _with_zone(words: str, time_zone: str) -> tuple[str, tzinfo, str]:
    """The words without their zone, the zone, and its name."""
    place = _PLACE.search(words)
    if place is not None:
        zone = _place(place[1])
        return (words[: place.start()] + words[place.end() :]).strip(), zone, zone.key
    offset = _OFFSET.search(words)
    if offset is not None:
        fixed = _offset_zone(offset)
        return words[: offset.start()].strip(), fixed, str(fixed)
    short = _ABBREVIATION.search(words)
    name = short[1].casefold() if short else ""
    if name in _SEVERAL_ZONES:
        raise TimeNotClear(
            f"“{name.upper()}” can be several time zones. Name a place instead, such as `{_SEVERAL_ZONES[name]}`."
        )
    if short is not None and name in _ZONES:
        return words[: short.start()].strip(), ZoneInfo(_ZONES[name]), _ZONES[name]
    return words, ZoneInfo(time_zone), time_zone


def _place(name: str) -> ZoneInfo:
    for spelling in (name, "/".join(_capital(part) for part in name.split("/"))):
        with suppress(LookupError, ValueError, OSError):
            return ZoneInfo(spelling)
    raise TimeNotClear(f"I know no time zone “{inline(name, 40)}”. Name a place such as `Europe/Berlin`, or `UTC+2`.")


def _capital(part: str) -> str:
    return "_".join(word.capitalize() for word in part.split("_"))


def _offset_zone(found: re.Match[str]) -> timezone:
    if found[1] is None:
        return UTC
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if offset > timedelta(hours=14):
        raise TimeNotClear("No time zone is more than 14 hours from UTC. Name a place such as `Europe/Berlin`.")
    return timezone(offset if found[1] == "+" else -offset)


def _refuse_two_readings(words: str) -> None:
    date = _SLASHES.search(words)
    if date is None:
        return
    first, second = int(date[1]), int(date[2])
    if first != second and max(first, second) <= 12:
        raise TimeNotClear(
            f"“{date[0]}” could be two different days. Write the month as a word, or the date like `2026-12-05`."
        )


def _parsed(words: str, base: datetime, typed: str) -> datetime:
    """The local time that the words mean, as seen at `base`."""
    from dateparser.date import DateDataParser

    clock = CLOCK.search(words)
    if clock is None and not FROM_NOW.match(words):
        raise TimeNotClear(f"At what time? “{inline(typed, 60)}” names none. {_HOW}")
    settings = {
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
        "DATE_ORDER": _order(words),
        "PARSERS": ["relative-time", "custom-formats", "absolute-time"],
    }
    parser = DateDataParser(languages=["en"], settings=settings)
    found = parser.get_date_data(words).date_obj
    if found is None or (clock is not None and not _fits(words, clock, found)):
        raise TimeNotClear(f"I can't read “{inline(typed, 60)}” as a time. {_HOW}")
    if FROM_NOW.match(words):
        return found
    return found.replace(second=0, microsecond=0)


def _order(words: str) -> str:
    date = _SLASHES.search(words)
    return "MDY" if date is not None and int(date[2]) > 12 else "DMY"


def _fits(words: str, clock: re.Match[str], found: datetime) -> bool:
    """Whether all that was written is in what was made of it."""
    if (found.hour, found.minute) != _time_of_day(clock):
        return False
    others = _MOST_NUMBERS_FROM_NOW.sub(" ", words[: clock.start()] + " " + words[clock.end() :])
    parts = {found.day, found.month, found.year, found.year % 100}
    if any(int(number) not in parts for number in re.findall(r"\d+", others)):
        return False
    named = [day for day in _DAYS if re.search(rf"(?i)\b{day[:3]}(?:{day[3:]})?\b", words)]
    return all(_DAYS[found.weekday()] == day for day in named)


def _time_of_day(clock: re.Match[str]) -> tuple[int, int]:
    if clock[3] is None:
        return int(clock[4]), int(clock[5])
    hour = int(clock[1])
    if not 1 <= hour <= 12:
        return -1, -1
    return hour % 12 + (12 if clock[3].casefold() == "p" else 0), int(clock[2] or 0)


def _in_zone(local: datetime, zone: tzinfo, typed: str) -> datetime:
    """The moment at which clocks in the zone show `local`: once, not never and not twice."""
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise TimeNotClear(
            f"Clocks in {zone} go forward then: {local:%H:%M} does not exist on that day. Choose another."
        )
    if first.utcoffset() != second.utcoffset():
        raise TimeNotClear(
            f"Clocks in {zone} go back then: {local:%H:%M} comes twice on that day. "
            f"Add which one, such as `{_offset_words(first)}` or `{_offset_words(second)}`."
        )
    return first


def _offset_words(moment: datetime) -> str:
    text = f"{moment:%z}"
    return f"UTC{text[:3]}:{text[3:5]}"


def _check_range(at: int, now: float, typed: str) -> None:
    if at < now + SOONEST_SECONDS:
        raise TimeNotClear(f"“{inline(typed, 60)}” is <t:{at}:R>, and a meeting can only be planned for later. {_HOW}")
    if at > now + FURTHEST_SECONDS:
        raise TimeNotClear("That is more than five years ahead, further than Discord takes. Choose an earlier day.")


def _minutes(words: str) -> int | None:
    colon = _COLON.fullmatch(words)
    if colon is not None:
        return int(colon[1]) * 60 + int(colon[2])
    minutes = _MINUTES.fullmatch(words)
    if minutes is not None:
        return int(minutes[1])
    hours = _HOURS.fullmatch(words)
    if hours is None:
        return None
    return round(float(hours[1].replace(",", ".")) * 60) + int(hours[2] or 0)
