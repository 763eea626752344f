"""The socket of rooms: from hello to goodbye, and what is no message does nothing."""

import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import MediaGrant, RoomToken, Tokens, Viewer
from local_stack.gateway.socket_events import (
    connect_event,
    disconnect_event,
    message_event,
)
from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import lines
from tests.unit.domain.doors.room_house import (
    GUILD,
    SECRET,
    House,
    hello,
    living_house,
)


@pytest.fixture
def house(environment: dict[str, str]) -> Iterator[House]:
    with living_house(environment) as house:
        yield house


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
