"""What comes out of the viewers' pages is kept right."""

import json
from collections.abc import Mapping
from typing import Any

from tests.bench_sync.findings import Findings
from tests.bench_sync.recordings import Recording
from tests.bench_sync.viewers import Letter, Traffic


def taken(**more: Any) -> Mapping[str, Any]:
    return {"samples": [], "frames": [], "happenings": [], "beliefs": [], "walls": [0, 0], **more}


def test_what_the_sampler_gave_is_put_in_order() -> None:
    recording = Recording()
    recording.add(taken(samples=[[1000, 2.5, 1.02, 0]], happenings=[[1001, "seeking", 1.0]], walls=[-0.9, -0.1]))
    recording.add(taken(samples=[[1050, 2.55, 1.02, 2]], beliefs=[[1050, 1053, 8, None]], walls=[-0.9, -0.1]))
    assert [(sample.at, sample.runs) for sample in recording.samples] == [(1000, True), (1050, False)]
    assert recording.between(1000, 1050).samples == recording.samples[:1]
    assert recording.beliefs[0].drift is None
    assert recording.walls == (-0.9, -0.1)


def test_traffic_knows_directions_and_times() -> None:
    traffic = Traffic([Letter(10, True, "report"), Letter(20, False, "roster"), Letter(30, False, "playback")])
    assert [letter.kind for letter in traffic.between(10, 30)] == ["report", "roster"]
    assert traffic.first_received_after(10) == 20
    assert traffic.first_received_after(31) is None


def test_a_summary_can_be_written_as_json() -> None:
    summary = Findings("ours", "Watch Together", "none", "0 ± 0 ms", drifts=[1.0, 3.0]).summary()
    assert (summary["drift_p50"], summary["drift_most"]) == (1.0, 3.0)
    assert summary["clock_error_p95"] is None
    json.dumps(summary, allow_nan=False)
