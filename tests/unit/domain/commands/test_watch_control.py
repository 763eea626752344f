"""`/kaltura-watch-control`: a remote outside of the room's page, under the room's own rules."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from kaltura_discord.aws.post_lanes import Posted
from kaltura_discord.commands.room_remote import NOTHING_ON, NOTHING_OPEN, TOO_MANY_HANDS
from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import (
    Actor,
    ConnectionId,
    ControlMode,
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
from kaltura_discord.watch.rooms import Done, Refused, Rooms
from kaltura_discord.watch.rules import Reason
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

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


@pytest.fixture
async def screening(stage: Stage) -> Screening:
    return await opened(stage)


async def test_only_the_asker_sees_the_answer(stage: Stage, screening: Screening) -> None:
    payload = stage.place.command("kaltura-watch-control", {"action": "now"})
    assert (await stage.acknowledged(payload)).body == {"type": 5, "data": {"flags": 64}}


async def test_play_takes_effect_for_everybody_at_the_same_moment(screening: Screening) -> None:
    assert await screening.use("play") == r"**A \*fine\* film** plays from 0:00."
    room = await screening.room()
    assert (room.timeline.paused, room.timeline.position) == (False, 0)
    assert room.timeline.at_ms == pytest.approx(screening.stage.clock() * 1000 + room.lead_ms)
    ((message, told),) = screening.poster.posts
    assert IS_PLAYBACK(message)
    assert (message["cause"], message["by"]) == ("play", ANN.user_id)
    assert message["timeline"]["revision"] == room.timeline.revision
    assert told == screening.connections


async def test_pause_stops_where_the_video_is(screening: Screening) -> None:
    await screening.playing_from(700)
    screening.stage.clock.pass_seconds(24)
    assert (await screening.use("pause")).endswith("is paused at 12:04.")
    room = await screening.room()
    assert room.timeline.paused
    assert room.timeline.position == pytest.approx(724)
    assert room.timeline.at_ms == pytest.approx(screening.stage.clock() * 1000)


async def test_seek_moves_it_and_leaves_it_playing_or_paused(screening: Screening) -> None:
    assert (await screening.use("seek", position="12:04")).endswith("is at 12:04 now.")
    assert (await screening.room()).timeline.paused
    await screening.playing_from(5)
    await screening.use("seek", position="90")
    timeline = (await screening.room()).timeline
    assert (timeline.paused, timeline.position) == (False, 90)


async def test_nobody_seeks_beyond_the_end(screening: Screening) -> None:
    assert (await screening.use("seek", position="9:00:00")).endswith("is at 47:10 now.")
    assert (await screening.use("play")).endswith("plays from 0:00."), "what is over is seen again"


async def test_a_position_goes_with_play_and_pause_too(screening: Screening) -> None:
    assert (await screening.use("play", position="1:00")).endswith("plays from 1:00.")
    assert (await screening.use("pause", position="2:00")).endswith("is paused at 2:00.")


async def test_a_new_speed_begins_where_the_video_will_be(screening: Screening) -> None:
    await screening.playing_from(100)
    screening.stage.clock.pass_seconds(10)
    assert (await screening.use("speed", speed="1.5")).endswith("runs at 1.5 times the speed.")
    room = await screening.room()
    assert room.timeline.rate == 1.5
    assert room.timeline.position == pytest.approx(110 + room.lead_ms / 1000)
    ((message, _),) = screening.poster.posts
    assert message["cause"] == "rate"


@pytest.mark.parametrize(
    ("action", "options", "sentence"),
    [
        ("seek", {}, "Say where to, as `position`: such as `12:04`, `1:02:03` or `90`."),
        (
            "seek",
            {"position": "*soon*"},
            r"“\*soon\*” is no moment in a video. Write it like `12:04`, `1:02:03` or `90`.",
        ),
        ("speed", {}, "Say how fast, as `speed`."),
        ("speed", {"speed": "16"}, "Say how fast, as `speed`."),
    ],
)
async def test_what_is_missing_or_strange_is_said(
    screening: Screening, action: str, options: dict[str, str], sentence: str
) -> None:
    assert await screening.use(action, **options) == sentence
    assert screening.poster.posts == []


# --- who may ---------------------------------------------------------------------------------------------------------


async def test_who_does_not_have_the_remote_is_told_who_has(screening: Screening) -> None:
    assert await screening.use("play", BO) == (
        rf"<@{ANN.user_id}> has the remote of **A \*fine\* film**. Ask for it in the room."
    )
    assert screening.poster.posts == []


async def test_moderators_always_may(screening: Screening) -> None:
    await screening.control(locked=True)
    assert "plays from" in await screening.use("play", MODERATOR)


async def test_in_a_room_of_everyones_everybody_may(screening: Screening) -> None:
    await screening.control(mode=ControlMode.EVERYONE)
    assert "plays from" in await screening.use("play", BO)
    await screening.control(locked=True)
    assert "is locked: only" in await screening.use("pause", BO)
    await screening.control(locked=False, bar=UserId(BO.user_id))
    assert "away from you" in await screening.use("pause", BO)


# --- the room --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["play", "pause", "now"])
async def test_where_nothing_is_watched_the_way_in_is_told(stage: Stage, action: str) -> None:
    payload = stage.place.command("kaltura-watch-control", {"action": action})
    assert text_of(await stage.answer_to(payload)) == NOTHING_OPEN


async def test_a_room_of_another_channel_is_not_this_ones(stage: Stage, screening: Screening) -> None:
    stage.place.channel_id = snowflake()
    assert await screening.use("play") == NOTHING_OPEN


async def test_a_room_that_was_closed_is_none(screening: Screening) -> None:
    await screening.stage.services.watch.rooms.close(screening.room_id, Actor(UserId(ANN.user_id), Level.VIEWER))
    assert await screening.use("play") == NOTHING_OPEN


async def test_a_room_that_everybody_has_left_is_none(stage: Stage) -> None:
    room = NewRoom(RoomId(snowflake()), stage.guild_id, stage.channel_id, UserId(ANN.user_id), FILM)
    assert await stage.services.watch.store.create(room)
    screening = Screening(stage, PosterDouble(), room.room_id)
    assert "Nobody is here at the moment" in await screening.use("now"), "its host is on the way"
    stage.clock.pass_seconds(60)
    assert await screening.use("now") == NOTHING_OPEN


async def test_a_room_without_a_video_has_nothing_to_play(stage: Stage) -> None:
    screening = await opened(stage, None)
    assert await screening.use("play") == NOTHING_ON
    assert "No video has been chosen yet" in await screening.use("now")


async def test_of_several_rooms_the_one_is_meant_that_one_is_in(stage: Stage, screening: Screening) -> None:
    other = await opened(stage, Media("1_other000", "Another film", 60.0, "video"))
    await enter(stage, other.room_id, MODERATOR)
    assert (await other.use("play", MODERATOR)).startswith("**Another film** plays")
    told = await other.use("play", Member("200000000000000009", "Cy", permissions=1 << 3))
    assert told.startswith("2 rooms are open in this channel: ")
    assert r"**A \*fine\* film**" in told
    assert "**Another film**" in told


async def test_live_ones_are_paused_and_played_but_not_wound(stage: Stage) -> None:
    screening = await opened(stage, LIVE)
    assert await screening.use("play") == "**The match** plays."
    assert await screening.use("pause") == "**The match** is paused."
    assert (await screening.use("seek", position="5")).startswith("**The match** is live.")
    assert (await screening.use("speed", speed="2")).startswith("**The match** is live.")
    assert "Paused · live" in await screening.use("now")


# --- what is on ------------------------------------------------------------------------------------------------------


async def test_now_tells_what_plays_where_and_who_is_here(stage: Stage, screening: Screening) -> None:
    await screening.playing_from(700, 1.25)
    await enter(stage, screening.room_id, MODERATOR, "buffering")
    stage.clock.pass_seconds(8)
    payload = stage.place.command("kaltura-watch-control", {"action": "now"}, BO)
    message = await stage.answer_to(payload)
    assert text_of(message).split("\n") == [
        r"**A \*fine\* film**",
        "Playing · 11:50 of 47:10 · 1.25 times the speed",
        "-# Here: Ann (host), Bo, Mo (buffering)",
    ]
    assert buttons_of(message) == {"Watch Together": "1:watch:"}
    assert screening.poster.posts == []


async def test_who_has_not_been_heard_of_is_not_here(stage: Stage, screening: Screening) -> None:
    stage.clock.pass_seconds(600)
    assert "Nobody is here at the moment" in await screening.use("now")


async def test_a_crowd_is_counted(stage: Stage, screening: Screening) -> None:
    for number in range(12):
        await enter(stage, screening.room_id, Member(str(10**17 + number), f"Viewer {number}"))
    told = await screening.use("now")
    assert "Here: Ann (host), Viewer 0" in told
    assert told.endswith(", Viewer 8 and 4 more")


async def test_discord_takes_what_is_told_of_rooms_with_long_titles(stage: Stage) -> None:
    for number in range(3):
        screening = await opened(stage, Media(f"1_long000{number}", "*" * 300, 60.0, "video"))
        for viewer in range(12):
            name = "@everyone " + "x" * 90
            await enter(stage, screening.room_id, Member(str(10**17 + 100 * number + viewer), name))
    payload = stage.place.command("kaltura-watch-control", {"action": "now"})
    message = await stage.answer_to(payload)
    takes(message)
    assert len(text_of(message)) <= 4000


# --- many hands ------------------------------------------------------------------------------------------------------


async def test_a_change_that_was_overtaken_is_tried_again(
    screening: Screening, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, overtaken = Rooms.change_playback, 0

    async def overtaking(rooms: Rooms, room_id: RoomId, actor: Actor, wish: PlaybackWish) -> Any:
        nonlocal overtaken
        if overtaken < 2:
            overtaken += 1
            host = Actor(UserId(ANN.user_id), Level.VIEWER)
            other = PlaybackWish(wish.base_revision, True, 10.0 * overtaken, 1, "seek")
            assert isinstance(await change(rooms, room_id, host, other), Done)
        return await change(rooms, room_id, actor, wish)

    monkeypatch.setattr(Rooms, "change_playback", overtaking)
    assert (await screening.use("play")).endswith("plays from 0:20.")


async def test_who_is_overtaken_for_ever_is_told(screening: Screening, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: Rooms, __: RoomId, ___: Actor, ____: PlaybackWish) -> Any:
        return Refused(Reason.STALE, await screening.room())

    monkeypatch.setattr(Rooms, "change_playback", never)
    assert await screening.use("play") == TOO_MANY_HANDS


async def test_of_many_remotes_at_once_all_come_through_or_are_told(stage: Stage, screening: Screening) -> None:
    payloads = [
        stage.place.command("kaltura-watch-control", {"action": "seek", "position": str(second)})
        for second in range(1, 5)
    ]
    for payload in payloads:
        await stage.acknowledged(payload)
    await asyncio.gather(*(carry_out(task, stage.services) for task in stage.tasks.take_all()))
    told = [text_of(stage.discord.answers[payload["token"]]) for payload in payloads]
    assert all(each.endswith("now.") or each == TOO_MANY_HANDS for each in told)
    revisions = [message["timeline"]["revision"] for message, _ in screening.poster.posts]
    assert len(set(revisions)) == len(revisions) == sum(each.endswith("now.") for each in told)
