"""HLS manifests: the master playlist of a clip, and the sliding one of a live entry. Every address is absolute."""

from typing import Final

from .addresses import Addresses
from .media_host import renditions, segment_seconds

# Bits per second that the master playlist announces, above the highest segment of each rendition.
_BANDWIDTHS: Final = {"240p": 160_000, "360p": 260_000}
_SIZES: Final = {"240p": "426x240", "360p": "640x360"}
LIVE_WINDOW_SEGMENTS: Final = 30
SEGMENTS_AT_START: Final = 3
"""A broadcast that just began has this much to show, so that players start at once."""


def master_playlist(clip: str, addresses: Addresses) -> str:
    """The renditions of a clip, each on the media host."""
    lines = ["#EXTM3U"]
    for rendition in renditions(clip):
        bandwidth, size = _BANDWIDTHS[rendition], _SIZES[rendition]
        lines.append(
            f"#EXT-X-STREAM-INF:PROGRAM-ID=1,BANDWIDTH={bandwidth},RESOLUTION={size},"
            'CODECS="avc1.42c015,mp4a.40.2",FRAME-RATE=25.000'
        )
        lines.append(addresses.media(f"{clip}/{rendition}/index.m3u8"))
    return "\n".join(lines) + "\n"


def live_playlist(clip: str, addresses: Addresses, on_air_seconds: float) -> str:
    """A broadcast that plays the clip round and round, as far as it got; the last two minutes of it are there.

    Where the clip starts again, timestamps jump, and the playlist says so with a discontinuity. Every segment of the
    clip should be equally long, or the broadcast runs behind its clock.
    """
    rendition = renditions(clip)[0]
    seconds = segment_seconds(clip, rendition)
    longest = max(seconds)
    newest = int(on_air_seconds / longest) + SEGMENTS_AT_START - 1
    first = max(0, newest - LIVE_WINDOW_SEGMENTS + 1)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{int(longest + 0.999)}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
        f"#EXT-X-DISCONTINUITY-SEQUENCE:{max(0, first - 1) // len(seconds)}",
    ]
    for number in range(first, newest + 1):
        index = number % len(seconds)
        if index == 0 and number > 0:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.append(f"#EXTINF:{seconds[index]:.3f},")
        lines.append(addresses.media(f"{clip}/{rendition}/{index:03}.ts"))
    return "\n".join(lines) + "\n"
