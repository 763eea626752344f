"""How fast a running local stack acknowledges: 50 people, each using `/kaltura-help` once a second."""

import asyncio
import json
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.measuring import BenchBroken, Figure
from tests.bench.report import AtMost, Table

PEOPLE = 50
_ALLOWED_MILLISECONDS = 150
_SETTLING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody, somewhere: who uses the command, and in which channel."""

    user_id: str
    channel_id: str


def acknowledgements(stack_file: Path, seconds: float) -> Table:
    """Load the stack that `stack_file` describes.

    Raises:
        BenchBroken: it is not there, or an interaction failed.
    """
    if not stack_file.exists():
        raise BenchBroken(f"{stack_file} is not there; start the stack with `make run` first.")
    stack = json.loads(stack_file.read_text(encoding="utf-8"))
    milliseconds = asyncio.run(_load(stack, seconds))
    labels = {"half of them within": 0.5, "99 of 100 within": 0.99, "the slowest": 1.0}
    figures = [Figure(label, "ms", [_percentile(milliseconds, share)]) for label, share in labels.items()]
    return Table(
        f"Acknowledgement in the local stack: {PEOPLE} people, one /kaltura-help a second each",
        figures,
        (),
        note=f"{len(milliseconds)} commands in {seconds:.0f} s; from Discord's sending to the answer, as it measures.",
        limits={"99 of 100 within": AtMost(_ALLOWED_MILLISECONDS)},
    )


async def _load(stack: dict[str, Any], seconds: float) -> list[float]:
    url = f"{stack['discord']['rest_url']}/_sim/interactions"
    places = _places(stack)
    connector = aiohttp.TCPConnector(limit=PEOPLE)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as session:
        begin = time.monotonic() + _SETTLING_SECONDS
        people = (_person(session, url, places[n % len(places)], begin, seconds) for n in range(PEOPLE))
        measured = await asyncio.gather(*people)
    return sorted(one for of_person in measured for one in of_person)


async def _person(session: aiohttp.ClientSession, url: str, place: Place, begin: float, seconds: float) -> list[float]:
    """Use the command once a second; the first uses, which warm the workers, don't count."""
    measured: list[float] = []
    next_use = begin - _SETTLING_SECONDS + random.random()
    while next_use < begin + seconds:
        await asyncio.sleep(max(0.0, next_use - time.monotonic()))
        milliseconds = await _use(session, url, place)
        if next_use >= begin:
            measured.append(milliseconds)
        next_use += 1.0
    return measured


async def _use(session: aiohttp.ClientSession, url: str, place: Place) -> float:
    order = {"user_id": place.user_id, "channel_id": place.channel_id, "command": "kaltura-help"}
    async with session.post(url, json=order) as response:
        if response.status != 200:
            raise BenchBroken(f"the simulated Discord answered {response.status}: {await response.text()}")
        outcome = await response.json()
    if outcome["outcome"] == "failed":
        raise BenchBroken(f"an interaction failed: {outcome['failure']}")
    return float(outcome["acknowledged_in_ms"])


def _places(stack: dict[str, Any]) -> list[Place]:
    """The members of the largest server, which may use the deployment, in its first channel, which they all see."""
    server = max(stack["servers"], key=lambda server: len(server["members"]))
    channel_id = server["channels"][0]["channel_id"]
    return [Place(member["user_id"], channel_id) for member in server["members"]]


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]
