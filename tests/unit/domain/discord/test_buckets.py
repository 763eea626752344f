"""What a process learns of Discord's buckets, call by call; the laws are in `test_bucket_laws`."""

import asyncio
import random

import httpx
import pytest

from kaltura_discord.discord.bucket import Told, told_in
from kaltura_discord.discord.buckets import MOST_REMEMBERED, Buckets
from kaltura_discord.discord.errors import DiscordHeldBack, DiscordRateLimited
from kaltura_discord.discord.routes import route_of
from local_stack.discord.rate_limits import Limit
from tests.unit.domain.discord.limited_discord import LimitedDiscord, patience
from tests.unit.domain.notifications.chaos.simulated_time import run
from tests.unit.domain.stage import Clock

MESSAGES = "/channels/400/messages"
HEADERS = {
    "X-RateLimit-Bucket": "abcd",
    "X-RateLimit-Limit": "5",
    "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset-After": "4.5",
}


@pytest.fixture
def clock() -> Clock:
    return Clock(0.0)


@pytest.fixture
def buckets(clock: Clock) -> Buckets:
    return Buckets(clock)


def answered(buckets: Buckets, method: str, path: str, limited: DiscordRateLimited | None = None, **more: str) -> None:
    """A call whose answer bears the headers, and others."""
    headers = {**HEADERS, **{name.replace("_", "-"): value for name, value in more.items()}}
    with buckets.call(route_of(method, path)) as hear:
        hear(httpx.Response(429 if limited else 200, headers=headers), limited)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/channels/400/messages", "POST /channels/:/messages"),
        ("GET", "/channels/400/messages?limit=100&after=5", "GET /channels/:/messages"),
        ("PATCH", "/channels/400/messages/500", "PATCH /channels/:/messages/:"),
        ("GET", "/guilds/300/members/200", "GET /guilds/:/members/:"),
        ("POST", "/users/@me/channels", "POST /users/@me/channels"),
        ("PATCH", "/webhooks/700/a-token/messages/@original", "PATCH /webhooks/:/:/messages/@original"),
        ("GET", "/applications/700/activity-instances/i-1-gc-2-3", "GET /applications/:/activity-instances/:"),
    ],
)
def test_a_route_is_a_path_without_what_varies(method: str, path: str, name: str) -> None:
    assert route_of(method, path).name == name


def test_each_channel_server_and_token_has_buckets_of_its_own() -> None:
    paths = [MESSAGES, "/channels/401/messages", "/guilds/400/x", "/webhooks/700/one", "/webhooks/700/two"]
    assert len({route_of("POST", path).resource for path in paths}) == len(paths)
    assert route_of("GET", f"{MESSAGES}/5").resource == route_of("POST", MESSAGES).resource
    assert "one" not in str(route_of("POST", "/webhooks/700/one"))


def test_only_what_bears_the_bots_credential_counts_globally() -> None:
    assert route_of("POST", MESSAGES).counts_globally
    assert not route_of("POST", "/webhooks/700/one").counts_globally
    assert not route_of("POST", "/interactions/1/one/callback").counts_globally


@pytest.mark.parametrize(
    "wrong",
    [
        {"X-RateLimit-Bucket": ""},
        {"X-RateLimit-Limit": "0"},
        {"X-RateLimit-Remaining": "few"},
        {"X-RateLimit-Reset-After": "nan"},
        {"X-RateLimit-Reset-After": "inf"},
    ],
)
def test_headers_that_make_no_sense_say_nothing(wrong: dict[str, str]) -> None:
    assert told_in(HEADERS) == Told("abcd", 5, 0, 4.5)
    assert told_in({**HEADERS, **wrong}) is None
    assert told_in({}) is None


