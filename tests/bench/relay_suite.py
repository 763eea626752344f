"""The relay of Watch Together: posts beside boto3's, and how long a change takes to reach everybody."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.measuring import BenchBroken, Figure, run_probe
from tests.bench.report import AtLeast, AtMost, Comparison, Table

OURS = "ours"
BOTO3 = f"boto3 {version('boto3')}, 50 threads"
ANSWER_MILLISECONDS = 12

# Milliseconds from `playback.set` to the last post, 95 of 100 changes, where each post is answered after 12 ms.
ALLOWED = {100: 80, 1_000: 350}


def posts(environment: Mapping[str, str], rounds: int, seconds: float) -> list[Table]:
    """Posts to 1,000 connections: how many a second, and the processor time of each."""
    tables = []
    for late in (0, ANSWER_MILLISECONDS):
        rates = [Figure(label, "posts/s", more_is_better=True) for label in (OURS, BOTO3)]
        costs = [Figure(label, "us CPU") for label in (OURS, BOTO3)]
        with fake_sockets(late) as address:
            for _ in range(rounds):
                for how, rate, cost in zip(("ours", "boto3"), rates, costs, strict=True):
                    measured = _measured(run_probe("relay_posts", how, address, str(seconds), environment=environment))
                    rate.samples.append(measured["posts_per_second"])
                    cost.samples.append(measured["cpu_microseconds"])
        title = f"Relay: posts to 1,000 connections, each answered after {late} ms"
        target = AtLeast(25) if late == 0 else None
        limits = {OURS: AtMost(60)} if late == 0 else {}
        tables += [
            Table(f"{title}: how many", rates, (Comparison("ours / boto3", rates[0], rates[1], target),)),
            Table(
                f"{title}: processor time of each",
                costs,
                (Comparison("ours / boto3", costs[0], costs[1]),),
                limits=limits,
            ),
        ]
    return tables


def changes(environment: Mapping[str, str], rounds: int, changes_a_round: int) -> Table:
    """From `playback.set` to the last post, for rooms of different sizes; and what the table is asked to do."""
    figures, limits, operations = [], {}, []
    with fake_sockets(ANSWER_MILLISECONDS) as address:
        for viewers in (2, 10, 100, 1_000):
            figure = Figure(f"{viewers:,} viewers", "ms, 95 of 100")
            for _ in range(rounds):
                probe = run_probe("relay_change", address, str(viewers), str(changes_a_round), environment=environment)
                measured = _measured(probe)
                figure.samples.append(measured["p95_milliseconds"])
            figures.append(figure)
            if viewers in ALLOWED:
                limits[figure.label] = AtMost(ALLOWED[viewers])
            done = ", ".join(f"{count} {name}" for name, count in sorted(measured["operations"].items()))
            operations.append(f"{viewers:,} viewers: {done}")
    return Table(
        f"Relay: from playback.set to the last post, each answered after {ANSWER_MILLISECONDS} ms",
        figures,
        (),
        note=f"DynamoDB operations of one change: {'; '.join(operations)}. The table is in memory.",
        limits=limits,
    )


@contextmanager
def fake_sockets(milliseconds: float) -> Iterator[str]:
    """The address of a running `fake_sockets.py`.

    Raises:
        BenchBroken: it did not start.
    """
    script = Path(__file__).resolve().parent / "fake_sockets.py"
    command = [sys.executable, str(script), str(milliseconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise BenchBroken("the @connections endpoint has no pipes")
        port = process.stdout.readline().strip()
        if not port:
            raise BenchBroken("the @connections endpoint did not start")
        try:
            yield f"http://127.0.0.1:{port}/ws"
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def _measured(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise BenchBroken(f"a probe answered {answer!r}")
    return answer
