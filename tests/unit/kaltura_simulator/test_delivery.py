"""What players and Discord fetch by address: manifests, segments, files, pictures, the player page."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local_stack.kaltura import library_titles as titles
from local_stack.kaltura.delivery import DeliveryDoor
from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura

TS_PACKET = 188


async def fetch(kaltura: RunningKaltura, address: str, **options: Any) -> tuple[aiohttp.ClientResponse, bytes]:
    url = address if address.startswith("http") else f"{kaltura.url}/p/{kaltura.world.partner_id}{address}"
    async with kaltura.http.get(url, **options) as answer:
        return answer, await answer.read()


def addresses_in(playlist: bytes) -> list[str]:
    return [line for line in playlist.decode().splitlines() if line and not line.startswith("#")]


async def test_a_manifest_leads_through_variants_to_segments_on_the_media_origin(kaltura: RunningKaltura) -> None:
    answer, master = await fetch(
        kaltura,
        f"/sp/{kaltura.world.partner_id}00/playManifest/entryId/1_bio00001/protocol/http/format/applehttp/a.m3u8",
    )
    assert answer.content_type == "application/vnd.apple.mpegurl"
    variants = addresses_in(master)
    assert len(variants) == 2
    for variant in variants:
        assert variant.startswith(kaltura.world.places.media_url)
        answer, playlist = await fetch(kaltura, variant)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        segments = addresses_in(playlist)
        lengths = [float(length) for length in re.findall(r"#EXTINF:([0-9.]+)", playlist.decode())]
        assert sum(lengths) == pytest.approx(60, abs=0.2)
        _, segment = await fetch(kaltura, segments[0])
        assert segment[0] == segment[TS_PACKET] == 0x47
        assert len(segment) % TS_PACKET == 0


async def test_every_clip_of_the_library_is_as_long_as_its_entries_say(kaltura: RunningKaltura) -> None:
    for clip, seconds in titles.CLIP_SECONDS.items():
        _, playlist = await fetch(kaltura, kaltura.world.addresses.media(f"{clip}/240p/index.m3u8"))
        lengths = [float(length) for length in re.findall(r"#EXTINF:([0-9.]+)", playlist.decode())]
        assert sum(lengths) == pytest.approx(seconds, abs=0.2), clip


async def test_the_progressive_address_redirects_to_an_mp4_with_ranges(kaltura: RunningKaltura) -> None:
    path = "/playManifest/entryId/1_bio00002/format/url/protocol/http/a.mp4"
    answer, _ = await fetch(kaltura, path, allow_redirects=False)
    assert answer.status == 302
    answer, part = await fetch(kaltura, answer.headers["Location"], headers={"Range": "bytes=4-7"})
    assert (answer.status, part) == (206, b"ftyp")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_download_is_an_attachment(kaltura: RunningKaltura) -> None:
    answer, _ = await fetch(kaltura, "/playManifest/entryId/1_bio00002/format/download/a.mp4")
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("tail", "number"),
    [
        ("entryId/1_missing1/format/applehttp/a.m3u8", 1),
        (f"entryId/{titles.ACCESS_CONTROLLED_ENTRY_ID}/format/applehttp/a.m3u8", 3),
        (f"entryId/{titles.ACCESS_CONTROLLED_ENTRY_ID}/format/applehttp/ks/nonsense/a.m3u8", 3),
        (f"entryId/{titles.NOT_READY_ENTRY_ID}/format/applehttp/a.m3u8", 6),
        (f"entryId/{titles.LIVE_ENTRY_ID}/format/applehttp/a.m3u8", 36),
        ("entryId/1_bio00001/format/mpegdash/a.mpd", 12),
    ],
)
async def test_refusals_are_a_404_with_the_reason_in_a_header(kaltura: RunningKaltura, tail: str, number: int) -> None:
    answer, body = await fetch(kaltura, f"/playManifest/{tail}")
    assert (answer.status, body) == (404, b"")
    assert answer.headers["X-Kaltura-App"].startswith(f"exiting on error {number} - ")


async def test_an_access_controlled_entry_plays_with_a_session_that_may_view_it(kaltura: RunningKaltura) -> None:
    entry_id = titles.ACCESS_CONTROLLED_ENTRY_ID
    viewer = kaltura.person(privileges=f"sview:{entry_id}")
    path = f"/playManifest/entryId/{entry_id}/format/applehttp"
    assert (await fetch(kaltura, f"{path}/ks/{viewer}/a.m3u8"))[0].status == 200
    assert (await fetch(kaltura, f"{path}/a.m3u8", headers={"X-Kaltura-Ks": viewer}))[0].status == 200
    elsewhere = kaltura.person(privileges="sview:1_bio00001")
    assert (await fetch(kaltura, f"{path}/ks/{elsewhere}/a.m3u8"))[0].status == 404


OPTIONS = {"objectType": "KalturaPlaybackContextOptions", "flavorTags": "all"}


async def test_the_playback_context_tells_sources_and_captions(kaltura: RunningKaltura) -> None:
    wish = {"entryId": "1_bio00001", "contextDataParams": OPTIONS}
    context = await kaltura.call("baseentry", "getPlaybackContext", ks=kaltura.person(), **wish)
    assert {source["format"] for source in context["sources"]} == {"applehttp", "url"}
    assert context["playbackCaptions"][0]["languageCode"] == "en"
    assert context["actions"] == []
    assert (await fetch(kaltura, context["sources"][0]["url"]))[0].status == 200


async def test_a_blocked_playback_context_has_an_action_and_no_sources(kaltura: RunningKaltura) -> None:
    wish = {"entryId": titles.ACCESS_CONTROLLED_ENTRY_ID, "contextDataParams": OPTIONS}
    context = await kaltura.call("baseentry", "getPlaybackContext", ks=kaltura.person(), **wish)
    assert context["actions"] == [{"type": 1, "objectType": "KalturaAccessControlBlockAction"}]
    assert context["sources"] == []
    assert context["messages"][0]["message"]


async def test_a_live_entry_goes_on_air_and_off(kaltura: RunningKaltura) -> None:
    live = {"id": titles.LIVE_ENTRY_ID}
    assert await kaltura.call("livestream", "isLive", **live) is False
    door = f"{kaltura.url}/_sim/entries/{titles.LIVE_ENTRY_ID}"
    async with kaltura.http.post(door, json={"live": True}) as answer:
        assert (await answer.json())["liveStatus"] == 1
    assert await kaltura.call("livestream", "isLive", **live) is True
    on_air = await kaltura.admin("livestream", "list", filter={"isLive": 1})
    assert [entry["id"] for entry in on_air["objects"]] == [titles.LIVE_ENTRY_ID]
    path = f"/playManifest/entryId/{titles.LIVE_ENTRY_ID}/format/applehttp/a.m3u8"
    _, before = await fetch(kaltura, path)
    kaltura.clock.now += 4
    _, after = await fetch(kaltura, path)
    assert b"#EXT-X-ENDLIST" not in before
    assert addresses_in(before) == addresses_in(after)[:-1]
    assert (await fetch(kaltura, addresses_in(after)[-1]))[1][0] == 0x47
    kaltura.clock.now += 600
    _, much_later = await fetch(kaltura, path)
    assert len(addresses_in(much_later)) == 30
    assert b"#EXT-X-DISCONTINUITY\n" in much_later
    async with kaltura.http.post(door, json={"live": False}) as answer:
        assert answer.status == 200
    assert await kaltura.call("livestream", "isLive", **live) is False


async def test_thumbnails_are_jpegs_of_videos_and_rooms(kaltura: RunningKaltura) -> None:
    room = await kaltura.room()
    for entry_id in ("1_bio00001", room["id"]):
        answer, picture = await fetch(kaltura, f"/thumbnail/entry_id/{entry_id}/width/640/height/360/type/3")
        assert (answer.content_type, picture[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert (await fetch(kaltura, room["thumbnailUrl"] + "/width/320"))[0].status == 200
    assert (await fetch(kaltura, "/thumbnail/entry_id/1_missing1"))[0].status == 404
    assert (await fetch(kaltura, "/thumbnail/entry_id/1_bio00001/width/99999"))[0].status == 404


async def test_the_player_page_plays_in_any_browser(kaltura: RunningKaltura) -> None:
    player = f"/embedPlaykitJs/uiconf_id/{kaltura.world.player_id}?iframeembed=true&entry_id="
    answer, page = await fetch(kaltura, player + titles.MENTION_ENTRY_ID)
    assert answer.content_type == "text/html"
    assert b"format/applehttp" in page
    assert b"format/url" in page
    assert b"&lt;@&amp;1234&gt;" in page
    _, refused = await fetch(kaltura, player + titles.ACCESS_CONTROLLED_ENTRY_ID)
    assert b"invited viewers only" in refused
    assert b"<video" not in refused
    assert (await fetch(kaltura, "/embedPlaykitJs/uiconf_id/1?iframeembed=true&entry_id=1_bio00001"))[0].status == 404


async def test_the_player_page_of_a_broadcast_starts_where_the_broadcast_is(kaltura: RunningKaltura) -> None:
    player = f"/embedPlaykitJs/uiconf_id/{kaltura.world.player_id}?iframeembed=true&entry_id={titles.LIVE_ENTRY_ID}"
    _, before = await fetch(kaltura, player)
    assert b"The broadcast has not started" in before
    door = f"{kaltura.url}/_sim/entries/{titles.LIVE_ENTRY_ID}"
    async with kaltura.http.post(door, json={"live": True}) as answer:
        assert answer.status == 200
    kaltura.clock.now += 65
    _, page = await fetch(kaltura, player)
    assert b'data-start="5.0" loop' in page


async def test_the_players_script_is_kalturas_own_and_open_to_every_origin(
    kaltura: RunningKaltura, tmp_path: Path
) -> None:
    bundle = tmp_path / "kaltura-ovp-player.js"
    bundle.write_text("var KalturaPlayer;")
    application = web.Application()
    DeliveryDoor(kaltura.world, bundle).add_routes(application)
    path = f"/p/{kaltura.world.partner_id}/embedPlaykitJs/uiconf_id/{kaltura.world.player_id}"
    async with TestClient(TestServer(application)) as client:
        answer = await client.get(path)
        assert (answer.status, await answer.text()) == (200, "var KalturaPlayer;")
        assert answer.content_type == "application/javascript"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "max-age" in answer.headers["Cache-Control"]
        assert (await client.get(path + "?autoembed=true&entry_id=1_bio00001")).status == 404
        bundle.unlink()
        missing = await client.get(path)
        assert missing.status == 503
        assert "make setup" in await missing.text()
