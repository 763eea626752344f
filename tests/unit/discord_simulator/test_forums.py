"""Forums: they take posts and no messages, and a post is a thread that the bot finds and reads again."""

import pytest

from local_stack.discord.rules.schemas import known_keys
from tests.unit.discord_simulator.stage import ANN, GENERAL, LESSONS, SCHOOL, Json, Stage, text, version_two
from tests.unit.discord_simulator.test_answers_match_the_specification import assert_specified

POST = {"name": " Biology ", "message": version_two({**text("A recording is ready"), "id": 4711})}


async def new_forum(stage: Stage, **more: object) -> str:
    made = await stage.sim("POST", f"/guilds/{SCHOOL}/channels", {"name": "recordings", "type": 15, **more})
    assert made.status == 201
    forum_id: str = made.body["id"]
    return forum_id


async def test_a_post_is_listed_and_its_first_message_has_its_id(stage: Stage) -> None:
    forum = await new_forum(stage)
    begun = await stage.rest("POST", f"/channels/{forum}/threads", POST)
    assert begun.status == 201
    assert (begun.body["name"], begun.body["parent_id"], begun.body["type"]) == ("Biology", forum, 11)
    thread = begun.body["id"]
    first = (await stage.rest("GET", f"/channels/{thread}/messages/{thread}")).body
    assert (first["channel_id"], first["components"][0]["id"]) == (thread, 4711)
    listed = (await stage.rest("GET", f"/guilds/{SCHOOL}/threads/active")).body
    assert [each["id"] for each in listed["threads"]] == [thread]
    assert thread not in [each["id"] for each in (await stage.rest("GET", f"/guilds/{SCHOOL}/channels")).body]
    assert [each["id"] for each in await stage.seen_by(ANN, thread)] == [thread]


async def test_answers_are_as_specified(stage: Stage) -> None:
    forum = await new_forum(stage)
    begun = (await stage.rest("POST", f"/channels/{forum}/threads", POST)).body
    # Discord docs: the answer has the message as well, which the specification leaves out.
    assert_specified("MessageResponse", begun["message"])
    assert_specified("CreatedThreadResponse", {each: begun[each] for each in begun if each != "message"})
    assert_specified("ThreadsResponse", (await stage.rest("GET", f"/guilds/{SCHOOL}/threads/active")).body)
    assert_specified("ThreadResponse", (await stage.rest("GET", f"/channels/{begun['id']}")).body)
    assert_specified("GuildChannelResponse", (await stage.rest("GET", f"/channels/{forum}")).body)


async def test_there_is_no_nonce_for_posts(stage: Stage) -> None:
    forum = await new_forum(stage)
    first = await stage.rest("POST", f"/channels/{forum}/threads", POST)
    assert (await stage.rest("POST", f"/channels/{forum}/threads", POST)).body["id"] != first.body["id"]
    assert "nonce" not in known_keys("BaseCreateMessageCreateRequest")


async def test_a_forum_takes_no_messages_and_its_posts_do(stage: Stage) -> None:
    forum = await new_forum(stage)
    assert (await stage.rest("POST", f"/channels/{forum}/messages", {"content": "x"})).code == 50008
    thread = (await stage.rest("POST", f"/channels/{forum}/threads", POST)).body["id"]
    assert (await stage.rest("POST", f"/channels/{thread}/messages", {"content": "x"})).status == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message": POST["message"]}, 50035),
        ({**POST, "name": ""}, 50035),
        ({**POST, "name": "  "}, 50035),
        ({**POST, "name": "x" * 101}, 50035),
        ({"name": "x"}, 50035),
        ({**POST, "auto_archive_duration": 5}, 50035),
        ({"name": "x", "message": {"content": "x", "nonce": "n"}}, 50035),
        ({"name": "x", "message": {}}, 50006),
    ],
)
async def test_what_discord_would_refuse_is_refused(stage: Stage, body: Json, code: int) -> None:
    forum = await new_forum(stage)
    assert (await stage.rest("POST", f"/channels/{forum}/threads", body)).code == code
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/threads/active")).body["threads"] == []


async def test_where_tags_are_required_a_post_without_one_is_refused(stage: Stage) -> None:
    forum = await new_forum(stage, flags=16)
    assert (await stage.rest("POST", f"/channels/{forum}/threads", POST)).code == 40067


async def test_posts_begin_in_forums_only(stage: Stage) -> None:
    assert (await stage.rest("POST", f"/channels/{LESSONS}/threads", POST)).code == 50024
    assert (await stage.rest("POST", "/channels/1/threads", POST)).code == 10003
    made = await stage.sim("POST", f"/guilds/{SCHOOL}/channels", {"name": "x", "type": 0, "flags": 16})
    assert made.status == 400


@pytest.mark.parametrize(("denied", "code"), [(1 << 11, 50013), (1 << 10, 50001)])
async def test_where_the_bot_may_not_post_it_is_told_so(stage: Stage, denied: int, code: int) -> None:
    forum = await new_forum(stage)
    thread = (await stage.rest("POST", f"/channels/{forum}/threads", POST)).body["id"]
    await stage.sim("PUT", f"/channels/{forum}/overwrites/{SCHOOL}", {"type": 0, "deny": str(denied)})
    assert (await stage.rest("POST", f"/channels/{forum}/threads", POST)).code == code
    is_seen = (await stage.rest("GET", f"/channels/{thread}")).status == 200
    assert is_seen == (code == 50013)


async def test_a_deleted_forum_takes_its_posts_along(stage: Stage) -> None:
    forum = await new_forum(stage)
    thread = (await stage.rest("POST", f"/channels/{forum}/threads", POST)).body["id"]
    await stage.sim("DELETE", f"/channels/{forum}")
    assert (await stage.rest("GET", f"/channels/{thread}")).code == 10003
    assert (await stage.rest("GET", f"/guilds/{SCHOOL}/threads/active")).body["threads"] == []
    assert (await stage.rest("GET", f"/channels/{GENERAL}")).status == 200


async def test_posts_that_were_closed_are_listed_apart_the_last_one_first(stage: Stage) -> None:
    forum = await new_forum(stage)
    threads = [(await stage.rest("POST", f"/channels/{forum}/threads", POST)).body["id"] for _ in range(3)]
    for thread in threads[:2]:
        stage.clock.travel(1)
        assert (await stage.sim("POST", f"/channels/{thread}/archive")).status == 204
    closed = await stage.rest("GET", f"/channels/{forum}/threads/archived/public?limit=100")
    assert [each["id"] for each in closed.body["threads"]] == [threads[1], threads[0]]
    assert_specified("ThreadsResponse", closed.body)
    first = await stage.rest("GET", f"/channels/{forum}/threads/archived/public?limit=2")
    assert first.body["has_more"] is False
    assert (await stage.rest("GET", f"/channels/{forum}/threads/archived/public?limit=1")).code == 50035
    active = (await stage.rest("GET", f"/guilds/{SCHOOL}/threads/active")).body
    assert [each["id"] for each in active["threads"]] == [threads[2]]
