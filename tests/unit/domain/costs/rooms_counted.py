"""What happens in a room of Watch Together, counted over a table in memory, so that a thousand people are quick."""

from collections.abc import Awaitable, Callable
from typing import Any

from infra.costs.flows import Flow
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.watch.room_items import MOST_IN_ROOM_ITEM
from tests.unit.domain.costs.metered_aws import Meter, MeteredAws
from tests.unit.domain.watch.memory_table import MemoryTable
from tests.unit.domain.watch.room_steps import enters, plays, reports
from tests.unit.domain.watch.room_world import RoomWorld, Socket

HOST = UserId("1300000000000000001")


async def room_flows(viewers: int) -> dict[str, Flow]:
    """Each happening in a room in which so many people are, its host among them."""
    memory, meter = MemoryTable(), Meter()
    world = RoomWorld(1, memory=memory, aws=MeteredAws(memory, meter), most_in_room_item=MOST_IN_ROOM_ITEM)
    await world.open_room(HOST)
    host = await enters(world, HOST)
    others = [await enters(world, UserId(str(int(HOST) + number))) for number in range(1, viewers)]
    counting = _Counting(world, meter)
    # A process remembers a large room's roster for two seconds: one report pays for reading it, others do not.
    world.clock.seconds += 3
    return {
        "first_report": await counting.of(lambda: reports(world, others[-1])),
        "viewer_reports": await counting.of(lambda: reports(world, others[-1])),
        "host_reports": await counting.of(lambda: reports(world, host)),
        "playback_changed": await counting.of(lambda: plays(world, host, base=1)),
        "socket_opened": await counting.of(lambda: _opened(world), connects=1),
        "socket_closed": await counting.of(lambda: world.disconnect(others[-1]), answered=False),
    }


class _Counting:
    def __init__(self, world: RoomWorld, meter: Meter) -> None:
        self._world = world
        self._meter = meter

    async def of(self, doing: Callable[[], Awaitable[Any]], *, answered: bool = True, connects: int = 0) -> Flow:
        self._meter.reset()
        posts = self._world.network.posts
        await doing()
        posts = self._world.network.posts - posts
        return Flow(
            read_units=self._meter.read_units,
            write_units=self._meter.write_units,
            table_calls=self._meter.calls,
            functions={"room_socket": 1 + connects},
            # What somebody says and what they are answered are a message each; closing is neither.
            socket_messages=posts + (2 if answered else 0),
            posts=posts,
        )


async def _opened(world: RoomWorld) -> Socket:
    return await enters(world, UserId(str(int(HOST) + 100_000)))
