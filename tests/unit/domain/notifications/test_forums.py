"""A forum takes no messages: what is told there begins a post, once, although Discord knows no nonce for these."""

from contextlib import suppress

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId, snowflake_at
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.forum_posts import LONGEST_NAME, post_name
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.templates.plain_text import utf16_length
from local_stack.discord.society import REQUIRE_TAG
from tests.unit.domain import titles
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

FORUM, DEFAULT = ChannelId("400000000000000015"), ChannelId("400000000000000077")


@pytest.fixture(autouse=True)
async def forum(stage: Stage) -> None:
    stage.discord.forums = {FORUM: 0}
    await stage.set({"notifications": {"channels": {"default": FORUM}}})


async def begun(stage: Stage, title: str = "How cells divide") -> Notification:
    """A video is ready."""
    entry = f"1_{snowflake()}"
    told = Notification(f"video_ready#{entry}", stage.guild_id, "video_ready", entry, {"title": title, "id": entry})
    assert await stage.services.telling.store.begin(told)
    return told


async def deliver(stage: Stage, told: Notification) -> Delivery:
    await stage.services.telling.deliverer.deliver(told.guild_id, told.key, soon())
    found = await stage.services.telling.store.find(told.guild_id, told.key)
    assert found is not None
    return found


def forget_forums(stage: Stage) -> None:
    """Another process does not know that it is a forum."""
    stage.services.telling.forum_posts._forums.clear()


async def test_a_post_is_begun_and_the_delivery_names_its_thread(stage: Stage) -> None:
    done = await deliver(stage, await begun(stage))
    (thread,) = stage.discord.posts_in(FORUM)
    assert thread["name"] == "How cells divide"
    assert (done.state, done.channel_id, done.message_id) == (NotificationState.SENT, thread["id"], thread["id"])
    (first,) = stage.discord.in_channel(thread["id"])
    assert "A new video is ready: **How cells divide**" in text_of(first.body)
    assert first.body["allowed_mentions"] == {"parse": []}


async def test_a_process_learns_once_that_a_channel_is_a_forum(stage: Stage) -> None:
    for _ in range(3):
        await deliver(stage, await begun(stage))
    assert len(stage.discord.posts_in(FORUM)) == 3
    tried = [each for each in stage.discord.requests if each.url.path.endswith(f"/{FORUM}/messages")]
    assert len(tried) == 1


@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("seconds", [1, 60, 600])
async def test_wherever_a_worker_dies_there_is_one_post(stage: Stage, seconds: int, is_known: bool) -> None:
    for step in range(1, 25):
        told, before = await begun(stage), len(stage.discord.posts_in(FORUM))
        stage.steps.crash_at = stage.steps.taken + step
        with suppress(Crash):
            await deliver(stage, told)
        stage.steps.crash_at = 0
        stage.clock.pass_seconds(seconds)
        if not is_known:
            forget_forums(stage)
        assert (await deliver(stage, told)).state is NotificationState.SENT
        assert len(stage.discord.posts_in(FORUM)) == before + 1, f"step {step}"


@pytest.mark.parametrize("seconds", [15, 109, 111, 600, 7200])
async def test_a_post_whose_answer_got_lost_is_found_again(stage: Stage, seconds: int) -> None:
    await deliver(stage, await begun(stage, "Something else"))
    told = await begun(stage)
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow) as later:
        await deliver(stage, told)
    assert later.value.seconds >= 15
    stage.clock.pass_seconds(seconds)
    forget_forums(stage)
    done = await deliver(stage, told)
    assert [each["name"] for each in stage.discord.posts_in(FORUM)] == ["Something else", "How cells divide"]
    assert done.channel_id == stage.discord.posts_in(FORUM)[1]["id"]


