"""Interaction tokens: the original answer, follow-ups, expiry, the race after a defer, hand-made interactions."""

import pytest

from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    GENERAL,
    HELLO,
    Answer,
    Json,
    Stage,
    button,
    row,
    text,
    version_two,
)


async def deferred(stage: Stage, flags: int = 0) -> str:
    """A token whose interaction was answered "thinking"."""
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 5, "data": {"flags": flags}}
    token: str = (await stage.act(command="hello"))["token"]
    return token


async def test_editing_before_discord_processed_the_answer_meets_10015(stage: Stage) -> None:
    await stage.register(HELLO)
    met: list[Answer] = []

    async def too_fast(interaction: Json) -> None:
        met.append(
            await stage.rest("PATCH", f"{stage.webhook(interaction['token'])}/messages/@original", {"content": "x"})
        )

    stage.application.on_interaction = too_fast
    stage.application.answer = lambda _interaction: {"type": 5}
    outcome = await stage.act(command="hello")
    assert (met[0].status, met[0].body) == (404, {"message": "Unknown Webhook", "code": 10015})
    again = await stage.rest("PATCH", f"{stage.webhook(outcome['token'])}/messages/@original", {"content": "x"})
    assert again.status == 200


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_a_token_that_was_never_issued_is_an_unknown_webhook(stage: Stage, method: str) -> None:
    body = {"content": "x"} if method == "PATCH" else None
    answer = await stage.rest(method, f"{stage.webhook('made-up')}/messages/@original", body)
    assert (answer.status, answer.code) == (404, 10015)
    assert (await stage.rest("POST", stage.webhook("made-up"), {"content": "x"})).code == 10015


async def test_the_token_needs_no_credential_but_the_right_application(stage: Stage) -> None:
    token = await deferred(stage)
    nobody = {"Authorization": ""}
    original = await stage.rest("GET", f"{stage.webhook(token)}/messages/@original", headers=nobody)
    assert original.status == 200
    assert (await stage.rest("GET", f"/webhooks/1/{token}/messages/@original")).code == 10015


async def test_after_fifteen_minutes_the_token_is_gone_and_the_thinking_failed(stage: Stage) -> None:
    token = await deferred(stage)
    stage.clock.travel(899)
    assert (await stage.rest("GET", f"{stage.webhook(token)}/messages/@original")).status == 200
    stage.clock.travel(2)
    late = await stage.rest("PATCH", f"{stage.webhook(token)}/messages/@original", {"content": "x"})
    assert (late.status, late.code) == (404, 10015)
    shown = (await stage.seen_by(ANN))[0]["_sim"]
    assert shown == {"ephemeral_for": None, "state": "failed", "failure": "The application did not respond"}


async def test_the_first_follow_up_takes_the_place_of_the_thinking(stage: Stage) -> None:
    token = await deferred(stage)
    first = await stage.rest("POST", stage.webhook(token), {"content": "first"})
    second = await stage.rest("POST", stage.webhook(token), {"content": "second", "flags": 64})
    original = await stage.rest("GET", f"{stage.webhook(token)}/messages/@original")
    assert original.body["id"] == first.body["id"]
    assert second.body["message_reference"]["message_id"] == first.body["id"]
    assert [message["content"] for message in await stage.seen_by(ANN)] == ["first", "second"]
    assert [message["content"] for message in await stage.seen_by(BO)] == ["first"]


async def test_follow_ups_are_edited_and_deleted_by_their_id(stage: Stage) -> None:
    token = await deferred(stage)
    await stage.rest("PATCH", f"{stage.webhook(token)}/messages/@original", {"content": "original"})
    made = await stage.rest("POST", stage.webhook(token), {"content": "more"})
    path = f"{stage.webhook(token)}/messages/{made.body['id']}"
    edited = await stage.rest("PATCH", path, {"content": "changed"})
    assert edited.body["edited_timestamp"] is not None
    assert (await stage.rest("DELETE", path)).status == 204
    stage.clock.travel(5)
    assert (await stage.rest("GET", path)).code == 10008
    assert (await stage.rest("DELETE", f"{stage.webhook(token)}/messages/@original")).status == 204
    assert (await stage.rest("GET", f"{stage.webhook(token)}/messages/@original")).code == 10008
    assert await stage.seen_by(ANN) == []


async def test_ephemeral_messages_are_not_in_the_channel(stage: Stage) -> None:
    token = await deferred(stage, flags=64)
    original = (await stage.rest("PATCH", f"{stage.webhook(token)}/messages/@original", {"content": "secret"})).body
    by_channel = await stage.rest("GET", f"/channels/{GENERAL}/messages/{original['id']}")
    assert by_channel.code == 10008
    assert (await stage.rest("GET", f"/channels/{GENERAL}/messages")).body == []


async def test_an_invalid_edit_changes_nothing(stage: Stage) -> None:
    token = await deferred(stage)
    path = f"{stage.webhook(token)}/messages/@original"
    assert (await stage.rest("PATCH", path, {"content": "x" * 2001})).code == 50035
    assert (await stage.seen_by(ANN))[0]["_sim"]["state"] == "thinking"
    card = version_two({"type": 17, "components": [text("# Title"), row(button())]})
    edited = (await stage.rest("PATCH", path, card)).body
    assert edited["flags"] == 32768
    numbers = [edited["components"][0]["id"], *(child["id"] for child in edited["components"][0]["components"])]
    assert numbers == [1, 2, 3]


async def test_answers_ping_users_only_unless_told_otherwise(stage: Stage) -> None:
    token = await deferred(stage)
    path = f"{stage.webhook(token)}/messages/@original"
    content = f"@everyone <@{BO}> <@&1330000000000000002> `<@{ANN}>`"
    message = (await stage.rest("PATCH", path, {"content": content})).body
    assert [user["id"] for user in message["mentions"]] == [BO]
    assert (message["mention_roles"], message["mention_everyone"]) == ([], False)
    quiet = (await stage.rest("PATCH", path, {"content": content, "allowed_mentions": {"parse": []}})).body
    assert quiet["mentions"] == []


async def test_a_hand_made_interaction_has_a_token_too(stage: Stage) -> None:
    body = {"user_id": ANN, "channel_id": GENERAL, "token": "hand-made", "interaction_id": "42"}
    assert (await stage.sim("POST", "/tokens", body)).status == 201
    edited = await stage.rest("PATCH", f"{stage.webhook('hand-made')}/messages/@original", {"content": "done"})
    assert edited.status == 200
    assert (await stage.rest("POST", stage.webhook("hand-made"), {"content": "more"})).status == 200
    assert [message["content"] for message in await stage.seen_by(ANN)] == ["done", "more"]
    stage.clock.travel(901)
    assert (await stage.rest("POST", stage.webhook("hand-made"), {"content": "x"})).code == 10015


async def test_a_hand_made_interaction_takes_a_callback_once(stage: Stage) -> None:
    body = {"user_id": ANN, "channel_id": GENERAL, "token": "hand-made", "interaction_id": "42"}
    await stage.sim("POST", "/tokens", body)
    path = "/interactions/42/hand-made/callback?with_response=true"
    answer = await stage.rest("POST", path, {"type": 4, "data": {"content": "x", "flags": 64}})
    assert answer.body["interaction"]["response_message_ephemeral"] is True
    assert answer.body["resource"]["message"]["content"] == "x"
    assert (await stage.rest("POST", path, {"type": 5})).code == 40060
