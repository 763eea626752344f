"""`/kaltura-config test`: a made-up message where the real one would be told, or what is in its way."""

from typing import Any

import httpx
import pytest

from kaltura_discord.aws.table import Key
from kaltura_discord.commands.config.sample_message import post_sample
from kaltura_discord.discord.identifiers import InteractionId, UserId
from kaltura_discord.discord.interaction import parse_interaction
from kaltura_discord.server_config.message_types import NOTIFICATION_TYPES
from kaltura_discord.server_config.override_store import Author
from tests.unit.domain.commands.config.config_world import ADA, GENERAL, NEWS, furnish
from tests.unit.domain.sent_by_discord import ANN, Member, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, components_of, text_of

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def world(stage: Stage) -> None:
    furnish(stage)


async def sample(stage: Stage, message_type: str = "meeting_start", by: Member = ADA) -> Json:
    """What somebody reads who asks for a test."""
    return await stage.answer_to(stage.place.subcommand("kaltura-config", "test", {"type": message_type}, by))


async def with_settings(stage: Stage, notifications: Json) -> None:
    """Let the server have these settings, however it came to them."""
    seen = await stage.services.overrides.read(stage.guild_id)
    author = Author(UserId(ADA.user_id), InteractionId(snowflake()))
    await stage.services.overrides.save(stage.guild_id, seen, {"notifications": notifications}, author)


@pytest.mark.parametrize("message_type", NOTIFICATION_TYPES)
async def test_a_sample_is_posted_where_the_message_is_told(stage: Stage, message_type: str) -> None:
    await with_settings(stage, {"channels": {message_type: NEWS, "default": GENERAL}})
    answer = await sample(stage, message_type)
    (posted,) = stage.discord.in_channel(NEWS)
    assert f"-# A test that <@{ADA.user_id}> asked for." in text_of(posted.body)
    assert posted.body["allowed_mentions"] == {"parse": []}
    assert all(part.get("disabled") for part in components_of(posted.body) if part["type"] == 2)
    link = f"https://discord.com/channels/{stage.guild_id}/{NEWS}/{posted.message_id}"
    assert buttons_of(answer) == {"Go to the message": link}


async def test_the_servers_own_words_are_used(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"default": GENERAL}, "templates": {"meeting_start": "Go: {{title}}"}})
    await sample(stage)
    (posted,) = stage.discord.in_channel(GENERAL)
    assert "Go: Weekly design review" in text_of(posted.body)


async def test_only_who_asked_reads_the_answer(stage: Stage) -> None:
    answer = await stage.acknowledged(stage.place.subcommand("kaltura-config", "test", {"type": "meeting_start"}, ADA))
    assert answer.body == {"type": 5, "data": {"flags": 64}}


async def test_without_a_channel_the_command_that_sets_one_is_named(stage: Stage) -> None:
    assert "Set one with `/kaltura-config channel`" in text_of(await sample(stage))