def test_an_empty_bucket_is_left_alone_until_it_is_full_and_no_other_one(buckets: Buckets, clock: Clock) -> None:
    answered(buckets, "POST", MESSAGES)
    clock.pass_seconds(1)
    with pytest.raises(DiscordHeldBack) as held:
        buckets.check(route_of("POST", MESSAGES))
    assert (held.value.retry_after, held.value.is_global) == (3.5, False)
    buckets.check(route_of("POST", "/channels/401/messages"))
    buckets.check(route_of("GET", MESSAGES))
    clock.pass_seconds(3.5)
    buckets.check(route_of("POST", MESSAGES))


def test_routes_that_share_a_bucket_are_known_to_from_their_first_answers(buckets: Buckets) -> None:
    answered(buckets, "PATCH", f"{MESSAGES}/5", X_RateLimit_Remaining="3")
    answered(buckets, "POST", MESSAGES)
    with pytest.raises(DiscordHeldBack):
        buckets.check(route_of("PATCH", f"{MESSAGES}/6"))
    assert buckets.key(route_of("POST", MESSAGES), is_global=False) == buckets.key(
        route_of("PATCH", f"{MESSAGES}/5"), is_global=False
    )


def test_the_global_limit_holds_back_all_but_answers_to_interactions(buckets: Buckets, clock: Clock) -> None:
    answered(buckets, "POST", MESSAGES, DiscordRateLimited(2.0, is_global=True), X_RateLimit_Bucket="")
    with pytest.raises(DiscordHeldBack) as held:
        buckets.check(route_of("GET", "/guilds/300"))
    assert held.value.is_global
    buckets.check(route_of("PATCH", "/webhooks/700/one/messages/@original"))
    clock.pass_seconds(2)
    buckets.check(route_of("POST", MESSAGES))


def test_others_are_noticed_by_what_is_gone(buckets: Buckets, clock: Clock) -> None:
    route = route_of("POST", MESSAGES)
    for left in ("4", "3", "2", "1", "0"):
        answered(buckets, "POST", MESSAGES, X_RateLimit_Remaining=left)
    assert not buckets.is_contended(route, is_global=False), "all of that was ours"
    clock.pass_seconds(10)
    answered(buckets, "POST", MESSAGES, X_RateLimit_Remaining="2")
    assert not buckets.is_contended(route, is_global=False), "others are there, and leave enough"
    answered(buckets, "POST", MESSAGES, X_RateLimit_Remaining="1")
    assert buckets.is_contended(route, is_global=False)
    clock.pass_seconds(60)
    assert not buckets.is_contended(route, is_global=False)


def test_the_latest_thousand_are_remembered() -> None:
    buckets = Buckets(Clock(0.0))
    for channel in range(MOST_REMEMBERED + 500):
        answered(buckets, "POST", f"/channels/{channel}/messages")
    assert len(buckets._buckets) == MOST_REMEMBERED
    buckets.check(route_of("POST", "/channels/0/messages"))
    with pytest.raises(DiscordHeldBack):
        buckets.check(route_of("POST", f"/channels/{MOST_REMEMBERED + 499}/messages"))


def test_whoever_may_wait_within_a_deadline_does_and_whoever_may_not_is_told_how_long() -> None:
    discord = LimitedDiscord(random.Random(1), Limit(1, 5.0), longest_way=0.01)

    async def life() -> tuple[float, float]:
        calls = discord.process()
        clock = asyncio.get_running_loop().time
        await calls.as_bot("POST", MESSAGES, patience(), {})
        with pytest.raises(DiscordHeldBack) as short:
            await calls.as_bot("POST", MESSAGES, patience(1), {})
        with pytest.raises(DiscordHeldBack):
            await calls.as_bot("POST", MESSAGES, patience(), {}, tries=1)
        begun = clock()
        await calls.as_bot("POST", MESSAGES, patience(), {})
        return short.value.retry_after, clock() - begun

    seconds, waited = run(life())
    assert 4.9 < seconds <= 5.1
    assert 4.9 < waited < 5.1
    assert (discord.refused, len(discord.asked)) == (0, 2)
