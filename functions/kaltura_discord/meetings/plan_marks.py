"""Who has changed what of a plan that stands in several places: here, in Discord, in Kaltura, in a form. Pure.

What a place was told is remembered as a mark, so that a later look knows what has been changed there since, and what
has been changed here. Each field is decided for itself, so two who change different things both have their way:

    told Discord    15:00   45 min   Review
    now there       18:00   45 min   Review             somebody moved it there
    now here        15:00   45 min   Monthly review     somebody renamed it here
    together        18:00   45 min   Monthly review

Where no answer came, it is not known whether a place was told; so what it is about to be told is written down first,
and whichever of these stands there is ours (`heard`).

A mark holds the minute of the start and fingerprints of texts, and is short enough for the custom id of a form:
`{start}.{minutes}.{title}.{description}`.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from kaltura_discord.meetings.models import Meeting
from kaltura_discord.meetings.wishes import DESCRIPTION_LIMIT, TITLE_LIMIT
from kaltura_discord.templates.plain_text import one_line, shorten

_FINGERPRINT_LENGTH = 8


@dataclass(frozen=True, slots=True)
class PlanFields:
    """What of a plan can be changed in several places; `starts_at` is an epoch second."""

    title: str
    description: str
    starts_at: int
    minutes: int


def fields_here(meeting: Meeting) -> PlanFields:
    """A meeting's fields as they are here."""
    plan = meeting.schedule
    if plan is None:
        raise ValueError("not a meeting with a plan")
    return PlanFields(meeting.title, meeting.description, plan.starts_at, plan.minutes)


def as_typed(fields: PlanFields) -> PlanFields:
    """Fields as a form gives them back that nobody has changed anything in."""
    title = shorten(one_line(fields.title), TITLE_LIMIT)
    return replace(fields, title=title, description=fields.description.strip()[:DESCRIPTION_LIMIT])


def mark_of(fields: PlanFields) -> str:
    """The mark of what a place has been told."""
    return ".".join(_parts(fields).values())


def changed_since(mark: str, fields: PlanFields) -> dict[str, Any]:
    """The fields that are not what they were when the mark was made; all of them where there is no mark."""
    now = _parts(fields)
    before = mark.split(".")
    if len(before) != len(now):
        return {name: getattr(fields, name) for name in now}
    return {name: getattr(fields, name) for name, was in zip(now, before, strict=True) if now[name] != was}


def with_another(telling: str, mark: str) -> str:
    """What a place may have been told without an answer, and what it is about to be told."""
    return " ".join(dict.fromkeys((*telling.split(), mark)))


def heard(mark: str, telling: str, there: PlanFields) -> str:
    """The mark of what a place was told last, where it may have been told others since without an answer.

    Of each field, that is what stands there; where none of them does, somebody changed it, and `mark` holds.
    """
    may_be = [each.split(".") for each in (mark, *telling.split())]
    before, now = may_be[0], list(_parts(there).values())
    if len(before) != len(now):
        return mark
    ours = [is_there in told for is_there, told in zip(now, zip(*may_be, strict=True), strict=True)]
    return ".".join(new if is_ours else was for new, was, is_ours in zip(now, before, ours, strict=True))


def told_start(mark: str) -> int:
    """The full minute of the start that a place has been told, as an epoch second; 0 where there is no mark."""
    minute = mark.partition(".")[0]
    return int(minute) * 60 if minute.isascii() and minute.isdecimal() else 0


def _parts(fields: PlanFields) -> dict[str, str]:
    return {
        "starts_at": str(fields.starts_at // 60),
        "minutes": str(fields.minutes),
        "title": _fingerprint(fields.title),
        "description": _fingerprint(fields.description),
    }


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_FINGERPRINT_LENGTH]
