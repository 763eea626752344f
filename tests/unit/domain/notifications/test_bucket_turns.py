"""Many processes at one bucket: each waits for its turn, and no turn is given twice or taken back."""

import asyncio
import heapq
import math
import random
from dataclasses import dataclass, field

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.aws.table import Key, Table
from kaltura_discord.commands.notifying import tell
from kaltura_discord.discord.errors import DiscordRateLimited
from kaltura_discord.discord.messages import note
from kaltura_discord.discord.rest_calls import RestCalls
from kaltura_discord.discord.turns import comes_back, note_whether_it_comes_back
from kaltura_discord.notifications.bucket_turns import BucketTurns
from local_stack.discord.rate_limits import Limit
from tests.unit.domain.discord.limited_discord import LimitedDiscord, patience
from tests.unit.domain.notifications.chaos.simulated_time import run
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.watch.memory_table import MemoryTable, Place, Values

PACE = 1.25


@pytest.fixture
def turns(stage: Stage) -> BucketTurns:
    return BucketTurns(stage.services.table, stage.clock)


@pytest.fixture
def bucket() -> str:
    return snowflake()


async def test_who_waits_for_a_bucket_goes_one_after_the_other(turns: BucketTurns, bucket: str, stage: Stage) -> None:
    assert [await turns.take(bucket, 5.0, PACE) for _ in range(4)] == [5.0, 6.25, 7.5, 8.75]
    stage.clock.pass_seconds(2)
    assert await turns.take(bucket, 3.0, PACE) == 8.0


async def test_who_comes_while_others_wait_stands_behind_them(turns: BucketTurns, bucket: str, stage: Stage) -> None:
    assert await turns.take(bucket, 0.0, PACE) == 0.0
    await turns.take(bucket, 5.0, PACE)
    assert await turns.take(bucket, 0.0, PACE) == 6.25
    stage.clock.pass_seconds(7.5)
    assert await turns.take(bucket, 0.0, PACE) == 0.0


async def test_what_one_has_seen_is_told_to_all(turns: BucketTurns, bucket: str) -> None:
    await turns.tell(bucket, 4.0)
    await turns.tell(bucket, 2.0)
    assert await turns.take(bucket, 0.0, PACE) == 4.0


async def test_at_the_same_moment_nobody_is_given_the_turn_of_another(turns: BucketTurns, bucket: str) -> None:
    given_turns = await asyncio.gather(*(turns.take(bucket, 5.0, PACE) for _ in range(10)))
    assert sorted(given_turns) == [5.0 + PACE * place for place in range(10)]


async def test_the_item_says_until_when_and_nothing_else_and_goes_by_itself(
    turns: BucketTurns, bucket: str, stage: Stage
) -> None:
    for _ in range(30):
        await turns.take(bucket, 5.0, PACE)
    item = await stage.services.table.get(Key(f"BUCKET#{bucket}", "BUCKET"))
    assert item is not None
    assert set(item) == {"pk", "sk", "ends_at", "expires_at"}
    assert item["ends_at"] == round((stage.clock.seconds + 5 + 30 * PACE) * 1000)
    assert item["expires_at"] > item["ends_at"] / 1000
    stage.clock.pass_seconds(600)
    assert await stage.services.table.get(Key(f"BUCKET#{bucket}", "BUCKET")) is None


async def test_without_the_table_everybody_waits_as_long_as_they_know_of(
    turns: BucketTurns, bucket: str, stage: Stage
) -> None:
    stage.dynamodb.is_down = True
    assert await turns.take(bucket, 5.0, PACE) == 5.0
    assert await turns.take(bucket, 0.0, PACE) == 0.0
    await turns.tell(bucket, 5.0)
    stage.dynamodb.is_down = False


async def test_what_the_queue_brings_again_has_had_its_turn(stage: Stage) -> None:
    nothing = {"kind": "nothing", "guild_id": stage.guild_id}
    for receives, has_waited in ((1, False), (2, True), (1, False)):
        await tell(nothing, stage.services, receives, soon())
        assert comes_back() is has_waited


async def test_the_global_limit_is_told_to_all(stage: Stage) -> None:
    limited = httpx.Response(429, json={"retry_after": 5.0, "global": True})
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: limited)) as http:
        del stage.services.rest
        stage.services.http = http
        await stage.services.rest.check_message(stage.channel_id)
        with pytest.raises(DiscordRateLimited) as held:
            await stage.services.rest.begin_post(stage.channel_id, "A post", note("Hello"), soon())
    assert held.value.is_global
    item = await stage.services.table.get(Key("BUCKET#global", "BUCKET"))
    assert item is not None
    assert item["ends_at"] >= (stage.clock.seconds + 5) * 1000


