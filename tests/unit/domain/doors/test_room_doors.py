"""The authorizer and the socket's routes, through the real handlers and a real table."""

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import MediaGrant, RoomToken, Tokens, Viewer
from kaltura_discord.watch.models import Media, NewRoom, RoomId
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.tickets import TicketHolder
from local_stack.gateway.authorizer import read_verdict
from local_stack.gateway.socket_events import (
    ConnectionFacts,
    authorizer_event,
    connect_event,
    disconnect_event,
    message_event,
)
from local_stack.gateway.worker_process import Outcome
from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import lines, opened
from tests.unit.domain.sent_by_discord import snowflake

Json = dict[str, Any]
Result = TypeVar("Result")
Handler = Callable[[Json, None], Json]

GUILD = GuildId("700")
SECRET = "a secret that is long enough to sign with"


@dataclass
class House:
    """A room, the two doors, and the table behind them."""

    environment: dict[str, str]
    room_id: RoomId
    authorizer: Handler
    socket: Handler

    def behind(self, deed: Callable[[WatchParts], Awaitable[Result]], now: Callable[[], float] = time.time) -> Result:
        return behind_the_doors(self.environment, deed, now)

    def ticket(self, name: str = "Ann", user_id: str = "100", now: Callable[[], float] = time.time) -> str:
        holder = TicketHolder(self.room_id, GUILD, UserId(user_id), name, "hash", Level.VIEWER, "discord")
        return self.behind(lambda parts: parts.tickets.issue(holder), now)

    def facts(self, ticket: str) -> ConnectionFacts:
        query = f"ticket={ticket}" if ticket else ""
        return ConnectionFacts(f"L0SM{snowflake()}=", "ws.example", "192.0.2.1", "browser", (), query, time.time())

    def let_in(self, **holder: Any) -> ConnectionFacts:
        """A connection that the authorizer allowed, as the gateway remembers it."""
        facts = self.facts(self.ticket(**holder))
        verdict = read_verdict(Outcome("request", self.authorizer(authorizer_event(facts), None)))
        assert verdict.status == 200
        facts.authorizer = verdict.context
        return facts

    def say(self, facts: ConnectionFacts, message: Json | str) -> Json | None:
        body = message if isinstance(message, str) else json.dumps(message)
        result = self.socket(message_event(facts, "$default", body), None)
        assert result["statusCode"] == 200
        return json.loads(result["body"]) if "body" in result else None


def behind_the_doors(
    environment: dict[str, str], deed: Callable[[WatchParts], Awaitable[Result]], now: Callable[[], float]
) -> Result:
    async def run() -> Result:
        caller = SignedCaller("dynamodb", environment)
        try:
            return await deed(WatchParts(environment, Table(caller, environment["TABLE_NAME"], now), now))
        finally:
            await caller.close()

    # Not asyncio.run, which would take the door's own loop away.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


@pytest.fixture
def house(environment: dict[str, str]) -> Iterator[House]:
    known = {**environment, "SOCKET_CALLBACK_URL": "http://127.0.0.1:9/ws", "JWT_SECRET": SECRET}
    room_id = RoomId(snowflake())
    film = Media("1_abcd1234", "A film", 600.0, "video")
    new_room = NewRoom(room_id, GUILD, ChannelId("9"), UserId("100"), film)
    assert behind_the_doors(known, lambda parts: parts.store.create(new_room), time.time)
    with opened("room_authorizer", known) as authorizer, opened("room_socket", known) as socket:
        yield House(known, room_id, authorizer.handler, socket.handler)


def hello(house: House, facts: ConnectionFacts) -> Json:
    answer = house.say(facts, {"type": "hello", "version": 1, "c0": 5})
    assert answer is not None
    return answer


# --- the authorizer --------------------------------------------------------------------------------------------------


def test_a_ticket_says_who_comes_in_and_where(house: House) -> None:
    facts = house.let_in(name="Ä 🎬 % \n name")
    context = facts.authorizer
    assert (context["room_id"], context["user_id"], context["guild_id"]) == (house.room_id, "100", GUILD)
    assert all(value.isascii() and value.isprintable() for value in context.values() if isinstance(value, str))
    assert hello(house, facts)["you"]["name"] == "Ä 🎬 % \n name"


@pytest.mark.parametrize("ticket", ["", "x" * 32, "x" * 5000, "%00", "'; drop", "ü" * 32])
def test_no_ticket_and_a_made_up_one_let_nobody_in(house: House, ticket: str) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        house.authorizer(authorizer_event(house.facts(ticket)), None)


