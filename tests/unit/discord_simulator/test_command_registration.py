"""Commands: what Discord takes and refuses, ids and versions, numbers and quotas, the Entry Point."""

from typing import Any

import pytest

from local_stack.discord.rules.commands import is_command_name
from tests.unit.discord_simulator.stage import HELLO, LABS, SCHOOL, Answer, Json, Stage


def option(name: str = "o", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "d", **more}


def command(*options: Json, **more: Any) -> Json:
    return {"name": "c", "description": "d", "options": list(options), **more}


def sub_command(name: str, *options: Json) -> Json:
    return {"type": 1, "name": name, "description": "d", "options": list(options)}


def group(name: str, *sub_commands: Json) -> Json:
    return {"type": 2, "name": name, "description": "d", "options": list(sub_commands)}


def path(stage: Stage, guild_id: str | None = None) -> str:
    scope = f"/guilds/{guild_id}" if guild_id else ""
    return f"/applications/{stage.world.application_id}{scope}/commands"


async def post(stage: Stage, body: Json, guild_id: str | None = None) -> Answer:
    return await stage.rest("POST", path(stage, guild_id), body)


LONG_CHOICES = [{"name": f"{number}" * 10, "value": "v" * 100} for number in range(25)]

REFUSED: dict[str, tuple[Json, str]] = {
    "upper case": ({**HELLO, "name": "Hello"}, "APPLICATION_COMMAND_INVALID_NAME"),
    "a blank in the name": ({**HELLO, "name": "he llo"}, "APPLICATION_COMMAND_INVALID_NAME"),
    "a name of 33": ({**HELLO, "name": "x" * 33}, "BASE_TYPE_BAD_LENGTH"),
    "no name": ({"description": "d"}, "BASE_TYPE_REQUIRED"),
    "no description": ({"name": "x"}, "BASE_TYPE_REQUIRED"),
    "a description of 101": ({**HELLO, "description": "x" * 101}, "BASE_TYPE_BAD_LENGTH"),
    "a description on a user command": (
        {"name": "Who", "type": 2, "description": "d"},
        "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
    ),
    "a misspelled field": ({**HELLO, "defualt_member_permissions": "0"}, "SIMULATOR_UNKNOWN_FIELD"),
    "a misspelled field of an option": (command(option(require=True)), "SIMULATOR_UNKNOWN_FIELD"),
    "required after optional": (
        command(option("a"), option("b", required=True)),
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    "sub-commands beside options": (
        command(sub_command("a"), option("b")),
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    "a sub-command in a sub-command": (
        command(sub_command("a", sub_command("b"))),
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    "a group in a group": (command(group("a", group("b"))), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    "a group in a sub-command": (
        command(sub_command("a", group("b"))),
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    ),
    "a group of options": (command(group("a", option("b"))), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    "the same sub-command twice": (
        command(sub_command("a"), sub_command("a")),
        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    ),
    "required after optional in a sub-command": (
        command(sub_command("s", option("a"), option("b", required=True))),
        "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    "the same option twice in a sub-command": (
        command(sub_command("s", option(), option())),
        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    ),
    "26 sub-commands": (command(*(sub_command(f"s{n}") for n in range(26))), "BASE_TYPE_BAD_LENGTH"),
    "channel types of a text": (command(option(channel_types=[0])), "SIMULATOR_UNKNOWN_FIELD"),
    "a channel type that does not exist": (command(option(type=7, channel_types=[99])), "UNION_TYPE_CHOICES"),
    "a length of a number": (command(option(type=4, max_length=3)), "SIMULATOR_UNKNOWN_FIELD"),
    "least above most": (command(option(min_length=5, max_length=4)), "APPLICATION_COMMAND_OPTIONS_MIN_ABOVE_MAX"),
    "eleven file types": (command(option(type=11, file_types=[f".{n}" for n in range(11)])), "BASE_TYPE_BAD_LENGTH"),
    "the same option twice": (command(option(), option()), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
    "an option in upper case": (command(option("Title")), "APPLICATION_COMMAND_INVALID_NAME"),
    "an option without description": (command({"type": 3, "name": "a"}), "BASE_TYPE_REQUIRED"),
    "26 options": (command(*(option(f"o{n}") for n in range(26))), "BASE_TYPE_BAD_LENGTH"),
    "26 choices": (
        command(option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "choices and autocomplete": (
        command(option(choices=[{"name": "a", "value": "a"}], autocomplete=True)),
        "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
    ),
    "autocomplete of a boolean": (
        command({"type": 5, "name": "b", "description": "d", "autocomplete": True}),
        "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
    ),
    "a number as choice of a text": (command(option(choices=[{"name": "a", "value": 1}])), "BASE_TYPE_BAD_LENGTH"),
    "more than 8000 characters": (
        command(*(option(f"o{n}", choices=LONG_CHOICES) for n in range(3))),
        "APPLICATION_COMMAND_TOO_LARGE",
    ),
    "a handler on a chat command": ({**HELLO, "handler": 1}, "APPLICATION_COMMAND_HANDLER_INVALID"),
    "permissions of words": ({**HELLO, "default_member_permissions": "admin"}, "BASE_TYPE_COERCE"),
    "a context 7": ({**HELLO, "contexts": [7]}, "UNION_TYPE_CHOICES"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_discord_refuses(stage: Stage, name: str) -> None:
    body, code = REFUSED[name]
    answer = await post(stage, body)
    assert (answer.status, answer.code) == (400, 50035), answer.body
    assert code in answer.complaint_codes()


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        ("kaltura-start", True),
        ("c'est_ça", True),
        ("会议", True),
        ("नमस्ते", True),
        ("สวัสดี", True),
        ("", False),
        ("Start", False),
        ("a b", False),
        ("a/b", False),
        ("🎓", False),
        ("x" * 33, False),
    ],
)
def test_names(name: str, valid: bool) -> None:
    assert is_command_name(name) is valid


async def test_posting_the_same_name_again_overwrites(stage: Stage) -> None:
    first = await post(stage, HELLO)
    same = await post(stage, HELLO)
    changed = await post(stage, {**HELLO, "description": "Says more"})
    assert [first.status, same.status, changed.status] == [201, 200, 200]
    assert first.body["id"] == same.body["id"] == changed.body["id"]
    assert first.body["version"] == same.body["version"] != changed.body["version"]
    assert first.body["default_member_permissions"] is None
    assert (await stage.rest("GET", f"{path(stage)}/{first.body['id']}")).body["description"] == "Says more"


async def test_a_bulk_update_must_carry_the_entry_point(stage: Stage) -> None:
    refused = await stage.rest("PUT", path(stage), [HELLO])
    assert (refused.status, refused.code) == (400, 50240)
    existing = (await stage.rest("GET", path(stage))).body
    assert [one["type"] for one in existing] == [4]
    accepted = await stage.rest("PUT", path(stage), [*existing, HELLO])
    assert accepted.status == 200
    assert [one["name"] for one in accepted.body] == ["launch", "hello"]
    assert accepted.body[0]["id"] == existing[0]["id"]
    assert accepted.body[0]["version"] == existing[0]["version"]


async def test_a_bulk_update_names_the_place_of_each_mistake(stage: Stage) -> None:
    answer = await stage.rest("PUT", path(stage), [HELLO, {**HELLO, "name": "Bad"}, HELLO])
    assert set(answer.body["errors"]) == {"1", "2"}
    not_a_list = await stage.rest("PUT", path(stage), HELLO)
    assert not_a_list.code == 50035


async def test_deleting_the_entry_point_by_itself_is_allowed(stage: Stage) -> None:
    entry_point = (await stage.rest("GET", path(stage))).body[0]
    assert (await stage.rest("DELETE", f"{path(stage)}/{entry_point['id']}")).status == 204
    assert (await stage.rest("PUT", path(stage), [HELLO])).status == 200
    gone = await stage.rest("GET", f"{path(stage)}/{entry_point['id']}")
    assert (gone.status, gone.code) == (404, 10063)


async def test_editing_checks_what_is_sent(stage: Stage) -> None:
    made = (await post(stage, HELLO)).body
    edited = await stage.rest("PATCH", f"{path(stage)}/{made['id']}", {"default_member_permissions": "32"})
    assert edited.body["default_member_permissions"] == "32"
    assert edited.body["name"] == "hello"
    refused = await stage.rest("PATCH", f"{path(stage)}/{made['id']}", {"name": "Hello"})
    assert refused.code == 50035


async def test_a_server_has_its_own_commands_and_no_entry_point(stage: Stage) -> None:
    made = await post(stage, HELLO, SCHOOL)
    assert made.body["guild_id"] == SCHOOL
    assert (await stage.rest("GET", path(stage, LABS))).body == []
    assert (
        "APPLICATION_COMMAND_GLOBAL_ONLY" in (await post(stage, {**HELLO, "contexts": [0]}, SCHOOL)).complaint_codes()
    )
    entry = {"name": "launch", "description": "d", "type": 4, "handler": 1}
    assert "APPLICATION_COMMAND_TYPE_INVALID" in (await post(stage, entry, SCHOOL)).complaint_codes()
    assert (await post(stage, HELLO, "1")).code == 50001


async def test_the_hundred_and_first_command_is_too_many(stage: Stage) -> None:
    commands = [{**HELLO, "name": f"c{n}"} for n in range(101)]
    assert (await stage.rest("PUT", path(stage, SCHOOL), commands)).code == 30032
    assert (await stage.rest("PUT", path(stage, SCHOOL), commands[:100])).status == 200
    assert (await post(stage, commands[100], SCHOOL)).code == 30032


async def test_two_hundred_creations_a_day(stage: Stage) -> None:
    for day in ("a", "b"):
        commands = [{**HELLO, "name": f"{day}{n}"} for n in range(100)]
        assert (await stage.rest("PUT", path(stage, SCHOOL), commands)).status == 200
    assert (await stage.rest("PUT", path(stage, SCHOOL), [HELLO])).code == 30034
    kept = [{**HELLO, "name": f"b{n}", "description": "changed"} for n in range(100)]
    assert (await stage.rest("PUT", path(stage, SCHOOL), kept)).status == 200
    stage.clock.travel(86_401)
    assert (await stage.rest("PUT", path(stage, SCHOOL), [HELLO])).status == 200


async def test_localizations_come_only_where_asked_for(stage: Stage) -> None:
    await post(stage, {**HELLO, "description_localizations": {"de": "Sagt hallo"}})
    plain = (await stage.rest("GET", path(stage))).body[-1]
    full = (await stage.rest("GET", f"{path(stage)}?with_localizations=true")).body[-1]
    assert "description_localizations" not in plain
    assert full["description_localizations"] == {"de": "Sagt hallo"}


async def test_another_application_is_unknown(stage: Stage) -> None:
    assert (await stage.rest("GET", "/applications/1/commands")).code == 10002
