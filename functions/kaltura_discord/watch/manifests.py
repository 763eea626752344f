"""HLS playlists, rewritten so that every address in them is one of ours (RFC 8216, and its successor draft, bis-17).

A playlist is lines: comments, tags, and addresses. Addresses stand on lines of their own and in the attributes of
tags, absolute or relative to the playlist's own address. What each leads to decides where it goes:

    playlist    after EXT-X-STREAM-INF; EXT-X-MEDIA, EXT-X-I-FRAME-STREAM-INF, …   rewritten again, so through us
    key         EXT-X-KEY, EXT-X-SESSION-KEY                                        a secret, so through us
    content     segments, EXT-X-MAP, EXT-X-PART, EXT-X-PRELOAD-HINT, all others     bytes, straight from Kaltura's host

Everything else stays as it is, to the last space, with these exceptions. A byte order mark is dropped, as players must
refuse it. Content steering and interstitials (EXT-X-CONTENT-STEERING, EXT-X-DATERANGE with an asset) are dropped: they
would lead players elsewhere, and each to another time. A playlist with variables (EXT-X-DEFINE) is refused, since what
its addresses are is known to the player only.

No input or output here: where an address goes is the caller's `place`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from kaltura_discord.watch.media_hosts import joined

Destination = Literal["playlist", "key", "content"]

Place = Callable[[Destination, str], str]
"""Our address for an absolute address."""

_ATTRIBUTES: Mapping[str, Destination] = {
    "EXT-X-MEDIA": "playlist",
    "EXT-X-I-FRAME-STREAM-INF": "playlist",
    "EXT-X-IMAGE-STREAM-INF": "playlist",
    "EXT-X-RENDITION-REPORT": "playlist",
    "EXT-X-KEY": "key",
    "EXT-X-SESSION-KEY": "key",
}
_VARIANT = "EXT-X-STREAM-INF"
_STEERING = "EXT-X-CONTENT-STEERING"
_DATE_RANGE = "EXT-X-DATERANGE"
_DEFINE = "EXT-X-DEFINE"

# Everything that any player might take for the end of a line; the standard knows CR LF and LF only.
_LINE_ENDS = re.compile("(\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029])")
_TAG = re.compile(r"\s*#(EXT[A-Z0-9-]*)(?::(.*))?", re.DOTALL)
_ATTRIBUTE = re.compile(r"([A-Za-z0-9-]+)(\s*=\s*)(\"[^\"]*\"?|[^,\"]*)")
_INTERSTITIAL = re.compile(r"X-ASSET-(URI|LIST)\s*=", re.IGNORECASE)
# These hold what they name, or name what no browser fetches: a key inline, an identifier for a DRM system.
_NO_ADDRESS = ("data:", "skd:")
_MARK = "\ufeff"


class NotAPlaylist(ValueError):
    """The text is no HLS playlist."""


class PlaylistNotSupported(ValueError):
    """The playlist uses something that cannot be rewritten faithfully."""


def rewritten(playlist: str, base_url: str, place: Place) -> str:
    """The playlist with every address replaced by ours.

    Args:
        playlist: its text.
        base_url: where it came from, after all redirects; relative addresses start there.
        place: what an address becomes. It may refuse by raising, which is passed on.

    Raises:
        NotAPlaylist: it does not begin as one.
        PlaylistNotSupported: it has variables.
        BadAddress: an address could be read in two ways.
    """
    pieces = _LINE_ENDS.split(without_mark(playlist))
    written: list[str] = []
    is_variant = False
    for line, end in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        name = _tag_of(line)
        if name == _DEFINE:
            raise PlaylistNotSupported("the playlist has variables")
        if name == _STEERING or (name == _DATE_RANGE and _INTERSTITIAL.search(line)):
            continue
        if name:
            written.append(_tag(line, name, base_url, place) + end)
            is_variant = is_variant or name == _VARIANT
        elif not line.strip() or line.lstrip().startswith("#"):
            written.append(line + end)
        else:
            destination: Destination = "playlist" if is_variant else "content"
            written.append(place(destination, joined(base_url, line.strip())) + end)
            is_variant = False
    return "".join(written)


def without_mark(playlist: str) -> str:
    """The playlist without a byte order mark.

    Raises:
        NotAPlaylist: it does not begin with `#EXTM3U`.
    """
    text = playlist.removeprefix(_MARK)
    if not re.match(r"#EXTM3U(\s|$)", text):
        raise NotAPlaylist("#EXTM3U is missing")
    return text


def is_complete(playlist: str) -> bool:
    """Whether nothing will be added to it any more, so that it may be remembered for long."""
    return "#EXT-X-ENDLIST" in playlist


def _tag_of(line: str) -> str:
    tag = _TAG.match(line)
    return tag[1] if tag else ""


def _tag(line: str, name: str, base_url: str, place: Place) -> str:
    """A tag with the address in its attributes replaced."""
    tag = _TAG.match(line)
    # EXTINF bears a title, in which anything may stand; no basic tag has attributes.
    if tag is None or tag[2] is None or not name.startswith("EXT-X-"):
        return line
    destination = _ATTRIBUTES.get(name, "content")

    def attribute(found: re.Match[str]) -> str:
        key, equals, value = found[1], found[2], found[3]
        if not _names_an_address(key):
            return found[0]
        address = value.strip().strip('"')
        if address.lower().startswith(_NO_ADDRESS):
            return found[0]
        return f'{key}{equals}"{place(destination, joined(base_url, address))}"'

    return line[: tag.start(2)] + _ATTRIBUTE.sub(attribute, tag[2])


def _names_an_address(attribute: str) -> bool:
    upper = attribute.upper()
    return upper == "URI" or (upper.endswith("-URI") and not upper.startswith("X-"))