def test_a_ticket_is_good_once(house: House) -> None:
    ticket = house.ticket()
    house.authorizer(authorizer_event(house.facts(ticket)), None)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        house.authorizer(authorizer_event(house.facts(ticket)), None)


def test_of_many_who_use_one_ticket_at_once_one_comes_in(house: House) -> None:
    ticket = house.ticket()

    async def all_at_once(parts: WatchParts) -> list[object]:
        return list(await asyncio.gather(*(parts.tickets.redeem(ticket) for _ in range(8))))

    assert sum(holder is not None for holder in house.behind(all_at_once)) == 1


def test_a_ticket_is_good_for_a_minute(house: House) -> None:
    ticket = house.ticket(now=lambda: time.time() - 61)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        house.authorizer(authorizer_event(house.facts(ticket)), None)


def test_a_ticket_leads_into_its_own_room_and_no_other(house: House) -> None:
    other = RoomId(snowflake())
    elsewhere = NewRoom(other, GUILD, ChannelId("9"), UserId("100"))
    assert house.behind(lambda parts: parts.store.create(elsewhere))
    facts = house.let_in()
    assert hello(house, facts)["room_id"] == house.room_id
    forged = house.say(facts, {"type": "hello", "version": 1, "c0": 5, "room_id": other})
    assert forged is not None
    assert forged["code"] == "malformed"
    room = house.behind(lambda parts: parts.store.find(other))
    assert room is not None
    assert room.connections == {}


def test_a_ticket_is_nowhere_in_the_table_or_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ticket = house.ticket()

    async def everything(parts: WatchParts) -> str:
        caller = SignedCaller("dynamodb", house.environment)
        try:
            return json.dumps(await caller.call("Scan", {"TableName": house.environment["TABLE_NAME"]}))
        finally:
            await caller.close()

    assert ticket not in house.behind(everything)
    house.authorizer(authorizer_event(house.facts(ticket)), None)
    assert ticket not in lines(caplog)


