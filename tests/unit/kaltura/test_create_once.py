from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from kaltura_discord.kaltura.create_once import create_once
from kaltura_discord.kaltura.errors import Forbidden, KalturaBusy, KalturaError, KalturaUnavailable
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.kaltura.scripted_kaltura import Clock

Adding = Callable[[Deadline], Awaitable[str]]


@dataclass
class Shelf:
    """Holds at most what was put there; what is put there shows only after so many look-ups."""

    clock: Clock = field(default_factory=Clock)
    things: list[str] = field(default_factory=list)
    hidden_for: int = 0
    look_ups: int = 0
    time_to_add: float = 0
    look_up_fails: list[KalturaError] = field(default_factory=list)

    async def find(self) -> str | None:
        self.look_ups += 1
        if self.look_up_fails:
            raise self.look_up_fails.pop(0)
        shows = self.things and self.look_ups > self.hidden_for
        return self.things[0] if shows else None

    def adding(self, failure: KalturaError | None = None, *, carried_out: bool = True) -> Adding:
        async def add(by: Deadline) -> str:
            self.time_to_add = by.remaining_seconds()
            if carried_out:
                self.things.append("room")
            if failure is not None:
                raise failure
            return "room"

        return add

    async def run(self, add: Adding, *, within: float = 30) -> str:
        return await create_once(add, self.find, deadline=self.clock.deadline(within), sleep=self.clock.sleep)


TIMED_OUT = KalturaUnavailable("TIMEOUT")


async def test_makes_it_when_there_is_none() -> None:
    shelf = Shelf()
    assert await shelf.run(shelf.adding()) == "room"
    assert shelf.things == ["room"]


async def test_finds_what_a_former_try_made() -> None:
    shelf = Shelf(things=["older room"])
    assert await shelf.run(shelf.adding()) == "older room"
    assert shelf.things == ["older room"]


async def test_a_time_out_that_was_carried_out_all_the_same_is_found() -> None:
    shelf = Shelf(hidden_for=3)
    assert await shelf.run(shelf.adding(TIMED_OUT)) == "room"
    assert shelf.things == ["room"]
    assert shelf.clock.pauses == [0.5, 1.0, 2.0]


async def test_trouble_while_looking_does_not_end_the_search() -> None:
    shelf = Shelf()
    add = shelf.adding(TIMED_OUT)

    async def add_then_trouble(by: Deadline) -> str:
        shelf.look_up_fails = [KalturaUnavailable("HTTP_503"), KalturaBusy("ACTION_BLOCKED")]
        return await add(by)

    assert await shelf.run(add_then_trouble) == "room"


async def test_what_nobody_finds_stays_unknown() -> None:
    shelf = Shelf()
    with pytest.raises(KalturaUnavailable) as caught:
        await shelf.run(shelf.adding(TIMED_OUT, carried_out=False))
    assert caught.value is TIMED_OUT
    assert not caught.value.retry_safe
    assert shelf.look_ups == 5


async def test_no_search_goes_on_after_the_deadline() -> None:
    shelf = Shelf(hidden_for=99)
    with pytest.raises(KalturaUnavailable):
        await shelf.run(shelf.adding(TIMED_OUT), within=2)
    assert shelf.clock.seconds <= 2
    assert shelf.look_ups == 3


@pytest.mark.parametrize("failure", [Forbidden("SERVICE_FORBIDDEN"), KalturaBusy("ACTION_BLOCKED")])
async def test_what_certainly_was_not_made_is_not_searched_for(failure: KalturaError) -> None:
    shelf = Shelf()
    with pytest.raises(type(failure)):
        await shelf.run(shelf.adding(failure, carried_out=False))
    assert shelf.look_ups == 1


async def test_nothing_is_made_when_kaltura_cannot_even_be_searched() -> None:
    shelf = Shelf(look_up_fails=[KalturaUnavailable("HTTP_503")])
    with pytest.raises(KalturaUnavailable) as caught:
        await shelf.run(shelf.adding())
    assert caught.value.retry_safe
    assert shelf.things == []


async def test_a_room_that_was_never_asked_for_is_not_searched_for() -> None:
    shelf = Shelf()
    with pytest.raises(KalturaUnavailable):
        await shelf.run(shelf.adding(KalturaUnavailable("NOT_CONNECTED", retry_safe=True), carried_out=False))
    assert shelf.look_ups == 1


@pytest.mark.parametrize(("within", "to_add"), [(30, 25), (6, 3)])
async def test_making_leaves_time_for_looking(within: float, to_add: float) -> None:
    shelf = Shelf()
    await shelf.run(shelf.adding(), within=within)
    assert shelf.time_to_add == to_add
