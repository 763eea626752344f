"""Signing in: who is believed, for how long, and what is kept of it."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import RoomToken, SessionToken
from kaltura_discord.watch.links import RoomLink
from tests.unit.domain.doors.door import lines
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.stage import Stage
from tests.unit.domain.watch.visitor import CLIENT_SECRET, Visitor, visiting
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura


@pytest.fixture
async def visitor(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    async with visiting(stage, kaltura) as visitor:
        yield visitor


def slug(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() == {"type", "title", "status", "detail"}
    assert problem["status"] == answer.status_code
    return str(problem["type"]).removeprefix("/problems/")


async def test_a_code_becomes_a_session(visitor: Visitor) -> None:
    visitor.discord.codes["c0de"] = access = visitor.discord.user(ANN.user_id, "Ann\n  of\u202e Arendal")
    answer = await visitor.post("/auth/token", {"code": "c0de"})
    assert answer.status_code == 200
    told = answer.json()
    assert told["discord_access_token"] == access
    assert told["expires_in"] == 900
    assert told["user"] == {"id": ANN.user_id, "name": "Ann of Arendal", "avatar": "a1b2"}
    session = visitor.parts.tokens.read_session(told["session_token"])
    assert (session.viewer.user_id, session.linked) == (ANN.user_id, None)
    assert answer.headers["cache-control"] == "no-store"


async def test_a_code_is_good_once(visitor: Visitor) -> None:
    visitor.discord.codes["c0de"] = visitor.discord.user(ANN.user_id, "Ann")
    assert (await visitor.post("/auth/token", {"code": "c0de"})).status_code == 200
    assert slug(await visitor.post("/auth/token", {"code": "c0de"})) == "sign-in-refused"


async def test_discords_token_is_looked_up_each_time(visitor: Visitor) -> None:
    token = visitor.discord.user(ANN.user_id, "Ann")
    told = (await visitor.post("/auth/token", {"discord_access_token": token})).json()
    assert told["discord_access_token"] is None
    assert told["user"]["id"] == ANN.user_id
    visitor.discord.tokens.clear()
    assert slug(await visitor.post("/auth/token", {"discord_access_token": token})) == "sign-in-refused"


async def test_a_token_that_another_application_got_is_refused(visitor: Visitor) -> None:
    stolen = visitor.discord.user(ANN.user_id, "Ann", application_id="999")
    assert slug(await visitor.post("/auth/token", {"discord_access_token": stolen})) == "sign-in-refused"
    visitor.discord.codes["c0de"] = stolen
    assert slug(await visitor.post("/auth/token", {"code": "c0de"})) == "sign-in-refused"


async def test_a_token_without_a_user_is_refused(visitor: Visitor) -> None:
    token = visitor.discord.user(ANN.user_id, "Ann")
    del visitor.discord.tokens[token]["user"]
    assert slug(await visitor.post("/auth/token", {"discord_access_token": token})) == "sign-in-refused"


@pytest.mark.parametrize("text", ["a b", "a\r\nX: y", "ä", "x" * 600])
async def test_what_no_code_can_be_is_not_even_asked_about(visitor: Visitor, text: str) -> None:
    for name in ("code", "discord_access_token"):
        assert slug(await visitor.post("/auth/token", {name: text})) == "sign-in-refused"
    assert visitor.discord.asked == []


async def test_our_own_wrong_secret_is_not_the_visitors_fault(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in = visitor.parts.sign_in
    visitor.parts.sign_in = replace(sign_in, discord=replace(sign_in.discord, client_secret="wrong"))
    answer = await visitor.post("/auth/token", {"code": "c0de"})
    assert (answer.status_code, slug(answer)) == (503, "unavailable")
    assert "does not accept our client id" in lines(caplog)


async def test_while_discord_is_down_nobody_signs_in(visitor: Visitor) -> None:
    visitor.discord.is_down = True
    answer = await visitor.post("/auth/token", {"code": "c0de"})
    assert (answer.status_code, slug(answer)) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["detail"] == "Discord doesn't answer at the moment. Try again in a minute."


async def test_where_so_many_sign_in_that_discord_asks_to_wait_they_read_that(visitor: Visitor) -> None:
    visitor.discord.is_crowded = True
    for proof in ({"code": "c0de"}, {"discord_access_token": "t0ken"}):
        answer = await visitor.post("/auth/token", proof)
        assert (answer.status_code, slug(answer)) == (503, "unavailable")
        assert answer.json()["detail"] == "Many people are coming in at this moment. Try again in a few seconds."


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"code": "a", "session_token": "b"},
        {"code": ""},
        {"code": 7},
        {"code": None},
        {"code": "x" * 5000},
        {"user_id": "1"},
        {"code": "a", "user_id": "1"},
        [],
        "code",
    ],
)
async def test_exactly_one_proof_is_needed(visitor: Visitor, body: Any) -> None:
    answer = await visitor.post("/auth/token", body)
    assert (answer.status_code, slug(answer)) == (400, "bad-request")
    assert visitor.discord.asked == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"code=1", b"[" * 100_000 + b"]" * 100_000, b"x" * 70_000])
async def test_what_is_no_json_is_refused(visitor: Visitor, body: bytes) -> None:
    answer = await visitor.http.post("/api/v1/auth/token", content=body)
    expected = (413, "too-large") if len(body) > 64 * 1024 else (400, "bad-request")
    assert (answer.status_code, slug(answer)) == expected


async def link_session(visitor: Visitor) -> str:
    link = RoomLink(
        "room1", visitor.stage.guild_id, visitor.stage.channel_id, UserId(ANN.user_id), "Ann", "", Level.VIEWER
    )
    visitor.discord.members[ANN.user_id] = []
    token = (await visitor.stage.services.room_links.make(link)).partition("#link=")[2]
    answer = await visitor.post("/rooms/session", {"link_token": token})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["session_token"])


async def test_a_browser_tabs_session_is_prolonged_while_they_are_in_the_server(visitor: Visitor) -> None:
    session = await link_session(visitor)
    visitor.stage.clock.pass_seconds(800)
    answer = await visitor.post("/auth/token", {"session_token": session})
    assert answer.status_code == 200
    longer = answer.json()["session_token"]
    assert answer.json()["discord_access_token"] is None
    visitor.stage.clock.pass_seconds(800)
    assert slug(await visitor.post("/auth/token", {"session_token": session})) == "signed-out"
    assert (await visitor.post("/auth/token", {"session_token": longer})).status_code == 200
    visitor.discord.members.clear()
    answer = await visitor.post("/auth/token", {"session_token": longer})
    assert (answer.status_code, slug(answer)) == (403, "not-in-server")


async def test_where_nobody_can_tell_who_has_left_a_links_sessions_end_after_half_a_day(visitor: Visitor) -> None:
    session = await link_session(visitor)
    visitor.discord.has_bot = False
    for _ in range(48):
        visitor.stage.clock.pass_seconds(890)
        answer = await visitor.post("/auth/token", {"session_token": session})
        assert answer.status_code == 200, answer.text
        session = answer.json()["session_token"]
    visitor.stage.clock.pass_seconds(890)
    assert slug(await visitor.post("/auth/token", {"session_token": session})) == "signed-out"


async def test_tokens_are_not_tried_out_at_discord_without_end(visitor: Visitor) -> None:
    good = visitor.discord.user(ANN.user_id, "Ann")
    visitor.parts.sign_in._refused_at.extend([visitor.stage.clock() - 599] * 1999)
    assert slug(await visitor.post("/auth/token", {"discord_access_token": "guessed"})) == "sign-in-refused"
    asked = len(visitor.discord.asked)
    assert slug(await visitor.post("/auth/token", {"discord_access_token": good})) == "unavailable"
    assert len(visitor.discord.asked) == asked
    assert await visitor.session()  # a code can't be tried out in vain so often
    visitor.stage.clock.pass_seconds(1)
    assert (await visitor.post("/auth/token", {"discord_access_token": good})).status_code == 200


async def test_a_session_of_discord_is_not_prolonged_by_itself(visitor: Visitor) -> None:
    session = await visitor.session()
    assert slug(await visitor.post("/auth/token", {"session_token": session})) == "signed-out"


async def test_a_token_of_another_purpose_is_no_session(visitor: Visitor) -> None:
    tokens = visitor.parts.tokens
    session = tokens.read_session(await link_session(visitor))
    room = RoomToken(session.viewer, Level.ADMIN, "room1", visitor.stage.guild_id, "browser")
    for wrong in (tokens.room(room), "a.b.c", tokens.session(SessionToken(session.viewer))):
        assert slug(await visitor.post("/auth/token", {"session_token": wrong})) == "signed-out"


async def test_who_signs_in_without_end_is_told_when_to_come_back(visitor: Visitor) -> None:
    token = visitor.discord.user(ANN.user_id, "Ann")
    for _ in range(30):
        assert (await visitor.post("/auth/token", {"discord_access_token": token})).status_code == 200
    answer = await visitor.post("/auth/token", {"discord_access_token": token})
    assert (answer.status_code, slug(answer)) == (429, "too-often")
    assert 0 < int(answer.headers["retry-after"]) <= 601


async def test_no_code_token_or_secret_is_in_a_log_or_in_the_table(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.discord.codes["c0de-c0de"] = access = visitor.discord.user(ANN.user_id, "Ann")
    told = (await visitor.post("/auth/token", {"code": "c0de-c0de"})).json()
    await visitor.post("/auth/token", {"code": "never-heard-of"})
    await visitor.post("/auth/token", {"discord_access_token": "stolen-token"})
    kept = json.dumps([await visitor.stage.services.table.query(f"LIMIT#watch_sign_in#{ANN.user_id}")])
    for secret in ("c0de-c0de", access, told["session_token"], "never-heard-of", "stolen-token", CLIENT_SECRET):
        assert secret not in lines(caplog)
        assert secret not in kept
