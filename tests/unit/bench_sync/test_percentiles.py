import math

import pytest

from tests.bench_sync.findings import worst_case
from tests.bench_sync.percentiles import percentile, share_within


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.95, 95), (0.951, 96), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, expected: float) -> None:
    assert percentile(range(100, 0, -1), share) == expected


def test_of_nothing_there_is_none() -> None:
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(share_within([], 40))


def test_a_limit_belongs_to_what_is_within() -> None:
    assert share_within([10, 40, 41, 90], 40) == 0.5


@pytest.mark.parametrize(
    ("times", "expected"), [([], None), ([3.0, 1.0], 3.0), ([1.0, None], None), ([None] + [2.0] * 19, 2.0)]
)
def test_a_trial_that_never_ended_is_the_worst_of_all(times: list[float | None], expected: float | None) -> None:
    assert worst_case(times) == expected
