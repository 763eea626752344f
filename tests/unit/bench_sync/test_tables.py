"""What `make bench-sync` prints says what was found, and a missed target is called missed."""

import gzip
from pathlib import Path
from typing import Any

from tests.bench_sync.findings import Findings
from tests.bench_sync.peer_servers.all_peers import PEERS
from tests.bench_sync.tables import comparison, details
from tests.bench_sync.targets import initial_script_kilobytes, verdicts


def ours(network: str = "home", one_way: str = "40 ± 20 ms", **more: Any) -> Findings:
    found = Findings("ours", "Watch Together", network, one_way, steady_seconds=60)
    found.drifts = [4.0] * 90 + [20.0] * 10
    found.frame_errors = [0.0] * 99 + [80.0]
    found.joins_80, found.joins_40 = [900.0, 1000.0], [1000.0, 1200.0]
    found.seeks, found.cuts = [500.0], [0.0]
    found.clock_errors = [2.0]
    found.messages_per_viewer_minute = 6.0
    for name, value in more.items():
        setattr(found, name, value)
    return found


def missed(*findings: Findings, kilobytes: float = 80.0) -> list[str]:
    return [verdict.what for verdict in verdicts(findings, kilobytes) if verdict.word == "MISSED"]


def test_all_targets_can_be_met() -> None:
    assert missed(ours(), ours("far", "100 ± 40 ms"), ours("none", "0 ± 0 ms")) == []
    assert len(verdicts([ours()], 80)) == 12


def test_each_target_can_be_missed() -> None:
    worse: dict[str, Any] = {
        "drifts": [11.0] * 90 + [26.0] * 10,
        "joins_80": [1501.0],
        "joins_40": [3001.0],
        "seeks": [1201.0],
        "cuts": [None],
        "clock_errors": [6.1],
        "messages_per_viewer_minute": 6.1,
        "needless_seeks": 1,
        "audible_seconds": 0.05,
        "broken_bounds": 1,
    }
    for name, value in worse.items():
        assert len(missed(ours(**{name: value}))) == (2 if name == "drifts" else 1), name
    assert len(missed(ours(), kilobytes=90.1)) == 1
    assert len(missed(ours("far", "100 ± 40 ms", drifts=[41.0]))) == 1


def test_systems_stand_beside_each_other_by_network() -> None:
    peer = Findings("syncplay", PEERS["syncplay"].title, "none", "0 ± 0 ms", drifts=[100.0, 3000.0], joins_80=[None])
    lines = comparison([ours("none", "0 ± 0 ms"), peer])
    assert [line for line in lines if line.startswith("Network")] == ["Network: one way 0 ± 0 ms"]
    (mine,) = [line for line in lines if line.startswith("  Watch Together")]
    assert "4.0 / 20.0" in mine
    assert "99 %" in mine
    (theirs,) = [line for line in lines if line.startswith("  Syncplay")]
    assert "100 / 3,000" in theirs
    assert "never" in theirs


def test_details_leave_out_what_was_not_tried() -> None:
    text = "\n".join(details([ours(cuts=[], reconnects=[])]))
    assert "0.90 s / 1.00 s" in text
    assert "after a cut, median / p95, s" in text
    assert " -" in text


def test_only_scripts_that_the_page_names_are_weighed(tmp_path: Path) -> None:
    page = '<script type="module" src="/a.js"></script><link rel="modulepreload" href="/b.js"><link href="/c.css">'
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    for name in ("a.js", "b.js", "later.js"):
        (tmp_path / name).write_bytes(bytes(range(256)) * 8)
    weight = len(gzip.compress(bytes(range(256)) * 8, 9))
    assert initial_script_kilobytes(tmp_path) == 2 * weight / 1024
