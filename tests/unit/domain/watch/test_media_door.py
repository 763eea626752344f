"""Manifests, keys and captions through one origin: what a player gets, and what nobody gets."""

import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.tokens import PlayToken, Via
from kaltura_discord.kaltura.session import inspect
from tests.unit.domain.doors.door import lines
from tests.unit.domain.stage import Stage
from tests.unit.domain.watch.test_sign_in import slug
from tests.unit.domain.watch.visitor import CAPTIONS, CONTEXT, Visitor, playable, visiting
from tests.unit.kaltura.scripted_kaltura import SECRET, ScriptedKaltura, api_exception

MASTER_URL = (
    "https://cdn.test/p/12345/sp/1234500/playManifest/entryId/1_abcdefgh/protocol/https/format/applehttp/a.m3u8"
)
VARIANT_URL = "https://vod.test/x/240/index.m3u8?t=1"
KEY_URL = "https://cdn.test/keys/1?k=2"
MASTER = f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{VARIANT_URL}\n"
VARIANT = f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{KEY_URL}"\n#EXTINF:4,\n0.ts?a=b\n#EXT-X-ENDLIST\n'
LIVE = "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{n}\n#EXTINF:4,\n{n}.ts\n"


@pytest.fixture
async def visitor(stage: Stage, kaltura: ScriptedKaltura) -> AsyncIterator[Visitor]:
    async with visiting(stage, kaltura) as visitor:
        visitor.media.update({MASTER_URL: playlist(MASTER), VARIANT_URL: playlist(VARIANT), KEY_URL: found(bytes(16))})
        yield visitor


def playlist(text: str, kind: str = "application/x-mpegurl") -> httpx.Response:
    return httpx.Response(200, content=text.encode(), headers={"Content-Type": kind})


def found(body: bytes) -> httpx.Response:
    return httpx.Response(200, content=body, headers={"Content-Type": "application/octet-stream"})


def play_token(visitor: Visitor, via: Via = "discord", entry_id: str = "1_abcdefgh") -> str:
    play = PlayToken(GuildId(visitor.guild_id), entry_id, via)
    return visitor.parts.tokens.play(play, int(visitor.stage.clock()) + 7261)


async def master(visitor: Visitor, token: str = "") -> httpx.Response:
    return await visitor.get(f"/media/{token or play_token(visitor)}/master.m3u8")


async def variant_path(visitor: Visitor, token: str = "") -> str:
    return (await master(visitor, token)).text.splitlines()[2]


async def key_path(visitor: Visitor) -> str:
    text = (await visitor.get(await variant_path(visitor))).text
    return text.split('URI="')[1].split('"')[0]


async def test_from_the_master_to_the_key(visitor: Visitor) -> None:
    answer = await master(visitor)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["cache-control"] == "no-store"
    path = answer.text.splitlines()[2]
    assert "/playlist/vod-test/" in path
    answer = await visitor.get(path)
    assert answer.headers["cache-control"] == "private, max-age=300"
    assert answer.text.splitlines()[3] == "/k/vod-test/x/240/0.ts?a=b"
    answer = await visitor.get(await key_path(visitor))
    assert (answer.status_code, answer.content) == (200, bytes(16))
    assert answer.headers["cache-control"] == "no-store"


async def test_in_a_browser_tab_segments_come_straight_from_kaltura(visitor: Visitor) -> None:
    answer = await visitor.get(await variant_path(visitor, play_token(visitor, "browser")))
    assert answer.text.splitlines()[3] == "https://vod.test/x/240/0.ts?a=b"
    assert "/api/v1/media/" in answer.text.splitlines()[1]  # keys never do


async def test_kaltura_sees_a_session_for_this_entry_and_nobody_else_sees_it(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        await master(visitor),
        await visitor.get(await variant_path(visitor)),
        await visitor.get(await key_path(visitor)),
    ]
    by_host: dict[str, set[str]] = {}
    for asked in visitor.media_asked:
        by_host.setdefault(asked.url.host, set()).add(asked.headers.get("x-kaltura-ks", ""))
        assert "djJ8" not in str(asked.url)
    assert by_host["vod.test"] == {""}
    for session in by_host["cdn.test"]:
        _, grant = inspect(session, SECRET)
        assert grant.privileges["sview"] == "1_abcdefgh"
    assert "djJ8" not in "".join([*(answer.text for answer in answers), lines(caplog)])
    kept = await visitor.stage.dynamodb.call("Scan", {"TableName": visitor.stage.services.aws.table_name})
    assert "djJ8" not in json.dumps(kept)


