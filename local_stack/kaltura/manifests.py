"""HLS manifests: master playlists, the playlists of renditions and of captions, and the sliding one of a broadcast."""

import time
from typing import Final

from .addresses import Addresses
from .clips import CLIPS, Clip
from .models import StoredCaption

# Bits per second that the master playlist announces, above the highest segment of each rendition.
_BANDWIDTHS: Final = {"240p": 160_000, "360p": 260_000}
_SIZES: Final = {"240p": "426x240", "360p": "640x360"}
_CAPTIONS_GROUP: Final = "subs"
LIVE_WINDOW_SEGMENTS: Final = 30
SEGMENTS_AT_START: Final = 3
"""A broadcast that just began has this much to show, so that players start at once."""


def master_playlist(clip: str, addresses: Addresses, captions: list[StoredCaption]) -> str:
    """The renditions of a clip and its captions, each on the media host."""
    lines = ["#EXTM3U"]
    for caption in captions:
        record = caption.record
        address = addresses.media(f"captions/{record['id']}/index.m3u8")
        is_default = "YES" if record["isDefault"] else "NO"
        lines.append(
            f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{_CAPTIONS_GROUP}",NAME="{record["label"]}",DEFAULT={is_default},'
            f'AUTOSELECT=YES,FORCED=NO,LANGUAGE="{record["languageCode"]}",'
            f'URI="{address}"'
        )
    group = f',SUBTITLES="{_CAPTIONS_GROUP}"' if captions else ""
    for rendition in CLIPS[clip].renditions:
        bandwidth, size = _BANDWIDTHS[rendition], _SIZES[rendition]
        lines.append(
            f"#EXT-X-STREAM-INF:PROGRAM-ID=1,BANDWIDTH={bandwidth},RESOLUTION={size},"
            f'CODECS="avc1.42c015,mp4a.40.2",FRAME-RATE=25.000{group}'
        )
        lines.append(addresses.media(f"{clip}/{rendition}/index.m3u8"))
    return "\n".join(lines) + "\n"


def rendition_playlist(name: str, rendition: str, addresses: Addresses) -> str:
    """The segments of a rendition, named as its clip wants them named."""
    clip = CLIPS[name]
    lengths = list(clip.segment_seconds(rendition))
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{_whole_seconds(max(lengths))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
    ]
    base = _base(clip, f"{name}/{rendition}/", addresses)
    if clip.encrypted:
        lines.append(f'#EXT-X-KEY:METHOD=AES-128,URI="{base}serve.key"')
    for number, seconds in enumerate(lengths):
        lines += [f"#EXTINF:{seconds:.6f},", f"{base}{number:03}.ts"]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def captions_playlist(seconds: int) -> str:
    """The captions of an entry as one segment."""
    return (
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{seconds}\n#EXT-X-PLAYLIST-TYPE:VOD\n"
        f"#EXTINF:{seconds}.0,\n0.vtt\n#EXT-X-ENDLIST\n"
    )


def live_playlist(clip: str, addresses: Addresses, began_at: float, on_air_seconds: float) -> str:
    """A broadcast that plays the clip round and round, as far as it got; the last two minutes of it are there.

    Where the clip starts again, timestamps jump, and the playlist says so with a discontinuity. Every segment says when
    it was filmed (`began_at` in epoch seconds), so that viewers can agree on a moment. Every segment of the clip should
    be equally long, or the broadcast runs behind its clock.
    """
    rendition = CLIPS[clip].renditions[0]
    seconds = list(CLIPS[clip].segment_seconds(rendition))
    longest = max(seconds)
    newest = int(on_air_seconds / longest) + SEGMENTS_AT_START - 1
    first = max(0, newest - LIVE_WINDOW_SEGMENTS + 1)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{_whole_seconds(longest)}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{max(0, first - 1) // len(seconds)}",
    ]
    for number in range(first, newest + 1):
        index = number % len(seconds)
        if index == 0 and number > 0:
            lines.append("#EXT-X-DISCONTINUITY")
        filmed_at = began_at + (number - SEGMENTS_AT_START) * longest
        lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{_date_time(filmed_at)}")
        lines.append(f"#EXTINF:{seconds[index]:.3f},")
        lines.append(addresses.media(f"{clip}/{rendition}/{index:03}.ts"))
    return "\n".join(lines) + "\n"


def _base(clip: Clip, path: str, addresses: Addresses) -> str:
    if clip.addresses == "absolute":
        return addresses.media(path)
    return f"/media/{path}" if clip.addresses == "rooted" else ""


def _whole_seconds(seconds: float) -> int:
    return int(seconds + 0.999)


def _date_time(epoch_seconds: float) -> str:
    """ISO 8601 with milliseconds, as `EXT-X-PROGRAM-DATE-TIME` wants it."""
    milliseconds = round(epoch_seconds * 1000)
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000))
    return f"{moment}.{milliseconds % 1000:03}Z"
