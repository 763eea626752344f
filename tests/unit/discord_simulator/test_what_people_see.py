"""The doors for the page: the world, streams of events, chat, and a reset."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from local_stack.discord.demo import tell_demo
from local_stack.discord.permissions import Permission
from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    CHEN,
    DANA,
    EMIL,
    GENERAL,
    HELLO,
    PRIVATE_STAFF,
    READ_ONLY,
    SCHOOL,
    Json,
    Stage,
)


class Stream:
    """Reads server-sent events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> tuple[str, Json]:
        """The next event that is no comment."""
        name = ""
        while True:
            line = (await asyncio.wait_for(self.response.content.readline(), 2)).decode().rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            if line.startswith("data: "):
                return name, json.loads(line.removeprefix("data: "))


@asynccontextmanager
async def watching(stage: Stage, user_id: str) -> AsyncIterator[Stream]:
    async with stage.client.get(f"/discord-sim/api/v10/_sim/events?as={user_id}") as response:
        assert response.content_type == "text/event-stream"
        assert (await response.content.readline()).startswith(b":")
        yield Stream(response)


async def test_everyone_hears_what_they_may_see_and_nothing_else(stage: Stage) -> None:
    messages = f"/channels/{GENERAL}/messages"
    async with watching(stage, BO) as bo, watching(stage, EMIL) as emil:
        await stage.rest("POST", f"/channels/{PRIVATE_STAFF}/messages", {"content": "for staff"})
        made = (await stage.rest("POST", messages, {"content": "for all"})).body["id"]
        await stage.rest("PATCH", f"{messages}/{made}", {"content": "changed"})
        await stage.rest("DELETE", f"{messages}/{made}")
        name, data = await bo.next()
        assert (name, data["message"]["content"], data["channel_id"]) == ("message_create", "for all", GENERAL)
        name, data = await bo.next()
        assert (name, data["message"]["content"]) == ("message_update", "changed")
        assert await bo.next() == ("message_delete", {"channel_id": GENERAL, "id": made})
        assert (await emil.next())[1]["message"]["content"] == "for staff"


async def test_an_ephemeral_answer_is_heard_by_its_user_only(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 4, "data": {"content": "psst", "flags": 64}}
    async with watching(stage, ANN) as ann, watching(stage, BO) as bo:
        await stage.act(ANN, command="hello")
        await stage.sim("POST", f"/channels/{GENERAL}/messages", {"user_id": CHEN, "content": "hi"})
        assert (await ann.next())[1]["message"]["_sim"]["ephemeral_for"] == ANN
        assert (await bo.next())[1]["message"]["content"] == "hi"


async def test_the_world_is_described_for_the_page(stage: Stage) -> None:
    world = (await stage.sim("GET", "/world")).body
    assert [server["name"] for server in world["servers"]] == ["Riverside School", "Northwind Labs", "Corner Cafe"]
    school = world["servers"][0]
    assert [channel["name"] for channel in school["channels"] if not channel["bot_may_write"]] == ["read-only-for-bot"]
    staff_only = next(channel for channel in school["channels"] if channel["id"] == PRIVATE_STAFF)
    assert set(staff_only["visible_to"]) == {ANN, EMIL, stage.world.application_id}
    members = {member["user_id"]: member for member in school["members"]}
    assert members[ANN]["is_owner"]
    assert members[EMIL]["name"] == "Herr Emil"
    assert (await stage.raw("GET", members[ANN]["avatar_url"])).body.startswith("<svg")
    assert (await stage.raw("GET", school["icon_url"])).body.startswith("<svg")


async def test_the_description_for_tests_has_what_a_tool_needs(stage: Stage) -> None:
    description = stage.world.description_for_tests()
    assert set(description["discord"]) >= {"application_id", "public_key", "signing_key", "bot_token", "client_secret"}
    allowed = {server["name"]: server["allowed"] for server in description["servers"]}
    assert allowed == {"Riverside School": True, "Northwind Labs": True, "Corner Cafe": False}
    assert all(member["user_id"] != stage.world.application_id for member in description["servers"][0]["members"])


async def test_people_chat_where_they_may(stage: Stage) -> None:
    path = f"/channels/{PRIVATE_STAFF}/messages"
    assert (await stage.sim("POST", path, {"user_id": BO, "content": "hi"})).status == 403
    assert (await stage.sim("POST", path, {"user_id": EMIL, "content": "hi"})).status == 200
    assert (await stage.sim("POST", path, {"user_id": EMIL, "content": ""})).status == 400
    assert (await stage.sim("POST", path, {"user_id": "1", "content": "hi"})).status == 404
    assert (await stage.sim("POST", "/channels/1/messages", {"user_id": EMIL, "content": "hi"})).status == 404


@pytest.mark.parametrize(
    ("user_id", "channel_id", "permission", "held"),
    [
        (ANN, PRIVATE_STAFF, Permission.VIEW_CHANNEL, True),
        (BO, PRIVATE_STAFF, Permission.VIEW_CHANNEL, False),
        (BO, GENERAL, Permission.MANAGE_EVENTS, True),
        (EMIL, PRIVATE_STAFF, Permission.MANAGE_GUILD, True),
        (DANA, GENERAL, Permission.MANAGE_EVENTS, False),
        (DANA, READ_ONLY, Permission.SEND_MESSAGES, True),
    ],
)
async def test_permissions_add_up(
    stage: Stage, user_id: str, channel_id: str, permission: Permission, held: bool
) -> None:
    server = stage.world.servers[SCHOOL]
    assert (permission in server.permissions_of(user_id, server.channels[channel_id])) is held


async def test_a_reset_forgets_messages_and_tokens_but_not_commands(stage: Stage) -> None:
    await stage.register(HELLO)
    token = (await stage.act(command="hello"))["token"]
    assert (await stage.sim("POST", "/reset")).status == 204
    assert await stage.seen_by(ANN) == []
    assert (await stage.rest("GET", f"{stage.webhook(token)}/messages/@original")).code == 10015
    assert (await stage.act(command="hello"))["outcome"] == "message"


async def test_the_demo_shows_every_kind_of_message(stage: Stage) -> None:
    tell_demo(stage.world)
    messages = await stage.seen_by(ANN)
    states = {message["_sim"]["state"] for message in messages}
    assert states == {"sent", "thinking", "failed"}
    assert any(message["flags"] & 32768 for message in messages)
    assert sum(message["_sim"]["ephemeral_for"] == ANN for message in messages) == 1
    assert all(message["_sim"]["ephemeral_for"] in (None, ANN) for message in messages)


async def test_the_page_is_served_and_nothing_beside_it(stage: Stage) -> None:
    assert "<title>Discord</title>" in (await stage.raw("GET", "/discord-sim/")).body
    assert (await stage.raw("GET", "/discord-sim/missing.js")).status == 404
    assert (await stage.raw("GET", "/discord-sim/..%2f..%2fetc/passwd")).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"user_id": ANN, "channel_id": GENERAL},
        {"user_id": ANN, "channel_id": GENERAL, "command": ""},
        {"user_id": ANN, "channel_id": GENERAL, "command": "x", "wait_seconds": -1},
        {"user_id": "1300000000000000001", "channel_id": GENERAL, "command": "x"},
    ],
)
async def test_acting_without_sense_is_refused_with_a_sentence(stage: Stage, body: Json) -> None:
    answer = await stage.sim("POST", "/interactions", body)
    assert answer.status == 400
    assert len(answer.body["message"]) > 10