async def test_without_a_good_play_token_there_is_nothing(visitor: Visitor) -> None:
    good = play_token(visitor)
    path = await variant_path(visitor, good)
    tokens = visitor.parts.tokens
    room = await visitor.room_token()
    for wrong in ("x", room, good[:-2], tokens.play(PlayToken(GuildId("1"), "1_abcdefgh", "discord"), 1)):
        answer = await master(visitor, wrong)
        assert (answer.status_code, slug(answer)) == (401, "signed-out")
        answer = await visitor.get(path.replace(good, wrong))
        assert (answer.status_code, slug(answer)) == (401, "signed-out")
    visitor.stage.clock.pass_seconds(7300)
    assert (await master(visitor, good)).status_code == 401


async def test_another_entrys_token_opens_nothing_of_this_one(visitor: Visitor) -> None:
    good, other = play_token(visitor), play_token(visitor, entry_id="1_other000")
    path = await variant_path(visitor, good)
    answer = await visitor.get(path.replace(good, other))
    assert (answer.status_code, slug(answer)) == (404, "media-not-found")


async def test_a_playlist_is_not_to_be_had_by_the_key_door(visitor: Visitor) -> None:
    path = await variant_path(visitor)
    assert slug(await visitor.get(path.replace("/playlist/", "/key/"))) == "media-not-found"
    assert slug(await visitor.get((await key_path(visitor)).replace("/key/", "/playlist/"))) == "media-not-found"


@pytest.mark.parametrize("door", ["playlist", "key"])
@pytest.mark.parametrize(
    "tail",
    [
        "cdn-test/p/12345/playManifest/entryId/1_other000/a.m3u8",
        "evil-example/a.m3u8",
        "evil.example/a.m3u8",
        "cdn-test/..%2f..%2fhealth",
        "cdn-test/%2e%2e",
        "cdn-test/a%5c..%5cb",
        "cdn-test/@evil.example",
        "cdn-test:80@evil.example/a",
        "cdn-test//evil.example/a",
        "169-254-169-254/latest",
        "cdn-test/L2E.AAAAAAAAAAAAAAAAAAAAAA.m3u8",
    ],
)
async def test_nobody_can_ask_for_what_we_did_not_write(visitor: Visitor, door: str, tail: str) -> None:
    answer = await visitor.http.get(f"/api/v1/media/{play_token(visitor)}/{door}/{tail}")
    assert answer.status_code == 404
    assert visitor.media_asked == []


