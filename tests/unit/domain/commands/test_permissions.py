"""Permissions where interactions come in: every command, button and form, whoever sends it from wherever."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.commands.dispatch import Acknowledged
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import MeetingState
from kaltura_discord.server_config.allowed_servers import AllowedServer
from kaltura_discord.server_config.schema_versions import SCHEMA
from local_stack.discord.rules.responses import check_answer
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, MODERATOR, Member, Place, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

Json = dict[str, Any]

MANAGER = Member("200000000000000005", "May", permissions=1 << 5)
TEACHERS = "5000000000000000001"
TEACHER = Member("200000000000000006", "Tess", roles=(TEACHERS,))
NO_SUGGESTIONS = Acknowledged(200, {"type": 8, "data": {"choices": []}})


async def told(stage: Stage, payload: Json) -> str:
    """What somebody reads at once, and only they."""
    answer = await stage.acknowledged(payload)
    assert answer.status == 200
    message = check_answer(answer.body, payload["type"])["data"]
    assert message["flags"] & 64
    return text_of(message)


# --- where it comes from ---------------------------------------------------------------------------------------------


async def test_a_direct_message_is_answered_by_one_sentence(stage: Stage) -> None:
    for name in ("kaltura-start", "kaltura-config", "kaltura-help"):
        assert await told(stage, stage.place.direct_message(name)) == (
            "This works in a server only, not in direct messages."
        )


def of_ones_own(payload: Json) -> Json:
    """The same, sent where only the person has installed the app."""
    return {**payload, "authorizing_integration_owners": {"1": payload["member"]["user"]["id"]}}


async def test_where_somebody_has_the_app_for_themselves_only_it_says_who_can_add_it(stage: Stage) -> None:
    for payload in (
        stage.place.command("kaltura-list", by=ADMINISTRATOR),
        stage.place.press("1:list:0", ADMINISTRATOR),
        stage.place.submit("1:start-form:room", {"title": "Mine"}, ADMINISTRATOR),
    ):
        sentence = await told(stage, of_ones_own(payload))
        assert sentence.startswith("You have added Kaltura to your own account")
        assert "Ask an administrator" in sentence
    assert stage.tasks.sent == []
    await stage.start()
    assert await stage.acknowledged(of_ones_own(stage.place.typing("kaltura-join", "meeting", ""))) == NO_SUGGESTIONS


async def test_where_both_have_it_the_servers_counts(stage: Stage) -> None:
    payload = stage.place.command("kaltura-list")
    payload["authorizing_integration_owners"]["1"] = ANN.user_id
    assert "No meeting is running" in await told(stage, payload)


# --- roles -----------------------------------------------------------------------------------------------------------

WAYS: dict[str, Callable[[Place, str, Member], Json]] = {
    "command": lambda place, meeting, by: place.command("kaltura-join", {"meeting": meeting}, by),
    "button of the card": lambda place, meeting, by: place.press(f"1:join:{meeting}", by),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
async def test_a_list_of_roles_holds_for_every_way(stage: Stage, way: Callable[[Place, str, Member], Json]) -> None:
    meeting = await stage.start()
    await stage.set({"commands": {"permissions": {"kaltura-join": [TEACHERS]}}})
    for by in (BO, MODERATOR, MANAGER):
        assert await told(stage, way(stage.place, meeting.meeting_id, by)) == (
            f"Only <@&{TEACHERS}> and administrators can use `/kaltura-join`."
        )
    for by in (TEACHER, replace(TEACHER, roles=("1", TEACHERS, "2")), ADMINISTRATOR):
        assert "Your way into" in await told(stage, way(stage.place, meeting.meeting_id, by))


async def test_every_button_stands_for_a_command_or_says_why_not(stage: Stage) -> None:
    # Of the greeting's buttons, and of a question that was answered, everybody who sees them may press them.
    for_everybody = {action.name for action in stage.registry.actions if action.stands_for is None}
    assert not for_everybody & {"join", "share", "list", "end", "reopen", "search", "share-video", "watch", "again"}
    assert not any(name.startswith("config-") for name in for_everybody)


async def test_a_deleted_role_locks_nobody_out_but_members(stage: Stage) -> None:
    await stage.set({"commands": {"permissions": {"kaltura-list": [TEACHERS]}}, "roles": {"mapping": {"77": "admin"}}})
    assert f"<@&{TEACHERS}>" in await told(stage, stage.place.command("kaltura-list", by=MANAGER))
    assert "No meeting is running" in await told(stage, stage.place.command("kaltura-list", by=ADMINISTRATOR))


async def test_an_administrator_needs_no_mapping_and_no_list(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.set({"roles": {"mapping": {TEACHERS: "moderator"}}})
    ended = await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}", ADMINISTRATOR))
    assert "has ended" in text_of(ended)


async def test_suggestions_are_for_those_who_may(stage: Stage) -> None:
    await stage.start()
    await stage.set({"commands": {"permissions": {"kaltura-join": [TEACHERS]}}})
    typing = {by: stage.place.typing("kaltura-join", "meeting", "week", by) for by in (BO, TEACHER)}
    assert await stage.acknowledged(typing[BO]) == NO_SUGGESTIONS
    offered = await stage.acknowledged(typing[TEACHER])
    assert offered.body is not None
    assert len(offered.body["data"]["choices"]) == 1


# --- forged ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def other(stage: Stage) -> Place:
    """A second server, where Bo administers."""
    place = Place(snowflake(), snowflake())
    await stage.services.servers.allow(AllowedServer(GuildId(place.guild_id), (8,), ("history",)))
    return place


BO_THERE = replace(BO, permissions=1 << 3)

# What stands on buttons of a meeting, with its id.
BUTTONS = ("join", "share", "end", "reopen", "again")


@pytest.mark.parametrize("button", BUTTONS)
async def test_a_button_of_another_server_leaks_and_changes_nothing(stage: Stage, other: Place, button: str) -> None:
    meeting = await stage.start("A secret of server A")
    stage.rooms.guests.clear()
    pressed = other.press(f"1:{button}:{meeting.meeting_id}", BO_THERE)
    answer = await stage.answer_to(pressed)
    assert "secret" not in str(answer)
    assert meeting.meeting_id not in str(answer)
    assert await stage.meeting(meeting.meeting_id) == meeting
    assert stage.rooms.revoked == []


async def test_the_member_is_the_one_whom_discord_signed_and_nobody_whom_the_message_names(stage: Stage) -> None:
    meeting = await stage.start()
    pressed = stage.place.press(f"1:end:{meeting.meeting_id}", BO)
    boss = {"id": ADMINISTRATOR.user_id, "username": "ada"}
    pressed["message"] |= {"interaction_metadata": {"user": boss}, "author": boss, "member": {"permissions": "8"}}
    pressed["user"] = boss
    pressed["data"]["resolved"] = {"members": {BO.user_id: {"permissions": "8", "roles": [TEACHERS]}}}
    await stage.set({"roles": {"mapping": {TEACHERS: "admin"}}})
    assert "moderators can do that" in text_of(await stage.answer_to(pressed))
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


# --- switched off ----------------------------------------------------------------------------------------------------


async def test_while_commands_are_off_one_sentence_says_who_can_switch_them_on(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.set({"commands": {"enabled": False}})
    for payload in (
        stage.place.command("kaltura-list", by=ADMINISTRATOR),
        stage.place.command("kaltura-start", {"type": "room", "title": "Another"}),
        stage.place.press(f"1:join:{meeting.meeting_id}"),
        stage.place.press(f"1:end:{meeting.meeting_id}"),
        stage.place.submit("1:start-form:room", {"title": "Mine"}),
        stage.place.entry_point("Watch Together"),
    ):
        sentence = await told(stage, payload)
        assert sentence.startswith("Kaltura's commands are switched off in this server.")
        assert "can switch them on with `/kaltura-config`." in sentence
    assert stage.tasks.sent == []
    assert await stage.acknowledged(stage.place.typing("kaltura-join", "meeting", "")) == NO_SUGGESTIONS


async def test_while_commands_are_off_help_and_settings_work(stage: Stage) -> None:
    await stage.set({"commands": {"enabled": False}})
    assert "`/kaltura-config`" in await told(stage, stage.place.command("kaltura-help"))
    viewed = await stage.answer_to(stage.place.subcommand("kaltura-config", "view", by=MANAGER))
    assert "switched off" not in text_of(viewed)
    refused = await told(stage, stage.place.subcommand("kaltura-config", "view", by=BO))
    assert refused.startswith("Only ")


# --- settings that cannot be read, or have just changed --------------------------------------------------------------


async def of_tomorrow(stage: Stage) -> None:
    """A newer version of the app has written the server's settings."""
    item: dict[str, Value] = {
        "pk": f"SERVER#{stage.guild_id}",
        "sk": "CONFIG",
        "version": 1,
        "changed_at_ms": 1,
        "changed_by": "1",
        "schema": SCHEMA + 1,
        "overrides": {},
    }
    await stage.services.table.put(item)
    stage.services.server_configs.forget(stage.guild_id)