@pytest.mark.parametrize("seconds", [15, 600])
async def test_a_post_that_somebody_closed_meanwhile_is_found_too(stage: Stage, seconds: int) -> None:
    told = await begun(stage)
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await deliver(stage, told)
    (thread,) = stage.discord.posts_in(FORUM)
    stage.discord.close_thread(thread["id"])
    stage.clock.pass_seconds(seconds)
    done = await deliver(stage, told)
    assert (done.state, done.channel_id) == (NotificationState.SENT, thread["id"])
    assert stage.discord.posts_in(FORUM) == [thread]


async def test_without_the_right_to_read_it_is_posted_again_rather_than_lost(stage: Stage) -> None:
    stage.discord.without_history.add(FORUM)
    told = await begun(stage)
    stage.discord.replies.append(httpx.ReadTimeout("slow"))
    with pytest.raises(NotNow):
        await deliver(stage, told)
    assert (await deliver(stage, told)).state is NotificationState.SENT
    assert len(stage.discord.posts_in(FORUM)) == 1


async def test_what_never_arrived_is_posted_later(stage: Stage) -> None:
    await deliver(stage, await begun(stage, "Something else"))
    told = await begun(stage)
    stage.discord.replies.append(httpx.ReadTimeout("slow"))
    with pytest.raises(NotNow):
        await deliver(stage, told)
    stage.clock.pass_seconds(600)
    assert (await deliver(stage, told)).state is NotificationState.SENT
    assert len(stage.discord.posts_in(FORUM)) == 2


async def test_posts_of_others_are_not_read_where_they_cannot_be_ours(stage: Stage) -> None:
    await deliver(stage, await begun(stage, "Something else"))
    told = await begun(stage)
    stage.discord.replies.append(httpx.ReadTimeout("slow"))
    with pytest.raises(NotNow):
        await deliver(stage, told)
    long_ago = snowflake_at(int(stage.clock()) - 3600)
    elsewhere = snowflake_at(int(stage.clock()))
    stage.discord.threads["threads"] += [
        {"id": long_ago, "name": "old", "type": 11, "parent_id": FORUM},
        {"id": elsewhere, "name": "elsewhere", "type": 11, "parent_id": DEFAULT},
    ]
    await deliver(stage, told)
    read = [each.url.path for each in stage.discord.requests]
    assert not any(f"/channels/{each}/" in path for path in read for each in (long_ago, elsewhere))


async def test_a_forum_that_requires_tags_says_what_to_do(stage: Stage) -> None:
    stage.discord.forums[FORUM] = REQUIRE_TAG
    done = await deliver(stage, await begun(stage))
    assert done.state is NotificationState.FAILED
    assert "requires a tag" in done.reason
    assert "/kaltura-config channel" in done.reason
    assert stage.discord.posts_in(FORUM) == []


async def test_instead_of_a_forum_that_requires_tags_the_default_is_told_and_told_why(stage: Stage) -> None:
    stage.discord.forums[FORUM] = REQUIRE_TAG
    await stage.set({"notifications": {"channels": {"default": DEFAULT, "video_ready": FORUM}}})
    done = await deliver(stage, await begun(stage))
    assert (done.state, done.channel_id) == (NotificationState.SENT, DEFAULT)
    assert "requires a tag" in text_of(stage.discord.in_channel(DEFAULT)[0].body)


@pytest.mark.parametrize(
    "title", [*titles.ALL.values(), "", " \n\t", "\u200b\u200d", "two\nlines", "\u202e", "🇩🇪" * 80]
)
async def test_any_title_makes_a_name_that_discord_takes(stage: Stage, title: str) -> None:
    done = await deliver(stage, await begun(stage, title))
    assert done.state is NotificationState.SENT
    (thread,) = stage.discord.posts_in(FORUM)
    name = thread["name"]
    assert name.strip()
    assert len(name.splitlines()) == 1
    assert utf16_length(name) <= LONGEST_NAME


def test_a_name_is_the_title_itself_or_what_happened() -> None:
    assert post_name("Biology **7b**", "A recording is ready") == "Biology **7b**"
    assert post_name("two\nlines", "A recording is ready") == "two lines"
    assert post_name("\u200b", "A recording is ready") == "A recording is ready"
    assert post_name("All hands " * 30, "").endswith("…")
