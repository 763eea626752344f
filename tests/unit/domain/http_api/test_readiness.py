"""Readiness: what is asked, how often, and what is told of it."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest

from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.http_api.readiness import REMEMBERED_SECONDS, Dependency, Readiness
from kaltura_discord.resilience.deadline import Deadline

SECRET = "what-only-the-error-says"


@dataclass
class Looks:
    """A dependency that is looked at; `moment` is a monotonic clock that a test moves."""

    moment: float = 100.0
    is_down: bool = False
    asked: int = 0
    silence: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self, _: Deadline) -> None:
        self.asked += 1
        if self.is_down:
            raise AwsUnavailable("GetItem", SECRET)

    async def never(self, _: Deadline) -> None:
        await self.silence.wait()


async def test_however_many_ask_each_dependency_is_asked_once_in_ten_seconds() -> None:
    looks = Looks()
    readiness = Readiness({"table": Dependency(looks.look)}, clock=lambda: looks.moment)
    await asyncio.gather(*(readiness.found() for _ in range(50)))
    looks.moment += REMEMBERED_SECONDS - 0.1
    await readiness.found()
    assert looks.asked == 1
    looks.moment += 0.2
    await readiness.found()
    assert looks.asked == 2


async def test_one_that_fails_says_so_alone_and_only_the_kind_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    down, up = Looks(is_down=True), Looks()
    with caplog.at_level(logging.WARNING):
        found = await Readiness({"table": Dependency(down.look), "discord": Dependency(up.look)}).found()
    assert (found["table"].is_ok, found["discord"].is_ok) == (False, True)
    assert SECRET not in caplog.text
    assert "dependency not ready" in caplog.text


async def test_one_that_says_nothing_is_failing_when_its_time_is_over() -> None:
    looks = Looks()
    found = await Readiness({"kaltura": Dependency(looks.never, lambda: "open")}, patience_seconds=0.01).found()
    assert not found["kaltura"].is_ok
    assert found["kaltura"].circuit == "open"
