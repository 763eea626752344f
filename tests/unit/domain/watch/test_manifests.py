"""HLS playlists, rewritten: every address becomes ours, and nothing else changes."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaltura_discord.watch.manifests import (
    Destination,
    NotAPlaylist,
    PlaylistNotSupported,
    is_complete,
    rewritten,
)
from kaltura_discord.watch.media_hosts import BadAddress, HostNotMapped

BASE = "https://cdn.example/p/1/playManifest/a.m3u8?x=1"


def ours(destination: Destination, url: str) -> str:
    return f"/ours/{destination}?of={url}"


def rewrite(playlist: str, base: str = BASE) -> str:
    return rewritten(playlist, base, ours)


MASTER = """#EXTM3U
#EXT-X-VERSION:6
## made by somebody, URI="https://not.an/attribute"
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="https://keys.example/k?a=b"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, “UK”",DEFAULT=YES,URI="audio/en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Deutsch",URI="//subs.example/de.m3u8?c=d"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=160000,AUDIO="a",CODECS="avc1,mp4a"

# a comment in between
https://vod.example/240/index.m3u8?tok=1&b=2
#EXT-X-STREAM-INF:BANDWIDTH=260000
360/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,URI="iframes.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9,URI="/images.m3u8"
#EXT-X-CONTENT-STEERING:SERVER-URI="https://steer.example/s.json"
#EXT-X-SESSION-DATA:DATA-ID="x",URI="data.json"
"""

MASTER_REWRITTEN = """#EXTM3U
#EXT-X-VERSION:6
## made by somebody, URI="https://not.an/attribute"
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-SESSION-KEY:METHOD=AES-128,URI="/ours/key?of=https://keys.example/k?a=b"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, “UK”",DEFAULT=YES,URI="/ours/playlist?of=https://cdn.example/p/1/playManifest/audio/en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="Deutsch",URI="/ours/playlist?of=https://subs.example/de.m3u8?c=d"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="CC",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=160000,AUDIO="a",CODECS="avc1,mp4a"

