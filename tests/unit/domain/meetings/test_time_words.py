"""Reading when somebody wants to meet, and for how long."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.meetings.errors import TimeNotClear
from kaltura_discord.meetings.time_words import (
    FURTHEST_SECONDS,
    LONGEST_MINUTES,
    SHORTEST_MINUTES,
    Moment,
    read_duration,
    read_moment,
    written_duration,
    written_moment,
)

BERLIN = "Europe/Berlin"
SUNDAY_NOON = datetime(2026, 11, 29, 12, 0, tzinfo=ZoneInfo(BERLIN))
ZONES = ("UTC", BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")


def read(typed: str, zone: str = BERLIN, now: datetime = SUNDAY_NOON) -> str:
    """What is read, as a local time in `zone`."""
    moment = read_moment(typed, zone, now.timestamp())
    return f"{datetime.fromtimestamp(moment.at, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def outcome(typed: str, zone: str, now: float) -> Moment | str:
    """What is read, or the sentence that is said instead."""
    try:
        return read_moment(typed, zone, now)
    except TimeNotClear as unclear:
        return unclear.sentence


def sentence(typed: str, zone: str = BERLIN, now: datetime = SUNDAY_NOON) -> str:
    with pytest.raises(TimeNotClear) as raised:
        read_moment(typed, zone, now.timestamp())
    return raised.value.sentence


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tomorrow at 3pm", "2026-11-30 15:00"),
        ("tomorrow 15:00", "2026-11-30 15:00"),
        ("tomorrow at 15", "2026-11-30 15:00"),
        ("noon tomorrow", "2026-11-30 12:00"),
        ("tonight at 8", "2026-11-29 20:00"),
        ("tonight 8:30 pm", "2026-11-29 20:30"),
        ("today 13:00", "2026-11-29 13:00"),
        ("Monday at 10", "2026-11-30 10:00"),
        ("friday 3 p.m.", "2026-12-04 15:00"),
        ("in 2 hours", "2026-11-29 14:00"),
        ("in 90 minutes", "2026-11-29 13:30"),
        ("in 3 days at 15:00", "2026-12-02 15:00"),
        ("2026-12-05 14:30", "2026-12-05 14:30"),
        ("5 December 14:30", "2026-12-05 14:30"),
        ("Dec 5th 2026 at 2:30 PM", "2026-12-05 14:30"),
        ("12/13 9:00", "2026-12-13 09:00"),
        ("13/12 9:00", "2026-12-13 09:00"),
        ("in 1.5 hours", "2026-11-29 13:30"),
        ("in 2,5 h", "2026-11-29 14:30"),
        ("in 1h30", "2026-11-29 13:30"),
        ("in 1 h 30 min", "2026-11-29 13:30"),
        ("tomorrow 15.30", "2026-11-30 15:30"),
        ("tomorrow at 9.00", "2026-11-30 09:00"),
        ("tomorrow 15h30", "2026-11-30 15:30"),
        ("13.12.2026 15.30", "2026-12-13 15:30"),
        ("in 1.25 hours", "2026-11-29 13:15"),
    ],
)
def test_what_people_write(typed: str, meant: str) -> None:
    assert read(typed) == meant


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("2026-12-05 14:30 America/New_York", "America/New_York"),
        ("2026-12-05 14:30 america/new_york", "America/New_York"),
        ("2026-12-05 14:30 EST", "America/New_York"),
        ("2026-12-05 13:30 UTC-6", "UTC-06:00"),
        ("2026-12-05 19:30 UTC", "UTC"),
        ("2026-12-05T19:30Z", "UTC"),
        ("2026-12-06 01:00 UTC+05:30", "UTC+05:30"),
        ("2026-12-05T20:30:00+01:00", "UTC+01:00"),
        ("2026-12-05T13:30-0600", "UTC-06:00"),
        ("2026-12-05 21:30+02:00", "UTC+02:00"),
    ],
)
def test_a_zone_in_the_text_counts_more_than_the_servers(typed: str, zone: str) -> None:
    moment = read_moment(typed, BERLIN, SUNDAY_NOON.timestamp())
    assert (moment.at, moment.time_zone) == (int(datetime(2026, 12, 5, 19, 30, tzinfo=UTC).timestamp()), zone)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("monday", "At what time?"),
        ("5/12 15:00", "two different days"),
        ("tomorrow 15:00 IST", "several time zones"),
        ("tomorrow 15:00 Europe/Atlantis", "no time zone"),
        ("tomorrow 25:00", "can't read"),
        ("31 February 10:00", "can't read"),
        ("every monday 10:00", "can't read"),
        ("13 pm tomorrow", "can't read"),
        ("yesterday 10:00", "only be planned for later"),
        ("today 11:00", "only be planned for later"),
        ("in 0 minutes", "only be planned for later"),
        ("2036-01-01 10:00", "five years"),
        ("whenever", "At what time?"),
        ("@everyone 15:00 banana", "can't read"),
        ("tomorrow 10.12", "two different days"),
        ("5.12. 10.12", "two different days"),
        ("tomorrow 9:00-10:00", "can't read"),
        ("2026-12-05 9:00-10:00", "can't read"),
    ],
)
def test_what_is_not_clear_is_one_sentence_that_says_so(typed: str, says: str) -> None:
    assert says in sentence(typed)
    assert "\n" not in sentence(typed)


def test_what_was_typed_is_quoted_without_its_formatting() -> None:
    assert "**" not in sentence("**tomorrow** 25:00")


def test_a_time_that_the_clocks_leave_out_is_asked() -> None:
    assert "go forward" in sentence("2027-03-28 02:30")


def test_a_time_that_comes_twice_is_asked_with_both_ways_to_say_it() -> None:
    asked = sentence("2027-10-31 02:30")
    assert "comes twice" in asked
    first = read_moment("2027-10-31 02:30 UTC+02:00", BERLIN, SUNDAY_NOON.timestamp())
    second = read_moment("2027-10-31 02:30 UTC+01:00", BERLIN, SUNDAY_NOON.timestamp())
    assert "UTC+02:00" in asked
    assert "UTC+01:00" in asked
    assert second.at - first.at == 3600


def test_so_many_hours_from_now_end_at_a_full_minute() -> None:
    moment = read_moment("in 2 hours", BERLIN, SUNDAY_NOON.timestamp() + 17)
    assert moment.at == SUNDAY_NOON.timestamp() + 2 * 3600 + 60


def test_hours_from_now_are_hours_that_pass_even_when_the_clocks_change() -> None:
    before = datetime(2027, 3, 28, 1, 0, tzinfo=ZoneInfo(BERLIN))
    moment = read_moment("in 2 hours", BERLIN, before.timestamp())
    assert moment.at - before.timestamp() == 2 * 3600


words = st.lists(
    st.sampled_from(
        [
            "tomorrow",
            "today",
            "tonight",
            "monday",
            "friday",
            "next",
            "in",
            "at",
            "on",
            "5",
            "12",
            "3pm",
            "15:00",
            "25:99",
            "noon",
            "december",
            "2026",
            "2027-01-02",
            "hours",
            "minutes",
            "ago",
            "yesterday",
            "EST",
            "UTC+2",
            "IST",
            "Europe/Berlin",
            "/",
            ":",
            "0",
            "99",
            "2",
            "days",
            "week",
        ]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)


@settings(deadline=None, max_examples=100)
@given(typed=words | st.text(max_size=30), zone=st.sampled_from(ZONES), minutes=st.integers(0, 2_000_000))
def test_whatever_is_typed_is_a_sentence_or_lies_ahead(typed: str, zone: str, minutes: int) -> None:
    now = (SUNDAY_NOON + timedelta(minutes=minutes)).timestamp()
    found = outcome(typed, zone, now)
    assert found
    assert isinstance(found, str) or now < found.at <= now + FURTHEST_SECONDS


@settings(deadline=None, max_examples=100)
@given(minutes=st.integers(2, 2_000_000), zone=st.sampled_from((*ZONES, "UTC+05:30", "UTC-08:00")))
def test_what_is_written_into_a_form_is_read_back_as_the_same_moment(minutes: int, zone: str) -> None:
    at = int((SUNDAY_NOON + timedelta(minutes=minutes)).timestamp())
    found = outcome(written_moment(at, zone), "Asia/Tokyo", SUNDAY_NOON.timestamp())
    # A local time says two moments where clocks go back; then it is asked, and else it is this one.
    assert "comes twice" in found if isinstance(found, str) else found.at == at


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", 60),
        ("45 min", 45),
        ("90", 90),
        ("1h30", 90),
        ("1:30", 90),
        ("2 hours", 120),
        ("1.5 h", 90),
        ("1 h 5 min", 65),
    ],
)
def test_durations(typed: str, minutes: int) -> None:
    assert read_duration(typed) == minutes


@pytest.mark.parametrize("typed", ["4 min", "25 h", "0", "long", "-5", "1:75", "1e9"])
def test_durations_that_are_refused(typed: str) -> None:
    with pytest.raises(TimeNotClear):
        read_duration(typed)


@settings(deadline=None)
@given(minutes=st.integers(SHORTEST_MINUTES, LONGEST_MINUTES))
def test_a_duration_in_a_form_is_read_back(minutes: int) -> None:
    assert read_duration(written_duration(minutes)) == minutes
