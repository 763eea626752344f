"""Activities: instances and who is in them, windows that close, voice channels, consent, a host that misbehaves."""

import asyncio
import contextlib
from typing import Any

import aiohttp
import pytest

from local_stack.discord import activity_life
from local_stack.discord.routes import watching
from tests.unit.discord_simulator.stage import (
    ANN,
    ASSEMBLY_HALL,
    BO,
    CHEN,
    DANA,
    GENERAL,
    HELLO,
    LABS_GENERAL,
    PRIVATE_STAFF,
    SCHOOL,
    Json,
    Stage,
)

STUDY_ROOM = "1340000000000000006"


async def launched(stage: Stage, user_id: str = ANN, channel_id: str = GENERAL) -> str:
    """The instance that a launch by the Entry Point opens."""
    outcome = await stage.act(user_id, channel_id, entry_point=True)
    assert outcome["outcome"] == "launch", outcome["failure"]
    instance_id: str = outcome["activity_instance_id"]
    return instance_id


async def users_of(stage: Stage, instance_id: str) -> list[str] | None:
    """Who the API says is in an instance; None where there is none."""
    path = f"/applications/{stage.world.application_id}/activity-instances/{instance_id}"
    answer = await stage.rest("GET", path)
    if answer.status == 404:
        assert answer.body == {"message": "404: Not Found", "code": 0}
        return None
    users: list[str] = answer.body["users"]
    return users


async def join(stage: Stage, instance_id: str, user_id: str, window: str | None = None) -> int:
    body = {"user_id": user_id, "window": window}
    return (await stage.sim("POST", f"/activities/{instance_id}/join", body)).status


async def leave(stage: Stage, instance_id: str, user_id: str, window: str | None = None) -> None:
    body = {"user_id": user_id, "window": window}
    assert (await stage.sim("POST", f"/activities/{instance_id}/leave", body)).status == 204


@pytest.fixture(autouse=True)
def launching(stage: Stage) -> None:
    """The application answers every interaction with a launch."""
    stage.application.answer = lambda _interaction: {"type": 12}


async def test_an_instance_lives_from_the_first_to_the_last_of_its_people(stage: Stage) -> None:
    instance_id = await launched(stage)
    assert instance_id.startswith("i-")
    assert instance_id.endswith(f"-gc-{SCHOOL}-{GENERAL}")
    assert await users_of(stage, instance_id) == [ANN]
    assert await join(stage, instance_id, BO) == 200
    assert await launched(stage, CHEN) == instance_id, "a second launch joins what runs"
    assert await users_of(stage, instance_id) == [ANN, BO, CHEN]
    for user_id in (ANN, CHEN, BO):
        await leave(stage, instance_id, user_id)
    assert await users_of(stage, instance_id) is None
    assert await join(stage, instance_id, BO) == 404, "an instance is never reused"
    assert await launched(stage) != instance_id


async def test_a_person_is_in_it_until_their_last_window_is_closed(stage: Stage) -> None:
    instance_id = await launched(stage)
    await join(stage, instance_id, ANN, "left")
    await join(stage, instance_id, ANN, "right")
    await leave(stage, instance_id, ANN, "left")
    assert await users_of(stage, instance_id) == [ANN]
    await leave(stage, instance_id, ANN, "right")
    assert await users_of(stage, instance_id) is None


async def test_closing_the_window_is_leaving(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "CLOSED_WINDOW_GRACE_SECONDS", 0.05)
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.05)
    instance_id = await launched(stage)
    await join(stage, instance_id, BO, "a window")
    stream = await stage.client.get(f"/discord-sim/api/v10/_sim/events?as={BO}&window=a%20window")
    await stream.content.readuntil(b"\n\n")
    assert await users_of(stage, instance_id) == [ANN, BO]
    stream.close()
    for _ in range(250):
        if await users_of(stage, instance_id) == [ANN]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("Bo is still in the Activity")


