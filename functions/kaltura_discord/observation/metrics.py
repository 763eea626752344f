"""Metrics as log lines, in CloudWatch's embedded metric format: no call, no library, no cost before they are read.

CloudWatch guide, "Embedded metric format specification": a JSON line with an `_aws` object that names which of the
line's values are metrics. Their one dimension is the deployment, so that dev and prod in one account are not summed up;
who or where something was is nobody's business, and each combination would be a metric that is paid for.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

NAMESPACE = "KalturaDiscord"
DIMENSION = "Deployment"

COUNT = "Count"
MILLISECONDS = "Milliseconds"
SECONDS = "Seconds"

# How many values one metric may have in one line.
_MOST_VALUES = 100

_log = logging.getLogger("kaltura_discord.metrics")

Measured = tuple[float | Sequence[float], str]


class Metrics:
    """Writes metrics. `now` is epoch seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        # However little else is logged, these are not messages to people.
        _log.setLevel(logging.INFO)

    def write(self, measured: Mapping[str, Measured]) -> None:
        """One line with these metrics: for each name the value, or up to 100 values, and the unit."""
        _log.info("metrics", extra=embedded(measured, self._now()))


def embedded(measured: Mapping[str, Measured], now: float) -> dict[str, Any]:
    """The same as `extra` of a line that is logged anyway: one line less, and nothing where that line is not shown.

    `now` is epoch seconds.
    """
    values = {
        name: value if isinstance(value, int | float) else list(value)[:_MOST_VALUES]
        for name, (value, _) in measured.items()
    }
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[DIMENSION]],
        "Metrics": [{"Name": name, "Unit": unit} for name, (_, unit) in measured.items()],
    }
    deployment = os.environ.get("DEPLOYMENT_NAME", "local")
    return {"_aws": {"Timestamp": int(now * 1000), "CloudWatchMetrics": [directive]}, DIMENSION: deployment, **values}


def count(name: str, times: int = 1) -> None:
    """Write that something happened."""
    Metrics().write({name: (times, COUNT)})
