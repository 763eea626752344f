"""The tables that `make bench-sync` prints."""

import math
from collections.abc import Sequence

from tests.bench_sync.findings import FRAME_MS, Findings, worst_case
from tests.bench_sync.peer_servers.all_peers import PEERS
from tests.bench_sync.percentiles import percentile, share_within

# Measured once by the authors of the targets on two cores with Chromium 156, and published figures of a peer whose
# algorithm needs its own server; to compare with, not to reach.
_ELSEWHERE = (
    ("timingsrc (published)", "gains by band, 25 ms target", "about 7", "about 3 s to 10 ms"),
    ("our prototype (measured once)", "median of 5, hysteresis 15 to 4 ms", "1.3-7.6 / 1.9-15.5", "0.6-0.76 s"),
)
_COLUMNS = (31, 47, 16, 11, 22, 14, 11)
_CELL = 20
_HEADINGS = (
    "",
    "how it corrects",
    "steady drift, ms",
    "one frame",
    "join to within 80 ms",
    "after a seek",
    "messages",
)
_OURS = "rate within 2-5 %, seek by learnt cost"


def comparison(findings: Sequence[Findings]) -> list[str]:
    """All systems beside each other, by network."""
    lines: list[str] = []
    for one_way in dict.fromkeys(one.one_way for one in findings):
        lines += ["", f"Network: one way {one_way}", _row(*_HEADINGS)]
        lines.append(_row("", "", "p50 / p95", "or closer", "median", "p95", "per minute"))
        lines += [_system(one) for one in findings if one.one_way == one_way]
    lines += [
        "",
        "For comparison, from elsewhere",
        *(_row(name, how, drift, "", join, "", "") for name, how, drift, join in _ELSEWHERE),
    ]
    return lines


def details(ours: Sequence[Findings]) -> list[str]:
    """What there is to know of ourselves only."""
    lines = ["", f"{'Watch Together in detail':52}" + "".join(f"{one.one_way:>{_CELL}}" for one in ours)]
    rows = {
        "steady, s": [f"{one.steady_seconds:.0f}" for one in ours],
        "drift p50 / p95 / most, ms": [
            " / ".join(_short(percentile(one.drifts, share)) for share in (0.5, 0.95, 1.0)) for one in ours
        ],
        "displayed frames apart, p95, ms": [_short(percentile(one.frame_errors, 0.95)) for one in ours],
        "join to within 80 ms, median / p95, s": [_pair(one.joins_80) for one in ours],
        "join to within 40 ms, median / p95, s": [_pair(one.joins_40) for one in ours],
        "after a seek, median / p95, s": [_pair(one.seeks) for one in ours],
        "after a cut, median / p95, s": [_pair(one.cuts) for one in ours],
        "network back to socket back, median / p95, s": [_pair(one.reconnects) for one in ours],
        "changes of rate per viewer-minute": [_short(one.rate_changes_per_minute) for one in ours],
        "stalls": [str(one.stalls) for one in ours],
        "clock error p50 / p95 / most, ms": [
            " / ".join(_short(percentile(one.clock_errors, share)) for share in (0.5, 0.95, 1.0)) for one in ours
        ],
        "clock bound, median, ms": [_short(percentile(one.clock_bounds, 0.5)) for one in ours],
        "messages per host-minute": [_short(one.host_messages_per_minute) for one in ours],
        "processors busy": [_share(one.busy_share) for one in ours],
    }
    return [*lines, *(f"  {name:50}" + "".join(f"{cell:>{_CELL}}" for cell in cells) for name, cells in rows.items())]


def _system(one: Findings) -> str:
    how = PEERS[one.system].how if one.system in PEERS else _OURS
    drift = f"{_short(percentile(one.drifts, 0.5))} / {_short(percentile(one.drifts, 0.95))}"
    frame = _share(share_within(one.frame_errors, FRAME_MS * 1.25))
    join = _time(worst_case(one.joins_80, 0.5))
    return _row(
        one.title, how, drift, frame, join, _time(worst_case(one.seeks)), _short(one.messages_per_viewer_minute)
    )


def _row(*cells: str) -> str:
    left = f"  {cells[0]:{_COLUMNS[0]}}{cells[1]:{_COLUMNS[1]}}"
    return left + "".join(f"{cell:>{width}}" for cell, width in zip(cells[2:], _COLUMNS[2:], strict=True))


def _pair(times: Sequence[float | None]) -> str:
    return f"{_time(worst_case(times, 0.5))} / {_time(worst_case(times))}" if times else "-"


def _time(milliseconds: float | None) -> str:
    return "never" if milliseconds is None else f"{milliseconds / 1000:.2f} s"


def _short(value: float) -> str:
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _share(value: float) -> str:
    return "-" if math.isnan(value) else f"{value * 100:.0f} %"
