"""A server's videos and how to play them: within its content, explained where not, and without asking Kaltura anew."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.identity.tokens import RoomToken, Viewer
from kaltura_discord.kaltura.session import SessionType, inspect
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import ANN, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.watch.test_sign_in import slug
from tests.unit.domain.watch.visitor import CONTEXT, SEARCH, Visitor, entry, library, playable, visiting
from tests.unit.kaltura.scripted_kaltura import SECRET, ScriptedKaltura, SeenCall, api_exception

Json = dict[str, Any]

# What every search of the stage's server bears: its category.
CATEGORY = '"fieldName": "ancestor_id", "searchTerm": "7"'


@pytest.fixture
async def visitor(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    async with visiting(stage, kaltura) as visitor:
        yield visitor


def token(visitor: Visitor, guild_id: str = "", via: str = "discord") -> str:
    room = RoomToken(
        Viewer(UserId(ANN.user_id), "Ann"),
        Level.VIEWER,
        "room1",
        GuildId(guild_id or visitor.guild_id),
        "browser" if via == "browser" else "discord",
    )
    return visitor.parts.tokens.room(room)


async def test_a_search(visitor: Visitor) -> None:
    answer = await visitor.get("/videos", token(visitor), query="cells", page=1, limit=2)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["total"], found["page"]) == (2, 1)
    assert found["videos"][0] == {
        "id": "1_abcdefgh",
        "title": "Film 1_abcdefgh",
        "description": "",
        "duration": 61,
        "kind": "video",
        "created_at": 0,
        "plays": 3,
        "thumbnail": "/k/cdn-test/p/12345/thumbnail/entry_id/1_abcdefgh/width/640/height/360/type/3",
    }
    asked = visitor.kaltura.only(SEARCH).parameters
    assert asked["pager"] == {"objectType": "KalturaPager", "pageSize": 2, "pageIndex": 1}
    assert CATEGORY in json.dumps(asked)


async def test_in_a_browser_tab_pictures_come_straight_from_kaltura(visitor: Visitor) -> None:
    [first, _] = (await visitor.get("/videos", token(visitor, via="browser"))).json()["videos"]
    assert first["thumbnail"].startswith("https://cdn.test/p/12345/thumbnail/")


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "x"}, {"page": "201"}, {"limit": "51"}, {"limit": "-1"}, {"page": "１"}]
)
async def test_pages_are_numbers(visitor: Visitor, query: dict[str, str]) -> None:
    answer = await visitor.get("/videos", token(visitor), **query)
    assert (answer.status_code, slug(answer)) == (400, "bad-request")


@pytest.mark.parametrize("path", ["/videos", "/videos/1_abcdefgh", "/videos/1_abcdefgh/playback"])
async def test_only_those_who_were_let_into_a_room(visitor: Visitor, path: str) -> None:
    session = await visitor.session()
    for wrong in ("", session, "a.b.c", token(visitor)[:-1]):
        answer = await visitor.get(path, wrong)
        assert (answer.status_code, slug(answer)) == (401, "signed-out")
        assert answer.headers["www-authenticate"] == "Bearer"
    await visitor.stage.services.servers.revoke(visitor.stage.guild_id)
    visitor.stage.services.servers._known.clear()
    answer = await visitor.get(path, token(visitor))
    assert (answer.status_code, slug(answer)) == (403, "server-not-allowed")


async def test_searching_without_end_is_limited(visitor: Visitor) -> None:
    statuses = [(await visitor.get("/videos", token(visitor))).status_code for _ in range(41)]
    assert statuses == [200] * 40 + [429]


@pytest.mark.parametrize(("path", "asks_kaltura"), [("", 1), ("/1_abcdefgh", 0), ("/1_abcdefgh/playback", 0)])
async def test_what_is_asked_again_costs_one_write_for_the_limit(
    visitor: Visitor, path: str, asks_kaltura: int
) -> None:
    bearer = token(visitor)
    assert (await visitor.get(f"/videos{path}", bearer)).status_code == 200
    steps, calls = visitor.stage.steps.taken, len(visitor.kaltura.calls)
    assert (await visitor.get(f"/videos{path}", bearer)).status_code == 200
    assert visitor.stage.steps.taken - steps == 2  # before and after one call to the table
    assert len(visitor.kaltura.calls) - calls == asks_kaltura


async def test_one_video_with_the_word_for_the_room(visitor: Visitor) -> None:
    long = "🎬" * 400
    visitor.kaltura.on(SEARCH, {"objects": [{"object": {**entry("1_abcdefgh"), "name": long}}], "totalCount": 1})
    video = (await visitor.get("/videos/1_abcdefgh", token(visitor))).json()
    assert len(video["grant"]) <= 2048
    grant = visitor.parts.tokens.read_media_grant(video["grant"])
    assert (grant.guild_id, grant.entry_id, grant.duration, grant.kind) == (visitor.guild_id, "1_abcdefgh", 61, "video")
    assert grant.title.startswith("🎬🎬")


async def test_another_servers_video_is_as_good_as_not_there(visitor: Visitor) -> None:
    other = GuildId(snowflake())
    await visitor.stage.services.servers.allow(AllowedServer(other, (8,)))

    def by_scope(call: SeenCall) -> Json:
        is_ours = CATEGORY in json.dumps(call.parameters["searchParams"])
        found: Json = library("1_abcdefgh")(call) if is_ours else {"objects": [], "totalCount": 0}
        return found

    visitor.kaltura.on(SEARCH, by_scope)
    ours, theirs = token(visitor), token(visitor, other)
    # In this order, so that what one server was told is not what another gets from memory.
    assert (await visitor.get("/videos/1_abcdefgh", ours)).status_code == 200
    assert (await visitor.get("/videos/1_abcdefgh/playback", ours)).status_code == 200
    for path in ("/videos/1_abcdefgh", "/videos/1_abcdefgh/playback"):
        answer = await visitor.get(path, theirs)
        assert (answer.status_code, slug(answer)) == (404, "video-not-found")
    assert (await visitor.get("/videos", theirs)).json()["videos"] == []


@pytest.mark.parametrize("entry_id", ["nothing", "1_abc%2e%2e", "x" * 500, "a b"])
async def test_a_video_that_is_not_there(visitor: Visitor, entry_id: str) -> None:
    answer = await visitor.get(f"/videos/{entry_id}", token(visitor))
    assert (answer.status_code, slug(answer)) == (404, "video-not-found")


async def test_how_to_play_in_discord(visitor: Visitor) -> None:
    answer = await visitor.get("/videos/1_abcdefgh/playback", token(visitor))
    assert answer.status_code == 200
    told = answer.json()
    assert told["poster"] == "/k/cdn-test/p/12345/thumbnail/entry_id/1_abcdefgh/width/1280/height/720/type/3"
    assert told["player"] == {
        "script": "/k/cdn-test/p/12345/embedPlaykitJs/uiconf_id/45678",
        "partner_id": 12345,
        "ui_conf_id": 45678,
    }
    expires_at = visitor.stage.clock() + 61 + 7200
    assert told["expires_at_ms"] == expires_at * 1000
    play = told["manifest"].removeprefix("/api/v1/media/").removesuffix("/master.m3u8")
    assert visitor.parts.tokens.read_play(play).entry_id == "1_abcdefgh"
    [caption] = told["captions"]
    url = caption.pop("url")
    assert url == f"/api/v1/media/{play}/captions/1_cap.vtt"
    assert caption == {"label": "English", "language": "en", "is_default": True}
    assert answer.headers["cache-control"] == "no-store"


async def test_how_to_play_in_a_browser_tab(visitor: Visitor) -> None:
    told = (await visitor.get("/videos/1_abcdefgh/playback", token(visitor, via="browser"))).json()
    assert told["player"]["script"] == "https://cdn.test/p/12345/embedPlaykitJs/uiconf_id/45678"
    assert urlsplit(told["poster"]).netloc == "cdn.test"
    assert told["manifest"].startswith("/api/v1/media/")


async def test_kaltura_is_asked_with_the_least_that_can_watch(visitor: Visitor) -> None:
    await visitor.get("/videos/1_abcdefgh/playback", token(visitor))
    asked = visitor.kaltura.only(CONTEXT)
    partner_id, grant = inspect(str(asked.parameters["ks"]), SECRET)
    assert partner_id == 12345
    assert grant.type is SessionType.USER
    assert grant.privileges["sview"] == "1_abcdefgh"
    assert not {"list", "edit", "disableentitlement", "all"} & grant.privileges.keys()
    assert grant.expires_at - visitor.kaltura.clock.epoch() == 600
    assert asked.parameters["contextDataParams"]["referrer"] == "https://kaltura.example"  # type: ignore[index]


async def test_a_crowd_asks_kaltura_once(visitor: Visitor) -> None:
    for number in range(30):
        viewer = Viewer(UserId(str(10**18 + number)), "Somebody")
        room = RoomToken(viewer, Level.VIEWER, "room1", GuildId(visitor.guild_id), "discord")
        path = "/videos/1_abcdefgh/playback"
        assert (await visitor.get(path, visitor.parts.tokens.room(room))).status_code == 200
    assert visitor.kaltura.names() == [SEARCH, CONTEXT]


BLOCK = [{"type": 1, "objectType": "KalturaAccessControlBlockAction"}]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("SCHEDULED_RESTRICTED", "at certain times"),
        ("COUNTRY_RESTRICTED", "certain countries"),
        ("IP_RESTRICTED", "certain networks"),
        ("SITE_RESTRICTED", "certain websites"),
        ("SESSION_RESTRICTED", "invited viewers"),
        ("USER_AGENT_RESTRICTED", "certain devices"),
        ("SOMETHING_NEW", "rules for this video"),
        ("", "rules for this video"),
    ],
)
async def test_what_access_control_blocks_is_explained(visitor: Visitor, code: str, says: str) -> None:
    messages = [{"code": code, "message": "<b>internal</b>"}] if code else []
    visitor.kaltura.on(CONTEXT, playable(sources=[], actions=BLOCK, messages=messages))
    answer = await visitor.get("/videos/1_abcdefgh/playback", token(visitor))
    assert (answer.status_code, slug(answer)) == (403, "access-denied")
    assert says in answer.json()["detail"]
    assert "internal" not in answer.text


@pytest.mark.parametrize(
    ("context", "status", "problem", "says"),
    [
        (playable(sources=[]), 409, "not-playable", "still being prepared"),
        (playable(sources=[{"format": "url"}]), 409, "not-playable", "no stream"),
        (playable(sources=[{"format": "applehttp", "drm": [{"scheme": "x"}]}]), 403, "access-denied", "copy-protected"),
        (api_exception("ENTRY_ID_NOT_FOUND"), 404, "video-not-found", "no such video"),
        (httpx.ReadTimeout("x"), 503, "kaltura", "Kaltura does not answer"),
        ("garbage", 503, "kaltura", "Kaltura does not answer"),
    ],
)
async def test_what_cannot_be_played_is_explained(
    visitor: Visitor, context: Any, status: int, problem: str, says: str
) -> None:
    visitor.kaltura.on(CONTEXT, context)
    answer = await visitor.get("/videos/1_abcdefgh/playback", token(visitor))
    assert (answer.status_code, slug(answer)) == (status, problem)
    assert says in answer.json()["detail"]


async def test_a_live_entry_that_is_not_on_air(visitor: Visitor) -> None:
    live = {**entry("1_abcdefgh"), "type": "7", "mediaType": 201, "duration": 0}
    visitor.kaltura.on(SEARCH, {"objects": [{"object": live}], "totalCount": 1})
    visitor.kaltura.on(CONTEXT, playable(sources=[]))
    answer = await visitor.get("/videos/1_abcdefgh/playback", token(visitor))
    assert "not on air" in answer.json()["detail"]
    assert (await visitor.get("/videos/1_abcdefgh", token(visitor))).json()["kind"] == "live"


async def test_while_kaltura_is_silent_the_answer_says_so(visitor: Visitor) -> None:
    visitor.kaltura.on(SEARCH, httpx.ConnectTimeout("silent"))
    answer = await visitor.get("/videos", token(visitor))
    assert (answer.status_code, slug(answer)) == (503, "kaltura")
    assert int(answer.headers["retry-after"]) > 0
