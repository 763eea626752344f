"""`/kaltura-config channel`: where a message is told; never where the bot could not write."""

from typing import Any

import pytest

from kaltura_discord.commands.registration import payload_of
from kaltura_discord.commands.registry import REGISTRY
from tests.unit.domain.commands.config.config_world import ADA, GENERAL, HIDDEN, NEWS, furnish, press, stored
from tests.unit.domain.sent_by_discord import ANN, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of

Json = dict[str, Any]

VIEW, SEND, IN_THREADS = 1 << 10, 1 << 11, 1 << 38
ALL_THAT_IS_NEEDED = VIEW | SEND | IN_THREADS
TEXT, THREAD, FORUM = 0, 11, 15

OPEN_THREAD = "300000000000000031"


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)
    stage.discord.everyone_may = str(ALL_THAT_IS_NEEDED)
    stage.discord.threads = {
        "threads": [{"id": OPEN_THREAD, "name": "cells", "type": THREAD, "parent_id": GENERAL}],
        "members": [],
    }


def picked(channel_id: str, bot_may: int, kind: int = TEXT, **more: Any) -> Json:
    """What Discord says of a picked channel; the bot's permissions since July 2026."""
    channel = {"id": channel_id, "name": "lessons", "type": kind, "permissions": "0", "app_permissions": str(bot_may)}
    return {"channels": {channel_id: {**channel, **more}}}


async def choose(
    stage: Stage, message_type: str, channel_id: str = "", resolved: Json | None = None, by: Member = ADA
) -> Json:
    """What somebody reads who picks a channel for a message, or none."""
    options = {"type": message_type, **({"channel": channel_id} if channel_id else {})}
    if channel_id and resolved is None:
        resolved = picked(channel_id, ALL_THAT_IS_NEEDED)
    types = {"channel": 7}
    return await stage.answer_to(
        stage.place.subcommand("kaltura-config", "channel", dict(options), by, resolved, types)
    )


def told_in(**channels: str) -> Json:
    return {"notifications": {"channels": channels}}


async def test_a_channel_is_chosen_tested_and_undone(stage: Stage) -> None:
    told = await choose(stage, "meeting_start", NEWS)
    assert f"**A meeting starts**: posted in <#{NEWS}> from now on." in text_of(told)
    assert f"none (default) → **<#{NEWS}>**" in text_of(told)
    assert buttons_of(told)["Send a test"] == "1:config-test:meeting_start"
    assert await stored(stage) == told_in(meeting_start=NEWS)
    await press(stage, told, "Undo")
    assert await stored(stage) == {}


async def test_a_channel_for_everything_else_has_nothing_to_be_tested_with(stage: Stage) -> None:
    told = await choose(stage, "default", GENERAL)
    assert await stored(stage) == told_in(default=GENERAL)
    assert list(buttons_of(told)) == ["Undo"]


async def test_without_a_channel_a_message_goes_back_to_the_default(stage: Stage) -> None:
    await choose(stage, "default", GENERAL)
    await choose(stage, "meeting_start", NEWS)
    told = await choose(stage, "meeting_start")
    assert "posted where everything else is" in text_of(told)
    told = await choose(stage, "default")
    assert "posted where the meeting was started" in text_of(told)
    assert await stored(stage) == {}


async def test_that_the_message_is_switched_off_is_said(stage: Stage) -> None:
    said = text_of(await choose(stage, "user_join", NEWS))
    assert "It is not posted so far, as `notifications.types.user_join` is off." in said
    assert "is off" not in text_of(await choose(stage, "default", NEWS))


async def test_a_thread_is_a_place_too(stage: Stage) -> None:
    await choose(stage, "meeting_start", OPEN_THREAD, picked(OPEN_THREAD, VIEW | IN_THREADS, THREAD))
    assert await stored(stage) == told_in(meeting_start=OPEN_THREAD)


