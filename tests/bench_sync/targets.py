"""What Watch Together has set itself to reach, and what came of it."""

import gzip
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.bench.report import AtMost, Verdict
from tests.bench_sync.findings import Findings, worst_case
from tests.bench_sync.percentiles import percentile
from tests.bench_sync.profiles import FAR, HOME

_SCRIPT: Final = re.compile(r"<(?:script|link)\b[^>]*?(?:src|href)=\"([^\"]+\.js)\"")


def initial_script_kilobytes(built: Path) -> float:
    """What the page's own scripts weigh, gzipped, before the player: those that index.html names."""
    page = (built / "index.html").read_text(encoding="utf-8")
    sizes = [len(gzip.compress((built / address.lstrip("/")).read_bytes(), 9)) for address in _SCRIPT.findall(page)]
    return sum(sizes) / 1024


def verdicts(ours: Sequence[Findings], script_kilobytes: float) -> list[Verdict]:
    """Each target beside its figure; those of a network that was not measured are left out."""
    found: list[Verdict] = []
    for one in ours:
        where = f"one way {one.one_way}"
        found += _drift(one, where)
        if one.network == HOME.name:
            found += _times(one, where)
            found += [
                Verdict(
                    f"clock: 95 of 100 errors of the estimate, ms, {where}",
                    percentile(one.clock_errors, 0.95),
                    AtMost(6),
                ),
                Verdict(f"messages per viewer-minute, up and down, {where}", one.messages_per_viewer_minute, AtMost(6)),
            ]
        found += [
            Verdict(f"needless seeks in {one.steady_seconds / 60:.1f} minutes, {where}", one.needless_seeks, AtMost(0)),
            Verdict(f"seconds with a rate beyond 5 % below 80 ms of drift, {where}", one.audible_seconds, AtMost(0)),
            Verdict(f"clock readings outside their bound, {where}", one.broken_bounds, AtMost(0)),
        ]
    found.append(Verdict("client JavaScript before the player, KB gzipped", script_kilobytes, AtMost(90)))
    return found


def _drift(one: Findings, where: str) -> list[Verdict]:
    p50, p95 = percentile(one.drifts, 0.5), percentile(one.drifts, 0.95)
    if one.network == FAR.name:
        return [Verdict(f"steady drift between viewers, p95, ms, {where}", p95, AtMost(40))]
    if one.network == HOME.name:
        return [
            Verdict(f"steady drift between viewers, p50, ms, {where}", p50, AtMost(10)),
            Verdict(f"steady drift between viewers, p95, ms, {where}", p95, AtMost(25)),
        ]
    return []


def _times(one: Findings, where: str) -> list[Verdict]:
    limits = (
        (one.joins_80, 1500, "join to within 80 ms"),
        (one.joins_40, 3000, "join to within 40 ms"),
        (one.seeks, 1200, "after a seek, everyone within 80 ms"),
        (one.cuts, 2000, "after a 10 s network cut, everyone within 80 ms"),
    )
    return [
        Verdict(f"{what}, p95 of {len(times)}, ms, {where}", _or_never(worst_case(times)), AtMost(limit))
        for times, limit, what in limits
        if times
    ]


def _or_never(milliseconds: float | None) -> float:
    return math.inf if milliseconds is None else milliseconds
