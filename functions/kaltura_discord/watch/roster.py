"""Who is here, from the participants' items. Pure.

A person may be here over several connections: two windows, or the new socket that is opened before the old one is
closed. They are one entry, as their newest report has it.

    report ────── report ────── (silence) ─────────────┐
                     └── SILENT_AFTER_MS ──── no longer listed, though no socket was seen to close

What changed is told since the stamp that was reported, and a little before: clocks of two machines, and a read that
lags behind, must not lose a change; told twice, it does no harm.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.models import Participant, Report
from kaltura_discord.watch.protocol import REPORT_EVERY_MS, ROSTER_MOST

# A page in the background may run its timers once a minute (Chrome: intensive throttling), so it may report so seldom.
SILENT_AFTER_MS = 90_000

# Who has not reported for so long tells nothing about how far away people are now.
_RECENT_MS = 2 * REPORT_EVERY_MS + 5_000

_OVERLAP_MS = 3_000

# One frame of API Gateway's holds 32 KB; the rest of the message needs its place too.
_MOST_BYTES = 24_000

# Drift by so much is a change that is worth telling.
_DRIFT_STEP_MS = 10


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the room: their newest report, and when they came and last changed."""

    newest: Participant
    joined_at_ms: float
    changed_at_ms: float


def is_living(participant: Participant, now_ms: float) -> bool:
    """Whether a connection counts as being here."""
    return participant.gone_at_ms is None and participant.reported_at_ms > now_ms - SILENT_AFTER_MS


def people_in(participants: Iterable[Participant], now_ms: float) -> list[Person]:
    """Everybody here, by when they came."""
    living = sorted((one for one in participants if is_living(one, now_ms)), key=lambda one: one.user_id)
    people = [_person(list(connections)) for _, connections in groupby(living, key=lambda one: one.user_id)]
    return sorted(people, key=lambda person: (person.joined_at_ms, person.newest.user_id))


def _person(connections: list[Participant]) -> Person:
    return Person(
        newest=max(connections, key=lambda one: (one.reported_at_ms, one.connection_id)),
        joined_at_ms=min(one.joined_at_ms for one in connections),
        changed_at_ms=max(one.changed_at_ms for one in connections),
    )


def gone_since(participants: Iterable[Participant], people: list[Person], since_ms: float) -> list[UserId]:
    """Whose last connection ended after `since_ms`, and who is not in `people` now."""
    here = {person.newest.user_id for person in people}
    ended = {
        one.user_id
        for one in participants
        if one.user_id not in here
        and (one.reported_at_ms + SILENT_AFTER_MS if one.gone_at_ms is None else one.gone_at_ms) > since_ms
    }
    return sorted(ended)


def roster_message(participants: list[Participant], host: UserId, stamp_ms: float, as_of_ms: float) -> dict[str, Any]:
    """The roster for somebody who knows it as of `stamp_ms` (0: not at all), made of what was read at `as_of_ms`.

    The host is listed first, and then whoever came first; of those beyond the limits, only the number is told.
    """
    people = people_in(participants, as_of_ms)
    since_ms = stamp_ms - _OVERLAP_MS if stamp_ms else 0.0
    listed = sorted(people, key=lambda person: person.newest.user_id != host)[:ROSTER_MOST]
    changed = [_entry(person) for person in listed if person.changed_at_ms > since_ms]
    return {
        "changed": _that_fit(changed),
        "gone": gone_since(participants, people, since_ms) if stamp_ms else [],
        "total": len(people),
        "stamp_ms": as_of_ms,
    }


def _that_fit(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    room_left = _MOST_BYTES
    for number, entry in enumerate(entries):
        room_left -= len(json.dumps(entry))
        if room_left < 0:
            return entries[:number]
    return entries


def _entry(person: Person) -> dict[str, Any]:
    one = person.newest
    return {
        "user_id": one.user_id,
        "name": one.name,
        "avatar": one.avatar,
        "level": one.level.word,
        "via": one.via,
        "joined_at_ms": person.joined_at_ms,
        "state": one.play_state,
        "activity": one.activity,
        "drift_ms": one.drift_ms,
        "clock_bound_ms": one.clock_bound_ms,
        "quality": quality_of(one.play_state, one.clock_bound_ms, one.one_way_ms),
    }


def quality_of(play_state: str, clock_bound_ms: float | None, one_way_ms: float | None) -> str:
    """How good somebody's connection is for watching together: good, fair or poor.

    The bound is proven, not likely: about half a round trip, while the clock itself is right to a few milliseconds. So
    it says how far away somebody is, and the limits are those of their own page (`reports.ts`). Poor is also where a
    change arrives later than the longest lead allows for.
    """
    if play_state == "buffering":
        return "poor"
    if clock_bound_ms is None or one_way_ms is None:
        return "fair"
    if clock_bound_ms <= 80 and one_way_ms <= 150:
        return "good"
    return "fair" if clock_bound_ms <= 200 and one_way_ms <= 440 else "poor"


def reported(before: Participant, report: Report, now_ms: float) -> Participant:
    """A participant after a report; `changed_at_ms` moves only if others see something else."""
    after = replace(
        before,
        play_state=report.play_state,
        activity=report.activity,
        drift_ms=report.drift_ms,
        clock_bound_ms=report.clock_bound_ms,
        one_way_ms=report.one_way_ms,
        reported_at_ms=now_ms,
    )
    was_silent = before.reported_at_ms <= now_ms - SILENT_AFTER_MS
    return replace(after, changed_at_ms=now_ms) if was_silent or _seen(after) != _seen(before) else after


def _seen(participant: Participant) -> tuple[object, ...]:
    drift = participant.drift_ms
    return (
        participant.play_state,
        participant.activity,
        None if drift is None else round(drift / _DRIFT_STEP_MS),
        quality_of(participant.play_state, participant.clock_bound_ms, participant.one_way_ms),
    )


def one_way_times(participants: Iterable[Participant], now_ms: float) -> list[float]:
    """How far away everybody is who reported recently and watches along."""
    return [
        one.one_way_ms
        for one in participants
        if one.one_way_ms is not None
        and one.gone_at_ms is None
        and one.reported_at_ms > now_ms - _RECENT_MS
        and one.play_state != "free"
    ]
