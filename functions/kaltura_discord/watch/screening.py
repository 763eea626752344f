"""All that a page needs to play a video, or the reason why it cannot be played."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.identity.tokens import PLAY_EXTRA_SECONDS, PlayToken, RoomToken, Tokens
from kaltura_discord.kaltura.errors import NotFound
from kaltura_discord.kaltura.playback import CaptionFile
from kaltura_discord.kaltura.playback import NotPlayable as KalturaNotPlayable
from kaltura_discord.kaltura.videos import Video
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.media_paths import MediaPaths
from kaltura_discord.watch.playback_desks import PlaybackDesks
from kaltura_discord.watch.refusals import AccessDenied, NotPlayable, VideoNotFound
from kaltura_discord.watch.short_memory import ShortMemory
from kaltura_discord.watch.video_shelf import VideoShelf, kind_of

_REMEMBERED_SECONDS = 60.0

Narrowing = tuple[tuple[str, str], ...]
Answer = tuple[CaptionFile, ...] | KalturaNotPlayable


@dataclass(frozen=True, slots=True)
class Screening:
    """Describes playback. `now` is epoch seconds."""

    shelf: VideoShelf
    desks: PlaybackDesks
    paths: MediaPaths
    tokens: Tokens
    now: Callable[[], float]
    _known: ShortMemory[tuple[str, Narrowing], Answer] = field(default_factory=lambda: ShortMemory(500), repr=False)

    async def describe(self, room: RoomToken, entry_id: str, deadline: Deadline) -> dict[str, Any]:
        """How to play one of the server's videos, for as long as it is and two hours.

        Raises:
            WatchRefusal: VideoNotFound, ServerNotAllowed, AccessDenied, NotPlayable.
            KalturaError: Kaltura could not be asked.
        """
        video = await self.shelf.find(room.guild_id, entry_id, deadline)
        captions = await self.captions(room.guild_id, video, deadline)
        addresses = await self.desks.addresses_of(room.guild_id)
        expires_at = int(self.now()) + video.duration_seconds + PLAY_EXTRA_SECONDS
        token = self.tokens.play(PlayToken(room.guild_id, video.id, room.via), expires_at)
        return {
            "entry_id": video.id,
            "title": video.title,
            "duration": video.duration_seconds,
            "kind": kind_of(video),
            "poster": self.shelf.address(addresses.thumbnail(video.id, 1280, 720), room.via),
            "manifest": self.paths.master(token),
            "captions": [
                {
                    "label": caption.label,
                    "language": caption.language,
                    "url": self.paths.captions(token, caption.asset_id),
                    "is_default": caption.is_default,
                }
                for caption in captions
            ],
            "player": {
                "script": self.shelf.address(addresses.player_script, room.via),
                "partner_id": addresses.partner_id,
                "ui_conf_id": addresses.player_id,
            },
            "expires_at_ms": expires_at * 1000,
        }

    async def playable(
        self, guild_id: GuildId, entry_id: str, deadline: Deadline
    ) -> tuple[Video, tuple[CaptionFile, ...]]:
        """One of the server's videos and its captions, once it is sure that it can be played. Raises as `describe`."""
        video = await self.shelf.find(guild_id, entry_id, deadline)
        return video, await self.captions(guild_id, video, deadline)

    async def captions(self, guild_id: GuildId, video: Video, deadline: Deadline) -> tuple[CaptionFile, ...]:
        """The captions of a video that can be played; what Kaltura said is remembered for a minute.

        Where sessions are narrowed Kaltura may say something else, so that is remembered by itself.
        """
        desk = await self.desks.of(guild_id)
        narrowing = tuple(sorted(desk.privileges.items()))

        async def ask() -> Answer:
            try:
                return await desk.captions(video.id, deadline, is_live=video.is_live)
            except KalturaNotPlayable as refused:
                return refused

        try:
            answer = await self._known.of((video.id, narrowing), _remembered_seconds, ask)
        except NotFound:
            raise VideoNotFound from None
        if isinstance(answer, KalturaNotPlayable):
            raise AccessDenied(answer.sentence) if answer.is_blocked else NotPlayable(answer.sentence)
        return answer


def _remembered_seconds(answer: Answer) -> float:
    # What cannot be played yet may be ready in the next moment; a crowd that tries must not become a crowd at Kaltura.
    return 5.0 if isinstance(answer, KalturaNotPlayable) else _REMEMBERED_SECONDS
