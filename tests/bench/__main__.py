"""`make bench`: ourselves beside our peers, measured in one run, as figures and as ratios against the targets.

A target that is missed is printed as missed; only what could not be measured at all ends with an error.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import stack_telling
from tests.bench.measuring import BenchBroken, fake_aws, function_environment
from tests.bench.report import Table, Verdict, summary
from tests.bench.stack_load import acknowledgements
from tests.bench.suites import QUICK, THOROUGH, Bench
from tests.integration.running_stack import start_stack, stop_stack

_PORT_OFFSET = 23500


def main() -> int:
    """Measure and print; the exit status."""
    options = _options()
    effort = QUICK if options.quick else THOROUGH
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.2f}.")
    print("Ratios are of the best rounds.")
    print(f"{effort.fresh_rounds} fresh processes each, {effort.warm_rounds} x {effort.warm_seconds} s warm, by turns.")
    verdicts: list[Verdict] = []
    try:
        with fake_aws() as aws_url, tempfile.TemporaryDirectory() as folder:
            bench = Bench(function_environment(aws_url), Path(folder), effort)
            for suite in (
                bench.first_ping,
                bench.first_deferred_command,
                bench.imports,
                bench.warm_ping,
                bench.warm_inline_command,
                bench.signing,
                bench.sessions,
            ):
                verdicts += _show([suite()])
            verdicts += _show(bench.settings())
            verdicts += _show(bench.aws_calls())
            verdicts += _show(bench.telling())
            verdicts += _show(bench.relay())
        with _stack(options.stack_file) as stack_file:
            verdicts += _show([acknowledgements(stack_file, 5.0 if options.quick else 30.0)])
            verdicts += _show(stack_telling.messages(stack_file, 12 if options.quick else 100))
    except BenchBroken as broken:
        print(f"\nCould not be measured: {broken}", file=sys.stderr)
        return 1
    print("\n".join(summary(verdicts)))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds: an impression in half a minute")
    parser.add_argument("--stack-file", type=Path, help="a running stack's description; without, one is started")
    return parser.parse_args()


@contextmanager
def _stack(described: Path | None) -> Iterator[Path]:
    """The description of a local stack: of the one that runs already, or of one that runs as long as this."""
    if described is not None:
        yield described
        return
    with tempfile.TemporaryDirectory() as folder:
        process, stack = start_stack(_PORT_OFFSET, Path(folder))
        try:
            stack.have_the_school_greeted()
            yield Path(folder) / "stack.json"
        finally:
            stack.http.close()
            stop_stack(process)


def _show(tables: Sequence[Table]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for table in tables:
        print("\n".join(table.lines()), flush=True)
        verdicts += table.verdicts()
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