async def test_a_channel_that_was_deleted_is_told(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    stage.discord.replies = [httpx.Response(404, json={"code": 10003, "message": "Unknown Channel"})]
    told = text_of(await sample(stage))
    assert "does not exist any more" in told
    assert "`/kaltura-config channel`" in told


@pytest.mark.parametrize(("denied", "named"), [(1 << 10, "View Channel"), (1 << 11, "Send Messages")])
async def test_exactly_the_missing_permission_is_named(stage: Stage, denied: int, named: str) -> None:
    overwrite = {"id": stage.guild_id, "type": 0, "allow": "0", "deny": str(denied)}
    stage.discord.server_channels[1]["permission_overwrites"] = [overwrite]
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    code = 50001 if denied == 1 << 10 else 50013
    stage.discord.replies = [httpx.Response(403, json={"code": code, "message": "Missing"})]
    assert text_of(await sample(stage)).startswith(f"I need **{named}** in <#{NEWS}>")
    assert stage.discord.in_channel(NEWS) == []


async def test_in_a_thread_another_permission_is_needed(stage: Stage) -> None:
    thread = "300000000000000031"
    stage.discord.threads["threads"] = [{"id": thread, "name": "cells", "type": 11, "parent_id": NEWS}]
    await with_settings(stage, {"channels": {"meeting_start": thread}})
    stage.discord.replies = [httpx.Response(403, json={"code": 50013, "message": "Missing Permissions"})]
    assert "**Send Messages in Threads**" in text_of(await sample(stage))


@pytest.mark.parametrize(("code", "named"), [(50001, "View Channel"), (50013, "Send Messages")])
async def test_of_a_channel_that_discord_does_not_list_its_own_code_tells(stage: Stage, code: int, named: str) -> None:
    await with_settings(stage, {"channels": {"meeting_start": "300000000000000088"}})
    stage.discord.replies = [httpx.Response(403, json={"code": code, "message": "Missing"})]
    assert f"**{named}**" in text_of(await sample(stage))


async def test_a_channel_that_takes_no_messages_is_told(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    stage.discord.replies = [httpx.Response(400, json={"code": 50008, "message": "Not in a non-text channel"})]
    assert "Discord takes no messages in" in text_of(await sample(stage))


async def test_a_mistake_of_ours_is_not_blamed_on_the_channel(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    stage.discord.replies = [httpx.Response(400, json={"code": 50035, "message": "Invalid Form Body"})]
    assert "Something went wrong on our side" in text_of(await sample(stage))


async def test_brought_twice_by_the_queue_there_is_one_message(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    payload = stage.place.subcommand("kaltura-config", "test", {"type": "meeting_start"}, ADA)
    await stage.acknowledged(payload)
    brought = stage.tasks.take_all()
    for _ in range(2):
        stage.tasks.sent = [*brought]
        await stage.work()
        await stage.services.table.delete(Key(f"INTERACTION#{payload['id']}", "INTERACTION"))
    assert len(stage.discord.in_channel(NEWS)) == 1


@pytest.mark.parametrize(
    ("switched_off", "key"),
    [({"enabled": False}, "notifications.enabled"), ({"types": {"user_join": False}}, "notifications.types.user_join")],
)
async def test_that_the_real_message_is_off_is_said(stage: Stage, switched_off: Json, key: str) -> None:
    await with_settings(stage, {"channels": {"default": NEWS}, **switched_off})
    assert f"`{key}` is off" in text_of(await sample(stage, "user_join"))


async def test_a_button_does_the_same(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"default": NEWS}})
    await stage.answer_to(stage.place.press("1:config-test:live_start", ADA))
    assert len(stage.discord.in_channel(NEWS)) == 1


async def test_an_invitation_is_not_tested_and_a_member_tests_nothing(stage: Stage) -> None:
    await with_settings(stage, {"channels": {"default": NEWS}})
    assert "no such message" in text_of(await sample(stage, "meeting_share"))
    await sample(stage, by=ANN)
    assert stage.discord.in_channel(NEWS) == []


async def test_in_a_forum_a_sample_is_a_post(stage: Stage) -> None:
    stage.discord.forums = {NEWS: 0}
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    answer = await sample(stage)
    (thread,) = stage.discord.posts_in(NEWS)
    assert thread["name"] == "Test: A meeting starts"
    link = f"https://discord.com/channels/{stage.guild_id}/{thread['id']}/{thread['id']}"
    assert buttons_of(answer) == {"Go to the message": link}


@pytest.mark.parametrize("is_forum", [False, True])
@pytest.mark.parametrize("seconds", [70, 130, 400, 860])
async def test_a_sample_that_the_queue_brings_again_is_one_however_late(
    stage: Stage, seconds: int, is_forum: bool
) -> None:
    stage.discord.forums = {NEWS: 0} if is_forum else {}
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    interaction = parse_interaction(stage.place.subcommand("kaltura-config", "test", {"type": "meeting_start"}, ADA))
    first = await post_sample(interaction, stage.services, soon())
    stage.clock.pass_seconds(seconds)
    # By another process, which does not know yet that it is a forum.
    stage.services.telling.forum_posts._forums.clear()
    assert await post_sample(interaction, stage.services, soon()) == first
    assert len(stage.discord.messages) == 1


async def test_a_sample_in_a_forum_that_the_queue_brings_again_is_one_post(stage: Stage) -> None:
    stage.discord.forums = {NEWS: 0}
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    asked = stage.place.subcommand("kaltura-config", "test", {"type": "meeting_start"}, ADA)
    interaction = parse_interaction(asked)
    answers = [await post_sample(interaction, stage.services, soon()) for _ in range(2)]
    assert len(stage.discord.posts_in(NEWS)) == 1
    assert answers[0] == answers[1]


async def test_a_forum_that_requires_tags_takes_no_sample_and_what_to_do_is_said(stage: Stage) -> None:
    stage.discord.forums = {NEWS: 1 << 4}
    await with_settings(stage, {"channels": {"meeting_start": NEWS}})
    said = text_of(await sample(stage))
    assert f"Nothing was sent to <#{NEWS}>." in said
    assert "requires a tag" in said
