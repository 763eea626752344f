"""The figures of `make bench-sync` are computed right, from recordings whose truth is known."""

import pytest

from tests.bench_sync.drift import Route, Track, audible_seconds, frame_errors, pair_drifts, time_together
from tests.bench_sync.engine_clock import clock_errors
from tests.bench_sync.recordings import PAUSED, SEEKING, Belief, Frame, Recording, Sample


def film(
    offset: float = 0.0, *, start: float = 0.0, end: float = 10_000.0, rate: float = 1.0, bits: int = 0
) -> Recording:
    """A viewer whose film is `offset` seconds ahead of the wall clock."""
    steps = range(int((end - start) / 50))
    return Recording(
        [Sample(start + step * 50, offset + (start + step * 50) / 1000 * rate, rate, bits) for step in steps],
        [Frame(start + step * 50, offset + (start + step * 50) / 1000) for step in steps],
    )


def test_drift_is_between_every_two() -> None:
    tracks = [Track(film()), Track(film(0.010)), Track(film(-0.020))]
    drifts = pair_drifts(tracks, 0, 1000)
    assert len(drifts) == 30
    assert sorted({round(drift) for drift in drifts}) == [10, 20, 30]


def test_between_samples_the_film_runs_on_at_its_rate() -> None:
    standing = Track(film(rate=1.1)).at(4_030)
    assert standing is not None
    assert standing.media_seconds == pytest.approx(4.433)


@pytest.mark.parametrize("bits", [PAUSED, SEEKING])
def test_who_stands_still_is_measured_where_they_stand(bits: int) -> None:
    still = Recording([Sample(step * 50, 3.0, 1.0, bits) for step in range(100)])
    drifts = pair_drifts([Track(film()), Track(still)], 4_000, 4_100)
    assert drifts == pytest.approx([1000])


def test_nothing_is_known_before_the_first_sample_or_long_after_the_last() -> None:
    track = Track(film(start=1000, end=2000))
    assert track.at(999) is None
    assert track.at(2_400) is not None
    assert track.at(2_500) is None


def test_the_frame_on_the_screen_is_the_last_that_came() -> None:
    one = Recording(frames=[Frame(0, 0.0), Frame(200, 0.2)])
    other = Recording(frames=[Frame(0, 0.04), Frame(100, 0.08), Frame(200, 0.24)])
    assert frame_errors([Track(one), Track(other)], 0, 300) == pytest.approx([40, 80, 40])


def test_time_to_be_together_counts_from_when_they_stay_together() -> None:
    stages = [(2.0, 0, 3000), (0.05, 3000, 3200), (2.0, 3200, 4000), (0.05, 4000, 10_000)]
    pieces = [film(offset, start=start, end=end).samples for offset, start, end in stages]
    apart_then_together = Recording([sample for piece in pieces for sample in piece])
    tracks = [Track(film()), Track(apart_then_together)]
    assert time_together(tracks, 1000, 10_000, 80) == 3000
    assert time_together(tracks, 1000, 10_000, 40) is None
    assert time_together(tracks, 1000, 4_400, 80) is None


def test_together_means_that_all_run_and_are_where_they_were_sent() -> None:
    tracks = [Track(film()), Track(film(bits=SEEKING))]
    assert time_together(tracks, 0, 10_000, 80) is None
    assert time_together([Track(film())] * 2, 0, 10_000, 80, Route(100.0, 0)) is None
    assert time_together([Track(film(100.0))] * 2, 0, 10_000, 80, Route(100.0, 0)) == 0


def test_a_rate_is_audible_only_beyond_the_limit_and_only_near_the_others() -> None:
    others = [Track(film()), Track(film())]

    def heard(rate: float, offset: float) -> float:
        samples = [Sample(step * 50, offset + step * 0.05, rate, 0) for step in range(200)]
        return audible_seconds([*others, Track(Recording(samples))], 0, 5000, 0.05, 80)

    assert heard(1.05, 0.0) == 0
    assert heard(1.06, 0.0) == pytest.approx(5.0)
    assert heard(0.9, 0.05) == pytest.approx(5.0)
    assert heard(1.06, 0.2) == 0


def test_pages_are_moved_to_the_wall_clock() -> None:
    recording = Recording([Sample(100.0, 1.0, 1.0, 0)], walls=(4.1, 4.9))
    assert recording.skew_ms == pytest.approx(5.0)
    assert recording.skew_uncertainty_ms == pytest.approx(0.1)
    assert recording.on_the_wall().samples[0].at == pytest.approx(105.0)


def test_a_clock_is_wrong_by_its_distance_from_the_machines() -> None:
    beliefs = [Belief(1000, 1004, 6, None), Belief(2000, 1993, 6, None), Belief(3000, 3001, None, None)]
    found = clock_errors([Recording(beliefs=beliefs, walls=(-0.5, -0.5))], 0, 2500)
    assert list(found.errors) == [4, 7]
    assert found.broken_bounds == 1
