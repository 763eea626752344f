"""Threads of text channels fall asleep: what is edited in them is refused then, and a message wakes them up."""

from tests.unit.discord_simulator.stage import ANN, GENERAL, LABS_GENERAL, PRIVATE_STAFF, SCHOOL, Answer, Stage
from tests.unit.discord_simulator.test_answers_match_the_specification import assert_specified


async def new_thread(stage: Stage) -> str:
    begun = await stage.sim("POST", f"/channels/{GENERAL}/threads", {"user_id": ANN, "name": " Biology "})
    assert begun.status == 201
    thread: str = begun.body["id"]
    return thread


async def said_in(stage: Stage, thread: str) -> str:
    posted = await stage.rest("POST", f"/channels/{thread}/messages", {"content": "before"})
    message: str = posted.body["id"]
    return message


async def edited(stage: Stage, thread: str, message: str) -> Answer:
    return await stage.rest("PATCH", f"/channels/{thread}/messages/{message}", {"content": "after"})


async def active(stage: Stage) -> list[str]:
    listed = (await stage.rest("GET", f"/guilds/{SCHOOL}/threads/active")).body
    return [each["id"] for each in listed["threads"]]


async def test_a_member_begins_a_thread_where_everybody_of_the_channel_reads(stage: Stage) -> None:
    thread = await new_thread(stage)
    shown = (await stage.rest("GET", f"/channels/{thread}")).body
    assert_specified("ThreadResponse", shown)
    assert (shown["name"], shown["parent_id"], shown["owner_id"]) == ("Biology", GENERAL, ANN)
    message = await said_in(stage, thread)
    assert [each["id"] for each in await stage.seen_by(ANN, thread)] == [message]


async def test_nobody_begins_a_thread_where_they_see_nothing_nor_in_another(stage: Stage) -> None:
    thread = await new_thread(stage)
    for channel in (PRIVATE_STAFF, LABS_GENERAL, thread):
        body = {"user_id": "1310000000000000003", "name": "x"}
        assert (await stage.sim("POST", f"/channels/{channel}/threads", body)).status == 400


async def test_in_an_archived_thread_nothing_is_edited_until_it_is_opened_again(stage: Stage) -> None:
    thread = await new_thread(stage)
    message = await said_in(stage, thread)
    assert (await stage.sim("POST", f"/channels/{thread}/archive")).status == 204
    assert (await edited(stage, thread, message)).code == 50083
    assert await active(stage) == []
    opened = await stage.rest("PATCH", f"/channels/{thread}", {"archived": False})
    assert_specified("ThreadResponse", opened.body)
    assert (await edited(stage, thread, message)).status == 200
    assert await active(stage) == [thread]


async def test_a_message_wakes_it_up(stage: Stage) -> None:
    thread = await new_thread(stage)
    await stage.sim("POST", f"/channels/{thread}/archive")
    await said_in(stage, thread)
    assert await active(stage) == [thread]


async def test_the_bot_may_change_nothing_else_of_a_thread_and_nothing_of_a_channel(stage: Stage) -> None:
    thread = await new_thread(stage)
    assert (await stage.rest("PATCH", f"/channels/{thread}", {"name": "History"})).code == 50013
    assert (await stage.rest("PATCH", f"/channels/{GENERAL}", {"archived": False})).code == 50013
    assert (await stage.rest("PATCH", f"/channels/{PRIVATE_STAFF[:-1]}99", {"archived": False})).code == 10003
    assert (await stage.sim("POST", f"/channels/{GENERAL}/archive")).status == 400
