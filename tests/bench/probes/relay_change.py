"""How long a change takes from its arrival at the function until the last of so many viewers is posted to.

    relay_change.py <address> <viewers> <changes>      prints {"p95_milliseconds", "operations": {"UpdateItem": 1}}

Everything is real but the table, which is in memory and answers at once; its operations are counted.
"""

import asyncio
import itertools
import json
import os
import sys
import time
from collections import Counter
from dataclasses import replace

from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.conversation import Conversation
from kaltura_discord.watch.flood_gate import FloodGate
from kaltura_discord.watch.models import ConnectionId, Media, NewRoom, RoomId, Viewer
from kaltura_discord.watch.parts import WatchParts
from tests.unit.domain.watch.memory_table import MemoryTable

_HOST = UserId("1300000000000000001")
_GUILD = GuildId("1300000000000000002")
_FILM = Media("1_abcd1234", "A film", 600.0, "video")

# Each message comes ten seconds after the one before, so that measuring is no flood.
_hours = itertools.count(1_790_000_000.0, 10.0)


async def _measure(address: str, viewers: int, changes: int) -> dict[str, object]:
    memory = MemoryTable()
    table = Table(memory, "table")
    parts = WatchParts({**os.environ, "SOCKET_CALLBACK_URL": address}, table, time.time)
    conversation = Conversation(parts, FloodGate(table, _hours.__next__), _no_grants, time.time)
    room_id = RoomId("a-room")
    await parts.store.create(NewRoom(room_id, _GUILD, ChannelId("9"), _HOST, _FILM))
    host = Viewer(ConnectionId("L0SM9cOFvHcC0000="), room_id, _GUILD, _HOST, "Host", None, Level.VIEWER, "discord")
    await parts.presence.enter(host)
    for number in range(1, viewers):
        user_id = UserId(str(int(_HOST) + 10 + number))
        connection_id = ConnectionId(f"L0SM9cOFvHcC{number:04}=")
        await parts.presence.enter(replace(host, connection_id=connection_id, user_id=user_id, name=f"Viewer {number}"))
    milliseconds, operations = [], Counter[str]()
    for revision in range(1, changes + 1):
        wish = {
            "paused": False,
            "position": 3.5,
            "rate": 1,
            "cause": "seek",
            "base_revision": revision,
            "ref": revision,
        }
        memory.calls.clear()
        begun = time.perf_counter()
        answer = await conversation.answer(
            host, json.dumps({"type": "playback.set", **wish}), time.time() * 1000, time.time() * 1000 + 1e9
        )
        milliseconds.append((time.perf_counter() - begun) * 1000)
        if answer is not None and answer["type"] != "playback":
            sys.exit(f"answered {answer}")
        operations = Counter(memory.calls)
    return {"p95_milliseconds": sorted(milliseconds[1:])[int(0.95 * (changes - 1))], "operations": dict(operations)}


async def _no_grants(_: str, __: Viewer) -> Media | None:
    return None


def main() -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(json.dumps(asyncio.run(_measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))


main()
