"""A room of a channel in which a film is on, and `/kaltura-watch-control` used there."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.post_lanes import Posted
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import (
    Actor,
    ConnectionId,
    ControlWish,
    Media,
    NewRoom,
    PlaybackWish,
    Report,
    Room,
    RoomId,
    Viewer,
)
from kaltura_discord.watch.protocol import PROTOCOL, compiled
from kaltura_discord.watch.rooms import Done
from tests.unit.domain.sent_by_discord import ANN, BO, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

Json = dict[str, Any]
FILM = Media("1_film0000", "A *fine* film", 2830.0, "video")
LIVE = Media("1_live0000", "The match", 0.0, "live")
IS_PLAYBACK = compiled(PROTOCOL["x-server-messages"]["playback"])


@dataclass
class PosterDouble:
    """Keeps what is posted."""

    posts: list[tuple[Json, list[str]]] = field(default_factory=list)

    async def post(self, body: bytes, connection_ids: Iterable[str]) -> Posted:
        self.posts.append((json.loads(body), sorted(connection_ids)))
        return Posted(sent=len(self.posts[-1][1]))

    async def hang_up(self, _: Iterable[str]) -> None:
        raise AssertionError("a remote closes nothing")


@dataclass
class Screening:
    """A room of Ann's in which Ann and Bo watch."""

    stage: Stage
    poster: PosterDouble
    room_id: RoomId

    @property
    def connections(self) -> list[str]:
        return sorted([f"{ANN.user_id}c", f"{BO.user_id}c"])

    async def use(self, action: str, by: Member = ANN, /, **options: str) -> str:
        payload = self.stage.place.command("kaltura-watch-control", {"action": action, **options}, by)
        return text_of(await self.stage.answer_to(payload))

    async def room(self) -> Room:
        found = await self.stage.services.watch.store.find(self.room_id)
        assert found is not None
        return found

    async def playing_from(self, position: float, rate: float = 1) -> None:
        wish = PlaybackWish((await self.room()).timeline.revision, False, position, rate, "play")
        host = Actor(UserId(ANN.user_id), Level.VIEWER)
        assert isinstance(await self.stage.services.watch.rooms.change_playback(self.room_id, host, wish), Done)
        self.stage.clock.pass_seconds((await self.room()).lead_ms / 1000)

    async def control(self, **wish: Any) -> None:
        host = Actor(UserId(ANN.user_id), Level.VIEWER)
        assert isinstance(
            await self.stage.services.watch.rooms.set_control(self.room_id, host, ControlWish(**wish)), Done
        )


async def opened(stage: Stage, media: Media | None = FILM, room_id: str = "") -> Screening:
    """A room with Ann, who is its host, and Bo."""
    poster = PosterDouble()
    stage.services.watch.poster = poster
    room = NewRoom(RoomId(room_id or snowflake()), stage.guild_id, stage.channel_id, UserId(ANN.user_id), media)
    assert await stage.services.watch.store.create(room)
    for one in (ANN, BO):
        await enter(stage, room.room_id, one)
    return Screening(stage, poster, room.room_id)


async def enter(stage: Stage, room_id: RoomId, member: Member, play_state: str = "playing") -> None:
    """Somebody comes in and reports."""
    viewer = Viewer(
        ConnectionId(f"{member.user_id}c"),
        room_id,
        stage.guild_id,
        UserId(member.user_id),
        member.name,
        None,
        Level.VIEWER,
        "discord",
    )
    assert await stage.services.watch.presence.enter(viewer)
    await stage.services.watch.presence.report(viewer, Report(play_state, "active", 1.0, 5.0, 20.0))
