"""Looking a server's settings up: how long it takes, and how often the table is read."""

from collections.abc import Mapping

from tests.bench.measuring import BenchBroken, Figure, run_probe
from tests.bench.report import AtMost, Table

FORMS = {"quick": "what commands need", "whole": "all, checked", "server": "with whether it is allowed"}
CACHED = AtMost(50)
COLD_READS = AtMost(1)


def lookups(environment: Mapping[str, str], rounds: int, seconds: float) -> list[Table]:
    """Remembered ones and cold ones, by turns."""
    cached = [Figure(f"remembered: {words}", "us") for words in FORMS.values()]
    cold = [Figure(f"not remembered: {words}", "us") for words in FORMS.values()]
    reads = [Figure(f"not remembered: {words}", "reads") for words in FORMS.values()]
    for _ in range(rounds):
        for what, warm, first, read in zip(FORMS, cached, cold, reads, strict=True):
            warm.samples.append(_measured(environment, what, "cached", seconds)["microseconds"])
            measured = _measured(environment, what, "cold", seconds)
            first.samples.append(measured["microseconds"])
            read.samples.append(measured["reads"])
    note = "The table is in memory: what is not remembered takes the way to DynamoDB and back in addition."
    limits = {figure.label: CACHED for figure in cached}
    return [
        Table("Looking a server's settings up", [*cached, *cold], (), note=note, limits=limits),
        Table(
            "Looking a server's settings up: calls to the table",
            reads,
            (),
            limits={figure.label: COLD_READS for figure in reads},
        ),
    ]


def _measured(environment: Mapping[str, str], what: str, warmth: str, seconds: float) -> dict[str, float]:
    measured = run_probe("settings_lookup", what, warmth, str(seconds), environment=environment)
    if not isinstance(measured, dict) or not measured["reads"]:
        raise BenchBroken(f"settings_lookup {what} {warmth} answered {measured!r}")
    return measured
