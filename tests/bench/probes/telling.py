"""A video that one server is told of: what is asked of AWS and Discord, and the processor's time, for each message.

The real doors, router and notifier, in one process; all else is in memory, and nothing fails.
Prints JSON. Argument: how many videos.
"""

import asyncio
import json
import logging
import sys
import time
from contextlib import ExitStack

from kaltura_discord.kaltura.entries import EntryFacts
from tests.unit.domain.notifications.chaos.account import body_of, headers_of
from tests.unit.domain.notifications.chaos.servers import OF_ORDINARY
from tests.unit.domain.notifications.chaos.simulated_time import run
from tests.unit.domain.notifications.chaos.trial import calm
from tests.unit.domain.notifications.chaos.world import World, doors_of

_OF_SQS = ("SendMessage", "ChangeMessageVisibility")
_WARMING_UP = 20
_PATIENCE_SECONDS = 60


async def tell(world: World, first: int, videos: int) -> None:
    """One webhook for each video, and wait until the channel is told."""
    before = len(world.discord.inner.messages)
    for number in range(first, first + videos):
        entry = EntryFacts(f"0_v{number:06d}", f"V{number:06d}", 2, category_ids=frozenset({OF_ORDINARY}))
        world.account.entries[entry.entry_id] = entry
        body = body_of(entry, number, world.dice)
        assert await world.knock(body, headers_of(body))
        # No faster than a channel may be told.
        await asyncio.sleep(1.5)
    for _ in range(_PATIENCE_SECONDS):
        if len(world.discord.inner.messages) == before + videos:
            return
        await asyncio.sleep(1)
    raise AssertionError(f"{len(world.discord.inner.messages) - before} messages about {videos} videos")


async def measured(world: World, videos: int) -> dict[str, float]:
    """What each message took."""
    await world.found()
    workers = [asyncio.ensure_future(worker) for worker in world.workers()]
    await tell(world, 0, _WARMING_UP)
    world.calls.clear()
    world.discord.calls.clear()
    begun = time.process_time()
    await tell(world, _WARMING_UP, videos)
    seconds = time.process_time() - begun
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    sqs = sum(world.calls[name] for name in _OF_SQS)
    return {
        "dynamodb": (sum(world.calls.values()) - sqs) / videos,
        "sqs": sqs / videos,
        "discord": sum(world.discord.calls.values()) / videos,
        "milliseconds": seconds * 1000 / videos,
    }


def main() -> None:
    """Measure and print."""
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        world = World(1, calm(), doors_of(stack))
        print(json.dumps(run(measured(world, int(sys.argv[1])))))


if __name__ == "__main__":
    main()
