"""A server's videos, as its viewers see them, and the signed word that one of them is the server's.

What a server was given is the operator's to say (`allowed_servers`), and every search and every look-up bears it, so
an entry of another server is as good as not there.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.tokens import MediaGrant, MediaKind, Tokens, Via
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.search_terms import server_tag
from kaltura_discord.kaltura.videos import ContentScope, Video, VideoLibrary
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.templates.plain_text import shorten
from kaltura_discord.watch.media_hosts import MediaHosts
from kaltura_discord.watch.models import Media
from kaltura_discord.watch.refusals import ServerNotAllowed, VideoNotFound
from kaltura_discord.watch.short_memory import ShortMemory

_LONGEST_TITLE = 300
_LONGEST_DESCRIPTION = 500
# A grant has 2,048 characters in the room's protocol; a title of strange letters takes twelve bytes for each.
_LONGEST_GRANTED_TITLE_BYTES = 900
_REMEMBERED_SECONDS = 60.0

# A live playlist is asked for every few seconds, and must not wait long for what is asked once a minute.
_STANDING_PATIENCE_SECONDS = 2.0

Standing = Literal["here", "gone", "unknown"]
_STANDING_SECONDS: dict[Standing, float] = {"here": _REMEMBERED_SECONDS, "gone": 5.0, "unknown": 10.0}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VideosFound:
    """A page of what was found; `total` counts all pages."""

    videos: tuple[Video, ...]
    total: int


@dataclass(frozen=True, slots=True)
class VideoShelf:
    """Searches, looks up, and shows."""

    library: VideoLibrary
    servers: AllowedServers
    hosts: MediaHosts
    tokens: Tokens
    _seen: ShortMemory[tuple[ContentScope, str], Video | None] = field(
        default_factory=lambda: ShortMemory(500), repr=False
    )
    _standings: ShortMemory[tuple[ContentScope, str], Standing] = field(
        default_factory=lambda: ShortMemory(500), repr=False
    )

    async def search(self, guild_id: GuildId, query: str, page: int, limit: int, deadline: Deadline) -> VideosFound:
        """The server's videos that mention `query`, the newest where it is blank; `page` counts from 1.

        Raises:
            ServerNotAllowed: the operator allows the server no longer.
            KalturaError: Kaltura could not be asked.
        """
        scope = await self.scope_of(guild_id)
        found = await self.library.search(query, scope, limit=limit, page=page, deadline=deadline)
        return VideosFound(found.videos, found.total)

    async def find(self, guild_id: GuildId, entry_id: str, deadline: Deadline) -> Video:
        """One of the server's videos; possibly a minute old.

        Raises:
            VideoNotFound: it is not there, or not this server's.
            ServerNotAllowed: the operator allows the server no longer.
            KalturaError: Kaltura could not be asked.
        """
        scope = await self.scope_of(guild_id)

        async def ask() -> Video | None:
            return await self.library.get(entry_id, scope, deadline=deadline)

        video = await self._seen.of((scope, entry_id), _while_found, ask)
        if video is None:
            raise VideoNotFound
        return video

    async def check_still_here(self, guild_id: GuildId, entry_id: str, deadline: Deadline) -> None:
        """Whether a video that is being played is still the server's.

        What the operator says counts within half a minute, what Kaltura says within a minute. While Kaltura says
        nothing, whoever is watching goes on watching.

        Raises:
            VideoNotFound: it is not there any more, or not this server's.
            ServerNotAllowed: the operator allows the server no longer.
        """
        scope = await self.scope_of(guild_id)

        async def ask() -> Standing:
            try:
                video = await self.library.get(entry_id, scope, deadline=deadline.sooner(_STANDING_PATIENCE_SECONDS))
            except KalturaError:
                return "unknown"
            return "gone" if video is None else "here"

        if await self._standings.of((scope, entry_id), _STANDING_SECONDS.__getitem__, ask) == "gone":
            raise VideoNotFound

    def shown(self, video: Video, via: Via) -> Json:
        """The video as the page gets it."""
        return {
            "id": video.id,
            "title": shorten(video.title, _LONGEST_TITLE),
            "description": shorten(video.description, _LONGEST_DESCRIPTION),
            "duration": video.duration_seconds,
            "kind": kind_of(video),
            "created_at": video.created_at,
            "plays": video.plays,
            "thumbnail": self.address(video.thumbnail_url, via),
        }

    def granted(self, video: Video, guild_id: GuildId, via: Via) -> Json:
        """The video as the page gets it, with the word that lets the room change to it."""
        title = _cut_to(media_of(video).title, _LONGEST_GRANTED_TITLE_BYTES)
        grant = MediaGrant(guild_id, video.id, title, video.duration_seconds, kind_of(video))
        return {**self.shown(video, via), "grant": self.tokens.media_grant(grant)}

    def address(self, url: str, via: Via) -> str:
        """An address of Kaltura's where it is watched: through Discord's proxy, or as it is."""
        return self.hosts.place(url).mapped if via == "discord" else url

    async def scope_of(self, guild_id: GuildId) -> ContentScope:
        """What the server may see; possibly half a minute old.

        Raises:
            ServerNotAllowed: the operator allows the server no longer.
        """
        server = await self.servers.find(guild_id)
        if server is None:
            raise ServerNotAllowed
        return ContentScope(server.category_ids, server.tags, server_tag(guild_id))


def media_of(video: Video) -> Media:
    """The video as a room keeps it."""
    return Media(video.id, shorten(video.title, _LONGEST_TITLE), float(video.duration_seconds), kind_of(video))


def kind_of(video: Video) -> MediaKind:
    """How it is played."""
    if video.is_live:
        return "live"
    return "audio" if video.kind == "audio" else "video"


def _while_found(video: Video | None) -> float:
    # What is not there may be ready in the next moment.
    return _REMEMBERED_SECONDS if video is not None else 0.0


def _cut_to(title: str, most_bytes: int) -> str:
    """As much of the title as fits into so many bytes of JSON."""
    longest = len(title)
    while longest > 1 and len(json.dumps(title[:longest])) > most_bytes:
        longest = longest * 9 // 10
    return shorten(title, longest)