async def test_settings_of_a_newer_version_are_a_sentence_for_everything_but_help(stage: Stage) -> None:
    meeting = await stage.start()
    await of_tomorrow(stage)
    for payload in (
        stage.place.command("kaltura-list", by=ADMINISTRATOR),
        stage.place.press(f"1:join:{meeting.meeting_id}"),
    ):
        assert "written by a newer version of this app" in await told(stage, payload)
    assert "`/kaltura-start`" in await told(stage, stage.place.command("kaltura-help"))
    viewed = await stage.answer_to(stage.place.subcommand("kaltura-config", "view", by=ADMINISTRATOR))
    assert "written by a newer version of this app" in text_of(viewed)
    assert "whoever may manage" in await told(stage, stage.place.subcommand("kaltura-config", "view", by=BO))
    assert await stage.acknowledged(stage.place.typing("kaltura-join", "meeting", "")) == NO_SUGGESTIONS


async def test_settings_that_break_between_the_halves_are_a_sentence_too(stage: Stage) -> None:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Review"})
    await stage.acknowledged(payload)
    await stage.set({"meetings": {"auto_end_hours": 99}})
    await stage.work()
    assert "`99`" in text_of(stage.discord.answers[payload["token"]])
    assert stage.rooms.rooms == {}


async def test_a_server_that_is_not_allowed_is_told_that_first(stage: Stage) -> None:
    await of_tomorrow(stage)
    await stage.services.servers.revoke(stage.guild_id)
    assert (await told(stage, stage.place.command("kaltura-list"))).startswith("This server can't use Kaltura yet.")


