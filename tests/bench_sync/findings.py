"""What was found of one system on one network, as numbers that go into tables and into the JSON file.

Milliseconds, but where the name says otherwise. A list of times holds one for each trial; None says that they were not
together within the time that was waited.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench_sync.percentiles import percentile, share_within

FRAME_MS = 40.0


@dataclass(slots=True)
class Findings:
    """Of one run of the scenario."""

    system: str
    title: str
    network: str
    one_way: str
    steady_seconds: float = 0.0
    drifts: Sequence[float] = ()
    frame_errors: Sequence[float] = ()
    joins_80: list[float | None] = field(default_factory=list)
    joins_40: list[float | None] = field(default_factory=list)
    seeks: list[float | None] = field(default_factory=list)
    cuts: list[float | None] = field(default_factory=list)
    reconnects: list[float | None] = field(default_factory=list)
    needless_seeks: int = 0
    rate_changes_per_minute: float = 0.0
    audible_seconds: float = 0.0
    stalls: int = 0
    clock_errors: Sequence[float] = ()
    clock_bounds: Sequence[float] = ()
    broken_bounds: int = 0
    messages_per_viewer_minute: float = 0.0
    host_messages_per_minute: float = 0.0
    message_kinds: dict[str, float] = field(default_factory=dict)
    busy_share: float = 0.0
    page_errors: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """Everything in few numbers."""
        return {
            "system": self.system,
            "title": self.title,
            "network": self.network,
            "one_way": self.one_way,
            "steady_seconds": self.steady_seconds,
            "drift_p50": _known(percentile(self.drifts, 0.5)),
            "drift_p95": _known(percentile(self.drifts, 0.95)),
            "drift_most": _known(percentile(self.drifts, 1.0)),
            "frame_error_p95": _known(percentile(self.frame_errors, 0.95)),
            "within_one_frame": _known(share_within(self.frame_errors, FRAME_MS * 1.25)),
            "joins_80": self.joins_80,
            "joins_40": self.joins_40,
            "seeks": self.seeks,
            "cuts": self.cuts,
            "reconnects": self.reconnects,
            "needless_seeks": self.needless_seeks,
            "rate_changes_per_minute": self.rate_changes_per_minute,
            "audible_seconds": self.audible_seconds,
            "stalls": self.stalls,
            "clock_error_p50": _known(percentile(self.clock_errors, 0.5)),
            "clock_error_p95": _known(percentile(self.clock_errors, 0.95)),
            "clock_error_most": _known(percentile(self.clock_errors, 1.0)),
            "clock_bound_p50": _known(percentile(self.clock_bounds, 0.5)),
            "clock_readings": len(self.clock_errors),
            "broken_bounds": self.broken_bounds,
            "messages_per_viewer_minute": self.messages_per_viewer_minute,
            "host_messages_per_minute": self.host_messages_per_minute,
            "message_kinds": self.message_kinds,
            "busy_share": _known(self.busy_share),
            "page_errors": self.page_errors,
        }


def _known(value: float) -> float | None:
    """JSON has no word for what is not a number."""
    return None if math.isnan(value) else value


def worst_case(times: Sequence[float | None], share: float = 0.95) -> float | None:
    """The percentile of trials, None where it was never reached in one that counts for it; also without trials."""
    ordered = sorted(times, key=lambda one: float("inf") if one is None else one)
    if not ordered:
        return None
    infinite = [float("inf") if one is None else one for one in ordered]
    value = percentile(infinite, share)
    return None if value == float("inf") else value
