"""What Discord is told about our commands."""

import re
from typing import Any

import pytest

from kaltura_discord.commands.model import Command, Inline, Subcommand
from kaltura_discord.commands.options import Option, OptionType
from kaltura_discord.commands.registration import all_payloads, difference, payload_of
from kaltura_discord.commands.registry import REGISTRY
from kaltura_discord.discord.interaction import CommandKind
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.identity.levels import Level
from local_stack.discord.errors import Complaints
from local_stack.discord.rules.commands import check_command
from tests.unit.domain.commands.test_definitions import answer
from tests.unit.domain.stage import Stage, soon

Json = dict[str, Any]

ENTRY_POINT: Json = {
    "id": "800000000000000001",
    "application_id": "700000000000000001",
    "version": "800000000000000002",
    "type": 4,
    "name": "launch",
    "description": "",
    "handler": 2,
    "integration_types": [0],
    "contexts": [0, 1, 2],
    "default_member_permissions": None,
    "nsfw": False,
}

NAMES = [
    "kaltura-start",
    "kaltura-join",
    "kaltura-list",
    "kaltura-end",
    "kaltura-video-search",
    "kaltura-watch",
    "kaltura-watch-control",
    "Watch together",
    "Watch Together",
    "kaltura-config",
    "kaltura-whoami",
    "kaltura-forget-me",
    "kaltura-help",
]
WITHOUT_ENTRY_POINT = tuple(command for command in REGISTRY.commands if command.kind is not CommandKind.ENTRY_POINT)


def test_these_are_our_commands() -> None:
    assert [command.name for command in REGISTRY.commands] == NAMES
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", command.version) for command in REGISTRY.commands)


@pytest.mark.parametrize("command", REGISTRY.commands, ids=NAMES)
def test_discord_takes_each_of_them(command: Command) -> None:
    complaints = Complaints()
    check_command(payload_of(command), complaints, in_guild=False)
    assert [complaint.sentence() for complaint in complaints.found] == []


def test_they_are_for_servers_only() -> None:
    for payload in all_payloads(REGISTRY.commands, []):
        assert (payload["integration_types"], payload["contexts"]) == ([0], [0])


def test_the_entry_point_that_discord_made_is_carried_through_without_what_is_discords() -> None:
    sent = all_payloads(WITHOUT_ENTRY_POINT, [ENTRY_POINT])[-1]
    assert (sent["type"], sent["name"], sent["handler"]) == (4, "launch", 2)
    assert sent.keys().isdisjoint({"id", "version", "application_id"})
    complaints = Complaints()
    check_command(sent, complaints, in_guild=False)
    assert complaints.found == []


def test_without_an_entry_point_none_is_made() -> None:
    assert all(payload["type"] != 4 for payload in all_payloads(WITHOUT_ENTRY_POINT, []))


def test_our_entry_point_takes_the_place_of_the_one_that_discord_made() -> None:
    for registered in ([], [ENTRY_POINT]):
        sent = [payload for payload in all_payloads(REGISTRY.commands, registered) if payload["type"] == 4]
        assert [(payload["name"], payload["handler"]) for payload in sent] == [("Watch Together", 1)]


def test_what_stands_in_a_messages_menu_has_neither_description_nor_options() -> None:
    (of_a_message,) = [payload for payload in all_payloads(REGISTRY.commands, []) if payload["type"] == 3]
    assert of_a_message["name"] == "Watch together"
    assert of_a_message.keys().isdisjoint({"description", "options", "handler"})


async def test_after_registering_nothing_differs_and_doing_it_again_changes_nothing(stage: Stage) -> None:
    rest = stage.services.rest
    stage.discord.commands = [ENTRY_POINT, {"id": "1", "type": 1, "name": "old", "description": "Old"}]
    registered = await rest.registered_commands(soon())
    wanted = all_payloads(REGISTRY.commands, registered)
    changes = difference(wanted, registered)
    assert changes.added == tuple(sorted(NAMES))
    assert (changes.changed, changes.removed, changes.unchanged) == ((), ("launch", "old"), ())

    await rest.replace_commands(wanted, soon())
    registered = await rest.registered_commands(soon())
    assert difference(all_payloads(REGISTRY.commands, registered), registered).is_empty
    await rest.replace_commands(all_payloads(REGISTRY.commands, registered), soon())
    assert difference(wanted, await rest.registered_commands(soon())).is_empty


def test_what_discord_adds_by_itself_is_no_difference() -> None:
    known = []
    for payload in all_payloads(REGISTRY.commands, []):
        echoed = {
            **payload,
            "id": "1",
            "version": "2",
            "nsfw": False,
            "name_localizations": None,
            "dm_permission": True,
        }
        options = payload.get("options", [])
        echoed["options"] = [{**option, "required": option.get("required", False)} for option in options]
        echoed["description"] = payload.get("description", "")
        known.append(echoed)
    assert difference(all_payloads(REGISTRY.commands, []), known).is_empty


def test_every_change_of_ours_is_a_difference() -> None:
    before = payload_of(Command("start", "1.0.0", "Start", Inline(answer)))
    for after in (
        Command("start", "1.0.0", "Begin", Inline(answer)),
        Command("start", "1.0.0", "Start", Inline(answer), options=(Option("title", "What"),)),
        Command("start", "1.0.0", "Start", Inline(answer), permission=Level.MODERATOR),
    ):
        assert difference([payload_of(after)], [before]).changed == ("start",)


def test_a_least_value_of_zero_is_a_difference() -> None:
    def payload(minimum: int | None) -> Json:
        option = Option("limit", "How many", OptionType.WHOLE_NUMBER, minimum=minimum)
        return payload_of(Command("search", "1.0.0", "Search", Inline(answer), options=(option,)))

    assert difference([payload(0)], [payload(None)]).changed == ("search",)
    assert difference([payload(0)], [payload(0)]).is_empty


def test_a_command_for_moderators_is_hidden_from_others_by_discord() -> None:
    payload = payload_of(Command("close", "1.0.0", "Close", Inline(answer), permission=Level.MODERATOR))
    assert payload["default_member_permissions"] == str(1 << 33)
    assert payload_of(REGISTRY.commands[0])["default_member_permissions"] is None


def test_sub_commands_are_told_as_options_with_their_own() -> None:
    where = Option("where", "Where", OptionType.CHANNEL, required=True, channel_types=(0, 5))
    command = Command(
        "config",
        "1.0.0",
        "Settings",
        subcommands=(Subcommand("channel", "Where it is told", Inline(answer), (where,)),),
        discord_permission=Permission.MANAGE_GUILD,
    )
    payload = payload_of(command)
    assert payload["default_member_permissions"] == str(1 << 5)
    assert payload["options"] == [
        {
            "name": "channel",
            "description": "Where it is told",
            "type": 1,
            "options": [
                {"name": "where", "description": "Where", "type": 7, "required": True, "channel_types": [0, 5]}
            ],
        }
    ]
