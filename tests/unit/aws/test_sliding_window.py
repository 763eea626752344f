"""The limits against abuse: never more than n in any stretch of time, whoever asks at the same moment."""

import asyncio
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsThrottled, ConditionNotMet
from kaltura_discord.aws.sliding_window import Allowance, SlidingWindow
from kaltura_discord.aws.table import Table
from tests.unit.aws.conftest import Clock
from tests.unit.aws.small_table import OneItemCaller

allowances = st.builds(Allowance, st.just("start"), uses=st.integers(1, 4), seconds=st.integers(1, 12))
pauses = st.lists(st.floats(min_value=0, max_value=8) | st.integers(0, 8).map(float), max_size=40)


async def _allowed_moments(allowance: Allowance, pauses: list[float]) -> tuple[list[float], list[tuple[float, int]]]:
    """Try once after each pause; when it was allowed, and when refused until when."""
    clock = Clock()
    window = SlidingWindow(Table(OneItemCaller(), "t", clock), clock)
    allowed: list[float] = []
    refused: list[tuple[float, int]] = []
    for pause in pauses:
        clock.now += pause
        next_at = await window.use(allowance, "somebody")
        if next_at is None:
            allowed.append(clock.now)
        else:
            refused.append((clock.now, next_at))
    return allowed, refused


@given(allowances, pauses)
def test_never_more_than_n_in_any_stretch(allowance: Allowance, pauses: list[float]) -> None:
    allowed, _ = asyncio.run(_allowed_moments(allowance, pauses))
    for first, one_too_many in zip(allowed, allowed[allowance.uses :], strict=False):
        assert one_too_many - first >= allowance.seconds


@given(allowances, pauses)
def test_nobody_is_refused_without_reason(allowance: Allowance, pauses: list[float]) -> None:
    # Rounding to whole seconds, twice, may cost somebody up to two of them.
    allowed, refused = asyncio.run(_allowed_moments(allowance, pauses))
    for moment, _ in refused:
        recent = [use for use in allowed if use <= moment and use > moment - allowance.seconds - 2]
        assert len(recent) >= allowance.uses


@given(allowances, pauses)
def test_who_is_refused_is_told_when_it_is_allowed_again_and_then_it_is(
    allowance: Allowance, pauses: list[float]
) -> None:
    async def story() -> None:
        clock = Clock()
        window = SlidingWindow(Table(OneItemCaller(), "t", clock), clock)
        for pause in pauses:
            clock.now += pause
            next_at = await window.use(allowance, "somebody")
            if next_at is not None:
                assert clock.now < next_at <= clock.now + allowance.seconds + 2
                clock.now = float(next_at)
                assert await window.use(allowance, "somebody") is None

    asyncio.run(story())


async def test_the_sixth_start_in_ten_minutes_waits_for_the_first_to_be_ten_minutes_ago(
    table: Table, clock: Clock
) -> None:
    window = SlidingWindow(table, clock)
    starts = Allowance("start", uses=5, seconds=600)
    who = secrets.token_hex(8)
    first = clock.now
    for _ in range(5):
        assert await window.use(starts, who) is None
        clock.now += 60
    assert await window.use(starts, who) == first + 600
    clock.now = first + 599
    assert await window.use(starts, who) == first + 600
    clock.now = first + 600
    assert await window.use(starts, who) is None
    assert await window.use(starts, who) == first + 660


async def test_a_use_is_one_write_and_a_use_too_many_one_look() -> None:
    caller, clock, twice = OneItemCaller(), Clock(), Allowance("start", 2, 60)
    window = SlidingWindow(Table(caller, "t", clock), clock)
    answers = [await window.use(twice, "somebody") for _ in range(3)]
    assert (answers[:2], caller.calls) == ([None, None], ["UpdateItem", "UpdateItem", "GetItem"])
    assert answers[2] is not None


async def test_what_was_forgotten_in_the_table_is_not_remembered_here() -> None:
    caller, clock, twice = OneItemCaller(), Clock(), Allowance("start", 2, 60)
    window = SlidingWindow(Table(caller, "t", clock), clock)
    for uses in (1, 2):
        for _ in range(uses):
            assert await window.use(twice, "somebody") is None
        caller.forget()
    for _ in range(2):
        assert await window.use(twice, "somebody") is None
    assert await window.use(twice, "somebody") is not None


async def test_what_another_process_counted_is_found_by_the_refused_write() -> None:
    caller, clock, twice = OneItemCaller(), Clock(), Allowance("start", 2, 60)
    here, there = (SlidingWindow(Table(caller, "t", clock), clock) for _ in range(2))
    assert await here.use(twice, "somebody") is None
    assert await there.use(twice, "somebody") is None
    assert await here.use(twice, "somebody") is not None
    assert caller.calls == ["UpdateItem"] * 4


async def test_everybody_and_every_allowance_counts_alone(table: Table, clock: Clock) -> None:
    window = SlidingWindow(table, clock)
    who, other = secrets.token_hex(8), secrets.token_hex(8)
    assert await window.use(Allowance("start", 1, 60), who) is None
    assert await window.use(Allowance("start", 1, 60), other) is None
    assert await window.use(Allowance("share", 1, 60), who) is None
    assert await window.use(Allowance("start", 1, 60), who) is not None


async def test_of_many_at_the_same_moment_no_more_than_allowed_get_through(table: Table, clock: Clock) -> None:
    window = SlidingWindow(table, clock)
    who = secrets.token_hex(8)
    answers = await asyncio.gather(*(window.use(Allowance("start", 3, 600), who) for _ in range(10)))
    assert answers.count(None) == 3


async def test_an_item_that_has_expired_and_is_still_there_counts_for_nothing(table: Table, clock: Clock) -> None:
    window = SlidingWindow(table, clock)
    once = Allowance("start", 1, 60)
    who = secrets.token_hex(8)
    assert await window.use(once, who) is None
    clock.now += 3600
    answers = await asyncio.gather(*(window.use(once, who) for _ in range(4)))
    assert answers.count(None) == 1


class AlwaysTooLate:
    """A table in which somebody else always writes first."""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation == "UpdateItem":
            raise ConditionNotMet(operation, "ConditionalCheckFailedException")
        return {}


async def test_who_never_gets_a_turn_is_not_told_that_they_did_it_too_often() -> None:
    window = SlidingWindow(Table(AlwaysTooLate(), "table"), lambda: 1000.0)

    with pytest.raises(AwsThrottled):
        await window.use(Allowance("start", uses=5, seconds=600), "ann")
