"""Interactions as Discord sends them, and what it makes of the answers."""

import asyncio

import pytest
from discord_interactions import verify_key

from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    CHEN,
    EMIL,
    GENERAL,
    HELLO,
    LESSONS,
    PRIVATE_STAFF,
    READ_ONLY,
    SCHOOL,
    TEACHERS,
    Answer,
    Json,
    Stage,
)


async def test_the_signature_is_one_that_the_official_package_accepts(stage: Stage) -> None:
    await stage.register(HELLO)
    await stage.act(command="hello")
    headers, raw = stage.application.requests[0]
    signature, timestamp = headers["X-Signature-Ed25519"], headers["X-Signature-Timestamp"]
    assert verify_key(raw, signature, timestamp, stage.world.public_key)
    assert not verify_key(raw + b" ", signature, timestamp, stage.world.public_key)
    assert headers["User-Agent"] == "Discord-Interactions/1.0 (+https://discord.com)"
    assert timestamp == str(int(stage.clock.at))


async def test_a_command_carries_everything_that_discord_says_about_it(stage: Stage) -> None:
    options = [
        {"type": 3, "name": "title", "description": "t", "required": True},
        {"type": 6, "name": "who", "description": "w"},
        {"type": 8, "name": "role", "description": "r"},
        {"type": 7, "name": "where", "description": "c"},
    ]
    await stage.register({"name": "start", "description": "Start", "options": options})
    filled = {"title": "Ünïcode 🎓", "who": CHEN, "role": TEACHERS, "where": LESSONS}
    await stage.act(EMIL, command="start", options=filled)
    sent = stage.application.received[0]
    assert sent["type"] == 2
    assert sent["version"] == 1
    assert sent["application_id"] == stage.world.application_id
    assert sent["guild_id"] == sent["guild"]["id"] == SCHOOL
    assert sent["channel_id"] == sent["channel"]["id"] == GENERAL
    assert sent["member"]["user"]["id"] == EMIL
    assert sent["member"]["nick"] == "Herr Emil"
    assert int(sent["member"]["permissions"]) & (1 << 5)
    assert sent["locale"] == "de"
    assert sent["guild_locale"] == "en-US"
    assert sent["context"] == 0
    assert sent["authorizing_integration_owners"] == {"0": SCHOOL}
    assert sent["entitlements"] == []
    assert sent["attachment_size_limit"] == 10 * 1024 * 1024
    values = {option["name"]: option["value"] for option in sent["data"]["options"]}
    assert values == filled
    resolved = sent["data"]["resolved"]
    assert resolved["users"][CHEN]["username"] == "chen"
    assert "user" not in resolved["members"][CHEN]
    assert resolved["roles"][TEACHERS]["name"] == "Teachers"
    assert int(resolved["channels"][LESSONS]["app_permissions"]) & (1 << 11)
    assert "user" not in sent


async def test_the_bot_s_permissions_are_those_of_the_channel(stage: Stage) -> None:
    await stage.register(HELLO)
    await stage.act(command="hello")
    await stage.act(channel_id=READ_ONLY, command="hello")
    may_send = [bool(int(sent["app_permissions"]) & (1 << 11)) for sent in stage.application.received]
    assert may_send == [True, False]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "title is required"),
        ({"title": ""}, "1 to 10 characters"),
        ({"title": "x" * 11}, "1 to 10 characters"),
        ({"title": 5}, "must be a text"),
        ({"title": "ok", "kind": "opera"}, "must be one of: room, webinar"),
        ({"title": "ok", "count": 0}, "1 or more"),
        ({"title": "ok", "count": 26}, "25 or less"),
        ({"title": "ok", "count": 2.5}, "whole number"),
        ({"title": "ok", "count": True}, "must be a number"),
        ({"title": "ok", "loud": "yes"}, "true or false"),
        ({"title": "ok", "who": "1"}, "no user 1"),
        ({"title": "ok", "nonsense": 1}, "no option nonsense"),
    ],
)
async def test_options_are_refused_as_the_client_would(stage: Stage, options: Json, sentence: str) -> None:
    choices = [{"name": "Room", "value": "room"}, {"name": "Webinar", "value": "webinar"}]
    known = [
        {"type": 3, "name": "title", "description": "t", "required": True, "max_length": 10},
        {"type": 3, "name": "kind", "description": "k", "choices": choices},
        {"type": 4, "name": "count", "description": "n", "min_value": 1, "max_value": 25},
        {"type": 5, "name": "loud", "description": "l"},
        {"type": 6, "name": "who", "description": "w"},
    ]
    await stage.register({"name": "start", "description": "Start", "options": known})
    answer = await stage.refused_act(command="start", options=options)
    assert answer.status == 400
    assert sentence in answer.body["message"]
    assert stage.application.received == []


