"""`/kaltura-watch-control`: which room it means, and what it tells of one."""

import pytest

from kaltura_discord.commands.room_remote import NOTHING_ON, NOTHING_OPEN
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import (
    Actor,
    Media,
    NewRoom,
    RoomId,
)
from tests.unit.domain.commands.screening import FILM, LIVE, PosterDouble, Screening, enter, opened
from tests.unit.domain.discord_double import takes
from tests.unit.domain.sent_by_discord import ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of


@pytest.fixture
async def screening(stage: Stage) -> Screening:
    return await opened(stage)


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
