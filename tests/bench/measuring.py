"""Measuring in fresh processes, by turns.

Whatever else the machine does while we measure hits everybody alike only if everybody is measured all the time. So
a suite is run round by round, and in each round everyone once, instead of one after the other.

Noise only ever adds: the best round is nearest to what the code costs, so ratios are made of it, as is customary. The
median tells how noisy it was.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.bench.signed_events import APPLICATION_ID, PUBLIC_KEY

REPOSITORY = Path(__file__).resolve().parents[2]
_PROBES = Path(__file__).resolve().parent / "probes"
_PROBE_SECONDS = 120.0


class BenchBroken(Exception):
    """Something could not be measured; the message says what and shows what it said."""


@dataclass
class Figure:
    """What was measured of one candidate, once a round."""

    label: str
    unit: str
    samples: list[float] = field(default_factory=list)
    more_is_better: bool = False

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return median(self.samples)

    @property
    def best(self) -> float:
        """The best round: what the code costs when nothing disturbs it."""
        return max(self.samples) if self.more_is_better else min(self.samples)


Probe = Callable[[], float]


def by_turns(candidates: Mapping[str, Probe], rounds: int, unit: str, *, more_is_better: bool = False) -> list[Figure]:
    """Measure all candidates, round by round; one more round before that warms files and caches."""
    figures = [Figure(label, unit, more_is_better=more_is_better) for label in candidates]
    for probe in candidates.values():
        probe()
    for _ in range(rounds):
        for figure in figures:
            figure.samples.append(candidates[figure.label]())
    return figures


def run_probe(name: str, *arguments: str, environment: Mapping[str, str]) -> object:
    """Run `probes/{name}.py` in a process of its own; what it printed.

    Raises:
        BenchBroken: it failed.
    """
    command = [sys.executable, str(_PROBES / f"{name}.py"), *arguments]
    try:
        ran = subprocess.run(
            command, env=dict(environment), capture_output=True, text=True, timeout=_PROBE_SECONDS, check=True
        )
    except subprocess.CalledProcessError as failed:
        raise BenchBroken(f"{name} {' '.join(arguments)} failed:\n{failed.stderr.strip()}") from None
    except subprocess.TimeoutExpired:
        raise BenchBroken(f"{name} {' '.join(arguments)} took longer than {_PROBE_SECONDS:.0f} s") from None
    answer: object = json.loads(ran.stdout)
    return answer


def number(answer: object) -> float:
    """A probe's answer that is one number."""
    if not isinstance(answer, int | float):
        raise BenchBroken(f"a probe answered {answer!r}")
    return float(answer)


def function_environment(aws_url: str) -> dict[str, str]:
    """What the functions, and their peers, find in `os.environ`."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONPATH": f"{REPOSITORY / 'functions'}{os.pathsep}{REPOSITORY}",
        "DISCORD_APPLICATION_ID": APPLICATION_ID,
        "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
        "DISCORD_BOT_TOKEN": "a.bot.token",
        "KALTURA_PARTNER_ID": "12345",
        "KALTURA_ADMIN_SECRET": "0123456789abcdef0123456789abcdef",
        "TABLE_NAME": "kaltura-discord",
        "TASKS_QUEUE_URL": f"{aws_url}/123456789012/tasks",
        "PUBLIC_BASE_URL": "https://kaltura.example.com",
        "LOG_LEVEL": "INFO",
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "token" * 100,
        "AWS_LAMBDA_FUNCTION_NAME": "interactions",
    }


@contextmanager
def fake_aws() -> Iterator[str]:
    """The address of a running `fake_aws.py`.

    Raises:
        BenchBroken: it did not start.
    """
    script = Path(__file__).resolve().parent / "fake_aws.py"
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise BenchBroken("the AWS endpoint has no pipes")
        port = process.stdout.readline().strip()
        if not port:
            raise BenchBroken("the AWS endpoint did not start")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stdin.close()
            process.wait(timeout=10)
