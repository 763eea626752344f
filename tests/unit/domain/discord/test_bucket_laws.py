"""Laws of rate limits: nobody calls into a bucket that is known to be empty, and whoever waits gets through."""

import asyncio
import random
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.discord.errors import DiscordError
from local_stack.discord.rate_limits import Limit
from tests.unit.domain.discord.limited_discord import ROUTES, LimitedDiscord, patience
from tests.unit.domain.notifications.chaos.simulated_time import run


@dataclass(frozen=True)
class Wish:
    """A call that somebody wants to make."""

    at: float
    channel: str
    method: str


WISHES = st.lists(
    st.builds(Wish, st.floats(0, 20), st.sampled_from(["1", "2"]), st.sampled_from(sorted(ROUTES))),
    max_size=25,
)
LIMITS = st.builds(Limit, st.integers(1, 6), st.sampled_from([0.5, 1.0, 5.0]))
DICE = st.integers(0, 2**32).map(random.Random)


async def made(discord: LimitedDiscord, wishes: list[Wish], *, warm: bool) -> list[DiscordError]:
    """Make all of them, each at its time, by one process; what could not be done."""
    calls = discord.process()
    failed: list[DiscordError] = []

    async def make(wish: Wish) -> None:
        await asyncio.sleep(wish.at)
        try:
            await calls.as_bot(wish.method, f"/channels/{wish.channel}/messages", patience(), {}, is_repeatable=True)
        except DiscordError as error:
            failed.append(error)

    if warm:
        # How large a bucket is, and which one it is, is known from the first answer on.
        for wish in {(wish.channel, wish.method): wish for wish in wishes}.values():
            await make(Wish(0, wish.channel, wish.method))
        discord.refused = 0
    await asyncio.gather(*(make(wish) for wish in wishes))
    return failed


@settings(max_examples=40)
@given(wishes=WISHES, limit=LIMITS, dice=DICE, longest_way=st.sampled_from([0.05, 0.4, 2.0]))
def test_alone_nobody_is_ever_refused(
    wishes: list[Wish], limit: Limit, dice: random.Random, longest_way: float
) -> None:
    discord = LimitedDiscord(dice, limit, longest_way)
    assert run(made(discord, wishes, warm=True)) == []
    assert discord.refused == 0


@settings(max_examples=40)
@given(wishes=WISHES, others=st.lists(st.floats(0, 20), max_size=30), limit=LIMITS, dice=DICE)
def test_with_others_nobody_calls_into_a_bucket_that_is_known_to_be_empty_and_all_get_through(
    wishes: list[Wish], others: list[float], limit: Limit, dice: random.Random
) -> None:
    discord = LimitedDiscord(dice, limit)

    async def other(at: float) -> None:
        await asyncio.sleep(at)
        discord.taken_by_others("1")

    async def life() -> list[DiscordError]:
        taking = asyncio.gather(*(other(at) for at in others))
        failed = await made(discord, wishes, warm=False)
        await taking
        return failed

    failed = run(life())
    assert discord.needless == []
    # Who was refused four times, as others were faster each time, has been told so.
    assert len(discord.asked) - discord.refused == len(wishes) - len(failed)
    assert len(failed) <= len(others) // 3


@settings(max_examples=25)
@given(wishes=WISHES, limit=LIMITS, dice=DICE)
def test_what_is_not_answered_hides_nothing(wishes: list[Wish], limit: Limit, dice: random.Random) -> None:
    discord = LimitedDiscord(dice, limit, silences=0.2)
    run(made(discord, wishes, warm=False))
    assert discord.needless == []


@pytest.mark.parametrize("requests", [1, 5, 50])
def test_a_crowd_in_one_process_gets_through_at_the_buckets_own_pace(requests: int) -> None:
    discord = LimitedDiscord(random.Random(1), Limit(requests, 5.0), longest_way=0.05)
    wishes = [Wish(0, "1", "POST")] * (4 * requests)
    assert run(made(discord, wishes, warm=True)) == []
    assert discord.refused == 0
    # One more was asked first; each window lets so many through, and all windows but the last are used up.
    assert max(at for at, _ in discord.asked) < 5.5 * 5


def test_fifty_a_second_over_all_buckets_are_kept_to_by_all_at_once() -> None:
    discord = LimitedDiscord(random.Random(1), Limit(5, 5.0), longest_way=0.01)
    wishes = [Wish(0, str(number), "POST") for number in range(120)]
    assert run(made(discord, wishes, warm=False)) == []
    assert discord.needless == []
