import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import RetryPolicy, with_retries


def dice(seed: int) -> random.Random:
    return random.Random(seed)


class Trouble(Exception):
    pass


class Refusal(Exception):
    pass


@dataclass
class World:
    """Something that fails so many times, and a clock that sleeping moves."""

    failures: list[Exception]
    seconds: float = 0.0
    tries: int = 0
    pauses: list[float] = field(default_factory=list)

    async def attempt(self) -> str:
        self.tries += 1
        if self.tries <= len(self.failures):
            raise self.failures[self.tries - 1]
        return "done"

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds

    async def run(self, *, tries: int = 3, within: float = 60.0) -> str:
        policy = RetryPolicy(tries=tries, dice=dice(7), sleep=self.sleep)
        return await with_retries(
            self.attempt,
            may_repeat=lambda failure: isinstance(failure, Trouble),
            policy=policy,
            deadline=Deadline.after(within, lambda: self.seconds),
        )


async def test_tries_again_after_trouble_that_may_pass() -> None:
    world = World([Trouble(), Trouble()])
    assert await world.run() == "done"
    assert world.tries == 3
    assert len(world.pauses) == 2


async def test_gives_up_after_the_last_try_with_the_last_failure() -> None:
    last = Trouble("third")
    world = World([Trouble("first"), Trouble("second"), last])
    with pytest.raises(Trouble) as caught:
        await world.run(tries=3)
    assert caught.value is last


async def test_never_repeats_what_is_not_safe_to_repeat() -> None:
    world = World([Refusal()])
    with pytest.raises(Refusal):
        await world.run()
    assert world.tries == 1


async def test_begins_no_pause_that_would_outlast_the_deadline() -> None:
    world = World([Trouble()])
    with pytest.raises(Trouble):
        await world.run(within=0.0)
    assert world.pauses == []
    assert world.tries == 1


@given(failures=st.integers(1, 40), seed=st.integers())
def test_a_pause_is_drawn_from_zero_to_a_limit_that_doubles_up_to_a_roof(failures: int, seed: int) -> None:
    policy = RetryPolicy(first_pause_seconds=0.2, longest_pause_seconds=2.0, dice=dice(seed))
    assert 0 <= policy.pause_after(failures) <= min(2.0, 0.2 * 2 ** (failures - 1))
