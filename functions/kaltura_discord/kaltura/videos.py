"""Kaltura's videos, as far as one Discord server may see them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.kaltura.answers import Fields, items, listed, number, text
from kaltura_discord.kaltura.search_terms import (
    EXACT,
    ContentScope,
    Item,
    anywhere,
    entry_search,
    field_item,
    in_title,
)
from kaltura_discord.kaltura.text import as_read, one_line, plain
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

__all__ = ["CaptionHit", "ContentScope", "SearchPage", "Video", "VideoKind", "VideoLibrary"]

VideoKind = Literal["video", "audio", "image", "live", "other"]

LONGEST_QUERY = 100
LARGEST_PAGE = 100
RESULT_WINDOW = 10_000
"""Kaltura pages no further (documented by Kaltura)."""

_ENTRY_ID = re.compile(r"[A-Za-z0-9_]{4,20}")
_KINDS: Mapping[int, VideoKind] = {
    1: "video",
    2: "image",
    5: "audio",
    201: "live",
    202: "live",
    203: "live",
    204: "live",
}
_LIVE_TYPES = frozenset({"7", "8"})


@dataclass(frozen=True, slots=True)
class CaptionHit:
    """Where the words that were searched for are spoken.

    Attributes:
        text: the caption's line, plain text; a stranger's words, to be escaped like any other.
        at_seconds: when it is said, seconds from the start.
    """

    text: str
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Video:
    """One entry that can be watched.

    Attributes:
        id: the entry id.
        title: a stranger's words: escape before showing. Never empty.
        description: likewise, plain text in one line; may be empty.
        duration_seconds: 0 for live ones and images.
        created_at: epoch seconds; 0 where Kaltura does not say.
        plays: as counted by Kaltura, late by minutes to hours.
        thumbnail_url: an image of 640x360 without any session in its address.
        page_url: Kaltura's player page for it, without any session in its address.
        kind: what sort of media.
        is_live: a live entry (whether it is on air is another question).
        caption_hit: the first place where the searched words are spoken, or None.
    """

    id: str
    title: str
    description: str
    duration_seconds: int
    created_at: int
    plays: int
    thumbnail_url: str
    page_url: str
    kind: VideoKind
    is_live: bool
    caption_hit: CaptionHit | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of what was found; `total` counts all pages (Kaltura pages no further than 10,000)."""

    videos: tuple[Video, ...]
    total: int


@dataclass(frozen=True, slots=True)
class VideoLibrary:
    """Searching and looking up, always within a scope; an empty scope finds nothing, and Kaltura is not asked.

    Every coroutine raises `KalturaError`.
    """

    transport: KalturaTransport
    addresses: KalturaAddresses

    async def search(
        self, query: str, scope: ContentScope, *, limit: int, deadline: Deadline, page: int = 1
    ) -> SearchPage:
        """Videos that mention `query` in any field or caption, best first; the newest where it is blank.

        Args:
            query: as the user wrote it; more than 100 characters are cut.
            scope: what may be found.
            limit: videos on a page, 1 to 100.
            deadline: when nobody waits for it any more.
            page: counts from 1.
        """
        words = one_line(query, LONGEST_QUERY)
        if not words:
            return await self.recent(scope, limit=limit, deadline=deadline, page=page)
        if scope.empty:
            return SearchPage((), 0)
        return await self._page(scope, [anywhere(words)], limit, page, deadline, newest_first=False)

    async def suggest(
        self, prefix: str, scope: ContentScope, *, deadline: Deadline, limit: int = 25
    ) -> tuple[Video, ...]:
        """Videos whose title begins with or contains `prefix`; the newest where it is blank. For autocomplete."""
        words = one_line(prefix, LONGEST_QUERY)
        if scope.empty:
            return ()
        asked = [in_title(words)] if words else []
        found = await self._page(scope, asked, limit, 1, deadline, newest_first=not words)
        return found.videos

    async def recent(self, scope: ContentScope, *, limit: int, deadline: Deadline, page: int = 1) -> SearchPage:
        """The newest videos."""
        if scope.empty:
            return SearchPage((), 0)
        return await self._page(scope, [], limit, page, deadline, newest_first=True)

    async def get(self, entry_id: str, scope: ContentScope, *, deadline: Deadline) -> Video | None:
        """That video; None where it does not exist, is not ready, or is outside the scope.

        Found by the same search as all others, so that the same rule decides what may be seen.
        """
        if not _ENTRY_ID.fullmatch(entry_id):
            return None
        if scope.blank:
            return None
        found = await self._page(scope, [field_item("id", entry_id, EXACT)], 1, 1, deadline, newest_first=False)
        return next((video for video in found.videos if video.id == entry_id), None)

    async def _page(
        self, scope: ContentScope, asked: list[Item], limit: int, page: int, deadline: Deadline, *, newest_first: bool
    ) -> SearchPage:
        size = max(1, min(limit, LARGEST_PAGE))
        index = max(1, page)
        if index * size > RESULT_WINDOW:
            return SearchPage((), 0)
        parameters: dict[str, object] = {
            "searchParams": entry_search(scope, asked, newest_first=newest_first),
            "pager": {"objectType": "KalturaPager", "pageSize": size, "pageIndex": index},
        }
        answer = await self.transport.call(
            "elasticsearch_esearch", "searchEntry", parameters, deadline=deadline, repeatable=True
        )
        results, total = listed(answer)
        videos = [_video(result, self.addresses) for result in results]
        return SearchPage(tuple(video for video in videos if video is not None), total)


def _video(result: Fields, addresses: KalturaAddresses) -> Video | None:
    """One search result; None where it holds no entry with an id."""
    entry = result.get("object")
    if not isinstance(entry, dict) or not text(entry, "id"):
        return None
    entry_id = text(entry, "id")
    is_live = text(entry, "type") in _LIVE_TYPES
    return Video(
        id=entry_id,
        title=as_read(text(entry, "name")) or entry_id,
        description=plain(text(entry, "description")),
        duration_seconds=0 if is_live else max(0, number(entry, "duration")),
        created_at=number(entry, "createdAt"),
        plays=number(entry, "plays"),
        thumbnail_url=addresses.thumbnail(entry_id),
        page_url=addresses.player_page(entry_id),
        kind="live" if is_live else _KINDS.get(number(entry, "mediaType"), "other"),
        is_live=is_live,
        caption_hit=_caption_hit(result),
    )


def _caption_hit(result: Fields) -> CaptionHit | None:
    for data in items(result, "itemsData"):
        if text(data, "itemsType") != "caption":
            continue
        for line in items(data, "items"):
            words = plain(text(line, "line"))
            if words:
                return CaptionHit(words, number(line, "startsAt") / 1000)
    return None
