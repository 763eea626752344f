"""`/kaltura-watch-control`: a remote outside of the room's page, under the room's own rules."""

import asyncio
from typing import Any

import pytest

from kaltura_discord.commands.room_remote import TOO_MANY_HANDS
from kaltura_discord.commands.work import carry_out
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import (
    Actor,
    ControlMode,
    PlaybackWish,
    RoomId,
)
from kaltura_discord.watch.rooms import Done, Refused, Rooms
from kaltura_discord.watch.rules import Reason
from tests.unit.domain.commands.screening import IS_PLAYBACK, Screening, opened
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of


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
