"""What the account holds, on one page at `/`: its rooms with who came in, and its videos. For people, not for tests.

Buttons do what otherwise happens at Kaltura by itself: a recording is finished, a video is converted, a stream starts.
"""

from html import escape
from typing import Final

from aiohttp import web

from .happenings import go_on_air, record_room, set_status
from .models import STATUS_READY, TYPE_LIVE, TYPE_ROOM, StoredEntry
from .pages import page
from .world import KalturaWorld

_STYLE: Final = """
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h2 { margin: 2.5rem 0 1rem; font-size: 1.15rem; font-weight: 600; }
.none { padding: 1.5rem; border: 1px dashed var(--line); border-radius: 12px; color: var(--soft); }
.rooms, .videos { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
.rooms { grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
.videos { grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.card div { padding: .9rem 1.1rem; }
.title { font-weight: 600; overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 2;
  -webkit-box-orient: vertical; overflow: hidden; }
.videos a { color: inherit; text-decoration: none; display: block; }
.videos img { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: cover; }
"""

_DELETED: Final = "3"
_VIDEO_TYPES: Final = ("1", "7")


class OverviewDoor:
    """Shows the account."""

    def __init__(self, world: KalturaWorld) -> None:
        self._world = world

    def add_routes(self, application: web.Application) -> None:
        """Register the page."""
        application.router.add_get("/", self.show)
        application.router.add_post("/rooms/{entry_id}/finish-recording", self.finish_recording)
        application.router.add_post("/entries/{entry_id}/ready", self.make_ready)
        application.router.add_post("/entries/{entry_id}/on-air", self.go_live)
        application.router.add_post("/entries/{entry_id}/off-air", self.stop)

    async def show(self, _request: web.Request) -> web.Response:
        """The page."""
        entries = [e for e in self._world.library.entries.values() if str(e.record["status"]) != _DELETED]
        rooms = [entry for entry in entries if entry.record["type"] == TYPE_ROOM]
        videos = [entry for entry in entries if str(entry.record["type"]) in _VIDEO_TYPES]
        body = (
            f'<main><h1>Simulated Kaltura</h1><p class="soft">Account {self._world.partner_id}</p>'
            f"<h2>Rooms</h2>{self._rooms(rooms)}<h2>Videos</h2>{self._videos(videos)}</main>"
        )
        return web.Response(text=page("Simulated Kaltura", body, _STYLE), content_type="text/html")

    async def finish_recording(self, request: web.Request) -> web.Response:
        """The room was recorded, and the recording is ready."""
        recording = record_room(self._world, self._entry(request))
        set_status(self._world, recording, STATUS_READY)
        return _back()

    async def make_ready(self, request: web.Request) -> web.Response:
        """The video is converted."""
        set_status(self._world, self._entry(request), STATUS_READY)
        return _back()

    async def go_live(self, request: web.Request) -> web.Response:
        """The stream starts."""
        go_on_air(self._world, self._entry(request), on_air=True)
        return _back()

    async def stop(self, request: web.Request) -> web.Response:
        """The stream stops."""
        go_on_air(self._world, self._entry(request), on_air=False)
        return _back()

    def _entry(self, request: web.Request) -> StoredEntry:
        entry = self._world.library.entries.get(request.match_info["entry_id"])
        if entry is None or entry.deleted:
            raise web.HTTPNotFound(text="There is no such entry.")
        return entry

    def _rooms(self, rooms: list[StoredEntry]) -> str:
        if not rooms:
            return '<p class="none">No room yet. Start a meeting in Discord with /kaltura-start.</p>'
        newest_first = sorted(rooms, key=lambda room: int(room.record["createdAt"]), reverse=True)
        return f'<ul class="rooms">{"".join(self._room(room) for room in newest_first)}</ul>'

    def _room(self, room: StoredEntry) -> str:
        names = [join.name for join in self._world.joins if join.room_id == room.id]
        came_in = f"Came in: {', '.join(names)}" if names else "Nobody came in yet"
        has_ended = "ended" in str(room.record.get("adminTags", ""))
        state = "Ended" if has_ended else "Open"
        return (
            f'<li class="card"><div><p class="title" dir="auto">{escape(str(room.record["name"]))}</p>'
            f'<p class="soft small">{state} · {escape(room.id)}</p>'
            f'<p class="small" dir="auto">{escape(came_in)}</p>'
            f"{_button(f'/rooms/{room.id}/finish-recording', 'Finish recording')}</div></li>"
        )

    def _videos(self, videos: list[StoredEntry]) -> str:
        return f'<ul class="videos">{"".join(self._video(video) for video in videos)}</ul>'

    def _video(self, video: StoredEntry) -> str:
        account = f"/p/{self._world.partner_id}"
        picture = f"{account}/thumbnail/entry_id/{video.id}/width/320/height/180/type/3"
        player = f"{account}/embedPlaykitJs/uiconf_id/{self._world.player_id}?iframeembed=true&entry_id={video.id}"
        return (
            f'<li class="card"><a href="{escape(player)}"><img src="{picture}" alt="" loading="lazy">'
            f'<div><p class="title" dir="auto">{escape(str(video.record["name"]))}</p>'
            f'<p class="soft small">{escape(video.id)}</p></div></a>{_next_step(video)}</li>'
        )


def _next_step(video: StoredEntry) -> str:
    """What can happen to a video next."""
    if video.record["type"] == TYPE_LIVE:
        path, label = ("off-air", "Stop the stream") if video.is_live else ("on-air", "Go live")
    elif video.record["status"] != STATUS_READY:
        path, label = "ready", "Finish converting"
    else:
        return ""
    return f"<div>{_button(f'/entries/{video.id}/{path}', label)}</div>"


def _button(action: str, label: str) -> str:
    return f'<form method="post" action="{escape(action)}"><button class="button">{escape(label)}</button></form>'


def _back() -> web.Response:
    raise web.HTTPSeeOther("/")
