"""Percentiles by nearest rank: always a value that was measured."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed; NaN where there are none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def share_within(values: Sequence[float], limit: float) -> float:
    """Which share is at most `limit`; NaN where there are none."""
    if not values:
        return math.nan
    return sum(value <= limit for value in values) / len(values)