async def test_sub_commands_may_be_named_or_nested(stage: Stage) -> None:
    leaf = {"type": 1, "name": "set", "description": "s", "options": [{"type": 3, "name": "key", "description": "k"}]}
    group = {"type": 2, "name": "value", "description": "v", "options": [leaf]}
    await stage.register({"name": "config", "description": "c", "options": [group]})
    await stage.act(command="config value set", options={"key": "a"})
    await stage.act(command="config", options={"value": {"set": {"key": "a"}}})
    first, second = [sent["data"]["options"] for sent in stage.application.received]
    assert first == second
    assert first[0]["options"][0]["options"] == [{"name": "key", "type": 3, "value": "a"}]
    assert "sub-commands: value" in (await stage.refused_act(command="config")).body["message"]


async def test_only_those_who_are_offered_a_command_can_use_it(stage: Stage) -> None:
    await stage.register({**HELLO, "default_member_permissions": str(1 << 5)})
    assert (await stage.refused_act(BO, command="hello")).status == 403
    assert (await stage.act(EMIL, command="hello"))["outcome"] == "message"
    for user_id, offered in ((BO, False), (EMIL, True), (ANN, True)):
        answer = await stage.sim("GET", f"/commands?as={user_id}&channel_id={GENERAL}")
        assert ("hello" in [command["name"] for command in answer.body]) is offered


async def test_nobody_acts_in_a_channel_they_do_not_see(stage: Stage) -> None:
    await stage.register(HELLO)
    assert (await stage.refused_act(BO, PRIVATE_STAFF, command="hello")).status == 404
    assert (await stage.act(EMIL, PRIVATE_STAFF, command="hello"))["outcome"] == "message"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"type": 1}, "Value must be one of {4, 5, 9, 12}"),
        ({"type": 6}, "Value must be one of {4, 5, 9, 12}"),
        ({"type": 7, "data": {"content": "x"}}, "Value must be one of {4, 5, 9, 12}"),
        ({"type": 8, "data": {"choices": []}}, "Value must be one of {4, 5, 9, 12}"),
        ({"type": 4, "data": {"content": "x" * 2001}}, "2000"),
        ({"type": 4}, "50006"),
        ({"type": 4, "data": {"content": "  "}}, "50006"),
        ({"type": 4, "data": {"content": "x", "contnt": "y"}}, "contnt"),
        ({"type": 5, "data": {"flags": 32768}}, "EPHEMERAL"),
        ({"type": 5, "data": {"content": "x"}}, "content"),
        ([1, 2], "dictionaries"),
        (b"{not json", "not JSON"),
    ],
)
async def test_an_answer_that_discord_refuses_is_no_answer(stage: Stage, answer: object, reason: str) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: answer
    outcome = await stage.act(command="hello")
    assert outcome["outcome"] == "failed"
    assert outcome["failure"]["shown"] == "The application did not respond"
    assert reason in outcome["failure"]["reason"]
    assert await stage.seen_by(ANN) == []


