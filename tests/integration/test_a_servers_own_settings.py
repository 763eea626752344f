"""A server's own settings, from Discord's doors to the table and back: changed, seen, undone, exchanged as files."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.running_stack import Member, Message, Stack, buttons, words

Json = dict[str, Any]

SHARE = "notifications.templates.meeting_share"


@pytest.fixture
def ann(stack: Stack) -> Member:
    """Who owns the server."""
    return stack.member("Ann")


@pytest.fixture
def emil(stack: Stack) -> Member:
    """Who may manage it, by a role."""
    return stack.member("Herr Emil")


@pytest.fixture
def general(stack: Stack) -> str:
    return stack.channel("general")


@pytest.fixture(autouse=True)
def as_by_default(stack: Stack) -> Iterator[None]:
    """Every test begins without settings, and leaves none behind."""
    forget_settings(stack)
    yield
    forget_settings(stack)


def forget_settings(stack: Stack) -> None:
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    for item in table.scan()["Items"]:
        if item["sk"] == "CONFIG" or item.get("kind") == "config":
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})


def configure(stack: Stack, member: Member, channel: str, subcommand: str, **options: Any) -> Message:
    """What Discord shows somebody after `/kaltura-config {subcommand}`."""
    shown = stack.use(member, channel, f"kaltura-config {subcommand}", **options)
    message: Message = shown["message"]
    assert message["_sim"]["ephemeral_for"] == member.user_id
    return message


def put(stack: Stack, member: Member, channel: str, key: str, value: str) -> Message:
    return configure(stack, member, channel, "set", key=key, value=value)


def press(stack: Stack, member: Member, message: Message, label: str) -> Message:
    pressed: Message = stack.press(member, message, label)["message"]
    return pressed


def held(stack: Stack, member: Member, channel: str) -> Json:
    """What the server has set, as its exported file says."""
    shown = configure(stack, member, channel, "export")
    (file,) = (part for part in shown["components"][0]["components"] if part["type"] == 13)
    document = json.loads(stack.http.get(file["file"]["url"]).text)
    settings: Json = document["settings"]
    return settings


def test_a_change_is_seen_and_undone_and_another_server_is_untouched(stack: Stack, ann: Member, general: str) -> None:
    grace, labs = stack.member("Grace", "Northwind"), stack.channel("general", "Northwind")

    changed = put(stack, ann, general, "meetings.auto_end_hours", "6")

    assert "`meetings.auto_end_hours`: 4 (default) → **6**" in words(changed)
    assert "**6** · changed, by default 4" in words(configure(stack, ann, general, "view", section="meetings"))
    assert held(stack, grace, labs) == {}
    assert "Undone." in words(press(stack, ann, changed, "Undo"))
    assert held(stack, ann, general) == {}


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("meetings.auto_end_hours", "soon", "a number of hours from 1 to 72"),
        ("meetings.end", "1", "There is no setting"),
        (SHARE, "{{secret}}", "secret"),
        (SHARE, "{{title", "braces do not match"),
        (SHARE, "x" * 2000, "1,500 is the most"),
        ("notifications.channels.default", "#read-only-for-bot", "I can't write in <#"),
        ("notifications.channels.default", "#nowhere", "no channel called “nowhere”"),
        ("roles.mapping.@Nobody", "admin", "no role called “Nobody”"),
        ("roles.mapping.1330000000000009999", "admin", "no role"),
        ("kaltura.player_id", "5", "whoever runs this app"),
    ],
)
def test_what_does_not_fit_gets_one_sentence_and_changes_nothing(
    stack: Stack, ann: Member, general: str, key: str, value: str, sentence: str
) -> None:
    told = put(stack, ann, general, key, value)
    assert sentence in words(told)
    assert buttons(told) == []
    assert held(stack, ann, general) == {}


def test_roles_and_channels_go_by_name(stack: Stack, emil: Member, general: str) -> None:
    put(stack, emil, general, "roles.mapping.@Students", "moderator")
    put(stack, emil, general, "notifications.channels.default", "#private-staff")
    students = next(role for role in stack.server("Riverside")["roles"] if role["name"] == "Students")
    settings = held(stack, emil, general)
    assert settings["roles"] == {"mapping": {students["role_id"]: "moderator"}}
    assert settings["notifications"]["channels"] == {"default": stack.channel("private-staff")}


def test_a_role_gives_a_level_at_once_and_no_longer_once_it_is_undone(stack: Stack, ann: Member, general: str) -> None:
    chen, lessons = stack.member("Chen"), stack.channel("lessons")
    stack.use(ann, lessons, "kaltura-start", type="room", title="Whose turn is it")
    card = stack.wait_for_card(lessons, "Whose turn is it", ann, "LIVE")
    mapped = put(stack, ann, general, "roles.mapping.@Students", "moderator")
    assert "Undone." in words(press(stack, ann, mapped, "Undo"))
    assert "and moderators can do that" in _said(stack.press(chen, card, "End"))

    put(stack, ann, general, "roles.mapping.@Students", "moderator")
    assert "**Whose turn is it** has ended" in _said(stack.press(chen, card, "End"))


def test_a_member_is_not_even_offered_the_command(stack: Stack, general: str) -> None:
    chen = stack.member("Chen")
    wish = {"user_id": chen.user_id, "channel_id": general, "command": "kaltura-config export"}
    response = stack.http.post(f"{stack.rest_url}/_sim/interactions", json=wish)
    assert response.json() == {"message": "chen is not offered /kaltura-config here"}


def test_keys_and_values_are_suggested(stack: Stack, ann: Member, general: str) -> None:
    put(stack, ann, general, "meetings.auto_end_hours", "6")
    keys = stack.type_in(ann, general, "kaltura-config set", "key", "auto")
    assert keys[0]["name"] == "meetings.auto_end_hours · now 6 · a number of hours from 1 to 72"
    roles = stack.type_in(ann, general, "kaltura-config set", "key", "roles.mapping.@stud")
    assert roles[0]["name"].startswith("roles.mapping.@Students")


def test_everything_goes_back_to_the_defaults_once_confirmed(stack: Stack, ann: Member, general: str) -> None:
    put(stack, ann, general, "meetings.auto_end_hours", "6")
    put(stack, ann, general, "watch.control_mode", "everyone")

    question = configure(stack, ann, general, "reset", section="everything")
    assert "`watch.control_mode`: everyone → **host (default)**" in words(question)
    press(stack, ann, question, "Reset 2 settings")

    assert held(stack, ann, general) == {}


def test_the_history_names_both_and_undoes(stack: Stack, ann: Member, emil: Member, general: str) -> None:
    put(stack, ann, general, "meetings.auto_end_hours", "6")
    put(stack, emil, general, "watch.control_mode", "everyone")

    shown = configure(stack, ann, general, "history")

    assert words(shown).index(f"<@{emil.user_id}>") < words(shown).index(f"<@{ann.user_id}>")
    undone = press(stack, ann, shown, "Undo")
    assert "undid a change" in words(undone)
    assert held(stack, ann, general) == {"meetings": {"auto_end_hours": 6}}


def test_two_at_once_are_both_saved_or_told(stack: Stack, ann: Member, emil: Member, general: str) -> None:
    wishes = [(ann, "meetings.auto_end_hours", "6"), (emil, "watch.control_mode", "everyone")]

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda wish: put(stack, wish[0], general, *wish[1:]), wishes))

    for (member, _, _), answer in zip(wishes, answers, strict=True):
        if "in the meantime" in words(answer):
            press(stack, member, answer, "Do it again")
    assert held(stack, ann, general) == {"meetings": {"auto_end_hours": 6}, "watch": {"control_mode": "everyone"}}


def test_a_file_carries_the_settings_over(stack: Stack, ann: Member, general: str) -> None:
    grace, labs = stack.member("Grace", "Northwind"), stack.channel("general", "Northwind")
    put(stack, ann, general, "meetings.auto_end_hours", "6")
    settings = held(stack, ann, general)
    content = json.dumps({"app": "kaltura-for-discord", "schema": 2, "settings": settings})

    question = configure(stack, grace, labs, "import", file={"filename": "theirs.json", "content": content})

    assert "The file makes 1 change:" in words(question)
    assert held(stack, grace, labs) == {}
    assert "Imported." in words(press(stack, grace, question, "Apply 1 change"))
    assert held(stack, grace, labs) == settings


def test_a_file_that_is_none_of_ours_changes_nothing(stack: Stack, ann: Member, general: str) -> None:
    told = configure(stack, ann, general, "import", file={"filename": "holiday.json", "content": "[1, 2"})
    assert "The file is not JSON." in words(told)
    assert held(stack, ann, general) == {}


def _said(shown: Json) -> str:
    return "\n".join(words(message) for message in [shown["message"], *shown["follow_ups"]] if message)
