"""`make crowd`: many rooms on the local stack. Does anything fail, how long do changes take, does memory grow?

    python -m tests.load.room_crowd [--rooms 100] [--viewers 10] [--minutes 10] [--port-offset 24000]

Starts a stack of its own. Every viewer comes in over a real socket and reports as the page does; every host seeks now
and then. At the end: errors, the time from a host's wish to each viewer's hearing of it, and the memory of all
processes of the stack after the first minute and at the end.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.integration.room_visitor import RoomOfTests, Visitor, room_of_tests
from tests.integration.running_stack import Stack, start_stack, stop_stack

Json = dict[str, Any]

_SEEK_EVERY_SECONDS = 15.0
_REPORT_EVERY_SECONDS = 20.0
_COMING_A_SECOND = 50


@dataclass
class Findings:
    """What was seen; `late_ms` holds one value for each viewer and change."""

    late_ms: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    messages: int = 0


class LoadedRoom:
    """A room with a host who seeks, and viewers who listen."""

    def __init__(self, room: RoomOfTests, findings: Findings, until: float) -> None:
        self._room = room
        self._findings = findings
        self._until = until
        self._wished_at: dict[int, float] = {}
        self._revision = 1

    async def live(self, viewers: int, begins_in: float) -> None:
        """Come in one after the other, stay, and say goodbye."""
        await asyncio.sleep(begins_in)
        host = await self._room.comes("100")
        others = []
        for number in range(1, viewers):
            others.append(await self._room.comes(str(100 + number)))
            await asyncio.sleep(1 / _COMING_A_SECOND)
        tasks = [asyncio.create_task(self._seek(host)), *(asyncio.create_task(self._report(one)) for one in others)]
        tasks += [asyncio.create_task(self._listen(one)) for one in (host, *others)]
        await asyncio.sleep(max(0.0, self._until - time.monotonic()))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in (host, *others):
            await one.socket.close()

    async def _seek(self, host: Visitor) -> None:
        while True:
            await asyncio.sleep(_SEEK_EVERY_SECONDS)
            await host.socket.send_json(_report(self._revision))
            self._wished_at[self._revision + 1] = time.perf_counter()
            wish = {"paused": False, "position": 3, "rate": 1, "cause": "seek", "base_revision": self._revision}
            await host.wishes("playback.set", **wish)

    async def _report(self, viewer: Visitor) -> None:
        while True:
            await asyncio.sleep(_REPORT_EVERY_SECONDS)
            await viewer.socket.send_json(_report(self._revision))

    async def _listen(self, visitor: Visitor) -> None:
        async for frame in visitor.socket:
            message: Json = frame.json()
            self._findings.messages += 1
            kind = message.get("type", "none")
            if kind == "playback":
                revision = message["timeline"]["revision"]
                self._revision = max(self._revision, revision)
                if revision in self._wished_at:
                    self._findings.late_ms.append((time.perf_counter() - self._wished_at[revision]) * 1000)
            elif kind not in ("roster", "host"):
                self._findings.errors[f"{kind} {message.get('code') or message.get('reason') or message}"] += 1
        if time.monotonic() < self._until - 1:
            self._findings.errors["socket closed"] += 1


def _report(revision: int) -> Json:
    return {
        "type": "report",
        "c0": time.time() * 1000,
        "revision": revision,
        "control_revision": 1,
        "roster_stamp_ms": 0,
        "state": "playing",
        "activity": "active",
        "position": 1,
        "drift_ms": 3,
        "clock_bound_ms": 3,
        "one_way_ms": 20,
        "corrections": 0,
        "seeks": 0,
        "buffering_ms": 0,
    }


async def _crowd(stack: Stack, rooms: int, viewers: int, seconds: float) -> tuple[Findings, list[float]]:
    findings, until = Findings(), time.monotonic() + seconds
    memory: list[float] = []

    async def one(number: int) -> None:
        async with room_of_tests(stack) as room:
            await LoadedRoom(room, findings, until).live(viewers, number * viewers / _COMING_A_SECOND)

    async def watch_memory() -> None:
        await asyncio.sleep(min(60.0, seconds / 2))
        memory.append(_megabytes(stack.process_id))
        await asyncio.sleep(max(0.0, until - time.monotonic() - 1))
        memory.append(_megabytes(stack.process_id))

    await asyncio.gather(watch_memory(), *(one(number) for number in range(rooms)))
    return findings, memory


def _megabytes(process_id: int) -> float:
    """What a process and all that it started hold in memory."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listed.splitlines()]
    family, kilobytes = {process_id}, 0
    for pid, parent, resident in sorted(rows):
        if pid in family or parent in family:
            family.add(pid)
            kilobytes += resident
    return kilobytes / 1000


def main() -> int:
    """Load a stack and print; the exit status."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        process, stack = start_stack(options.port_offset, Path(folder))
        try:
            crowd = _crowd(stack, options.rooms, options.viewers, options.minutes * 60)
            findings, memory = asyncio.run(crowd)
        finally:
            stop_stack(process)
    late = sorted(findings.late_ms)
    print(f"{options.rooms * options.viewers:,} connections in {options.rooms} rooms, {options.minutes:g} minutes.")
    print(f"{findings.messages:,} messages heard, {len(late):,} of them changes.")
    if late:
        middle, most = late[len(late) // 2], late[int(0.95 * len(late))]
        print(
            f"From a host's wish to a viewer's hearing of it: half within {middle:.0f} ms, 95 of 100 within {most:.0f}."
        )
    print(f"Memory of the stack: {memory[0]:.0f} MB after the first minute, {memory[-1]:.0f} MB at the end.")
    print("Errors: " + (", ".join(f"{count} {kind}" for kind, count in findings.errors.items()) or "none") + ".")
    return 1 if findings.errors or not late else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.room_crowd", description=__doc__)
    parser.add_argument("--rooms", type=int, default=100)
    parser.add_argument("--viewers", type=int, default=10, help="in each room")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--port-offset", type=int, default=24_000, help="of the stack that is started")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