async def test_a_host_that_is_not_mapped_is_named(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    visitor.media[MASTER_URL] = playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://new.cdn.test/a.m3u8\n")
    answer = await master(visitor)
    assert (answer.status_code, slug(answer)) == (502, "media-host-not-mapped")
    assert "new.cdn.test" in answer.json()["detail"]
    assert "KALTURA_MEDIA_HOSTS" in answer.json()["detail"]
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert vars(record)["host"] == "new.cdn.test"


async def test_nor_is_it_followed_there(visitor: Visitor) -> None:
    visitor.media[MASTER_URL] = httpx.Response(302, headers={"Location": "https://new.cdn.test/a.m3u8"})
    assert slug(await master(visitor)) == "media-host-not-mapped"
    assert {asked.url.host for asked in visitor.media_asked} == {"cdn.test"}


@pytest.mark.parametrize(
    "answer",
    [
        playlist("<html>Sign in</html>"),
        playlist("#EXTM3U\n0.ts", "text/html"),
        playlist('#EXTM3U\n#EXT-X-DEFINE:NAME="a",VALUE="b"\n{$a}.ts'),
        playlist("#EXTM3U\nhttps://cdn.test/../a.ts"),
        playlist("#EXTM3U\nhttps://cdn.test/ks/djJ8MTIzfHNlc3Npb24/a.ts"),
        found(b"\xff\xfe#EXTM3U"),
    ],
)
async def test_what_cannot_be_rewritten_is_not_passed_on(
    visitor: Visitor, answer: httpx.Response, caplog: pytest.LogCaptureFixture
) -> None:
    visitor.media[MASTER_URL] = answer
    got = await master(visitor)
    assert (got.status_code, slug(got)) == (502, "media-not-supported")
    assert "djJ8" not in lines(caplog)


@pytest.mark.parametrize(
    ("answer", "status", "problem"),
    [
        (httpx.Response(404, headers={"X-Kaltura-App": "exiting on error 3 - entry restricted"}), 403, "access-denied"),
        (httpx.Response(404, headers={"X-Kaltura-App": "exiting on error 6 - flavor"}), 409, "not-playable"),
        (httpx.Response(403), 403, "access-denied"),
        (httpx.Response(503), 503, "unavailable"),
    ],
)
async def test_what_kaltura_refuses_is_explained(
    visitor: Visitor, answer: httpx.Response, status: int, problem: str
) -> None:
    visitor.media[MASTER_URL] = answer
    got = await master(visitor)
    assert (got.status_code, slug(got)) == (status, problem)


async def test_a_key_is_sixteen_bytes_and_nothing_else(visitor: Visitor) -> None:
    path = await key_path(visitor)
    for body in (b"", bytes(15), bytes(17), b"<html>"):
        visitor.media[KEY_URL] = found(body)
        assert slug(await visitor.get(path)) == "media-not-supported"


async def test_a_crowd_is_served_from_memory_and_a_live_playlist_is_never_older_than_a_second(visitor: Visitor) -> None:
    path = await variant_path(visitor)
    for _ in range(20):
        await visitor.get(path)
        await master(visitor)
    asked = [str(request.url) for request in visitor.media_asked]
    assert asked.count(VARIANT_URL) == 1
    assert asked.count(MASTER_URL) <= 3  # a master may belong to a live entry


async def test_a_live_players_directives_are_passed_on_and_nothing_else_is(visitor: Visitor) -> None:
    path = await variant_path(visitor)
    for text in (LIVE.format(n=1), LIVE.format(n=2)):
        visitor.media[f"{VARIANT_URL}&_HLS_msn=2&_HLS_part=1"] = playlist(text)
    answer = await visitor.get(path, _HLS_msn="2", _HLS_part="1", _HLS_skip="no", url="https://evil.example")
    assert "/k/vod-test/x/240/2.ts" in answer.text
    assert answer.headers["cache-control"] == "no-store"


async def test_letters_of_a_signed_address_are_not_taken_for_a_session(visitor: Visitor) -> None:
    signed = "https://cdn.test/a.ts?Policy=eyJTdGF0ZW1lbnQiOlt7djJ8abcdZ3h5&Signature=djJ8-_Zz0"
    visitor.media[VARIANT_URL] = playlist(f"#EXTM3U\n#EXTINF:4,\n{signed}\n")
    answer = await visitor.get(await variant_path(visitor))
    assert (answer.status_code, answer.text.splitlines()[2][:8]) == (200, "/k/cdn-t")


async def test_captions(visitor: Visitor) -> None:
    visitor.kaltura.on(CAPTIONS, httpx.Response(200, content="WEBVTT\n\n00:01.000 --> 00:02.000\nZellen ä\n".encode()))
    token = play_token(visitor)
    answer = await visitor.get(f"/media/{token}/captions/1_cap.vtt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert "Zellen ä" in answer.text
    asked = visitor.kaltura.only(CAPTIONS)
    assert asked.parameters["captionAssetId"] == "1_cap"
    assert asked.parameters["segmentIndex"] == -1
    assert "djJ8" not in asked.url
    assert slug(await visitor.get(f"/media/{token}/captions/1_foreign.vtt")) == "media-not-found"


@pytest.mark.parametrize("content", [b"<html>", b"#EXTM3U\n", b""])
async def test_captions_that_are_none(visitor: Visitor, content: bytes) -> None:
    visitor.kaltura.on(CAPTIONS, httpx.Response(200, content=content))
    answer = await visitor.get(f"/media/{play_token(visitor)}/captions/1_cap.vtt")
    assert (answer.status_code, slug(answer)) == (503, "kaltura")


async def test_captions_that_kaltura_has_no_more(visitor: Visitor) -> None:
    visitor.kaltura.on(CAPTIONS, api_exception("CAPTION_ASSET_ID_NOT_FOUND"))
    answer = await visitor.get(f"/media/{play_token(visitor)}/captions/1_cap.vtt")
    assert (answer.status_code, slug(answer)) == (404, "kaltura")


async def test_what_is_blocked_meanwhile_stops(visitor: Visitor) -> None:
    block = [{"type": 1}]
    visitor.kaltura.on(CONTEXT, playable(sources=[], actions=block, messages=[{"code": "SCHEDULED_RESTRICTED"}]))
    assert slug(await master(visitor)) == "access-denied"


async def test_a_server_that_is_allowed_no_longer_is_served_no_longer(visitor: Visitor) -> None:
    token = play_token(visitor)
    path = await variant_path(visitor, token)
    await visitor.stage.services.servers.revoke(visitor.stage.guild_id)
    visitor.stage.services.servers._known.clear()
    assert slug(await master(visitor, token)) == "server-not-allowed"
    assert slug(await visitor.get(path)) == "server-not-allowed"