async def test_wrong_statuses_and_content_types_are_no_answer(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.content_type = "text/plain"
    assert "text/plain" in (await stage.act(command="hello"))["failure"]["reason"]
    stage.application.content_type = "application/json"
    stage.application.status = 500
    assert "500" in (await stage.act(command="hello"))["failure"]["reason"]


async def test_after_three_seconds_it_is_over(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.delay_seconds = 3.3
    outcome = await stage.act(command="hello")
    assert outcome["outcome"] == "failed"
    assert "3 seconds" in outcome["failure"]["reason"]
    late = await stage.rest(
        "POST", f"/interactions/{outcome['interaction_id']}/{outcome['token']}/callback", {"type": 5}
    )
    assert (late.status, late.code) == (404, 10062)
    edited = await stage.rest("PATCH", f"{stage.webhook(outcome['token'])}/messages/@original", {"content": "x"})
    assert (edited.status, edited.code) == (404, 10015)


async def test_an_application_that_is_down_did_not_respond(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.world.interactions_url = "http://127.0.0.1:1/interactions"
    outcome = await stage.act(command="hello")
    assert outcome["failure"]["shown"] == "The application did not respond"
    assert "cannot be reached" in outcome["failure"]["reason"]


async def test_a_callback_with_an_empty_202_is_an_answer(stage: Stage) -> None:
    await stage.register(HELLO)
    called: list[Answer] = []

    async def call_back(interaction: Json) -> None:
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=true"
        called.append(await stage.rest("POST", path, {"type": 12}))

    stage.application.on_interaction = call_back
    stage.application.answer = lambda _interaction: None
    stage.application.status = 202
    outcome = await stage.act(command="hello")
    assert outcome["outcome"] == "launch"
    instance_id = outcome["activity_instance_id"]
    assert called[0].body["resource"] == {"type": 12, "activity_instance": {"id": instance_id}}
    path = f"/applications/{stage.world.application_id}/activity-instances/{instance_id}"
    instance = (await stage.rest("GET", path)).body
    assert instance["users"] == [ANN]
    assert instance["location"]["channel_id"] == GENERAL
    missing = await stage.rest("GET", f"{path}x")
    assert (missing.status, missing.body) == (404, {"message": "404: Not Found", "code": 0})


async def test_a_second_answer_is_already_acknowledged(stage: Stage) -> None:
    await stage.register(HELLO)
    outcome = await stage.act(command="hello")
    path = f"/interactions/{outcome['interaction_id']}/{outcome['token']}/callback"
    assert (await stage.rest("POST", path, {"type": 4, "data": {"content": "x"}})).code == 40060
    assert (await stage.rest("POST", f"/interactions/1/{outcome['token']}/callback", {"type": 5})).code == 10062


async def test_a_202_without_callback_did_not_respond(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: None
    stage.application.status = 202
    outcome = await stage.act(command="hello")
    assert "no callback came" in outcome["failure"]["reason"]


async def test_autocomplete_sends_the_partial_text_and_returns_choices(stage: Stage) -> None:
    option = {"type": 3, "name": "meeting", "description": "m", "required": True, "autocomplete": True}
    await stage.register({"name": "join", "description": "Join", "options": [option]})
    stage.application.answer = lambda _interaction: {"type": 8, "data": {"choices": [{"name": "One", "value": "1"}]}}
    outcome = await stage.act(command="join", options={"meeting": "on"}, focused="meeting")
    sent = stage.application.received[0]
    assert sent["type"] == 4
    assert sent["data"]["options"] == [{"name": "meeting", "type": 3, "value": "on", "focused": True}]
    assert (outcome["outcome"], outcome["choices"]) == ("choices", [{"name": "One", "value": "1"}])
    assert await stage.seen_by(ANN) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"type": 4, "data": {"content": "x"}},
        {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "1"}]}},
        {"type": 8, "data": {"choices": [{"name": "x", "value": 1}]}},
        {"type": 8, "data": {"choices": [{"name": str(n), "value": str(n)} for n in range(26)]}},
        {"type": 8, "data": {}},
        {"type": 8, "data": {"choices": ["text"]}},
    ],
)
async def test_wrong_choices_fail_to_load(stage: Stage, answer: Json) -> None:
    option = {"type": 3, "name": "meeting", "description": "m", "required": True, "autocomplete": True}
    await stage.register({"name": "join", "description": "Join", "options": [option]})
    stage.application.answer = lambda _interaction: answer
    outcome = await stage.act(command="join", options={}, focused="meeting")
    assert outcome["failure"]["shown"] == "Loading options failed"


async def test_the_entry_point_is_handled_by_discord_until_the_application_takes_it(stage: Stage) -> None:
    outcome = await stage.act(entry_point=True)
    assert outcome["outcome"] == "launch"
    assert stage.application.received == []
    stage.application.answer = lambda _interaction: {"type": 12}
    launch = {"name": "launch", "description": "Launch", "type": 4, "handler": 1}
    await stage.register(launch)
    again = await stage.act(BO, entry_point=True)
    assert stage.application.received[0]["data"]["type"] == 4
    assert again["activity_instance_id"] == outcome["activity_instance_id"]


async def test_a_deferred_answer_is_thinking_until_it_is_edited(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 5, "data": {"flags": 64}}
    thinking = await stage.act(command="hello")
    assert thinking["outcome"] == "thinking"
    assert thinking["message"]["_sim"] == {"ephemeral_for": ANN, "state": "thinking", "failure": None}
    original = f"{stage.webhook(thinking['token'])}/messages/@original"
    edited = await stage.rest("PATCH", original, {"content": "done"})
    assert edited.body["flags"] == 64
    assert edited.body["edited_timestamp"] is None
    assert "_sim" not in edited.body
    assert [message["content"] for message in await stage.seen_by(ANN)] == ["done"]
    assert await stage.seen_by(BO) == []


async def test_waiting_returns_the_message_that_the_thinking_became(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 5}
    acting = asyncio.create_task(stage.act(command="hello", wait_seconds=5))
    await stage.until_seen_by(ANN)
    token = stage.application.received[0]["token"]
    await stage.rest("PATCH", f"{stage.webhook(token)}/messages/@original", {"content": "done"})
    outcome = await acting
    assert outcome["outcome"] == "thinking"
    assert outcome["message"]["content"] == "done"
    assert outcome["message"]["_sim"]["state"] == "sent"


async def test_in_direct_messages_there_is_a_user_and_no_member(stage: Stage) -> None:
    await stage.register({**HELLO, "contexts": [0, 1]}, {**HELLO, "name": "here", "contexts": [0]})
    channel_id = (await stage.rest("POST", "/users/@me/channels", {"recipient_id": BO})).body["id"]
    await stage.act(BO, channel_id, command="hello")
    sent = stage.application.received[0]
    assert sent["context"] == 1
    assert sent["user"]["id"] == BO
    assert "member" not in sent
    assert "guild_id" not in sent
    assert (await stage.refused_act(BO, channel_id, command="here")).status == 403
    assert (await stage.refused_act(ANN, channel_id, command="hello")).status == 404
