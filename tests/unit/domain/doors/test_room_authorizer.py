"""The authorizer of sockets: a ticket lets in whom it is for, once, within a minute, into its own room."""

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.discord.identifiers import ChannelId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import NewRoom, RoomId
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.tickets import TicketHolder
from local_stack.gateway.socket_events import (
    authorizer_event,
)
from tests.unit.domain.doors.door import lines, opened
from tests.unit.domain.doors.room_house import (
    GUILD,
    House,
    behind_the_doors,
    hello,
    living_house,
)
from tests.unit.domain.sent_by_discord import snowflake


@pytest.fixture
def house(environment: dict[str, str]) -> Iterator[House]:
    with living_house(environment) as house:
        yield house


def refused(verdict: dict[str, Any]) -> bool:
    """Whether API Gateway lets nobody in; nothing was raised, as strangers are no error of ours."""
    (statement,) = verdict["policyDocument"]["Statement"]
    return bool(statement["Effect"] == "Deny") and verdict["context"] == {}


def test_a_ticket_says_who_comes_in_and_where(house: House) -> None:
    facts = house.let_in(name="Ä 🎬 % \n name")
    context = facts.authorizer
    assert (context["room_id"], context["user_id"], context["guild_id"]) == (house.room_id, "100", GUILD)
    assert all(value.isascii() and value.isprintable() for value in context.values() if isinstance(value, str))
    assert hello(house, facts)["you"]["name"] == "Ä 🎬 % \n name"


@pytest.mark.parametrize("ticket", ["", "x" * 32, "x" * 5000, "%00", "'; drop", "ü" * 32])
def test_no_ticket_and_a_made_up_one_let_nobody_in(house: House, ticket: str) -> None:
    assert refused(house.authorizer(authorizer_event(house.facts(ticket)), None))


def test_a_ticket_is_good_once(house: House) -> None:
    ticket = house.ticket()
    house.authorizer(authorizer_event(house.facts(ticket)), None)
    assert refused(house.authorizer(authorizer_event(house.facts(ticket)), None))


def test_of_many_who_use_one_ticket_at_once_one_comes_in(house: House) -> None:
    ticket = house.ticket()

    async def all_at_once(parts: WatchParts) -> list[object]:
        return list(await asyncio.gather(*(parts.tickets.redeem(ticket) for _ in range(8))))

    assert sum(holder is not None for holder in house.behind(all_at_once)) == 1


def test_a_ticket_is_good_for_a_minute(house: House) -> None:
    ticket = house.ticket(now=lambda: time.time() - 61)
    assert refused(house.authorizer(authorizer_event(house.facts(ticket)), None))


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


def test_every_ticket_is_another(environment: dict[str, str]) -> None:
    async def issue(parts: WatchParts) -> set[str]:
        holder = TicketHolder(RoomId("r"), GUILD, UserId("1"), "Ann", None, Level.VIEWER, "browser")
        return {await parts.tickets.issue(holder) for _ in range(20)}

    assert len(behind_the_doors(environment, issue, time.time)) == 20
