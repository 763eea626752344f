"""What Discord signs is read into plain data, and what is no interaction is said to be none."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.discord.interaction import CommandKind, InteractionType, MalformedInteraction, parse_interaction
from tests.unit.domain.sent_by_discord import ANN, MODERATOR, Place, ping

PLACE = Place("300000000000000001", "400000000000000001")

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner), max_leaves=8
)


def test_a_command() -> None:
    interaction = parse_interaction(
        PLACE.command("kaltura-start", {"type": "room", "title": "  Review ", "limit": 3}, by=MODERATOR)
    )
    assert interaction.type is InteractionType.COMMAND
    assert interaction.command == "kaltura-start"
    assert interaction.text_option("title") == "Review"
    assert interaction.text_option("description", "none") == "none"
    assert interaction.whole_number_option("limit", 5) == 3
    assert interaction.whole_number_option("title", 5) == 5
    assert interaction.caller.user_id == MODERATOR.user_id
    assert interaction.caller.permissions == MODERATOR.permissions
    assert interaction.command_kind == CommandKind.CHAT_INPUT
    assert interaction.target_message == {}
    assert interaction.guild_id == PLACE.guild_id
    assert interaction.channel_id == PLACE.channel_id


def test_a_command_of_a_messages_menu_brings_the_message() -> None:
    interaction = parse_interaction(PLACE.of_message("Watch together", {"content": "Look"}))
    assert (interaction.command, interaction.command_kind) == ("Watch together", CommandKind.MESSAGE)
    assert interaction.target_message["content"] == "Look"


@pytest.mark.parametrize(
    "data",
    [{"resolved": []}, {"resolved": {"messages": 5}}, {"target_id": "1", "resolved": {"messages": {"1": "text"}}}],
)
def test_a_message_that_is_none_is_empty(data: dict[str, Any]) -> None:
    payload = PLACE.of_message("Watch together", {"content": "Look"})
    payload["data"] |= data
    assert parse_interaction(payload).target_message == {}


def test_the_picture_of_who_acted() -> None:
    payload = PLACE.command("kaltura-help")
    assert parse_interaction(payload).caller.avatar == ""
    payload["member"]["user"]["avatar"] = "a_0123456789abcdef"
    assert parse_interaction(payload).caller.avatar == "a_0123456789abcdef"


def test_the_name_that_people_see_in_the_server() -> None:
    payload = PLACE.command("kaltura-help", by=ANN)
    assert parse_interaction(payload).caller.name == "Ann"
    payload["member"]["nick"] = "Dr. Ann"
    assert parse_interaction(payload).caller.name == "Dr. Ann"
    payload["member"]["nick"] = payload["member"]["user"]["global_name"] = None
    assert parse_interaction(payload).caller.name == "ann"


def test_what_is_being_typed() -> None:
    interaction = parse_interaction(PLACE.typing("kaltura-join", "meeting", "week"))
    assert interaction.type is InteractionType.AUTOCOMPLETE
    assert (interaction.focused, interaction.text_option("meeting")) == ("meeting", "week")


def test_a_pressed_button_and_its_message() -> None:
    payload = PLACE.press("1:join:5")
    interaction = parse_interaction(payload)
    assert interaction.custom_id == "1:join:5"
    assert interaction.message_id == payload["message"]["id"]


def test_a_form_of_labels_and_one_of_the_older_rows() -> None:
    payload = PLACE.submit("1:start-form:room", {"title": "Review", "description": "Numbers"})
    assert parse_interaction(payload).fields == {"title": "Review", "description": "Numbers"}
    row = {"type": 1, "components": [{"type": 4, "custom_id": "title", "value": "Old"}]}
    payload["data"]["components"] = [row]
    assert parse_interaction(payload).fields == {"title": "Old"}


def test_options_within_sub_commands() -> None:
    payload = PLACE.command("kaltura")
    inner = {"name": "title", "type": 3, "value": "Review"}
    payload["data"]["options"] = [
        {"name": "meeting", "type": 2, "options": [{"name": "start", "type": 1, "options": [inner]}]}
    ]
    assert parse_interaction(payload).options == {"title": "Review"}


def test_a_direct_message_has_a_user_and_no_server() -> None:
    interaction = parse_interaction(PLACE.direct_message("kaltura-help"))
    assert interaction.guild_id is None
    assert interaction.caller.user_id == ANN.user_id
    assert interaction.caller.permissions == 0


def test_a_ping_may_come_without_a_user() -> None:
    payload = ping()
    del payload["user"]
    assert parse_interaction(payload).type is InteractionType.PING


@given(ANY_JSON)
def test_whatever_json_it_is_it_is_read_or_refused(payload: Any) -> None:
    with pytest.raises(MalformedInteraction):
        parse_interaction(payload)


@given(
    st.sampled_from(
        [
            "type",
            "id",
            "token",
            "data",
            "member",
            "user",
            "guild_id",
            "channel_id",
            "app_permissions",
            "message",
            "locale",
        ]
    ),
    ANY_JSON,
)
def test_one_wrong_field_is_read_or_refused(field: str, value: Any) -> None:
    payload = {**PLACE.press("1:join:5"), field: value}
    with contextlib.suppress(MalformedInteraction):
        assert parse_interaction(payload).payload is payload


@given(st.sampled_from(["options", "values", "components", "name", "custom_id"]), ANY_JSON)
def test_wrong_data_is_read_or_refused(field: str, value: Any) -> None:
    payload = PLACE.command("kaltura-start")
    payload["data"][field] = value
    with contextlib.suppress(MalformedInteraction):
        assert parse_interaction(payload).payload is payload


@pytest.mark.parametrize("type_", [None, 0, 6, "2", True, 1e400, [], 2.5])
def test_a_type_that_discord_does_not_have_is_refused(type_: object) -> None:
    with pytest.raises(MalformedInteraction, match="type"):
        parse_interaction({**PLACE.command("x"), "type": type_})


@pytest.mark.parametrize("field", ["id", "application_id", "token", "member"])
def test_a_missing_field_is_named(field: str) -> None:
    payload = PLACE.command("kaltura-help")
    del payload[field]
    with pytest.raises(MalformedInteraction, match="user" if field == "member" else field):
        parse_interaction(payload)


def test_a_sub_commands_options_stand_as_its_own_and_what_they_refer_to_is_known() -> None:
    role = {"id": "77", "name": "Teachers"}
    payload = PLACE.subcommand("config", "role", {"role": "77", "loud": True}, resolved={"roles": {"77": role}})
    interaction = parse_interaction(payload)
    assert interaction.subcommand == "role"
    assert interaction.options == {"role": "77", "loud": True}
    assert interaction.resolved["roles"]["77"] == role


def test_typing_within_a_sub_command_is_known() -> None:
    interaction = parse_interaction(PLACE.typing_in("config", "set", "value", "o", {"key": "a.b"}))
    assert (interaction.subcommand, interaction.focused) == ("set", "value")
    assert interaction.options == {"key": "a.b", "value": "o"}
