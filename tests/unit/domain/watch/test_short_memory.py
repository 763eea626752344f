"""What is remembered for a while: how long, how much, and what never."""

from collections.abc import Awaitable, Callable

import pytest

from kaltura_discord.watch.short_memory import ShortMemory


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


class Asked:
    """Answers with what it is told to, and counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, answer: str) -> Callable[[], Awaitable[str]]:
        async def ask() -> str:
            self.times += 1
            return answer

        return ask


async def test_an_answer_is_good_for_its_time(asked: Asked) -> None:
    clock = Clock()
    memory = ShortMemory[str, str](10, clock)
    assert await memory.of("a", lambda _: 60.0, asked("old")) == "old"
    clock.at += 59.9
    assert await memory.of("a", lambda _: 60.0, asked("new")) == "old"
    clock.at += 0.1
    assert await memory.of("a", lambda _: 60.0, asked("new")) == "new"
    assert asked.times == 2


async def test_only_the_latest_are_remembered(asked: Asked) -> None:
    memory = ShortMemory[str, str](2)
    for key in "abc":
        await memory.of(key, lambda _: 60.0, asked(key))
    for key in "bc":
        await memory.of(key, lambda _: 60.0, asked(key))
    assert asked.times == 3
    await memory.of("a", lambda _: 60.0, asked("a"))
    assert asked.times == 4


async def test_what_is_not_to_be_remembered_pushes_nothing_out(asked: Asked) -> None:
    memory = ShortMemory[str, str](1)
    await memory.of("known", lambda _: 60.0, asked("known"))
    for guess in "xyz":
        await memory.of(guess, lambda _: 0.0, asked(""))
        await memory.of(guess, lambda _: 0.0, asked(""))
    assert asked.times == 7
    await memory.of("known", lambda _: 60.0, asked("known"))
    assert asked.times == 7


async def test_a_failure_is_not_remembered(asked: Asked) -> None:
    async def fails() -> str:
        raise ConnectionError

    memory = ShortMemory[str, str](1)
    with pytest.raises(ConnectionError):
        await memory.of("a", lambda _: 60.0, fails)
    assert await memory.of("a", lambda _: 60.0, asked("there")) == "there"


@pytest.fixture
def asked() -> Asked:
    return Asked()