# a comment in between
/ours/playlist?of=https://vod.example/240/index.m3u8?tok=1&b=2
#EXT-X-STREAM-INF:BANDWIDTH=260000
/ours/playlist?of=https://cdn.example/p/1/playManifest/360/index.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,URI="/ours/playlist?of=https://cdn.example/p/1/playManifest/iframes.m3u8"
#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=9,URI="/ours/playlist?of=https://cdn.example/images.m3u8"
#EXT-X-SESSION-DATA:DATA-ID="x",URI="/ours/content?of=https://cdn.example/p/1/playManifest/data.json"
"""

VARIANT = """#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@0"
#EXT-X-KEY:METHOD=AES-128,URI="../key.bin",IV=0x01
#EXTINF:4.000,a title, URI="left-alone"
#EXT-X-BYTERANGE:10@0
seg/0.ts?a=b
#EXT-X-PROGRAM-DATE-TIME:2026-11-28T20:00:00.000Z
#EXT-X-DATERANGE:ID="ad",X-ASSET-URI="https://ads.example/a.m3u8",START-DATE="2026-11-28T20:00:00Z"
#EXT-X-DATERANGE:ID="note",X-COM-NOTE="https://note.example"
#EXT-X-DISCONTINUITY
#EXT-X-KEY:METHOD=NONE
#EXTINF:4.000,
HTTPS://vod.example/1.ts
#EXT-X-PART:DURATION=0.3,URI="p1.mp4",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p2.mp4"
#EXT-X-RENDITION-REPORT:URI="../other.m3u8",LAST-MSN=8
#EXT-X-ENDLIST
"""

VARIANT_REWRITTEN = """#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="/ours/content?of=https://cdn.example/v/a/init.mp4",BYTERANGE="100@0"
#EXT-X-KEY:METHOD=AES-128,URI="/ours/key?of=https://cdn.example/v/key.bin",IV=0x01
#EXTINF:4.000,a title, URI="left-alone"
#EXT-X-BYTERANGE:10@0
/ours/content?of=https://cdn.example/v/a/seg/0.ts?a=b
#EXT-X-PROGRAM-DATE-TIME:2026-11-28T20:00:00.000Z
#EXT-X-DATERANGE:ID="note",X-COM-NOTE="https://note.example"
#EXT-X-DISCONTINUITY
#EXT-X-KEY:METHOD=NONE
#EXTINF:4.000,
/ours/content?of=https://vod.example/1.ts
#EXT-X-PART:DURATION=0.3,URI="/ours/content?of=https://cdn.example/v/a/p1.mp4",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="/ours/content?of=https://cdn.example/v/a/p2.mp4"
#EXT-X-RENDITION-REPORT:URI="/ours/playlist?of=https://cdn.example/v/other.m3u8",LAST-MSN=8
#EXT-X-ENDLIST
"""


def test_a_master_playlist() -> None:
    assert rewrite(MASTER) == MASTER_REWRITTEN


def test_a_variant() -> None:
    assert rewrite(VARIANT, "https://cdn.example/v/a/index.m3u8").replace("HTTPS", "https") == VARIANT_REWRITTEN


def test_line_endings_stay_and_a_byte_order_mark_goes() -> None:
    text = "#EXTM3U\r\n#EXTINF:4,\r\n0.ts\r\n\r\n#EXTINF:4,\n1.ts"
    expected = text
    for name in ("0.ts", "1.ts"):
        expected = expected.replace(name, f"/ours/content?of=https://cdn.example/p/1/playManifest/{name}")
    assert rewrite(text) == expected
    assert rewrite("\ufeff" + text) == expected


@pytest.mark.parametrize("end", ["\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_what_some_player_may_take_for_a_line_hides_no_address(end: str) -> None:
    written = rewrite(f"#EXTM3U\n#EXTINF:4,title{end}https://evil.example/0.ts\n1.ts\n")
    assert "/ours/content?of=https://evil.example/0.ts\n" in written


def test_spaces_around_an_address_do_not_belong_to_it() -> None:
    assert rewrite("#EXTM3U\n  0.ts \t\n").endswith("\n/ours/content?of=https://cdn.example/p/1/playManifest/0.ts\n")


@pytest.mark.parametrize(
    "attribute", ["URI=seg.m3u8", 'URI = "seg.m3u8"', 'uri="seg.m3u8"', 'FOO="a,b",URI="seg.m3u8"', 'URI="seg.m3u8']
)
def test_an_attribute_that_is_written_oddly_is_read_as_a_lenient_player_would(attribute: str) -> None:
    written = rewrite(f"#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,{attribute}\n")
    assert '"/ours/playlist?of=https://cdn.example/p/1/playManifest/seg.m3u8"' in written


def test_a_key_that_is_no_address_stays() -> None:
    for uri in ("data:text/plain;base64,AAAA", "skd://asset-1"):
        line = f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="{uri}"'
        assert rewrite(f"#EXTM3U\n{line}\n") == f"#EXTM3U\n{line}\n"


def test_a_tag_that_nobody_knows_has_its_address_replaced() -> None:
    written = rewrite('#EXTM3U\n#EXT-X-NEW:A=1,URI="n.bin",OTHER-URI="https://o.example/"\n')
    assert written == (
        '#EXTM3U\n#EXT-X-NEW:A=1,URI="/ours/content?of=https://cdn.example/p/1/playManifest/n.bin",'
        'OTHER-URI="/ours/content?of=https://o.example/"\n'
    )


def test_variables_are_refused() -> None:
    with pytest.raises(PlaylistNotSupported):
        rewrite('#EXTM3U\n#EXT-X-DEFINE:NAME="host",VALUE="https://x.example"\n{$host}/0.ts\n')


@pytest.mark.parametrize("text", ["", "<html></html>", "#EXTM3U8\n", " #EXTM3U\n", "#EXTINF:4,\n0.ts", "\n#EXTM3U"])
def test_what_is_no_playlist_is_refused(text: str) -> None:
    with pytest.raises(NotAPlaylist):
        rewrite(text)


@pytest.mark.parametrize("uri", ["a\\b.ts", "https://a\\@b.example/c", "a\tb.ts", "https://[::1/"])
def test_what_could_be_read_in_two_ways_is_refused(uri: str) -> None:
    with pytest.raises(BadAddress):
        rewrite(f"#EXTM3U\n#EXTINF:4,\n{uri}\n")


def test_a_place_that_refuses_is_heard() -> None:
    def refuse(_: Destination, url: str) -> str:
        raise HostNotMapped(url)

    with pytest.raises(HostNotMapped):
        rewritten("#EXTM3U\n0.ts", BASE, refuse)


def test_whether_a_playlist_is_complete() -> None:
    assert is_complete(VARIANT)
    assert not is_complete(MASTER)


# --- laws ------------------------------------------------------------------------------------------------------------

_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
_FREE = st.text(_LETTERS, max_size=20)
_PATH = st.from_regex(r"[a-z0-9/_-]{1,12}(\?[a-z0-9=&%~.]{0,12})?", fullmatch=True)
_URI = st.one_of(
    _PATH,
    _PATH.map(lambda path: "/" + path.lstrip("/")),
    _PATH.map(lambda path: "../" + path),
    st.builds(lambda host, path: f"//{host}/{path}", st.sampled_from(["a.example", "b.example:8443"]), _PATH),
    st.builds(lambda host, path: f"https://{host}/{path}", st.sampled_from(["a.example", "b.example:8443"]), _PATH),
)
_TAGS_WITH_URI = [
    "MEDIA",
    "I-FRAME-STREAM-INF",
    "KEY",
    "SESSION-KEY",
    "MAP",
    "PART",
    "PRELOAD-HINT",
    "RENDITION-REPORT",
    "SESSION-DATA",
    "SOMETHING-NEW",
]
_QUOTED = _FREE.map(lambda text: re.sub(r"[\"\x85\u2028\u2029]", "", text))
_TAG = st.builds(
    lambda name, before, uri, after: f'#EXT-X-{name}:A={before},NAME="{after}",URI="{uri}",Z=1',
    st.sampled_from(_TAGS_WITH_URI),
    st.integers(0, 9),
    _URI,
    _QUOTED,
)
_COMMENT = _QUOTED.map(lambda text: f"# {text}").filter(lambda text: not text.startswith("#EXT"))
_LINE = st.one_of(_URI, _TAG, _COMMENT, st.just("#EXTINF:4,t"), st.just(""), st.just("#EXT-X-STREAM-INF:BANDWIDTH=1"))
_END = st.sampled_from(["\n", "\r\n", "\n\n"])


@st.composite
def playlists(draw: st.DrawFn) -> str:
    mark = draw(st.sampled_from(["", "\ufeff"]))
    lines = draw(st.lists(st.tuples(_LINE, _END), max_size=12))
    return mark + "#EXTM3U\n" + "".join(line + end for line, end in lines)


def addresses_in(playlist: str) -> list[str]:
    """Every address of a playlist, as hls.js finds them: lines without `#`, and the attribute URI."""
    found = []
    for line in playlist.splitlines():
        if line.strip() and not line.startswith("#"):
            found.append(line.strip())
        elif line.startswith("#EXT-X-"):
            attributes = re.findall(r'\s*(.+?)\s*=((?:".*?")|.*?)(?:,|$)', line.partition(":")[2])
            found += [value.strip('"') for name, value in attributes if name == "URI"]
    return found


@settings(deadline=None, max_examples=60)
@given(playlists())
def test_every_address_is_ours_and_none_is_lost(playlist: str) -> None:
    before, after = addresses_in(playlist.removeprefix("\ufeff")), addresses_in(rewrite(playlist))
    assert len(after) == len(before)
    assert all(address.startswith("/ours/") for address in after)


@settings(deadline=None, max_examples=60)
@given(playlists())
def test_nothing_but_addresses_changes(playlist: str) -> None:
    def without_addresses(text: str) -> list[str]:
        lines = re.split(r"(\r?\n)", text)
        masked = [re.sub(r'(?<=[:,])URI="[^"]*"', "URI=·", line) for line in lines]
        return ["·" if line.strip() and not line.startswith("#") else line for line in masked]

    assert without_addresses(rewrite(playlist)) == without_addresses(playlist.removeprefix("\ufeff"))


@settings(deadline=None, max_examples=60)
@given(playlists())
def test_rewriting_what_is_ours_again_changes_the_addresses_only_once(playlist: str) -> None:
    def keep(_: Destination, url: str) -> str:
        return url

    once = rewritten(playlist, BASE, keep)
    assert rewritten(once, BASE, keep) == once


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200))
def test_whatever_comes_either_is_rewritten_or_refused(text: str) -> None:
    try:
        written = rewrite("#EXTM3U\n" + text)
    except (PlaylistNotSupported, BadAddress):
        return
    for line in re.split(r"[\r\n\u2028\u2029\x0b\x0c\x1c-\x1e\x85]", written):
        assert not line.strip() or line.lstrip().startswith("#") or line.startswith("/ours/")
