"""Moments as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.commands.search_results import clock_words
from kaltura_discord.watch.moments import seconds_of


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("12:04", 724),
        ("1:02:03", 3723),
        ("90", 90),
        ("0", 0),
        (" 0:05 ", 5),
        ("90.5", 90.5),
        ("1:02:03.25", 3723.25),
        ("75:00", 4500),
        ("0:0:1", 1),
    ],
)
def test_what_is_a_moment(written: str, seconds: float) -> None:
    assert seconds_of(written) == seconds


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "-5",
        "+5",
        "12:",
        ":30",
        "1:2:3:4",
        "1:60",
        "1:60:00",
        "1:00:99",
        "1,5",
        "1.",
        "٣:٠٠",
        "1e9",
        "9" * 30,
    ],
)
def test_what_is_none(written: str) -> None:
    assert seconds_of(written) is None


@given(st.text(max_size=20))
def test_nothing_that_is_written_breaks_it(written: str) -> None:
    seconds = seconds_of(written)
    assert seconds is None or seconds >= 0


@given(st.integers(0, 10**6))
def test_what_is_shown_can_be_written(seconds: int) -> None:
    assert seconds_of(clock_words(seconds)) == seconds