def test_a_window_that_is_back_in_time_has_not_left(stage: Stage) -> None:
    instance = activity_life.launch(stage.world, stage.world.people[ANN], stage.world.channels[GENERAL])
    activity_life.join(stage.world, instance, ANN, "w")
    watcher = stage.world.feed.watch(ANN, "w")
    activity_life.window_closed(stage.world, ANN, "w")
    assert ANN in instance.visits
    stage.world.feed.leave(watcher)
    activity_life.window_closed(stage.world, ANN, "w")
    assert ANN not in instance.visits


@contextlib.asynccontextmanager
async def watching_as(stage: Stage, user_id: str) -> Any:
    """What the pages of a person are told."""
    watcher = stage.world.feed.watch(user_id)
    yield lambda: [watcher.pending.get_nowait() for _ in range(watcher.pending.qsize())]
    stage.world.feed.leave(watcher)


async def test_pages_hear_of_it_where_they_see_the_channel(stage: Stage) -> None:
    async with watching_as(stage, ANN) as ann_hears, watching_as(stage, CHEN) as chen_hears:
        await launched(stage, ANN, PRIVATE_STAFF)
        (frame,) = ann_hears()
        assert frame.startswith(b"event: activity_update\n")
        assert chen_hears() == []


async def test_participants_have_what_the_sdk_wants(stage: Stage) -> None:
    await launched(stage, BO, LABS_GENERAL)
    running = (await stage.sim("GET", "/activities")).body
    (instance,) = running["instances"]
    (bo,) = instance["participants"]
    assert {"id", "username", "discriminator", "flags", "bot"} <= set(bo)
    assert bo["nickname"] == "Bo (guest)"
    assert running["rules"] == {"silent": [], "errors": {}}


async def test_who_may_not_use_activities_can_neither_launch_nor_join(stage: Stage) -> None:
    assert (await stage.refused_act(BO, STUDY_ROOM, entry_point=True)).status == 403
    await stage.register(HELLO)
    refused = await stage.act(BO, STUDY_ROOM, command="hello")
    assert (refused["outcome"], refused["activity_instance_id"]) == ("failed", None)
    assert "Missing Permissions" in refused["failure"]["reason"]
    instance_id = await launched(stage, ANN, STUDY_ROOM)
    assert await join(stage, instance_id, BO) == 403
    assert await users_of(stage, instance_id) == [ANN]


async def test_watching_in_a_voice_channel_is_sitting_in_it(stage: Stage) -> None:
    instance_id = await launched(stage, DANA, ASSEMBLY_HALL)
    state = await stage.rest("GET", f"/guilds/{SCHOOL}/voice-states/{DANA}")
    assert state.body["channel_id"] == ASSEMBLY_HALL
    await stage.sim("POST", "/voice", {"user_id": DANA, "guild_id": SCHOOL, "channel_id": None})
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/voice-states/{DANA}")).code == 10065
    assert await users_of(stage, instance_id) is None, "who leaves the voice channel leaves its Activity"


async def test_seats_are_told_refused_and_reset(stage: Stage) -> None:
    async with watching_as(stage, ANN) as ann_hears:
        answer = await stage.sim("POST", "/voice", {"user_id": BO, "channel_id": ASSEMBLY_HALL})
        assert answer.status == 204
        (frame,) = ann_hears()
        assert b"voice_update" in frame
        assert ASSEMBLY_HALL.encode() in frame
    for body, status in (
        ({"user_id": BO, "channel_id": GENERAL}, 400),
        ({"user_id": BO, "channel_id": "1340000000000000013"}, 204),
        ({"user_id": CHEN, "channel_id": "1340000000000000013"}, 403),
        ({"user_id": CHEN, "guild_id": "9", "channel_id": None}, 404),
    ):
        assert (await stage.sim("POST", "/voice", body)).status == status
    await stage.sim("POST", "/reset")
    assert stage.world.servers[SCHOOL].voice == {CHEN: ASSEMBLY_HALL}


