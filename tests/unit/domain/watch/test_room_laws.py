"""The laws of rooms hold whatever people, networks and machines do; see `room_world` for the laws themselves.

Twenty thousand steps from fixed seeds, then worlds that Hypothesis thinks up (and makes small when they break a law),
on a table in memory and on a real engine. `make soak-rooms` takes two million steps.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kaltura_discord.aws.caller import AwsCaller
from kaltura_discord.aws.signed_caller import SignedCaller
from tests.unit.domain.watch.memory_table import MemoryTable
from tests.unit.domain.watch.mirrored_table import MirroredTable
from tests.unit.domain.watch.room_life import RoomLife, live
from tests.unit.domain.watch.room_world import RoomWorld

SEEDS = range(20)
STEPS = 1_000

# By a seed for each thing that happens. Dice that Hypothesis throws itself end a long example in the middle of a throw;
# that would be an error inside whatever threw them, and look like a broken law.
dice = st.integers(min_value=0, max_value=2**32 - 1).map(Random)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_law_is_broken_in_a_thousand_steps(seed: int) -> None:
    counts = asyncio.run(live(seed, STEPS))
    # A world in which nothing ever succeeds keeps all laws.
    assert counts["races won"] > 10
    assert min(counts[deed] for deed in ("playback", "report", "claim", "transfer", "control", "hello")) > 10


class LivedIn(RuleBasedStateMachine):
    """A room in memory; each rule is something that happens."""

    @initialize(random=dice)
    def open(self, random: Random) -> None:
        self.runner = asyncio.Runner()
        self.world = self.make_world()
        self.life = RoomLife(self.world)
        self.do(random, self.life.begin)

    def make_world(self) -> RoomWorld:
        return RoomWorld(0)

    def do(self, random: Random, doing: Callable[[], Awaitable[Any]]) -> None:
        self.world.dice = self.world.caller.dice = random

        async def done() -> None:
            await doing()

        self.runner.run(done())

    @rule(random=dice)
    def something_happens(self, random: Random) -> None:
        self.do(random, self.life.step)

    @rule(random=dice)
    def several_change_playback_at_once(self, random: Random) -> None:
        self.do(random, self.life.race)

    @rule(seconds=st.sampled_from([0.1, 5, 9, 16, 31, 100, 4000]))
    def time_passes(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    @rule(random=dice)
    def what_was_late_arrives(self, random: Random) -> None:
        self.world.dice = random
        self.world.deliver_late()

    @invariant()
    def laws(self) -> None:
        if hasattr(self, "world"):
            self.world.look()

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.close()


def test_no_law_is_broken_in_worlds_that_are_thought_up() -> None:
    run_state_machine_as_test(LivedIn, settings=settings(max_examples=25, stateful_step_count=40, deadline=None))


def test_no_law_is_broken_on_a_real_engine(environment: dict[str, str]) -> None:
    numbers = itertools.count()

    class OnARealEngine(LivedIn):
        callers: ClassVar[list[SignedCaller]] = []

        def make_world(self) -> RoomWorld:
            caller = SignedCaller("dynamodb", environment)
            self.callers.append(caller)
            memory = MemoryTable()
            aws: AwsCaller = MirroredTable(NamedTable(caller, environment["TABLE_NAME"]), memory)
            # The engine has a clock of its own, by which it sweeps what has expired.
            return RoomWorld(0, memory=memory, aws=aws, name=f"real-{next(numbers)}-", begins_at=time.time())

        def teardown(self) -> None:
            if self.callers:
                self.runner.run(self.callers.pop().close())
            super().teardown()

    run_state_machine_as_test(
        OnARealEngine,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )


class NamedTable:
    """Calls the engine's table by its own name."""

    def __init__(self, inner: AwsCaller, name: str) -> None:
        self._inner = inner
        self._name = name

    async def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        return await self._inner.call(operation, {**request, "TableName": self._name})
