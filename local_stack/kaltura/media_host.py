"""The media host: playlists, segments and mp4 files of the clips, with byte ranges; captions as playlists and files."""

from pathlib import Path
from typing import Final

from aiohttp import web

from .clips import CLIPS, MEDIA, Clip
from .manifests import captions_playlist, rendition_playlist
from .services.captions import web_vtt
from .world import KalturaWorld

POSTERS: Final = MEDIA / "posters"
_HLS: Final = "application/vnd.apple.mpegurl"
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Content-Length, Content-Range"}
_FOR_EVER: Final = "public, max-age=8640000"
_CLIP: Final = "{clip:[a-z]+}"
_RENDITION: Final = "{rendition:[0-9]+p}"
_CAPTION: Final = "/media/captions/{caption_id:[0-9a-z_]+}"


def add_media_routes(application: web.Application, world: KalturaWorld) -> None:
    """Serve `/media/{clip}/{rendition}/...`, `/media/{clip}/{rendition}.mp4` and `/media/captions/{id}/...`."""
    door = _MediaDoor(world)
    router = application.router
    router.add_get(f"/media/{_CLIP}/{_RENDITION}/index.m3u8", door.playlist)
    router.add_get(f"/media/{_CLIP}/{_RENDITION}/serve.key", door.key)
    router.add_get(f"/media/{_CLIP}/{_RENDITION}/{{number:[0-9]{{3,5}}}}.ts", door.segment)
    router.add_get(f"/media/{_CLIP}/{_RENDITION}.mp4", door.whole)
    router.add_get(f"{_CAPTION}/index.m3u8", door.captions)
    router.add_get(f"{_CAPTION}/0.vtt", door.captions_text)
    router.add_route("OPTIONS", "/{tail:.*}", _preflight)


class _MediaDoor:
    def __init__(self, world: KalturaWorld) -> None:
        self._world = world

    async def playlist(self, request: web.Request) -> web.StreamResponse:
        rendition = _rendition(request)
        text = rendition_playlist(request.match_info["clip"], rendition, self._world.addresses)
        return web.Response(text=text, content_type=_HLS, headers=_OPEN)

    async def key(self, request: web.Request) -> web.StreamResponse:
        _rendition(request)
        clip = _clip(request)
        if not clip.encrypted:
            raise web.HTTPNotFound(headers=_OPEN)
        headers = {**_OPEN, "Cache-Control": "no-store"}
        return web.Response(body=clip.key, content_type="application/octet-stream", headers=headers)

    async def segment(self, request: web.Request) -> web.StreamResponse:
        data = _clip(request).segment(_rendition(request), int(request.match_info["number"]))
        if data is None:
            raise web.HTTPNotFound(headers=_OPEN)
        return _part(request, data, "video/mp2t")

    async def whole(self, request: web.Request) -> web.StreamResponse:
        path = _clip(request).whole_file
        if path is None or path.stem != request.match_info["rendition"]:
            raise web.HTTPNotFound(headers=_OPEN)
        response = _file(path, "video/mp4")
        if "download" in request.query:
            response.headers["Content-Disposition"] = f'attachment; filename="{request.match_info["clip"]}.mp4"'
        return response

    async def captions(self, request: web.Request) -> web.StreamResponse:
        caption = self._world.library.captions.get(request.match_info["caption_id"])
        if caption is None:
            raise web.HTTPNotFound(headers=_OPEN)
        entry = self._world.library.entries[str(caption.record["entryId"])]
        text = captions_playlist(int(entry.record["duration"]))
        return web.Response(text=text, content_type=_HLS, headers=_OPEN)

    async def captions_text(self, request: web.Request) -> web.StreamResponse:
        caption = self._world.library.captions.get(request.match_info["caption_id"])
        if caption is None:
            raise web.HTTPNotFound(headers=_OPEN)
        return web.Response(text=web_vtt(caption.lines), content_type="text/vtt", headers=_OPEN)


def _clip(request: web.Request) -> Clip:
    clip = CLIPS.get(request.match_info["clip"])
    if clip is None:
        raise web.HTTPNotFound(headers=_OPEN)
    return clip


def _rendition(request: web.Request) -> str:
    rendition = request.match_info["rendition"]
    if rendition not in _clip(request).renditions:
        raise web.HTTPNotFound(headers=_OPEN)
    return rendition


def _part(request: web.Request, data: bytes, content_type: str) -> web.Response:
    """The bytes, or the range of them that was asked for (one range; RFC 9110 14)."""
    headers = {**_OPEN, "Content-Type": content_type, "Cache-Control": _FOR_EVER, "Accept-Ranges": "bytes"}
    if "Range" not in request.headers:
        return web.Response(body=data, headers=headers)
    try:
        wanted = range(*request.http_range.indices(len(data)))
    except ValueError:
        wanted = range(0)
    if not wanted:
        headers["Content-Range"] = f"bytes */{len(data)}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{len(data)}"
    return web.Response(status=206, body=data[wanted.start : wanted.stop], headers=headers)


def _file(path: Path, content_type: str) -> web.FileResponse:
    headers = {**_OPEN, "Content-Type": content_type, "Cache-Control": _FOR_EVER}
    return web.FileResponse(path, headers=headers)


async def _preflight(_request: web.Request) -> web.Response:
    return web.Response(headers={**_OPEN, "Access-Control-Allow-Headers": "Range", "Access-Control-Max-Age": "86400"})
