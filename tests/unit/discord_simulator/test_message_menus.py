"""Commands in the menu of a message, and the Entry Point among the Activities: what is sent, who is offered them."""

import pytest

from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    DANA,
    GENERAL,
    HELLO,
    LESSONS,
    PRIVATE_STAFF,
    SCHOOL,
    Json,
    Stage,
    button,
    row,
    text,
    version_two,
)

BOOKMARK: Json = {"name": "Book mark", "type": 3, "contexts": [0], "integration_types": [0]}
STUDY_ROOM = "1340000000000000006"


async def said(stage: Stage, content: str, by: str = BO, channel_id: str = GENERAL) -> str:
    answer = await stage.sim("POST", f"/channels/{channel_id}/messages", {"user_id": by, "content": content})
    assert answer.status == 200
    message_id: str = answer.body["id"]
    return message_id


async def test_the_command_brings_the_message_as_it_is(stage: Stage) -> None:
    await stage.register(BOOKMARK)
    message_id = await said(stage, "Look: https://example.com/film")
    outcome = await stage.act(ANN, command="Book mark", target_message_id=message_id)
    assert outcome["outcome"] == "message"
    assert outcome["message"]["interaction_metadata"]["name"] == "Book mark"
    (sent,) = stage.application.received
    data = sent["data"]
    assert sent["type"] == 2
    assert (data["name"], data["type"], data["target_id"]) == ("Book mark", 3, message_id)
    assert "options" not in data
    (message,) = data["resolved"]["messages"].values()
    assert message["id"] == message_id
    assert message["content"] == "Look: https://example.com/film"
    assert message["author"]["id"] == BO
    assert "_sim" not in message
    assert sent["member"]["user"]["id"] == ANN
    assert "message" not in sent, "that is for components"


async def test_a_message_of_the_application_comes_with_its_components(stage: Stage) -> None:
    await stage.register(HELLO, BOOKMARK)
    card = version_two(
        text("Film"), row(button("go"), {"type": 2, "style": 5, "label": "Watch", "url": "https://a.b/c"})
    )
    stage.application.answer = lambda _: {"type": 4, "data": card}
    message_id = (await stage.act(command="hello"))["message"]["id"]
    await stage.act(BO, command="Book mark", target_message_id=message_id)
    message = stage.application.received[-1]["data"]["resolved"]["messages"][message_id]
    assert message["components"][1]["components"][1]["url"] == "https://a.b/c"


async def test_a_menu_offers_only_what_it_can(stage: Stage) -> None:
    await stage.register(HELLO, BOOKMARK)
    message_id = await said(stage, "Look")
    staff_only = await said(stage, "Secret", "1310000000000000005", PRIVATE_STAFF)
    assert (await stage.refused_act(command="Book mark", target_message_id="5")).status == 404
    assert (
        await stage.refused_act(channel_id=LESSONS, command="Book mark", target_message_id=message_id)
    ).status == 404
    assert (
        await stage.refused_act(DANA, PRIVATE_STAFF, command="Book mark", target_message_id=staff_only)
    ).status == 404
    for name in ("hello", "book mark", "", "Nothing"):
        assert (await stage.refused_act(command=name, target_message_id=message_id)).status == 404
    assert (await stage.refused_act(command="Book mark")).status == 404
    assert stage.application.received == []


async def test_a_command_that_one_is_not_offered_cannot_be_chosen(stage: Stage) -> None:
    await stage.register({**BOOKMARK, "default_member_permissions": "0"})
    message_id = await said(stage, "Look")
    assert (await stage.refused_act(DANA, command="Book mark", target_message_id=message_id)).status == 403
    assert (await stage.act(ANN, command="Book mark", target_message_id=message_id))["outcome"] == "message"


@pytest.mark.parametrize("answer", [{"type": 4, "data": {"content": "x", "flags": 64}}, {"type": 5}])
async def test_private_and_promised_messages_have_no_such_menu(stage: Stage, answer: Json) -> None:
    await stage.register(HELLO, BOOKMARK)
    stage.application.answer = lambda _: answer
    message_id = (await stage.act(command="hello"))["message"]["id"]
    assert (await stage.refused_act(command="Book mark", target_message_id=message_id)).status == 400


async def test_a_command_of_a_server_says_so(stage: Stage) -> None:
    path = f"/applications/{stage.world.application_id}/guilds/{SCHOOL}/commands"
    assert (await stage.rest("POST", path, {"name": "Here", "type": 3})).status == 201
    await stage.act(command="Here", target_message_id=await said(stage, "Look"))
    assert stage.application.received[0]["data"]["guild_id"] == SCHOOL


async def test_it_may_launch_the_activity(stage: Stage) -> None:
    await stage.register(BOOKMARK)
    stage.application.answer = lambda _: {"type": 12}
    outcome = await stage.act(command="Book mark", target_message_id=await said(stage, "Look"))
    assert outcome["outcome"] == "launch"
    assert outcome["activity_instance_id"].endswith(f"-gc-{SCHOOL}-{GENERAL}")


# --- the Entry Point -------------------------------------------------------------------------------------------------


async def take_the_entry_point(stage: Stage, **more: object) -> None:
    path = f"/applications/{stage.world.application_id}/commands"
    command = {"name": "Open", "type": 4, "handler": 1, "contexts": [0], "integration_types": [0], **more}
    assert (await stage.rest("PUT", path, [command])).status == 200


async def test_the_application_handles_its_entry_point(stage: Stage) -> None:
    await take_the_entry_point(stage)
    stage.application.answer = lambda _: {"type": 12}
    outcome = await stage.act(entry_point=True)
    assert outcome["outcome"] == "launch"
    data = stage.application.received[0]["data"]
    assert (data["name"], data["type"]) == ("Open", 4)
    assert await stage.seen_by(BO) == [], "Discord posts a message only where it handles the launch itself"


async def test_the_entry_point_is_offered_where_it_may_be_used(stage: Stage) -> None:
    await take_the_entry_point(stage, default_member_permissions="0")
    assert (await stage.refused_act(DANA, entry_point=True)).status == 403
    stage.world.with_activities = False
    assert (await stage.refused_act(ANN, entry_point=True)).status == 404
    assert stage.application.received == []


async def test_where_activities_are_denied_discord_refuses_the_launch(stage: Stage) -> None:
    await take_the_entry_point(stage)
    stage.application.answer = lambda _: {"type": 12}
    outcome = await stage.act(DANA, STUDY_ROOM, entry_point=True)
    assert outcome["outcome"] == "failed"
    assert "Permissions" in outcome["failure"]["reason"]