# --- many workers, in simulated time ---------------------------------------------------------------------------------


@dataclass
class Notifier:
    """What has to be told in one channel, by workers that are processes of their own, and come and go by a queue."""

    discord: LimitedDiscord
    arrivals: list[float]
    table: MemoryTable = field(default_factory=MemoryTable)
    told: list[int] = field(default_factory=list)
    moved_back: list[str] = field(default_factory=list)
    seconds: float = 0.0

    async def work(self, workers: int, *, together: bool = True) -> None:
        """Until all is told."""
        self.table.on_write = self._look
        turns = BucketTurns(Table(self.table, "table", self._now), self._now) if together else None
        waiting = [(at, number, 1) for number, at in enumerate(self.arrivals)]
        heapq.heapify(waiting)
        await asyncio.gather(*(self._worker(self.discord.process(turns), waiting) for _ in range(workers)))
        self.seconds = asyncio.get_running_loop().time()

    async def _worker(self, calls: RestCalls, waiting: list[tuple[float, int, int]]) -> None:
        clock = asyncio.get_running_loop().time
        while len(self.told) < len(self.arrivals):
            if not waiting or waiting[0][0] > clock():
                await asyncio.sleep(0.05)
                continue
            _, number, receives = heapq.heappop(waiting)
            note_whether_it_comes_back(receives > 1)
            try:
                await calls.as_bot("POST", "/channels/1/messages", patience(), {}, tries=1)
            except DiscordRateLimited as limited:
                heapq.heappush(waiting, (clock() + math.ceil(limited.retry_after), number, receives + 1))
            else:
                self.told.append(number)

    def _now(self) -> float:
        return 2_000_000_000 + asyncio.get_running_loop().time()

    def _look(self, place: Place, before: Values | None, after: Values) -> None:
        if before is not None and after["ends_at"] < before["ends_at"]:
            self.moved_back.append(str(place))


@pytest.mark.parametrize("workers", [2, 4, 8])
def test_of_many_messages_for_one_channel_each_worker_is_refused_once_at_most(workers: int) -> None:
    notifier = Notifier(LimitedDiscord(random.Random(1)), [0.0] * 40)
    run(notifier.work(workers))
    assert sorted(notifier.told) == list(range(40))
    assert notifier.discord.refused < workers
    assert notifier.discord.needless == []
    # Four of five that the bucket has: one in each window is left to whoever does not wait for a turn.
    assert notifier.seconds < 40 * PACE + 10


def test_processes_that_do_not_share_what_they_know_are_refused_again_and_again() -> None:
    alone = Notifier(LimitedDiscord(random.Random(1)), [0.0] * 40)
    run(alone.work(4, together=False))
    assert sorted(alone.told) == list(range(40))
    assert alone.discord.refused > 4


def test_one_worker_alone_never_asks_the_table_while_nothing_waits() -> None:
    notifier = Notifier(LimitedDiscord(random.Random(1)), [1.2 * number for number in range(40)])
    run(notifier.work(1))
    assert notifier.discord.refused == 0
    assert notifier.table.calls == []


def test_two_workers_at_a_channel_that_is_not_crowded_never_ask_the_table() -> None:
    notifier = Notifier(LimitedDiscord(random.Random(1)), [2.0 * number for number in range(40)])
    run(notifier.work(2))
    assert notifier.discord.refused == 0
    assert notifier.table.calls == []


@settings(max_examples=25)
@given(
    arrivals=st.lists(st.floats(0, 30), min_size=1, max_size=40),
    workers=st.integers(1, 5),
    limit=st.builds(Limit, st.integers(1, 6), st.sampled_from([1.0, 2.0, 5.0])),
    others=st.lists(st.floats(0, 30), max_size=10),
    seed=st.integers(0, 1000),
)
def test_whatever_comes_whenever_everybody_gets_through_and_the_end_never_moves_back(
    arrivals: list[float], workers: int, limit: Limit, others: list[float], seed: int
) -> None:
    notifier = Notifier(LimitedDiscord(random.Random(seed), limit), arrivals)

    async def other(at: float) -> None:
        await asyncio.sleep(at)
        notifier.discord.taken_by_others("1")

    async def life() -> None:
        await asyncio.gather(notifier.work(workers), *(other(at) for at in others))

    run(life())
    assert sorted(notifier.told) == list(range(len(arrivals)))
    assert notifier.discord.needless == []
    assert notifier.moved_back == []