async def test_consent_is_asked_for_once_for_each_scope(stage: Stage) -> None:
    async def code(**more: object) -> Any:
        return (await stage.sim("POST", "/authorize", {"user_id": ANN, "scopes": ["identify"], **more})).body

    assert await code(ask=True) == {"code": None}
    assert (await code(remember=True))["code"]
    assert (await code(ask=True))["code"]
    assert await code(ask=True, scopes=["identify", "guilds"]) == {"code": None}
    refused = await stage.sim("POST", "/authorize", {"user_id": ANN, "scopes": ["identify", "rpc"]})
    assert (refused.status, refused.body["message"]) == (400, "the application may not ask for rpc")
    assert (await stage.sim("POST", "/authorize", {"user_id": ANN, "scopes": []})).status == 400


async def test_a_token_authenticates_its_own_person_only(stage: Stage) -> None:
    code = (await stage.sim("POST", "/authorize", {"user_id": ANN, "scopes": ["identify"]})).body["code"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": stage.world.application_id,
        "client_secret": stage.world.client_secret,
    }
    token = await stage.raw(
        "POST",
        "/discord-sim/api/v10/oauth2/token",
        data=aiohttp.FormData(form),
        headers={"User-Agent": "DiscordBot (https://example.com, 1.0)"},
    )
    body: Json = {"user_id": ANN, "access_token": token.body["access_token"]}
    session = await stage.sim("POST", "/authenticate", body)
    assert session.body["user"] | {"id": ANN, "discriminator": "0", "public_flags": 0} == session.body["user"]
    assert session.body["scopes"] == ["identify"]
    assert session.body["application"]["id"] == stage.world.application_id
    assert (await stage.sim("POST", "/authenticate", {**body, "user_id": BO})).status == 401
    assert (await stage.sim("POST", "/authenticate", {**body, "access_token": "x"})).status == 401


async def test_the_host_misbehaves_on_order(stage: Stage) -> None:
    async with watching_as(stage, ANN) as ann_hears:
        order = {"silent": ["AUTHORIZE"], "errors": {"SHARE_LINK": {"code": 4006}}, "lag_ms": 900}
        answer = await stage.sim("POST", "/activity", order)
        assert answer.body == {
            "silent": ["AUTHORIZE"],
            "errors": {"SHARE_LINK": {"code": 4006, "message": "ordered"}},
        }
        assert len(ann_hears()) == 1
        await stage.sim("POST", "/activity/signal", {"event": "THERMAL_STATE_UPDATE", "data": {"thermal_state": 2}})
        await stage.sim("POST", "/activity/signal", {"user_id": ANN, "close": {"code": 4000, "message": "over"}})
        await stage.sim("POST", "/activity/signal", {"user_id": BO, "close": {"code": 4000}})
        assert len(ann_hears()) == 2
    for nonsense in ({"silent": "AUTHORIZE"}, {"errors": {"A": 4006}}, {"lag_ms": -1}):
        assert (await stage.sim("POST", "/activity", nonsense)).status == 400
    assert (await stage.sim("POST", "/activity/signal", {})).status == 400


async def test_the_api_shows_a_user_a_little_late_when_ordered(stage: Stage) -> None:
    await stage.sim("POST", "/activity", {"lag_ms": 900})
    instance_id = await launched(stage)
    assert await users_of(stage, instance_id) is None
    stage.clock.travel(1)
    assert await users_of(stage, instance_id) == [ANN]
    await join(stage, instance_id, BO)
    assert await users_of(stage, instance_id) == [ANN]
    stage.clock.travel(1)
    assert await users_of(stage, instance_id) == [ANN, BO]


async def test_url_mappings_are_kept_in_their_order(stage: Stage) -> None:
    lines = [{"prefix": "/k/a/b", "target": "b.example.com/x"}, {"prefix": "/k/a", "target": "a.example.com"}]
    assert (await stage.sim("PUT", "/url-mappings", lines)).body == lines
    assert (await stage.sim("GET", "/url-mappings")).body == lines
    refused = await stage.sim("PUT", "/url-mappings", [{"prefix": "/k", "target": "https://a.example.com"}])
    assert (refused.status, refused.body["message"]) == (
        400,
        "a target is host[:port][/directory], without a scheme",
    )