async def test_a_forum_is_a_place_too_and_a_media_channel_is_not_offered(stage: Stage) -> None:
    await choose(stage, "meeting_start", GENERAL, picked(GENERAL, VIEW | SEND, FORUM))
    assert await stored(stage) == told_in(meeting_start=GENERAL)
    command = next(each for each in REGISTRY.commands if each.name == "kaltura-config")
    (subcommand,) = (each for each in payload_of(command)["options"] if each["name"] == "channel")
    (offered,) = (each["channel_types"] for each in subcommand["options"] if each["name"] == "channel")
    assert offered == [0, 5, 10, 11, 12, 15]


@pytest.mark.parametrize(
    ("bot_may", "kind", "named"),
    [
        (0, TEXT, "View Channel"),
        (SEND, TEXT, "View Channel"),
        (VIEW | IN_THREADS, TEXT, "Send Messages"),
        (SEND, FORUM, "View Channel"),
        (VIEW | IN_THREADS, FORUM, "Send Messages"),
        (VIEW | SEND, THREAD, "Send Messages in Threads"),
    ],
)
async def test_exactly_the_missing_permission_is_named_and_nothing_changes(
    stage: Stage, bot_may: int, kind: int, named: str
) -> None:
    told = await choose(stage, "meeting_start", GENERAL, picked(GENERAL, bot_may, kind))
    assert text_of(told).startswith(f"I need **{named}** in <#{GENERAL}>")
    assert text_of(told).count("**") == 2
    assert await stored(stage) == {}


async def test_an_administrator_among_bots_needs_nothing(stage: Stage) -> None:
    await choose(stage, "meeting_start", GENERAL, picked(GENERAL, 1 << 3))
    assert await stored(stage) == told_in(meeting_start=GENERAL)


@pytest.mark.parametrize("state", ["archived", "locked"])
async def test_a_thread_that_is_closed_is_refused(stage: Stage, state: str) -> None:
    closed = picked(OPEN_THREAD, ALL_THAT_IS_NEEDED, THREAD, thread_metadata={state: True})
    assert "is closed" in text_of(await choose(stage, "meeting_start", OPEN_THREAD, closed))
    assert await stored(stage) == {}


async def test_where_the_payload_does_not_say_discord_is_asked(stage: Stage) -> None:
    resolved = picked(HIDDEN, 0)
    del resolved["channels"][HIDDEN]["app_permissions"]
    told = await choose(stage, "meeting_start", HIDDEN, resolved)
    assert "I can't write in" in text_of(told)
    assert await stored(stage) == {}


async def test_a_channel_of_another_server_is_refused_whatever_the_payload_says(stage: Stage) -> None:
    elsewhere = "300000000000000077"
    await choose(stage, "meeting_start", elsewhere, picked(elsewhere, ALL_THAT_IS_NEEDED))
    assert await stored(stage) == {}


async def test_a_list_of_channels_in_a_message_does_the_same(stage: Stage) -> None:
    payload = stage.place.choose("1:config-channel:default", NEWS, ADA)
    payload["data"]["resolved"] = picked(NEWS, ALL_THAT_IS_NEEDED)
    await stage.answer_to(payload)
    assert await stored(stage) == told_in(default=NEWS)


@pytest.mark.parametrize("argument", ["", "meeting_share", "nonsense"])
async def test_a_list_for_a_message_that_is_not_told_is_refused(stage: Stage, argument: str) -> None:
    told = await stage.answer_to(stage.place.choose(f"1:config-channel:{argument}", NEWS, ADA))
    assert "no such message" in text_of(told)
    assert await stored(stage) == {}


async def test_what_is_no_channel_is_refused(stage: Stage) -> None:
    told = await stage.answer_to(stage.place.choose("1:config-channel:default", "general", ADA))
    assert "That is no channel of this server" in text_of(told)


async def test_a_member_changes_nothing(stage: Stage) -> None:
    await choose(stage, "meeting_start", NEWS, by=ANN)
    assert await stored(stage) == {}
