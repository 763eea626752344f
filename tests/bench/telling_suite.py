"""Telling a server of a video: what is asked of AWS and Discord for each message, and the processor's time."""

from collections.abc import Mapping

from tests.bench.measuring import BenchBroken, Figure, run_probe
from tests.bench.report import AtMost, Table

VIDEOS = 200
CALLS = {"dynamodb": AtMost(9), "sqs": AtMost(2.2), "discord": AtMost(1.1)}


def messages(environment: Mapping[str, str], rounds: int) -> list[Table]:
    """From the webhook to the message, nothing failing."""
    calls = [Figure(name, "calls") for name in CALLS]
    processor = Figure("webhook door, router and notifier together", "ms")
    for _ in range(rounds):
        measured = run_probe("telling", str(VIDEOS), environment=environment)
        if not isinstance(measured, dict) or not measured["discord"]:
            raise BenchBroken(f"telling answered {measured!r}")
        for figure in calls:
            figure.samples.append(measured[figure.label])
        processor.samples.append(measured["milliseconds"])
    note = "Table, queues, Kaltura and Discord are in memory: the ways to them come in addition."
    limits = {figure.label: CALLS[figure.label] for figure in calls}
    return [
        Table("Telling a server of a video: calls for each message", calls, (), limits=limits),
        Table("Telling a server of a video: processor time", [processor], (), note=note),
    ]
