"""Quiet hours: when a server is told nothing, and when that is over. Pure.

A span begins and ends by the server's own clocks. Each is a stretch of real time, so a night in which clocks are
changed is an hour longer or shorter, and is quiet once:

    22:00-07:00     Saturday 22:00 ──────────────────── Sunday 07:00, whatever clocks did meanwhile

A time that clocks skip stands for the moment after the gap; of one that comes twice, the first is meant.
"""

from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from kaltura_discord.server_config.notification_settings import QuietHours

# Spans are shorter than a day, so whatever covers a moment began yesterday, today or, where zones differ, tomorrow.
_DAYS_AROUND = (-2, -1, 0, 1)


def quiet_until(settings: QuietHours, now: float) -> int | None:
    """When the quiet hours end that it is now, as an epoch second; None where it is not quiet at epoch second `now`."""
    if not settings.hours:
        return None
    until = _end_of_span(settings, now)
    if until is None:
        return None
    # On a day when clocks go forward, the next span may begin before this one is over.
    further = _end_of_span(settings, until)
    return further if further is not None else until


def told_at(settings: QuietHours, until: int, now: float) -> int | None:
    """When what is held until an epoch second is told, as hours are at epoch second `now`; None where that is now."""
    later = quiet_until(settings, max(until, now))
    if later is not None:
        return later
    return until if until > now else None


def _end_of_span(settings: QuietHours, now: float) -> int | None:
    zone = ZoneInfo(settings.time_zone)
    begins, _, ends = settings.hours.partition("-")
    first, last = time_of_day.fromisoformat(begins), time_of_day.fromisoformat(ends)
    today = datetime.fromtimestamp(now, zone).date()
    for days in _DAYS_AROUND:
        day = today + timedelta(days=days)
        start = _moment(day, first, zone)
        end = _moment(day if last > first else day + timedelta(days=1), last, zone)
        if start <= now < end:
            return end
    return None


def _moment(day: date, clock: time_of_day, zone: ZoneInfo) -> int:
    """When clocks there show this, as an epoch second."""
    return int(datetime.combine(day, clock, zone).astimezone(UTC).timestamp())
