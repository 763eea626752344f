"""The line through time: where the media stands, and how far ahead changes are scheduled."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.watch.timeline import Timeline, at_the_beginning, lead_for

playing = Timeline(revision=3, paused=False, position=10.0, rate=1.5, at_ms=1_000.0)


@pytest.mark.parametrize(
    ("now_ms", "position"),
    [(0, 10.0), (1_000, 10.0), (3_000, 13.0), (61_000, 100.0)],
    ids=["before it takes effect", "at that moment", "two seconds later", "a minute later"],
)
def test_while_it_plays_it_moves(now_ms: float, position: float) -> None:
    assert playing.position_at(now_ms) == position


def test_paused_it_stands() -> None:
    assert Timeline(3, True, 10.0, 1.5, 1_000.0).position_at(99_000) == 10.0


def test_it_does_not_run_past_the_end() -> None:
    assert playing.position_at(61_000, duration=40) == 40
    assert playing.position_at(61_000, duration=0) == 100


def test_a_position_that_somebody_chose_beyond_the_end_is_not_taken_back() -> None:
    assert playing.position_at(3_000, duration=5) == 10


@settings(deadline=None)
@given(now_ms=st.floats(0, 1e12), later_ms=st.floats(0, 1e6))
def test_being_held_and_let_go_loses_nothing(now_ms: float, later_ms: float) -> None:
    held = playing.held(now_ms)
    assert held.paused
    assert held.revision == playing.revision + 1
    assert held.position_at(now_ms + later_ms) == playing.position_at(now_ms)


def test_another_video_begins_paused_at_its_beginning() -> None:
    assert at_the_beginning(7, 5_000) == Timeline(7, True, 0.0, 1.0, 5_000)


@pytest.mark.parametrize(
    ("one_way_ms", "lead_ms"),
    [([], 250), ([10, 20], 150), ([40, 120], 180), ([40, 2_000], 500)],
    ids=["nobody has said", "all near", "a little longer than the slowest", "never so long that a button feels broken"],
)
def test_the_lead(one_way_ms: list[float], lead_ms: int) -> None:
    assert lead_for(one_way_ms) == lead_ms
