"""One direction of a connection: in order, and as late as asked."""

import asyncio
import random
import statistics
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from local_stack.faults import FaultTable
from local_stack.gateway.connections import Connections
from local_stack.gateway.line import Line


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_messages_keep_their_order_and_none_is_early(delays_ms: list[int]) -> None:
    async def send_all() -> list[tuple[int, float]]:
        loop, line, complete = asyncio.get_running_loop(), Line(), asyncio.Event()
        arrived: list[tuple[int, float]] = []
        began = loop.time()

        def arrive(number: int) -> None:
            arrived.append((number, loop.time() - began))
            if len(arrived) == len(delays_ms):
                complete.set()

        for number, delay in enumerate(delays_ms):
            line.send(partial(arrive, number), delay / 1000)
        await complete.wait()
        return arrived

    arrived = asyncio.run(send_all())
    assert [number for number, _ in arrived] == list(range(len(delays_ms)))
    for number, at in arrived:
        assert at >= max(delays_ms[: number + 1]) / 1000 - 0.001


async def test_forty_connections_are_late_by_what_was_asked() -> None:
    """40 ms +- 20 ms on each of 40 lines, 20 messages a second each: right within milliseconds."""
    loop, dice = asyncio.get_running_loop(), random.Random(11)
    errors: list[float] = []

    def arrive(due: float) -> None:
        errors.append(loop.time() - due)

    async def chat(line: Line) -> None:
        latest = 0.0
        for _ in range(20):
            late = dice.uniform(0.020, 0.060)
            latest = max(loop.time() + late, latest)
            line.send(partial(arrive, latest), late)
            await asyncio.sleep(0.05)

    await asyncio.gather(*(chat(Line()) for _ in range(40)))
    await asyncio.sleep(0.2)
    assert len(errors) == 800
    assert min(errors) >= -0.001
    assert statistics.median(errors) < 0.003


def test_delays_and_jitters_of_a_message_add_up_and_differ_from_message_to_message() -> None:
    faults = FaultTable()
    for kind, value in (("delay", 20), ("delay", 5), ("jitter", 40)):
        faults.order({"target": "socket", "match": "out:ann", "kind": kind, "value": value})
    connections = Connections(faults)
    late = [connections.journey(faults.strike("socket", "out:ann")).late_seconds for _ in range(500)]
    assert min(late) >= 0.025
    assert max(late) <= 0.065
    assert abs(statistics.mean(late) - 0.045) < 0.002
    assert len(set(late)) == 500


async def test_what_is_on_its_way_is_lost_when_the_line_stops() -> None:
    line, arrived = Line(), []
    line.send(lambda: arrived.append(1), 0.02)
    line.stop()
    await asyncio.sleep(0.04)
    assert arrived == []
    line.send(lambda: arrived.append(2))
    assert arrived == [2]
