"""Calls to Discord: patient where waiting helps, never past the deadline, never twice where once is meant."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from kaltura_discord.discord.errors import (
    DiscordRateLimited,
    DiscordRefused,
    DiscordUnavailable,
    NotPermitted,
    Unknown,
)
from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId, UserId
from kaltura_discord.discord.messages import note
from kaltura_discord.discord.rest import DiscordRest
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.discord_double import APPLICATION, OWNER, DiscordDouble
from tests.unit.domain.stage import Pauses, rest_over, soon
from tests.unit.domain.steps import Steps

CHANNEL, GUILD, USER = ChannelId("400"), GuildId("300"), UserId("200")
HELLO = note("Hello")


@pytest.fixture
def discord() -> DiscordDouble:
    return DiscordDouble(Steps())


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def rest(discord: DiscordDouble, pauses: Pauses) -> AsyncIterator[DiscordRest]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        yield rest_over(discord, http, pauses)


def rate_limited(seconds: float) -> httpx.Response:
    return httpx.Response(429, json={"message": "You are being rate limited.", "retry_after": seconds, "global": False})


def refused(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"message": "no", "code": code})


async def test_a_message_goes_out_as_the_bot_and_mentions_nobody(discord: DiscordDouble, rest: DiscordRest) -> None:
    message_id = await rest.create_message(CHANNEL, HELLO, "card5", soon())
    request = discord.requests[0]
    assert request.headers["Authorization"] == "Bot bot-token"
    assert request.headers["User-Agent"].startswith("DiscordBot (https://")
    body = json.loads(request.content)
    assert body["allowed_mentions"] == {"parse": []}
    assert (body["nonce"], body["enforce_nonce"]) == ("card5", True)
    assert discord.messages[0].message_id == message_id


async def test_the_same_nonce_is_the_same_message(discord: DiscordDouble, rest: DiscordRest) -> None:
    first = await rest.create_message(CHANNEL, HELLO, "card5", soon())
    assert await rest.create_message(CHANNEL, HELLO, "card5", soon()) == first
    assert len(discord.messages) == 1


async def test_a_nonce_is_cut_to_what_discord_takes(discord: DiscordDouble, rest: DiscordRest) -> None:
    await rest.create_message(CHANNEL, HELLO, "n" * 40, soon())
    assert discord.messages[0].nonce == "n" * 25


async def test_an_answer_bears_no_credential_but_its_token(discord: DiscordDouble, rest: DiscordRest) -> None:
    await rest.edit_answer("token", HELLO, soon())
    assert "Authorization" not in discord.requests[0].headers
    assert discord.requests[0].url.path.endswith(f"/webhooks/{APPLICATION}/token/messages/@original")


async def test_a_rate_limit_is_waited_for(discord: DiscordDouble, rest: DiscordRest, pauses: Pauses) -> None:
    discord.replies = [rate_limited(1.5), rate_limited(0.25)]
    await rest.create_message(CHANNEL, HELLO, "n", soon())
    assert pauses.taken == [1.5, 0.25]
    assert len(discord.messages) == 1


async def test_a_rate_limit_in_a_header_only_is_understood(
    discord: DiscordDouble, rest: DiscordRest, pauses: Pauses
) -> None:
    # Cloudflare's own 429 has no JSON.
    discord.replies = [httpx.Response(429, text="slow down", headers={"Retry-After": "2"})]
    await rest.edit_answer("token", HELLO, soon())
    assert pauses.taken == [2.0]


async def test_a_rate_limit_longer_than_the_deadline_is_told_at_once(
    discord: DiscordDouble, rest: DiscordRest, pauses: Pauses
) -> None:
    discord.replies = [rate_limited(60)]
    with pytest.raises(DiscordRateLimited) as told:
        await rest.edit_answer("token", HELLO, Deadline.after(10))
    assert told.value.retry_after == 60
    assert pauses.taken == []


async def test_even_what_is_not_repeatable_is_sent_again_after_a_rate_limit(
    discord: DiscordDouble, rest: DiscordRest
) -> None:
    discord.replies = [rate_limited(0.1)]
    await rest.follow_up("token", HELLO, soon())
    assert len(discord.follow_ups) == 1


async def test_an_endless_rate_limit_ends(discord: DiscordDouble, rest: DiscordRest) -> None:
    discord.replies = [rate_limited(0.1) for _ in range(50)]
    with pytest.raises(DiscordRateLimited):
        await rest.edit_answer("token", HELLO, soon())
    assert len(discord.requests) == 4


BROKEN: dict[str, Callable[[], httpx.Response | Exception]] = {
    "a 502": lambda: httpx.Response(502, text="<html>"),
    "no connection": lambda: httpx.ConnectError("refused"),
    "silence": lambda: httpx.ReadTimeout("slow"),
    "garbage": lambda: httpx.Response(200, text="\x00garbage"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_what_is_safe_to_repeat_is_repeated(
    broken: Callable[[], httpx.Response | Exception], discord: DiscordDouble, rest: DiscordRest, pauses: Pauses
) -> None:
    discord.replies = [broken(), broken()]
    await rest.edit_answer("token", HELLO, soon())
    assert "token" in discord.answers
    assert pauses.taken == [0.4, 0.8]


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_follow_up_whose_outcome_is_unknown_is_not_sent_twice(
    broken: Callable[[], httpx.Response | Exception], discord: DiscordDouble, rest: DiscordRest
) -> None:
    discord.replies = [broken()]
    with pytest.raises(DiscordUnavailable):
        await rest.follow_up("token", HELLO, soon())
    assert len(discord.requests) == 1


async def test_an_endless_outage_ends(discord: DiscordDouble, rest: DiscordRest) -> None:
    discord.is_down = True
    with pytest.raises(DiscordUnavailable):
        await rest.edit_answer("token", HELLO, soon())
    assert len(discord.requests) == 4


@pytest.mark.parametrize("shape", [[], "text", {}, {"id": None}, {"roles": 5}, 5])
async def test_an_answer_of_another_shape_is_an_outage_too(
    shape: object, discord: DiscordDouble, rest: DiscordRest
) -> None:
    calls = (
        lambda: rest.create_message(CHANNEL, HELLO, "n", soon()),
        lambda: rest.edit_answer("token", HELLO, soon()),
        lambda: rest.member_roles(GUILD, USER, soon()),
        lambda: rest.server_roles(GUILD, soon()),
    )
    for call in calls:
        discord.replies = [httpx.Response(200, json=shape)]
        with pytest.raises(DiscordUnavailable):
            await call()


async def test_an_edit_that_overtakes_thinking_waits_for_discord_to_know_the_token(
    discord: DiscordDouble, rest: DiscordRest, pauses: Pauses
) -> None:
    discord.unknown_tokens["token"] = 3
    await rest.edit_answer("token", HELLO, soon())
    assert "token" in discord.answers
    assert pauses.taken == [0.25, 0.5, 1.0]


async def test_a_token_that_discord_never_knows_is_given_up(
    discord: DiscordDouble, rest: DiscordRest, pauses: Pauses
) -> None:
    discord.unknown_tokens["token"] = 99
    with pytest.raises(Unknown) as told:
        await rest.edit_answer("token", HELLO, soon())
    assert told.value.code == 10015
    assert len(discord.requests) == 4


async def test_nothing_is_sent_after_the_deadline(discord: DiscordDouble, rest: DiscordRest) -> None:
    with pytest.raises(DiscordUnavailable, match="no time left"):
        await rest.edit_answer("token", HELLO, Deadline.after(0))
    assert discord.requests == []


async def test_an_answer_that_drips_in_does_not_outlive_the_deadline() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(never)) as http:
        slow = DiscordRest("https://discord.test", APPLICATION, "bot-token", http)
        async with asyncio.timeout(2):
            with pytest.raises(DiscordUnavailable):
                await slow.edit_answer("token", HELLO, Deadline.after(0.05))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(403, 50013), NotPermitted),
        (refused(403, 50001), NotPermitted),
        (refused(404, 10008), Unknown),
        (httpx.Response(404, text="<html>"), Unknown),
        (refused(400, 50035), DiscordRefused),
        (httpx.Response(400, json={"code": "odd"}), DiscordRefused),
        (httpx.Response(401, json=[]), DiscordRefused),
    ],
)
async def test_a_refusal_is_told_by_its_kind_and_never_repeated(
    answer: httpx.Response, error: type[DiscordRefused], discord: DiscordDouble, rest: DiscordRest
) -> None:
    discord.replies = [answer]
    with pytest.raises(error):
        await rest.edit_message(CHANNEL, MessageId("5"), HELLO, soon())
    assert len(discord.requests) == 1


async def test_what_goes_wrong_is_logged_without_the_token(
    discord: DiscordDouble, rest: DiscordRest, caplog: pytest.LogCaptureFixture
) -> None:
    discord.replies = [refused(400, 50035)]
    with pytest.raises(DiscordRefused):
        await rest.edit_answer("very-secret-token", HELLO, soon())
    ours = [record for record in caplog.records if record.name.startswith("kaltura_discord")]
    assert ours
    assert "very-secret-token" not in str([vars(record) for record in ours])


async def test_a_members_roles_and_a_servers(discord: DiscordDouble, rest: DiscordRest) -> None:
    discord.member_roles["200"] = ["5"]
    discord.roles = [{"id": "5", "name": "Teachers", "permissions": "8"}]
    assert await rest.member_roles(GUILD, USER, soon()) == ("5",)
    owner, roles = await rest.server_roles(GUILD, soon())
    assert owner == OWNER
    assert [(role.role_id, role.permissions) for role in roles] == [(GUILD, 0), ("5", 8)]
    with pytest.raises(Unknown):
        await rest.member_roles(GUILD, UserId("999"), soon())
