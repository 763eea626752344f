"""`make soak-rooms`: two million random steps in the life of rooms, and no law may be broken.

    python -m tests.load.room_soak [--steps 2000000] [--first-seed 1000] [--processes 2]

Each world takes a thousand steps from a seed of its own, so a law that was broken can be broken again:
`--first-seed {seed} --steps 1000`. The same worlds, but fewer, are part of `make test` (`test_room_laws`).
"""

import argparse
import asyncio
import logging
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.unit.domain.watch.room_life import live

STEPS_OF_A_WORLD = 1_000
_TELL_EVERY = 50


class LawBroken(Exception):
    """A world broke a law; the message says from which seed and which one."""


def live_once(seed: int, steps: int) -> Counter[str]:
    """One world; how often what was tried.

    Raises:
        LawBroken: it broke a law.
    """
    logging.disable(logging.CRITICAL)
    try:
        return Counter(asyncio.run(live(seed, steps)))
    except Exception as broken:
        raise LawBroken(f"seed {seed}: {type(broken).__name__}: {broken}") from None


def main() -> int:
    """Live, tell how far it is, and say what came of it; the exit status."""
    options = _options()
    worlds = -(-options.steps // STEPS_OF_A_WORLD)
    seeds = range(options.first_seed, options.first_seed + worlds)
    steps = [min(STEPS_OF_A_WORLD, options.steps - done * STEPS_OF_A_WORLD) for done in range(worlds)]
    begun, tried = time.monotonic(), Counter[str]()
    with ProcessPoolExecutor(options.processes) as processes:
        try:
            for done, counts in enumerate(processes.map(live_once, seeds, steps), 1):
                tried += counts
                if done % _TELL_EVERY == 0 or done == worlds:
                    seconds = time.monotonic() - begun
                    print(f"{done * STEPS_OF_A_WORLD:>12,} steps, {seconds:,.0f} s", flush=True)
        except LawBroken as broken:
            processes.shutdown(cancel_futures=True)
            print(f"A law was broken. {broken}", file=sys.stderr)
            return 1
    print(f"{options.steps:,} steps in {worlds:,} worlds, seeds {seeds.start} to {seeds.stop - 1}: no law was broken.")
    print("Tried: " + ", ".join(f"{name} {count:,}" for name, count in tried.most_common()) + ".")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.room_soak", description=__doc__)
    parser.add_argument("--steps", type=int, default=2_000_000, help="how many steps altogether")
    parser.add_argument("--first-seed", type=int, default=1_000, help="the seed of the first world")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many worlds at a time")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
