"""The simulation's own answers, held against Discord's API specification."""

import pytest

from local_stack.discord.errors import Complaints
from local_stack.discord.rules.schemas import check_schema
from tests.unit.discord_simulator.stage import (
    ANN,
    BO,
    CHEN,
    GENERAL,
    HELLO,
    SCHOOL,
    Json,
    Stage,
    button,
    row,
    text,
    version_two,
)


def assert_specified(schema: str, answer: object) -> None:
    complaints = Complaints()
    check_schema(schema, answer, complaints)
    assert [complaint.sentence() for complaint in complaints.found] == []


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/applications/@me", "PrivateApplicationResponse"),
        ("/users/@me", "UserPIIResponse"),
        (f"/users/{BO}", "UserResponse"),
        (f"/guilds/{SCHOOL}", "GuildWithCountsResponse"),
        (f"/guilds/{SCHOOL}/threads/active", "ThreadsResponse"),
        (f"/guilds/{SCHOOL}/members/{BO}", "GuildMemberResponse"),
        (f"/guilds/{SCHOOL}/voice-states/{CHEN}", "VoiceStateResponse"),
        (f"/channels/{GENERAL}", "GuildChannelResponse"),
        (f"/guilds/{SCHOOL}/roles/{SCHOOL}", "GuildRoleResponse"),
    ],
)
async def test_look_ups(stage: Stage, path: str, schema: str) -> None:
    answer = await stage.rest("GET", path)
    assert answer.status == 200
    assert_specified(schema, answer.body)


async def test_commands(stage: Stage) -> None:
    await stage.register(HELLO)
    commands = await stage.rest("GET", f"/applications/{stage.world.application_id}/commands?with_localizations=true")
    for command in commands.body:
        assert_specified("ApplicationCommandResponse", command)


async def test_messages_in_channels_and_in_answer_to_interactions(stage: Stage) -> None:
    accessory = {"type": 11, "media": {"url": "https://example.com/a.png"}}
    section = {"type": 9, "components": [text("x")], "accessory": accessory}
    gallery = {"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}}]}
    card = version_two({"type": 17, "components": [section, {"type": 14}, gallery, row(button())]})
    made = await stage.rest("POST", f"/channels/{GENERAL}/messages", card)
    assert_specified("MessageResponse", made.body)
    await stage.register(HELLO)
    token = (await stage.act(command="hello"))["token"]
    original = await stage.rest("GET", f"{stage.webhook(token)}/messages/@original")
    assert_specified("MessageResponse", original.body)


@pytest.mark.parametrize("answer", [{"type": 4, "data": {"content": "x"}}, {"type": 5}, {"type": 12}])
async def test_callbacks(stage: Stage, answer: Json) -> None:
    await stage.sim("POST", "/tokens", {"user_id": ANN, "channel_id": GENERAL, "token": "t", "interaction_id": "42"})
    result = await stage.rest("POST", "/interactions/42/t/callback?with_response=true", answer)
    assert_specified("InteractionCallbackResponse", result.body)


async def test_refusals(stage: Stage) -> None:
    unknown = await stage.rest("GET", "/channels/1")
    assert_specified("ErrorResponse", unknown.body)


async def test_activity_instances(stage: Stage) -> None:
    instance_id = (await stage.act(entry_point=True))["activity_instance_id"]
    path = f"/applications/{stage.world.application_id}/activity-instances/{instance_id}"
    assert_specified("EmbeddedActivityInstance", (await stage.rest("GET", path)).body)
