"""The media host: an hour of film, an encrypted clip, captions, addresses in all forms."""

import re
from datetime import datetime
from itertools import pairwise
from urllib.parse import urljoin

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from local_stack.kaltura import library_titles as titles
from local_stack.kaltura.clips import CLIPS
from local_stack.kaltura.transport_stream import PACKET_BYTES, first_time
from tests.unit.kaltura_simulator.running_kaltura import RunningKaltura
from tests.unit.kaltura_simulator.test_delivery import addresses_in, fetch

VIDEO = range(0xE0, 0xF0)


async def playlist_of(kaltura: RunningKaltura, entry_id: str) -> tuple[str, bytes]:
    """The address and text of an entry's first rendition, reached as a player reaches it."""
    _, master = await fetch(kaltura, f"/playManifest/entryId/{entry_id}/format/applehttp/a.m3u8")
    address = addresses_in(master)[0]
    return address, (await fetch(kaltura, address))[1]


async def test_the_long_film_is_an_hour_with_one_clock(kaltura: RunningKaltura) -> None:
    address, playlist = await playlist_of(kaltura, titles.LONG_FILM_ENTRY_ID)
    segments = [urljoin(address, segment) for segment in addresses_in(playlist)]
    assert len(segments) == 900
    assert b"DISCONTINUITY" not in playlist
    begins = first_time((await fetch(kaltura, segments[0]))[1], VIDEO)
    assert begins is not None
    for number in (1, 14, 15, 16, 450, 899):
        _, segment = await fetch(kaltura, segments[number])
        assert first_time(segment, VIDEO) == begins + number * 4 * 90_000
    answer, _ = await fetch(kaltura, urljoin(address, "900.ts"))
    assert answer.status == 404
    record = kaltura.world.library.entries[titles.LONG_FILM_ENTRY_ID].record
    assert record["duration"] == 3600


async def test_what_is_made_while_it_is_served_has_no_file(kaltura: RunningKaltura) -> None:
    for entry_id in (titles.LONG_FILM_ENTRY_ID, titles.ENCRYPTED_ENTRY_ID):
        answer, _ = await fetch(kaltura, f"/playManifest/entryId/{entry_id}/format/url/a.mp4", allow_redirects=False)
        assert answer.status == 404
        assert answer.headers["X-Kaltura-App"].startswith("exiting on error 6 - ")


async def test_an_encrypted_segment_opens_with_the_playlists_key(kaltura: RunningKaltura) -> None:
    address, playlist = await playlist_of(kaltura, titles.ENCRYPTED_ENTRY_ID)
    (key_address,) = re.findall(r'#EXT-X-KEY:METHOD=AES-128,URI="([^"]+)"\n', playlist.decode())
    _, key = await fetch(kaltura, urljoin(address, key_address))
    assert len(key) == 16
    _, closed = await fetch(kaltura, urljoin(address, addresses_in(playlist)[2]))
    decryptor = Cipher(algorithms.AES128(key), modes.CBC((2).to_bytes(16, "big"))).decryptor()
    opened = decryptor.update(closed) + decryptor.finalize()
    opened = opened[: -opened[-1]]
    assert opened == CLIPS["ember"].segment("240p", 2)
    assert closed[0] != 0x47
    assert (await fetch(kaltura, kaltura.world.addresses.media("orbit/240p/serve.key")))[0].status == 404


@pytest.mark.parametrize(
    ("entry_id", "beginning"),
    [("1_bio00001", "http://"), ("1_bio00002", "000.ts"), ("1_bio00004", "/media/ember/")],
)
async def test_playlists_name_segments_in_every_way_there_is(
    kaltura: RunningKaltura, entry_id: str, beginning: str
) -> None:
    address, playlist = await playlist_of(kaltura, entry_id)
    first = addresses_in(playlist)[0]
    assert first.startswith(beginning)
    _, segment = await fetch(kaltura, urljoin(address, first))
    assert len(segment) % PACKET_BYTES == 0


async def test_captions_are_a_rendition_of_the_manifest_unless_they_are_not_wanted(kaltura: RunningKaltura) -> None:
    path = f"/playManifest/entryId/{titles.CAPTIONED_ENTRY_ID}/format/applehttp"
    _, master = await fetch(kaltura, f"{path}/a.m3u8")
    (address,) = re.findall(r'TYPE=SUBTITLES.*URI="([^"]+)"', master.decode())
    assert 'SUBTITLES="subs"' in master.decode().split("#EXT-X-STREAM-INF")[1]
    _, playlist = await fetch(kaltura, address)
    answer, text = await fetch(kaltura, urljoin(address, addresses_in(playlist)[0]))
    assert answer.content_type == "text/vtt"
    assert text.startswith(b"WEBVTT\n")
    _, without = await fetch(kaltura, f"{path}/disableCaptions/1/a.m3u8")
    assert b"SUBTITLES" not in without
    assert (await fetch(kaltura, kaltura.world.addresses.media("captions/1_c0000000/index.m3u8")))[0].status == 404


async def test_a_broadcast_says_when_each_segment_was_filmed(kaltura: RunningKaltura) -> None:
    async with kaltura.http.post(f"{kaltura.url}/_sim/entries/{titles.LIVE_ENTRY_ID}", json={"live": True}) as answer:
        assert answer.status == 200
    kaltura.clock.now += 70
    _, playlist = await fetch(kaltura, f"/playManifest/entryId/{titles.LIVE_ENTRY_ID}/format/applehttp/a.m3u8")
    filmed = [
        datetime.fromisoformat(moment).timestamp()
        for moment in re.findall(r"#EXT-X-PROGRAM-DATE-TIME:(\S+)", playlist.decode())
    ]
    assert len(filmed) == len(addresses_in(playlist))
    assert {later - earlier for earlier, later in pairwise(filmed)} == {4.0}
    assert kaltura.clock.now - 8 < filmed[-1] + 4 <= kaltura.clock.now
    kaltura.clock.now += 4
    _, later = await fetch(kaltura, f"/playManifest/entryId/{titles.LIVE_ENTRY_ID}/format/applehttp/a.m3u8")
    assert playlist.decode().partition("#EXT-X-PROGRAM")[2] in later.decode()


async def test_segments_come_in_ranges(kaltura: RunningKaltura) -> None:
    address = kaltura.world.addresses.media("film/240p/100.ts")
    _, whole = await fetch(kaltura, address)
    answer, part = await fetch(kaltura, address, headers={"Range": "bytes=188-375"})
    assert (answer.status, answer.headers["Content-Range"]) == (206, f"bytes 188-375/{len(whole)}")
    assert part == whole[188:376]
    answer, end = await fetch(kaltura, address, headers={"Range": "bytes=-10"})
    assert end == whole[-10:]
    assert (await fetch(kaltura, address, headers={"Range": "bytes=9999999-"}))[0].status == 416
