"""Messages that the bot writes in channels: nonces, permissions, mentions, files, and what it can read."""

import io
import json

import aiohttp
import pytest

from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    DANA,
    EMIL,
    GENERAL,
    LESSONS,
    PRIVATE_STAFF,
    READ_ONLY,
    SCHOOL,
    TEACHERS,
    Stage,
    text,
    version_two,
)

MESSAGES = f"/channels/{GENERAL}/messages"


async def test_a_message_appears_for_everyone_in_the_channel(stage: Stage) -> None:
    made = await stage.rest("POST", MESSAGES, {"content": " hello "})
    assert made.status == 200
    assert made.body["author"]["id"] == stage.world.application_id
    assert made.body["content"] == "hello"
    assert [message["content"] for message in await stage.seen_by(DANA)] == ["hello"]


async def test_the_same_nonce_within_three_minutes_is_the_same_message(stage: Stage) -> None:
    body = {"content": "card", "nonce": "meeting-1", "enforce_nonce": True}
    first = (await stage.rest("POST", MESSAGES, body)).body
    second = (await stage.rest("POST", MESSAGES, {**body, "content": "changed"})).body
    elsewhere = (await stage.rest("POST", f"/channels/{LESSONS}/messages", body)).body
    assert second["id"] == first["id"] != elsewhere["id"]
    assert second["content"] == "card"
    stage.clock.travel(181)
    assert (await stage.rest("POST", MESSAGES, body)).body["id"] != first["id"]


async def test_a_nonce_that_is_not_enforced_is_only_echoed(stage: Stage) -> None:
    body = {"content": "card", "nonce": "n"}
    first = (await stage.rest("POST", MESSAGES, body)).body
    second = (await stage.rest("POST", MESSAGES, body)).body
    assert first["nonce"] == "n"
    assert first["id"] != second["id"]


async def test_where_the_bot_may_not_write_it_is_told_so(stage: Stage) -> None:
    assert (await stage.rest("POST", f"/channels/{READ_ONLY}/messages", {"content": "x"})).body == {
        "message": "Missing Permissions",
        "code": 50013,
    }
    assert (await stage.rest("GET", f"/channels/{READ_ONLY}/messages")).status == 200
    assert (await stage.rest("POST", "/channels/1/messages", {"content": "x"})).code == 10003
    assert (await stage.rest("POST", f"/channels/{PRIVATE_STAFF}/messages", {"content": "x"})).status == 200
    assert len(await stage.seen_by(EMIL, PRIVATE_STAFF)) == 1
    hidden = await stage.sim("GET", f"/channels/{PRIVATE_STAFF}/messages?as={BO}")
    assert hidden.status == 403


async def test_the_bot_edits_and_deletes_only_its_own(stage: Stage) -> None:
    own = (await stage.rest("POST", MESSAGES, {"content": "x"})).body["id"]
    said = (await stage.sim("POST", MESSAGES, {"user_id": BO, "content": "hi"})).body["id"]
    edited = await stage.rest("PATCH", f"{MESSAGES}/{own}", version_two(text("y"), content=None))
    assert edited.body["flags"] == 32768
    assert (await stage.rest("PATCH", f"{MESSAGES}/{said}", {"content": "x"})).code == 50005
    assert (await stage.rest("DELETE", f"{MESSAGES}/{said}")).code == 50013
    assert (await stage.rest("DELETE", f"{MESSAGES}/{own}")).status == 204
    assert (await stage.rest("PATCH", f"{MESSAGES}/{own}", {"content": "x"})).code == 10008


async def test_without_the_intent_others_messages_are_empty_unless_they_mention_the_bot(stage: Stage) -> None:
    said = (await stage.sim("POST", MESSAGES, {"user_id": BO, "content": "hi"})).body["id"]
    called = f"<@{stage.world.application_id}> help"
    meant = (await stage.sim("POST", MESSAGES, {"user_id": BO, "content": called})).body["id"]
    assert (await stage.rest("GET", f"{MESSAGES}/{said}")).body["content"] == ""
    assert (await stage.rest("GET", f"{MESSAGES}/{meant}")).body["content"] == called


async def test_messages_are_listed_newest_first(stage: Stage) -> None:
    ids = [(await stage.rest("POST", MESSAGES, {"content": str(number)})).body["id"] for number in range(4)]
    listed = (await stage.rest("GET", f"{MESSAGES}?limit=2")).body
    assert [message["content"] for message in listed] == ["3", "2"]
    after = (await stage.rest("GET", f"{MESSAGES}?after={ids[0]}&limit=2")).body
    assert [message["content"] for message in after] == ["2", "1"]
    before = (await stage.rest("GET", f"{MESSAGES}?before={ids[2]}")).body
    assert [message["content"] for message in before] == ["1", "0"]
    assert (await stage.rest("GET", f"{MESSAGES}?limit=101")).code == 50035


