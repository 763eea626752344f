"""Messages and components that Discord refuses, each with the code of its complaint, and some that it takes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.discord.errors import Refusal
from local_stack.discord.messages import Message
from local_stack.discord.rules.messages import (
    ANSWER,
    ANSWER_EDIT,
    CHANNEL_EDIT,
    CHANNEL_MESSAGE,
    Form,
    check_message,
)
from local_stack.discord.seed import BOT
from tests.unit.discord_simulator.stage import Json, button, row, text, version_two


def option(value: str) -> Json:
    return {"label": value, "value": value}


def section(**more: Any) -> Json:
    accessory = {"type": 11, "media": {"url": "https://example.com/a.png"}}
    return {"type": 9, "components": [text("x")], "accessory": accessory, **more}


def container(*children: Json, **more: Any) -> Json:
    return {"type": 17, "components": list(children), **more}


def select(**more: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": [option("a"), option("b")], **more}


LINK: Json = {"type": 2, "style": 5, "label": "Go", "url": "https://example.com"}

ACCEPTED: dict[str, Json] = {
    "plain text": {"content": "hello"},
    "exactly 2000 characters": {"content": "x" * 2000},
    "blanks around are trimmed first": {"content": " " * 50 + "x" * 2000},
    "an embed": {"embeds": [{"title": "t" * 256, "description": "d" * 4096}]},
    "legacy rows": {"content": "x", "components": [row(button("a")), row(button("b"))]},
    "a card": version_two(container(section(), {"type": 14}, row(button(), LINK), accent_color=0xFFFFFF)),
    "every select": version_two(*(row({"type": kind, "custom_id": f"s{kind}"}) for kind in (5, 6, 7, 8))),
    "a gallery": version_two({"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}}]}),
    "40 components": version_two(*(text("x") for _ in range(40))),
    "4000 characters of text": version_two(text("x" * 2000), text("y" * 2000)),
    "a discord link": version_two(row({**LINK, "url": "discord://-/channels/1"})),
    "a button with only an emoji": version_two(row({"type": 2, "style": 1, "custom_id": "a", "emoji": {"name": "🎓"}})),
    "mentions by list": {"content": "x", "allowed_mentions": {"parse": ["roles"], "users": ["1"]}},
    "a nonce": {"content": "x", "nonce": "n" * 25, "enforce_nonce": True},
}

REFUSED: dict[str, tuple[Json, str]] = {
    "nothing": ({}, "50006"),
    "only blanks": ({"content": " \n "}, "50006"),
    "an empty V2 message": (version_two(), "50006"),
    "2001 characters": ({"content": "x" * 2001}, "BASE_TYPE_BAD_LENGTH"),
    "content of a number": ({"content": 5}, "BASE_TYPE_COERCE"),
    "a misspelled field": ({"content": "x", "embed": {}}, "SIMULATOR_UNKNOWN_FIELD"),
    "a misspelled field of an embed": ({"embeds": [{"title": "x", "colour": 1}]}, "SIMULATOR_UNKNOWN_FIELD"),
    "a misspelled field of a button": (version_two(row(button(lable="x"))), "SIMULATOR_UNKNOWN_FIELD"),
    "the ephemeral flag in a channel": ({"content": "x", "flags": 64}, "MESSAGE_FLAGS_INVALID"),
    "11 embeds": ({"embeds": [{"title": "x"}] * 11}, "BASE_TYPE_BAD_LENGTH"),
    "an embed title of 257": ({"embeds": [{"title": "x" * 257}]}, "BASE_TYPE_BAD_LENGTH"),
    "an empty embed": ({"embeds": [{"color": 1}]}, "BASE_TYPE_REQUIRED"),
    "26 fields": ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, "BASE_TYPE_BAD_LENGTH"),
    "a field without value": ({"embeds": [{"fields": [{"name": "n", "value": ""}]}]}, "BASE_TYPE_REQUIRED"),
    "embeds of 6001": (
        {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    "parse users and users": (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    "101 users": (
        {"content": "x", "allowed_mentions": {"users": [str(n) for n in range(101)]}},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a nonce of 26": ({"content": "x", "nonce": "n" * 26}, "BASE_TYPE_BAD_LENGTH"),
    "V2 with content": (version_two(text("x"), content="y"), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    "V2 with embeds": (
        version_two(text("x"), embeds=[{"title": "t"}]),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "V2 kinds without the flag": ({"components": [text("x")]}, "UNION_TYPE_CHOICES"),
    "six legacy rows": (
        {"content": "x", "components": [row(button(str(n))) for n in range(6)]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "41 components": (version_two(*(text("x") for _ in range(41))), "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    "41 with nested ones": (
        version_two(*(container(text("x")) for _ in range(20)), text("x")),
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "4001 characters of text": (
        version_two(text("x" * 2001), text("y" * 2000)),
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "an empty text": (version_two(text("")), "BASE_TYPE_REQUIRED"),
    "six buttons": (version_two(row(*(button(str(n)) for n in range(6)))), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    "a select beside a button": (version_two(row(select(), button())), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    "two selects in a row": (version_two(row(select(), select(custom_id="t"))), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    "an empty row": (version_two(row()), "BASE_TYPE_BAD_LENGTH"),
    "a bare button": (version_two(button()), "UNION_TYPE_CHOICES"),
    "a container in a container": (version_two(container(container(text("x")))), "UNION_TYPE_CHOICES"),
    "a text in a row": (version_two(row(text("x"))), "UNION_TYPE_CHOICES"),
    "a modal's label": (version_two({"type": 18, "label": "x"}), "UNION_TYPE_CHOICES"),
    "a text input": (version_two(row({"type": 4, "custom_id": "x", "style": 1})), "UNION_TYPE_CHOICES"),
    "the same custom_id twice": (version_two(row(button(), button())), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    "the same custom_id in two rows": (version_two(row(button()), row(button())), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    "the same id twice": (version_two({**text("x"), "id": 3}, {**text("y"), "id": 3}), "COMPONENT_ID_DUPLICATED"),
    "a custom_id of 101": (version_two(row(button("x" * 101))), "BASE_TYPE_BAD_LENGTH"),
    "a label of 81": (version_two(row(button(label="x" * 81))), "BASE_TYPE_BAD_LENGTH"),
    "no custom_id": (version_two(row({"type": 2, "style": 1, "label": "x"})), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    "no label and no emoji": (
        version_two(row({"type": 2, "style": 1, "custom_id": "x"})),
        "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED",
    ),
    "custom_id and url": (
        version_two(row({**LINK, "custom_id": "x"})),
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    "url on a pressable button": (
        version_two(row(button(url="https://example.com"))),
        "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    ),
    "a link without url": (version_two(row({"type": 2, "style": 5, "label": "x"})), "BUTTON_COMPONENT_URL_REQUIRED"),
    "a link of 513": (
        version_two(row({**LINK, "url": "https://example.com/" + "x" * 493})),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a javascript link": (version_two(row({**LINK, "url": "javascript:alert(1)"})), "URL_TYPE_INVALID_SCHEME"),
    "a button of style 9": (version_two(row(button(style=9))), "BASE_TYPE_CHOICES"),
    "a premium button with a label": (
        version_two(row({"type": 2, "style": 6, "sku_id": "1", "label": "x"})),
        "BUTTON_COMPONENT_INVALID_FIELD",
    ),
    "26 options": (version_two(row(select(options=[option(str(n)) for n in range(26)]))), "BASE_TYPE_BAD_LENGTH"),
    "no options": (version_two(row(select(options=[]))), "BASE_TYPE_BAD_LENGTH"),
    "the same option twice": (
        version_two(row(select(options=[option("a"), option("a")]))),
        "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
    ),
    "more values than options": (version_two(row(select(max_values=3))), "COMPONENT_MAX_VALUES_ABOVE_OPTIONS"),
    "least above most": (version_two(row(select(min_values=2, max_values=1))), "COMPONENT_MIN_VALUES_ABOVE_MAX"),
    "a placeholder of 151": (version_two(row(select(placeholder="x" * 151))), "BASE_TYPE_BAD_LENGTH"),
    "a section without accessory": (version_two({"type": 9, "components": [text("x")]}), "BASE_TYPE_REQUIRED"),
    "a section of four texts": (version_two(section(components=[text("x")] * 4)), "BASE_TYPE_BAD_LENGTH"),
    "a section of none": (version_two(section(components=[])), "BASE_TYPE_BAD_LENGTH"),
    "a select as accessory": (version_two(section(accessory=select())), "UNION_TYPE_CHOICES"),
    "an accent out of range": (version_two(container(text("x"), accent_color=0x1000000)), "NUMBER_TYPE_MAX"),
    "a file from the web": (
        version_two({"type": 13, "file": {"url": "https://example.com/a"}}),
        "URL_TYPE_INVALID_SCHEME",
    ),
    "a gallery of eleven": (
        version_two({"type": 12, "items": [{"media": {"url": "https://example.com/a"}}] * 11}),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a separator of spacing 3": (version_two({"type": 14, "spacing": 3}, text("x")), "BASE_TYPE_CHOICES"),
    "components of texts": ({"content": "x", "components": ["row"]}, "UNION_TYPE_CHOICES"),
    "components of a number": ({"content": "x", "components": 5}, "BASE_TYPE_COERCE"),
}


def complaints_about(payload: Json, form: Form, before: Message | None = None) -> set[str]:
    try:
        check_message(payload, form, before=before)
    except Refusal as refusal:
        return {str(refusal.code), *_codes(refusal.errors or {})}
    return set()


def _codes(tree: Json) -> set[str]:
    found: set[str] = set()
    for step, node in tree.items():
        found |= {leaf["code"] for leaf in node} if step == "_errors" else _codes(node)
    return found


@pytest.mark.parametrize("name", ACCEPTED)
def test_discord_takes(name: str) -> None:
    assert complaints_about(ACCEPTED[name], CHANNEL_MESSAGE) == set()


@pytest.mark.parametrize("name", REFUSED)
def test_discord_refuses(name: str) -> None:
    payload, code = REFUSED[name]
    assert code in complaints_about(payload, CHANNEL_MESSAGE)


def test_a_complaint_names_the_place_as_discord_nests_it() -> None:
    payload = version_two(container(row(button(label="x" * 81))))
    with pytest.raises(Refusal) as caught:
        check_message(payload, ANSWER)
    body = caught.value.as_json()
    assert (body["code"], body["message"]) == (50035, "Invalid Form Body")
    leaf = body["errors"]["data"]["components"]["0"]["components"]["0"]["components"]["0"]["label"]
    assert leaf == {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 0 and 80 in length."}]}


def test_ephemeral_is_for_answers_only() -> None:
    assert complaints_about({"content": "x", "flags": 64}, ANSWER) == set()
    assert "MESSAGE_FLAGS_INVALID" in complaints_about({"content": "x", "flags": 128}, ANSWER)


def message(**fields: Any) -> Message:
    made = Message("1", "2", BOT, 0.0)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def test_an_edit_is_judged_by_what_the_message_would_be() -> None:
    old = message(content="old")
    assert complaints_about({"components": []}, CHANNEL_EDIT, old) == set()
    assert "50006" in complaints_about({"content": ""}, CHANNEL_EDIT, old)
    becomes_v2 = version_two(text("x"))
    assert "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2" in complaints_about(becomes_v2, ANSWER_EDIT, old)
    assert complaints_about({**becomes_v2, "content": None}, ANSWER_EDIT, old) == set()


def test_a_message_of_components_stays_one() -> None:
    card = message(flags=32768, components=[text("x")])
    assert complaints_about({"components": [text("y")]}, CHANNEL_EDIT, card) == set()
    refused = complaints_about({"content": "y"}, CHANNEL_EDIT, card)
    assert "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2" in refused


FIELDS = ["type", "components", "custom_id", "style", "options", "accessory", "media", "url", "content"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 40) | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(FIELDS),
            children,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["content", "components", "embeds", "flags", "nonce"]), json_values))
def test_whatever_is_sent_is_taken_or_refused_but_never_crashes(payload: Json) -> None:
    assert isinstance(complaints_about(payload, CHANNEL_MESSAGE), set)
