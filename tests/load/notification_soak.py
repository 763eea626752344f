"""`make soak-notifications`: ten thousand events, while everything fails, and each channel is told once and in order.

    python -m tests.load.notification_soak [--events 10000] [--first-seed 1] [--trials 1]

A trial that breaks a law is had again by its seed: `--first-seed {seed}` with the same number of events. The same, but
smaller, is part of `make test` (`test_exactly_once`).
"""

import argparse
import sys
import time

from tests.unit.domain.notifications.chaos.figures import figures
from tests.unit.domain.notifications.chaos.laws import findings
from tests.unit.domain.notifications.chaos.trial import size_of, tried

_TOLD_OF = 20


def main() -> int:
    """Try, and say what came of it; the exit status."""
    options = _options()
    status = 0
    for seed in range(options.first_seed, options.first_seed + options.trials):
        begun = time.monotonic()
        trial = tried(seed, size_of(options.events))
        found = findings(trial)
        print(f"{figures(trial, found)}\n  {time.monotonic() - begun:,.0f} s", flush=True)
        if found.broken:
            status = 1
            print(f"Seed {seed} broke {len(found.broken)} laws:", file=sys.stderr)
            print("\n".join(found.broken[:_TOLD_OF]), file=sys.stderr, flush=True)
    return status


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.notification_soak", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000, help="how many events in each trial")
    parser.add_argument("--first-seed", type=int, default=1, help="the seed of the first trial")
    parser.add_argument("--trials", type=int, default=1, help="how many trials, one after the other")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
