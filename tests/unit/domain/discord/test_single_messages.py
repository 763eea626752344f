"""A message stands in a channel once, however often it is tried and however late."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.discord.errors import DiscordError, DiscordUnavailable
from kaltura_discord.discord.identifiers import ChannelId, MessageId
from kaltura_discord.discord.markers import Mark, mark_of, marked, marker_of
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.discord.single_messages import TRIED_AT_MOST_SECONDS, SingleMessages
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.discord_double import DiscordDouble
from tests.unit.domain.stage import Clock, Pauses, rest_over, soon
from tests.unit.domain.steps import Crash, Steps

CHANNEL = ChannelId("400")
HELLO = note("Hello")
MARK = mark_of("hello")


@dataclass
class Scene:
    """A channel, and what is written down of our message: since when it may be there."""

    messages: SingleMessages
    discord: DiscordDouble
    clock: Clock
    since: int = 0
    begun: list[int] = field(default_factory=list)

    async def begin(self) -> None:
        self.since = int(self.clock())
        self.begun.append(self.since)

    async def post(self, mark: Mark = MARK, message: Message = HELLO) -> MessageId:
        return await self.messages.post(CHANNEL, message, mark, self.since, soon(), begin=self.begin)

    async def others_write(self, count: int) -> None:
        """So many messages of others, all in this second."""
        for number in range(count):
            await self.messages.rest.create_message(CHANNEL, HELLO, f"{self.clock()} {number}", soon())

    @property
    def ours(self) -> list[str]:
        written = self.discord.in_channel(CHANNEL)
        return [posted.message_id for posted in written if marker_of(posted.body) == MARK.marker]

    @property
    def pages_read(self) -> int:
        return sum(request.method == "GET" for request in self.discord.requests)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    clock = Clock(1_795_204_800)
    discord = DiscordDouble(Steps(), now=clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        yield Scene(SingleMessages(rest_over(discord, http, Pauses()), clock), discord, clock)


async def test_the_first_try_is_written_down_and_nothing_is_read(scene: Scene) -> None:
    assert await scene.post() == scene.ours[0]
    assert scene.begun == [int(scene.clock())]
    assert scene.pages_read == 0


@pytest.mark.parametrize("seconds", [1, 60, 99, 101, 109, 111, 130, 400, 800])
async def test_however_much_later_it_is_the_same_message(scene: Scene, seconds: int) -> None:
    first = await scene.post()
    scene.clock.pass_seconds(seconds)
    assert await scene.post() == first
    assert scene.ours == [first]
    assert len(scene.begun) == 1


async def test_what_never_arrived_is_posted_later_and_found_after_that(scene: Scene) -> None:
    await scene.begin()
    scene.clock.pass_seconds(TRIED_AT_MOST_SECONDS * 10)
    first = await scene.post()
    assert len(scene.begun) == 2
    scene.clock.pass_seconds(400)
    assert await scene.post() == first
    assert scene.ours == [first]


@pytest.mark.parametrize(("others", "pages"), [(0, 1), (99, 1), (100, 2), (250, 3), (950, 10)])
async def test_it_is_found_among_what_others_wrote_before_it(scene: Scene, others: int, pages: int) -> None:
    await scene.begin()
    await scene.others_write(others)
    first = await scene.post()
    await scene.others_write(300)
    scene.clock.pass_seconds(300)
    assert await scene.post() == first
    assert scene.pages_read == pages, "no further than it stands"


async def test_no_more_is_read_than_what_may_be_ours(scene: Scene) -> None:
    """It was tried a week ago, and the channel is busy."""
    await scene.begin()
    for _ in range(3):
        scene.clock.pass_seconds(TRIED_AT_MOST_SECONDS)
        await scene.others_write(100)
    scene.clock.pass_seconds(7 * 24 * 3600)
    await scene.post()
    assert scene.pages_read == 2
    assert len(scene.ours) == 1


async def test_a_channel_full_of_messages_is_not_read_for_ever(scene: Scene) -> None:
    await scene.begin()
    await scene.others_write(1100)
    scene.clock.pass_seconds(300)
    await scene.post()
    assert scene.pages_read == 10


async def test_without_the_right_to_read_it_is_posted_again_rather_than_lost(scene: Scene) -> None:
    await scene.post()
    scene.discord.without_history.add(CHANNEL)
    scene.clock.pass_seconds(300)
    await scene.post()
    assert len(scene.ours) == 2


async def test_reading_does_not_outlive_the_deadline(scene: Scene) -> None:
    await scene.begin()
    scene.clock.pass_seconds(300)
    with pytest.raises(DiscordUnavailable):
        await scene.messages.post(CHANNEL, HELLO, MARK, scene.since, Deadline.after(0), begin=scene.begin)
    assert scene.discord.messages == []
    assert len(scene.begun) == 1, "nobody knows yet whether it is there"


async def test_what_is_not_known_to_be_there_is_not_posted(scene: Scene) -> None:
    await scene.begin()
    scene.clock.pass_seconds(300)
    scene.discord.is_down = True
    with pytest.raises(DiscordError):
        await scene.post()
    scene.discord.is_down = False
    assert scene.discord.messages == []


async def test_the_last_try_with_a_nonce_ends_before_discord_may_forget_it(scene: Scene) -> None:
    await scene.begin()
    scene.clock.pass_seconds(95)
    patience: list[float] = []

    async def create(*args: object, **_: object) -> MessageId:
        deadline = args[3]
        assert isinstance(deadline, Deadline)
        patience.append(deadline.remaining_seconds())
        return MessageId("1")

    scene.messages.rest.create_message = create  # type: ignore[method-assign]
    await scene.messages.post(CHANNEL, HELLO, MARK, scene.since, Deadline.after(45))
    assert 14 < patience[0] <= 15


async def test_a_message_that_somebody_else_marked_in_another_way_is_not_ours(scene: Scene) -> None:
    await scene.begin()
    await scene.post(mark_of("something else"))
    scene.clock.pass_seconds(300)
    await scene.post()
    assert len(scene.ours) == 1
    assert len(scene.discord.messages) == 2


@pytest.mark.parametrize(("deaths", "seconds"), list(product(range(1, 6), (1, 50, 105, 118, 200, 850))))
async def test_wherever_workers_die_it_stands_there_once(scene: Scene, deaths: int, seconds: int) -> None:
    """One dies at its first step, the next at its second, and so on."""
    steps = scene.discord.steps
    for step in range(1, deaths + 1):
        steps.crash_at = steps.taken + step
        try:
            await scene.post()
        except Crash:
            scene.clock.pass_seconds(seconds)
    steps.crash_at = 0
    await scene.post()
    assert len(scene.ours) == 1


@given(st.text(), st.text())
@settings(max_examples=200)
def test_marks_tell_messages_apart_and_fit_what_discord_takes(one: str, other: str) -> None:
    first, second = mark_of(one), mark_of(other)
    assert (first == second) == (one == other)
    assert len(first.nonce) == 25
    assert 0 < first.marker < 2**31


def test_a_marker_is_read_where_it_was_written_and_nowhere_else() -> None:
    assert marker_of(marked(HELLO, 7).body()) == 7
    assert marker_of(HELLO.body()) is None
    strange: list[dict[str, Any]] = [{}, {"components": None}, {"components": []}, {"components": ["x"]}]
    assert [marker_of(each) for each in (*strange, {"components": [{"id": "7"}]})] == [None] * 5
    assert marked(replace(HELLO, ephemeral=False), 7).components[1:] == HELLO.components[1:]
