"""Answers and messages as Discord takes them."""

import pytest

from kaltura_discord.discord.components import LABEL_LIMIT, Accent, button, link_button, thumbnail
from kaltura_discord.discord.identifiers import GuildId, RoleId, UserId, is_snowflake
from kaltura_discord.discord.messages import EPHEMERAL, Message, choices, note, pong, say, think, update, update_later
from kaltura_discord.discord.permissions import ALL_PERMISSIONS, Permission, Role, holds, server_permissions
from local_stack.discord.rules.messages import CHANNEL_MESSAGE, FOLLOW_UP
from local_stack.discord.rules.responses import AUTOCOMPLETE, COMMAND, COMPONENT, PING, check_answer
from tests.unit.domain.discord_double import takes


def test_a_pong() -> None:
    assert pong() == {"type": 1}
    assert PING == 1


@pytest.mark.parametrize("ephemeral", [True, False])
def test_every_message_mentions_nobody_wherever_it_goes(ephemeral: bool) -> None:
    message = note("Hello <@1> @everyone", button("Go", "1:go:"), accent=Accent.LIVE, ephemeral=ephemeral)
    answer = check_answer(say(message), COMMAND)
    assert answer["data"]["allowed_mentions"] == {"parse": []}
    assert bool(answer["data"]["flags"] & EPHEMERAL) is ephemeral
    takes(message.body(), CHANNEL_MESSAGE)
    takes(message.body(), FOLLOW_UP)
    assert message.body()["allowed_mentions"] == {"parse": []}
    assert update(message)["data"]["allowed_mentions"] == {"parse": []}


def test_only_the_ephemeral_flag_goes_with_thinking() -> None:
    assert check_answer(think(ephemeral=True), COMMAND) == {"type": 5, "data": {"flags": 64}}
    assert check_answer(think(ephemeral=False), COMMAND) == {"type": 5}


def test_a_button_is_acknowledged_silently() -> None:
    assert check_answer(update_later(), COMPONENT) == {"type": 6}


def test_at_most_25_choices_are_offered() -> None:
    answer = check_answer(choices([(f"Meeting {number}", str(number)) for number in range(40)]), AUTOCOMPLETE)
    assert len(answer["data"]["choices"]) == 25
    assert check_answer(choices([]), AUTOCOMPLETE)["data"]["choices"] == []


def test_labels_and_descriptions_are_cut_to_what_discord_takes() -> None:
    assert len(button("x" * 200, "1:go:")["label"]) == LABEL_LIMIT
    assert len(link_button("x" * 200, "https://kaltura.example")["label"]) == LABEL_LIMIT
    assert len(thumbnail("https://kaltura.example/a.jpg", "x" * 2000)["description"]) == 1024


def test_a_message_does_not_change_when_it_is_sent() -> None:
    message = Message((button("Go", "1:go:"),))
    say(message)["data"]["components"].append("more")
    assert message.body()["components"] == [button("Go", "1:go:")]


@pytest.mark.parametrize("text", ["1", "18446744073709551615", "175928847299117063"])
def test_a_snowflake(text: str) -> None:
    assert is_snowflake(text)


@pytest.mark.parametrize("value", ["", "-1", "1.0", "abc", "٣", "1" * 21, 5, None, ["1"]])
def test_no_snowflake(value: object) -> None:
    assert not is_snowflake(value)


def test_an_administrator_holds_every_permission() -> None:
    assert holds(Permission.ADMINISTRATOR, Permission.MANAGE_EVENTS)
    assert holds(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL)
    assert not holds(Permission.VIEW_CHANNEL, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)


def test_a_members_permissions_are_those_of_everyone_and_of_their_roles() -> None:
    guild = GuildId("1")
    roles = (Role(RoleId("1"), "@everyone", 1), Role(RoleId("2"), "Teachers", 4), Role(RoleId("3"), "Staff", 16))
    member = server_permissions(guild, UserId("9"), UserId("8"), [RoleId("2"), RoleId("7")], roles)
    assert member == 1 | 4
    assert server_permissions(guild, UserId("9"), UserId("9"), [], roles) == ALL_PERMISSIONS
