"""The media host: segments and mp4 files of media/, with byte ranges, and the variant playlists with absolute URLs."""

import re
from pathlib import Path
from typing import Final

from aiohttp import web

from .world import KalturaWorld

MEDIA: Final = Path(__file__).with_name("media")
POSTERS: Final = MEDIA / "posters"
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Length, Content-Range"}
_CLIP: Final = "{clip:[a-z]+}"
_RENDITION: Final = "{rendition:[0-9]+p}"
_DURATION: Final = re.compile(r"#EXTINF:([0-9.]+)")


def renditions(clip: str) -> list[str]:
    """The renditions of a clip, lowest first, such as 240p and 360p."""
    names = [folder.name for folder in (MEDIA / clip).iterdir() if folder.is_dir()]
    return sorted(names, key=lambda name: int(name.rstrip("p")))


def segment_seconds(clip: str, rendition: str) -> list[float]:
    """How long each segment of a rendition runs, in seconds."""
    playlist = (MEDIA / clip / rendition / "index.m3u8").read_text(encoding="utf-8")
    return [float(match) for match in _DURATION.findall(playlist)]


def add_media_routes(application: web.Application, world: KalturaWorld) -> None:
    """Serve `/media/{clip}/{rendition}/...` and `/media/{clip}/{rendition}.mp4`."""

    async def playlist(request: web.Request) -> web.StreamResponse:
        clip, rendition = request.match_info["clip"], request.match_info["rendition"]
        source = MEDIA / clip / rendition / "index.m3u8"
        if not source.is_file():
            raise web.HTTPNotFound(headers=_OPEN)
        base = world.addresses.media(f"{clip}/{rendition}/")
        text = re.sub(r"^([0-9]+\.ts)$", rf"{base}\1", source.read_text(encoding="utf-8"), flags=re.MULTILINE)
        return web.Response(text=text, content_type="application/vnd.apple.mpegurl", headers=_OPEN)

    async def segment(request: web.Request) -> web.StreamResponse:
        info = request.match_info
        return _file(MEDIA / info["clip"] / info["rendition"] / info["segment"], "video/mp2t")

    async def whole(request: web.Request) -> web.StreamResponse:
        info = request.match_info
        response = _file(MEDIA / info["clip"] / f"{info['rendition']}.mp4", "video/mp4")
        if "download" in request.query:
            response.headers["Content-Disposition"] = f'attachment; filename="{info["clip"]}.mp4"'
        return response

    application.router.add_get(f"/media/{_CLIP}/{_RENDITION}/index.m3u8", playlist)
    application.router.add_get(f"/media/{_CLIP}/{_RENDITION}/{{segment:[0-9]+\\.ts}}", segment)
    application.router.add_get(f"/media/{_CLIP}/{_RENDITION}.mp4", whole)
    application.router.add_route("OPTIONS", "/{tail:.*}", _preflight)


def _file(path: Path, content_type: str) -> web.FileResponse:
    if not path.is_file():
        raise web.HTTPNotFound(headers=_OPEN)
    headers = {**_OPEN, "Content-Type": content_type, "Cache-Control": "public, max-age=8640000"}
    return web.FileResponse(path, headers=headers)


async def _preflight(_request: web.Request) -> web.Response:
    return web.Response(headers={**_OPEN, "Access-Control-Allow-Headers": "Range", "Access-Control-Max-Age": "86400"})
