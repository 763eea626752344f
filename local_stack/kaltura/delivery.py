"""The CDN front: playManifest, thumbnails, raw files and the player page.

These addresses answer no api_v3 errors. They refuse with HTTP 404 and
`X-Kaltura-App: exiting on error {number} - {text}`, as Kaltura's KExternalErrors does.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from . import access, errors
from . import session as ks
from .calls import NO_SESSION
from .clips import CLIPS
from .errors import PlaybackRefused
from .library_titles import CLIP_SECONDS
from .manifests import live_playlist, master_playlist
from .media_host import POSTERS
from .models import STATUS_READY, TYPE_LIVE, StoredCaption, StoredEntry
from .player_page import Playable, player_page, unavailable_page
from .player_script import BUNDLE, player_script
from .world import KalturaWorld

_HLS: Final = "application/vnd.apple.mpegurl"
_OPEN: Final = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Server,range,X-Kaltura-App"}
_PARTNER: Final = r"/p/{partner_id:\d+}{sub_partner:(/sp/\d+)?}"
_LARGEST_PICTURE: Final = 5000

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def pairs(tail: str) -> dict[str, str]:
    """`entryId/1_a/format/url/a.mp4` as `{"entryId": "1_a", "format": "url"}`; a file name at the end is dropped."""
    words = [unquote(word) for word in tail.split("/") if word]
    return dict(zip(words[::2], words[1::2], strict=False))


class DeliveryDoor:
    """Answers what players and Discord fetch by address."""

    def __init__(self, world: KalturaWorld, player_bundle: Path = BUNDLE) -> None:
        self._world = world
        self._player_bundle = player_bundle

    def add_routes(self, application: web.Application) -> None:
        """Register the routes."""
        router = application.router
        router.add_get(_PARTNER + "/playManifest/{tail:.*}", self._refusing(self.play_manifest))
        router.add_get(_PARTNER + "/thumbnail/{tail:.*}", self._refusing(self.thumbnail))
        router.add_get(_PARTNER + "/raw/{tail:.*}", self._refusing(self.raw))
        router.add_get(_PARTNER + "/embedPlaykitJs/{tail:.*}", self._refusing(self.player))

    def _refusing(self, answer: Answer) -> Answer:
        async def answered(request: web.Request) -> web.StreamResponse:
            try:
                if int(request.match_info["partner_id"]) != self._world.partner_id:
                    raise PlaybackRefused(errors.PARTNER_NOT_FOUND)
                return await answer(request)
            except PlaybackRefused as refused:
                return web.Response(status=404, headers={**_OPEN, **refused.headers})

        return answered

    async def play_manifest(self, request: web.Request) -> web.StreamResponse:
        """An HLS manifest (`format/applehttp`), or the way to the mp4 (`format/url`, `format/download`)."""
        asked = {**pairs(request.match_info["tail"]), **request.query}
        entry = self._playable(request, asked, "entryId")
        form = asked.get("format", "url")
        if form == "applehttp":
            captions = [] if asked.get("disableCaptions") == "1" else self._captions(entry)
            return web.Response(text=self._manifest(entry, captions), content_type=_HLS, headers=_OPEN)
        if form in ("url", "download"):
            return self._to_file(entry, download=form == "download")
        raise PlaybackRefused(errors.INVALID_ENTRY_TYPE)

    def _manifest(self, entry: StoredEntry, captions: list[StoredCaption]) -> str:
        clip, on_air = str(entry.clip), self._on_air_seconds(entry)
        if entry.record["type"] == TYPE_LIVE:
            return live_playlist(clip, self._world.addresses, self._world.now() - on_air, on_air)
        return master_playlist(clip, self._world.addresses, captions)

    def _captions(self, entry: StoredEntry) -> list[StoredCaption]:
        return [one for one in self._world.library.captions.values() if one.record["entryId"] == entry.id]

    def _to_file(self, entry: StoredEntry, download: bool) -> web.Response:
        if entry.record["type"] == TYPE_LIVE:
            raise PlaybackRefused(errors.INVALID_ENTRY_TYPE)
        file = CLIPS[str(entry.clip)].whole_file
        if file is None:
            raise PlaybackRefused(errors.FLAVOR_NOT_FOUND)
        target = self._world.addresses.media(f"{entry.clip}/{file.name}")
        location = f"{target}?download" if download else target
        return web.Response(status=302, headers={**_OPEN, "Location": location})

    async def raw(self, request: web.Request) -> web.StreamResponse:
        """The download address of an entry."""
        asked = {**pairs(request.match_info["tail"]), **request.query}
        return self._to_file(self._playable(request, asked, "entry_id"), download=True)

    async def thumbnail(self, request: web.Request) -> web.StreamResponse:
        """The picture of an entry, a JPEG whatever its size asked for; access control does not hide it."""
        asked = pairs(request.match_info["tail"])
        entry = self._entry(asked.get("entry_id", ""))
        for name in ("width", "height"):
            size = asked.get(name, "0")
            if not size.isdigit() or int(size) > _LARGEST_PICTURE:
                raise PlaybackRefused(errors.BAD_QUERY)
        headers = {**_OPEN, "Content-Type": "image/jpeg", "Cache-Control": "public, max-age=8640000"}
        return web.FileResponse(POSTERS / f"{entry.poster}.jpg", headers=headers)

    async def player(self, request: web.Request) -> web.StreamResponse:
        """The player's script, or its page where an iframe is asked for; `autoembed` is not simulated."""
        asked = pairs(request.match_info["tail"])
        if asked.get("uiconf_id") != str(self._world.player_id):
            raise PlaybackRefused(errors.UI_CONF_NOT_FOUND)
        if "autoembed" in request.query:
            raise PlaybackRefused(errors.BAD_QUERY)
        if request.query.get("iframeembed", "").lower() != "true":
            return player_script(self._player_bundle)
        try:
            entry = self._playable(request, dict(request.query), "entry_id")
        except PlaybackRefused as refused:
            body = unavailable_page("This video can't be played", _ADVICE[refused.number])
            return web.Response(text=body, content_type="text/html", headers=refused.headers)
        text = player_page(self._shown(entry, request.query.get("ks", ""), request.query.get("kalturaSeekFrom", "0")))
        return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "no-store"})

    def _shown(self, entry: StoredEntry, session_text: str, seek_from: str) -> Playable:
        addresses = self._world.addresses
        key = f"ks/{session_text}/" if session_text else ""
        assets = self._captions(entry)
        shown = Playable(
            title=str(entry.record["name"]),
            poster=addresses.thumbnail(entry.id) + "/width/1280/height/720",
            manifest=addresses.play_manifest(entry.id, "applehttp", f"{key}a.m3u8"),
            progressive=addresses.play_manifest(entry.id, "url", f"{key}a.mp4"),
            captions=addresses.caption(str(assets[0].record["id"]), "serveWebVTT") if assets else None,
            start=float(seek_from) if re.fullmatch(r"\d+(\.\d+)?", seek_from) else 0.0,
        )
        if entry.record["type"] != TYPE_LIVE:
            return shown
        clip = str(entry.clip)
        since = self._on_air_seconds(entry) % CLIP_SECONDS[clip]
        return replace(shown, manifest=None, progressive=addresses.media(f"{clip}/240p.mp4"), start=round(since, 1))

    def _on_air_seconds(self, entry: StoredEntry) -> float:
        return self._world.now() - float(entry.record.get("currentBroadcastStartTime") or 0)

    def _entry(self, entry_id: str) -> StoredEntry:
        entry = self._world.library.entries.get(entry_id)
        if entry is None or entry.deleted:
            raise PlaybackRefused(errors.ENTRY_NOT_FOUND)
        return entry

    def _playable(self, request: web.Request, asked: dict[str, str], name: str) -> StoredEntry:
        entry = self._entry(asked.get(name, ""))
        session = self._session(asked.get("ks") or request.headers.get("X-Kaltura-Ks") or "")
        if not access.may_play(session, entry):
            raise PlaybackRefused(errors.ACCESS_CONTROL_RESTRICTED)
        if entry.record["status"] != STATUS_READY or entry.clip is None:
            raise PlaybackRefused(errors.FLAVOR_NOT_FOUND)
        if entry.record["type"] == TYPE_LIVE and not entry.is_live:
            raise PlaybackRefused(errors.ENTRY_NOT_LIVE)
        return entry

    def _session(self, text: str) -> ks.Session:
        """Who asks; a KS that is not valid counts as none, and access control then decides."""
        if not text:
            return NO_SESSION
        try:
            return self._world.read_session(text)
        except ks.KsRefused:
            return NO_SESSION


_ADVICE: Final = {
    errors.ENTRY_NOT_FOUND: "It does not exist, or was deleted.",
    errors.ACCESS_CONTROL_RESTRICTED: "It is for invited viewers only. Ask its owner for access.",
    errors.FLAVOR_NOT_FOUND: "It is still being prepared. Try again in a few minutes.",
    errors.ENTRY_NOT_LIVE: "The broadcast has not started, or is over.",
}
