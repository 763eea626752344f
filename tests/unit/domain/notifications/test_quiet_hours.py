"""Quiet hours: any minute of any day, over midnight, and on the days when clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kaltura_discord.notifications.quiet_hours import quiet_until
from kaltura_discord.server_config.notification_settings import QuietHours

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "Africa/Casablanca",
)
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600

minutes_of_a_day = st.integers(0, 24 * 60 - 1)
moments = st.integers(1_700_000_000, 1_900_000_000)


def at(words: str, zone: str = "Europe/Berlin") -> int:
    """A moment as clocks there show it."""
    return int(datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).timestamp())


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_shown(moment: int, zone: str) -> int:
    local = datetime.fromtimestamp(moment, ZoneInfo(zone))
    return local.hour * 60 + local.minute


def are_changed_near(moment: int, zone: str) -> bool:
    """Whether clocks are changed within a day and a half."""
    local = ZoneInfo(zone)
    offsets = {
        (datetime.fromtimestamp(moment, UTC) + timedelta(hours=hours)).astimezone(local).utcoffset()
        for hours in range(-36, 37)
    }
    return len(offsets) > 1


@st.composite
def quiet(draw: st.DrawFn) -> tuple[QuietHours, int, int]:
    """Settings, and the minutes of the day at which it begins and ends."""
    begin, end = draw(minutes_of_a_day), draw(minutes_of_a_day)
    assume(begin != end)
    zone = draw(st.sampled_from(ZONES))
    return QuietHours(hours=f"{clock(begin)}-{clock(end)}", time_zone=zone), begin, end


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(QuietHours(), 1_790_000_000) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-12-01 21:59", None),
        ("2026-12-01 22:00", "2026-12-02 07:00"),
        ("2026-12-02 03:00", "2026-12-02 07:00"),
        ("2026-12-02 06:59", "2026-12-02 07:00"),
        ("2026-12-02 07:00", None),
        ("2026-12-02 12:00", None),
    ],
)
def test_a_night(now: str, until: str | None) -> None:
    night = QuietHours(hours="22:00-07:00", time_zone="Europe/Berlin")
    assert quiet_until(night, at(now)) == (at(until) if until else None)


def test_a_night_in_which_clocks_go_forward_is_an_hour_shorter() -> None:
    night = QuietHours(hours="22:00-07:00", time_zone="Europe/Berlin")
    begin = at("2026-03-28 22:00")
    assert quiet_until(night, begin) == begin + 8 * HOUR == at("2026-03-29 07:00")


def test_a_night_in_which_they_go_back_is_an_hour_longer_and_quiet_once() -> None:
    night = QuietHours(hours="22:00-02:30", time_zone="Europe/Berlin")
    begin = at("2026-10-24 22:00")
    end = begin + 4 * HOUR + 30 * MINUTE
    assert quiet_until(night, begin) == end
    # 02:30 comes a second time an hour later, and what was quiet until then is not quiet again.
    assert all(quiet_until(night, end + minutes * MINUTE) is None for minutes in range(120))


def test_a_time_that_clocks_skip_is_the_moment_after() -> None:
    skipped = QuietHours(hours="02:30-05:00", time_zone="Europe/Berlin")
    assert quiet_until(skipped, at("2026-03-29 03:29")) is None
    assert quiet_until(skipped, at("2026-03-29 03:30")) == at("2026-03-29 05:00")


@settings(deadline=None)
@given(quiet(), moments)
def test_it_is_quiet_when_clocks_there_say_so(told: tuple[QuietHours, int, int], moment: int) -> None:
    hours, begin, end = told
    assume(not are_changed_near(moment, hours.time_zone))
    shown = minute_shown(moment, hours.time_zone)
    is_within = begin <= shown < end if begin < end else shown >= begin or shown < end
    assert (quiet_until(hours, moment) is not None) == is_within


@settings(deadline=None)
@given(quiet(), moments)
def test_it_ends_within_two_days_and_is_over_then(told: tuple[QuietHours, int, int], moment: int) -> None:
    hours, _, __ = told
    until = quiet_until(hours, moment)
    assume(until is not None)
    assert until is not None
    assert moment < until <= moment + 2 * DAY
    assert quiet_until(hours, until) is None
    # As whole as the minutes that people set.
    assert until % MINUTE == 0


@settings(deadline=None)
@given(quiet(), moments, st.integers(1, DAY))
def test_until_its_end_it_stays_quiet(told: tuple[QuietHours, int, int], moment: int, later: int) -> None:
    hours, _, __ = told
    until = quiet_until(hours, moment)
    assume(until is not None)
    assert until is not None
    assume(moment + later < until)
    assert quiet_until(hours, moment + later) is not None