def test_while_the_table_is_down_nobody_comes_in_and_it_is_not_their_ticket(environment: dict[str, str]) -> None:
    down = {**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    with opened("room_authorizer", down) as module, pytest.raises(Exception, match="DeleteItem"):
        module.handler({"queryStringParameters": {"ticket": "x" * 32}, "methodArn": "arn"}, None)


# --- the socket ------------------------------------------------------------------------------------------------------


def test_connecting_costs_nothing_and_needs_the_authorizer(house: House) -> None:
    facts = house.let_in()
    assert house.socket(connect_event(facts), None) == {"statusCode": 200}
    facts.authorizer = {}
    assert house.socket(connect_event(facts), None) == {"statusCode": 403}


@pytest.mark.parametrize("missing", ["room_id", "user_id", "level", "expires_at_ms"])
def test_a_context_that_is_not_whole_lets_nobody_in(house: House, missing: str) -> None:
    facts = house.let_in()
    del facts.authorizer[missing]
    assert house.socket(connect_event(facts), None) == {"statusCode": 403}
    assert house.socket(message_event(facts, "$default", "{}"), None) == {"statusCode": 403}


def test_from_hello_to_goodbye(house: House) -> None:
    facts = house.let_in()
    assert hello(house, facts)["type"] == "welcome"
    played = house.say(
        facts,
        {
            "type": "playback.set",
            "ref": 1,
            "base_revision": 1,
            "paused": False,
            "position": 2,
            "rate": 1,
            "cause": "play",
        },
    )
    assert played is not None
    assert (played["type"], played["timeline"]["revision"]) == ("playback", 2)
    assert house.socket(disconnect_event(facts, 1001, ""), None) == {"statusCode": 200}
    room = house.behind(lambda parts: parts.store.find(house.room_id))
    assert room is not None
    assert (room.connections, room.host_left) == ({}, True)


def test_when_it_was_received_is_what_api_gateway_says(house: House) -> None:
    facts = house.let_in()
    event = message_event(facts, "$default", '{"type":"clock","c0":5}')
    event["requestContext"]["requestTimeEpoch"] = int(time.time() * 1000) - 300
    answer = json.loads(house.socket(event, None)["body"])
    assert answer["s1"] == event["requestContext"]["requestTimeEpoch"] + 0.5
    assert answer["s2"] - answer["s1"] >= 299


def test_a_time_that_cannot_be_is_not_believed(house: House) -> None:
    facts = house.let_in()
    event = message_event(facts, "$default", '{"type":"clock","c0":5}')
    event["requestContext"]["requestTimeEpoch"] = 0
    answer = json.loads(house.socket(event, None)["body"])
    assert 0 <= answer["s2"] - answer["s1"] < 5_000


def test_a_host_is_nobody_by_saying_so(house: House) -> None:
    hello(house, house.let_in())
    bo = house.let_in(user_id="101", name="Bo")
    hello(house, bo)
    answer = house.say(bo, {"type": "host.transfer", "ref": 1, "user_id": "101"})
    assert answer is not None
    assert (answer["type"], answer["reason"]) == ("rejected", "not_permitted")
    forged = house.say(bo, {"type": "control.set", "ref": 2, "locked": True, "by": "100"})
    assert forged is not None
    assert forged["code"] == "malformed"


@pytest.mark.parametrize("body", ["", "x" * 8193, '{"type":', "[]", '{"type":"welcome"}'])
def test_what_is_no_message_is_answered_and_does_nothing(house: House, body: str) -> None:
    answer = house.say(house.let_in(), body)
    assert answer is not None
    assert answer["type"] == "error"
    assert answer["code"] in ("malformed", "too_large")


def test_a_grant_changes_the_video_of_its_server_only(house: House) -> None:
    facts = house.let_in()
    hello(house, facts)
    tokens = Tokens(SECRET)
    other_server = tokens.media_grant(MediaGrant(GuildId("701"), "1_other", "Other", 5, "video"))
    other_purpose = tokens.room(RoomToken(Viewer(UserId("100"), "Ann"), Level.ADMIN, house.room_id, GUILD, "discord"))
    forged = Tokens("b" * 40).media_grant(MediaGrant(GUILD, "1_other", "Other", 5, "video"))
    expired = Tokens(SECRET, lambda: time.time() - 7200).media_grant(MediaGrant(GUILD, "1_other", "Other", 5, "video"))
    for grant in (other_server, other_purpose, forged, expired, "x.y.z"):
        answer = house.say(facts, {"type": "media.set", "ref": 1, "base_revision": 1, "grant": grant})
        assert answer is not None
        assert (answer["type"], answer["reason"]) == ("rejected", "grant_refused")
    good = tokens.media_grant(MediaGrant(GUILD, "1_other", "Other", 5, "video"))
    answer = house.say(facts, {"type": "media.set", "ref": 2, "base_revision": 1, "grant": good})
    assert answer is not None
    assert answer["media"] == {"entry_id": "1_other", "title": "Other", "duration": 5, "kind": "video"}


def test_metrics_name_nobody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    facts = house.let_in()
    hello(house, facts)
    report = {
        "type": "report",
        "c0": 5,
        "revision": 1,
        "control_revision": 1,
        "roster_stamp_ms": 0,
        "state": "playing",
        "activity": "active",
        "position": 3,
        "drift_ms": -7.5,
        "clock_bound_ms": 4,
        "one_way_ms": 30,
        "corrections": 2,
        "seeks": 1,
        "buffering_ms": 250,
    }
    assert (house.say(facts, report) or {})["type"] == "roster"
    house.socket(disconnect_event(facts, 1001, ""), None)
    written = [json.loads(line) for line in lines(caplog).splitlines() if "_aws" in line]
    measured = {name: line[name] for line in written for name in line if name[0].isupper()}
    assert measured["Drift"] == 7.5
    assert (measured["Corrections"], measured["Seeks"], measured["BufferingTime"]) == (2, 1, 250)
    assert measured["Viewers"] == 1
    assert measured["SessionLength"] >= 0
    everything = json.dumps(written)
    for who in ("Ann", facts.connection_id, house.room_id, '"100"'):
        assert who not in everything


def test_what_makes_cold_starts_slow_is_not_imported() -> None:
    slow = ("boto3", "botocore", "httpx", "pydantic", "jwt", "starlette", "mangum", "cryptography")
    code = f"import sys, room_socket, room_authorizer; print([name for name in {slow!r} if name in sys.modules])"
    environment = {
        "PYTHONPATH": str(REPOSITORY / "functions"),
        "TABLE_NAME": "t",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_every_ticket_is_another(environment: dict[str, str]) -> None:
    async def issue(parts: WatchParts) -> set[str]:
        holder = TicketHolder(RoomId("r"), GUILD, UserId("1"), "Ann", None, Level.VIEWER, "browser")
        return {await parts.tickets.issue(holder) for _ in range(20)}

    assert len(behind_the_doors(environment, issue, time.time)) == 20