# --- what it costs ---------------------------------------------------------------------------------------------------


def operations(stage: Stage) -> list[str]:
    """Follows the calls to the table from now on."""
    seen: list[str] = []
    inner = stage.dynamodb.inner

    class Followed:
        async def call(self, operation: str, request: Json) -> Json:
            seen.append(operation)
            return await inner.call(operation, request)

    stage.dynamodb.inner = Followed()
    return seen


async def test_a_cold_command_is_one_read_and_one_write_and_a_warm_one_a_write(stage: Stage) -> None:
    seen = operations(stage)
    await stage.acknowledged(stage.place.command("kaltura-help"))
    assert sorted(seen) == ["BatchGetItem", "PutItem"]
    seen.clear()
    await stage.acknowledged(stage.place.command("kaltura-help"))
    assert seen == ["PutItem"]


async def test_who_shapes_the_server_sees_it_as_it_is(stage: Stage) -> None:
    await stage.acknowledged(stage.place.command("kaltura-help"))
    seen = operations(stage)
    await stage.acknowledged(stage.place.subcommand("kaltura-config", "view", by=MANAGER))
    await stage.acknowledged(stage.place.press("1:config-view:", MANAGER))
    assert seen.count("BatchGetItem") == 2


async def test_many_at_once_in_a_cold_process_are_all_answered(stage: Stage) -> None:
    payloads = [stage.place.command("kaltura-list") for _ in range(8)]
    answers = await asyncio.gather(*(stage.acknowledged(payload) for payload in payloads))
    assert [answer.status for answer in answers] == [200] * 8
