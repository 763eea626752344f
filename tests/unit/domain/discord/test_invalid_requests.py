"""Discord shuts out whoever asks too often for what it refuses; long before that, we stop asking."""

from collections.abc import AsyncIterator

import httpx
import pytest

from kaltura_discord.discord.errors import DiscordRateLimited, DiscordRefused
from kaltura_discord.discord.identifiers import ChannelId, MessageId
from kaltura_discord.discord.invalid_requests import MOST_OF_A_PROCESS, WINDOW_SECONDS, InvalidRequests
from kaltura_discord.discord.messages import note
from kaltura_discord.discord.rest_calls import RestCalls
from tests.unit.domain.discord_double import DiscordDouble
from tests.unit.domain.stage import Clock, Pauses, rest_over, soon
from tests.unit.domain.steps import Steps

PATH = "/channels/400/messages"


def answer(status: int, scope: str = "user") -> httpx.Response:
    body = {"message": "no", "code": 50013, "retry_after": 0.1}
    return httpx.Response(status, json=body, headers={"X-RateLimit-Scope": scope})


@pytest.fixture
def clock() -> Clock:
    return Clock(0.0)


@pytest.fixture
def discord() -> DiscordDouble:
    return DiscordDouble(Steps())


@pytest.fixture
async def calls(discord: DiscordDouble, clock: Clock) -> AsyncIterator[RestCalls]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        yield RestCalls("https://discord.test/api/v10", "token", http, Pauses(), None, InvalidRequests(clock))


async def refused(calls: RestCalls, discord: DiscordDouble, reply: httpx.Response, times: int) -> None:
    for number in range(times):
        discord.replies = [reply]
        # Each in a bucket of its own, as none of ours calls into one that is known to be empty.
        with pytest.raises((DiscordRefused, DiscordRateLimited)):
            await calls.as_bot("GET", f"/channels/{1000 + number}/messages", soon(), tries=1)


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_after_many_refusals_what_can_wait_waits(
    status: int, calls: RestCalls, discord: DiscordDouble, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await refused(calls, discord, answer(status), MOST_OF_A_PROCESS)
    asked = len(discord.requests)
    clock.pass_seconds(100)
    with pytest.raises(DiscordRateLimited) as held:
        await calls.as_bot("GET", PATH, soon())
    assert held.value.retry_after == WINDOW_SECONDS - 100
    assert len(discord.requests) == asked
    assert "what can wait is not asked" in caplog.text
    assert calls.circuit == "open"


async def test_ten_minutes_later_it_goes_on(calls: RestCalls, discord: DiscordDouble, clock: Clock) -> None:
    await refused(calls, discord, answer(403), MOST_OF_A_PROCESS)
    clock.pass_seconds(WINDOW_SECONDS)
    assert calls.circuit == "closed"
    assert await calls.as_bot("GET", PATH, soon()) == []
    await refused(calls, discord, answer(403), MOST_OF_A_PROCESS - 1)
    assert await calls.as_bot("GET", PATH, soon()) == []


async def test_few_refusals_stop_nothing(calls: RestCalls, discord: DiscordDouble) -> None:
    await refused(calls, discord, answer(403), MOST_OF_A_PROCESS - 1)
    assert await calls.as_bot("GET", PATH, soon()) == []


@pytest.mark.parametrize("reply", [answer(404), answer(400), answer(429, "shared")], ids=["404", "400", "shared 429"])
async def test_what_discord_does_not_count_is_not_counted(
    reply: httpx.Response, calls: RestCalls, discord: DiscordDouble
) -> None:
    await refused(calls, discord, reply, MOST_OF_A_PROCESS + 1)
    assert await calls.as_bot("GET", PATH, soon()) == []


async def test_cards_are_held_back_and_people_are_answered_all_the_same(discord: DiscordDouble) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        rest = rest_over(discord, http, Pauses())
        for _ in range(MOST_OF_A_PROCESS):
            discord.replies = [answer(403)]
            with pytest.raises(DiscordRefused):
                await rest.edit_message(ChannelId("400"), MessageId("5"), note("Hello"), soon())
        with pytest.raises(DiscordRateLimited):
            await rest.edit_message(ChannelId("400"), MessageId("5"), note("Hello"), soon())
        await rest.edit_answer("token", note("Hello"), soon())
    assert "token" in discord.answers
