"""Modals that Discord refuses, each with the code of its complaint."""

from typing import Any

import pytest

from local_stack.discord.errors import Complaints, Refusal
from local_stack.discord.messages import Message
from local_stack.discord.rules.modals import check_modal
from local_stack.discord.rules.responses import MODAL_SUBMIT, allowed_answers, check_answer
from local_stack.discord.seed import BOT
from tests.unit.discord_simulator.stage import Json, button, row, text

USER: Json = {"id": "1", "type": "user"}


def field(**more: Any) -> Json:
    return {"type": 4, "custom_id": "f", "style": 1, **more}


def label(component: Json | None = None, **more: Any) -> Json:
    return {"type": 18, "label": "Title", "component": component or field(), **more}


def modal(*components: Json, **more: Any) -> Json:
    return {"custom_id": "m", "title": "Edit", "components": list(components) or [label()], **more}


def options(number: int) -> list[Json]:
    return [{"label": str(n), "value": str(n)} for n in range(number)]


REFUSED: dict[str, tuple[object, str]] = {
    "no data": (None, "BASE_TYPE_REQUIRED"),
    "no title": (modal(title=""), "BASE_TYPE_REQUIRED"),
    "a title of 46": (modal(title="x" * 46), "BASE_TYPE_BAD_LENGTH"),
    "a custom_id of 101": (modal(custom_id="x" * 101), "BASE_TYPE_BAD_LENGTH"),
    "six labels": (modal(*(label(field(custom_id=str(n))) for n in range(6))), "BASE_TYPE_BAD_LENGTH"),
    "none": ({"custom_id": "m", "title": "t", "components": []}, "BASE_TYPE_BAD_LENGTH"),
    "a misspelled field": (modal(label(field(placehoder="x"))), "SIMULATOR_UNKNOWN_FIELD"),
    "a label of 46": (modal(label(label="x" * 46)), "BASE_TYPE_BAD_LENGTH"),
    "a description of 101": (modal(label(description="x" * 101)), "BASE_TYPE_BAD_LENGTH"),
    "a label without component": (modal({"type": 18, "label": "x"}), "BASE_TYPE_REQUIRED"),
    "a bare text input": (modal(field()), "UNION_TYPE_CHOICES"),
    "a button": (modal(row(button())), "UNION_TYPE_CHOICES"),
    "a button in a label": (modal(label(button())), "UNION_TYPE_CHOICES"),
    "a container": (modal({"type": 17, "components": [text("x")]}), "UNION_TYPE_CHOICES"),
    "a label of the text input's own": (modal(label(field(label="x"))), "COMPONENT_LABEL_NOT_ALLOWED"),
    "a style 3": (modal(label(field(style=3))), "BASE_TYPE_CHOICES"),
    "a placeholder of 101": (modal(label(field(placeholder="x" * 101))), "BASE_TYPE_BAD_LENGTH"),
    "least above most": (modal(label(field(min_length=5, max_length=4))), "TEXT_INPUT_MIN_ABOVE_MAX"),
    "a value that is too long": (modal(label(field(value="12345", max_length=4))), "BASE_TYPE_BAD_LENGTH"),
    "the same custom_id twice": (modal(label(), label()), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    "two chosen where one may be": (
        modal(label({"type": 5, "custom_id": "u", "default_values": [USER, {"id": "2", "type": "user"}]})),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a role chosen among users": (
        modal(label({"type": 5, "custom_id": "u", "default_values": [{"id": "1", "type": "role"}]})),
        "BASE_TYPE_CHOICES",
    ),
    "a misspelled field of a text": (modal({**text("x"), "contents": "x"}), "SIMULATOR_UNKNOWN_FIELD"),
    "eleven file types": (
        modal(label({"type": 19, "custom_id": "f", "file_types": [f".{n}" for n in range(11)]})),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "a disabled select": (
        modal(label({"type": 3, "custom_id": "s", "options": options(2), "disabled": True})),
        "SELECT_COMPONENT_DISABLED_IN_MODAL",
    ),
    "one radio option": (modal(label({"type": 21, "custom_id": "r", "options": options(1)})), "BASE_TYPE_BAD_LENGTH"),
    "eleven boxes": (modal(label({"type": 22, "custom_id": "c", "options": options(11)})), "BASE_TYPE_BAD_LENGTH"),
    "a required checkbox": (
        modal(label({"type": 23, "custom_id": "c", "required": True})),
        "CHECKBOX_CANNOT_BE_REQUIRED",
    ),
    "least 0 where required": (
        modal(label({"type": 5, "custom_id": "u", "min_values": 0, "required": True})),
        "COMPONENT_MIN_VALUES_REQUIRED",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_discord_refuses(name: str) -> None:
    data, code = REFUSED[name]
    complaints = Complaints()
    check_modal(data, complaints)
    assert code in {complaint.code for complaint in complaints.found}


@pytest.mark.parametrize(
    "data",
    [
        modal(),
        modal(text("x"), label(field(style=2, value="x", min_length=0, max_length=4000, required=False))),
        modal(*(label({"type": kind, "custom_id": str(kind)}) for kind in (5, 6, 7, 8))),
        modal(label({"type": 5, "custom_id": "u", "default_values": [USER]})),
        modal(label({"type": 19, "custom_id": "f", "file_types": [".json", "image"]})),
        modal(label({"type": 19, "custom_id": "f", "min_values": 0, "max_values": 10, "required": False})),
        modal(label({"type": 21, "custom_id": "r", "options": options(10)})),
        modal(label({"type": 22, "custom_id": "c", "options": options(1)}), label({"type": 23, "custom_id": "d"})),
        modal(row(field(label="Old style"))),
    ],
)
def test_discord_takes(data: Json) -> None:
    complaints = Complaints()
    check_modal(data, complaints)
    assert complaints.found == []
    assert check_answer({"type": 9, "data": data}, 2)["type"] == 9


def test_a_modal_from_a_button_may_update_the_button_s_message() -> None:
    source = Message("1", "2", BOT, 0.0)
    assert allowed_answers(MODAL_SUBMIT, None) == {4, 5, 12}
    assert allowed_answers(MODAL_SUBMIT, source) == {4, 5, 6, 7, 12}


def test_launching_needs_activities() -> None:
    assert check_answer({"type": 12}, 2) == {"type": 12}
    with pytest.raises(Refusal):
        check_answer({"type": 12}, 2, with_activities=False)