async def test_pings_follow_permissions_and_allowed_mentions(stage: Stage) -> None:
    content = f"@everyone <@{BO}> <@&{TEACHERS}>"
    loud = (await stage.rest("POST", MESSAGES, {"content": content})).body
    assert [user["id"] for user in loud["mentions"]] == [BO]
    assert loud["mention_roles"] == [TEACHERS]
    assert loud["mention_everyone"] is False, "the bot has no permission to mention everyone"
    allowed = {"parse": [], "users": [ANN]}
    quiet = (await stage.rest("POST", MESSAGES, {"content": content, "allowed_mentions": allowed})).body
    assert (quiet["mentions"], quiet["mention_roles"]) == ([], [])
    owner = (await stage.sim("POST", MESSAGES, {"user_id": ANN, "content": "@everyone"})).body
    member = (await stage.sim("POST", MESSAGES, {"user_id": BO, "content": "@everyone"})).body
    assert (owner["mention_everyone"], member["mention_everyone"]) == (True, False)


async def test_text_displays_ping_too(stage: Stage) -> None:
    card = version_two({"type": 17, "components": [text(f"<@{BO}>")]})
    assert [user["id"] for user in (await stage.rest("POST", MESSAGES, card)).body["mentions"]] == [BO]


async def test_files_come_as_parts_and_are_referred_to_by_name(stage: Stage) -> None:
    form = aiohttp.FormData()
    card = version_two({"type": 13, "file": {"url": "attachment://a.txt"}})
    card["attachments"] = [{"id": 0, "description": "notes"}]
    form.add_field("payload_json", json.dumps(card), content_type="application/json")
    form.add_field("files[0]", b"content", filename="a.txt", content_type="text/plain")
    made = await stage.rest("POST", MESSAGES, data=form)
    assert made.status == 200, made.body
    shown = made.body["components"][0]
    assert (shown["name"], shown["size"]) == ("a.txt", 7)
    assert (await stage.raw("GET", shown["file"]["url"])).body == "content"


async def test_a_reply_refers_to_a_message_that_exists(stage: Stage) -> None:
    said = (await stage.sim("POST", MESSAGES, {"user_id": BO, "content": "hi"})).body["id"]
    reply = await stage.rest("POST", MESSAGES, {"content": "x", "message_reference": {"message_id": said}})
    assert reply.body["referenced_message"]["id"] == said
    lost = await stage.rest("POST", MESSAGES, {"content": "x", "message_reference": {"message_id": "1"}})
    assert "REPLIES_UNKNOWN_MESSAGE" in lost.complaint_codes()


@pytest.mark.parametrize(
    ("raw", "content_type", "code"),
    [(b"{no", "application/json", 50109), (b"x", "text/plain", 50035), (b"[]", "application/json", 50035)],
)
async def test_bodies_that_are_no_messages(stage: Stage, raw: bytes, content_type: str, code: int) -> None:
    answer = await stage.rest("POST", MESSAGES, data=raw, headers={"Content-Type": content_type})
    assert (answer.status, answer.code) == (400, code)


async def test_channels_are_shown_to_the_bot(stage: Stage) -> None:
    channel = (await stage.rest("GET", f"/channels/{READ_ONLY}")).body
    assert (channel["name"], channel["guild_id"]) == ("read-only-for-bot", SCHOOL)
    assert channel["permission_overwrites"][0]["deny"] == str(1 << 11)


async def test_a_body_beyond_discord_s_limit_is_too_large(stage: Stage) -> None:
    huge = io.BytesIO(b"[" + b" " * (27 * 1024 * 1024) + b"]")
    answer = await stage.rest("POST", MESSAGES, data=huge, headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (413, 40005)


async def test_what_the_application_reads_holds_nothing_of_the_simulation(stage: Stage) -> None:
    made = (await stage.rest("POST", MESSAGES, {"content": f"<@{BO}>"})).body
    assert "_sim" not in made
    assert "avatar_url" not in made["author"]
    assert "avatar_url" not in made["mentions"][0]
    shown = (await stage.seen_by(BO))[0]
    assert shown["author"]["avatar_url"].startswith("/discord-sim/cdn/avatars/")
