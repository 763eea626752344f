"""Options, fields and selects at their edges: what the client lets through and what it stops, in sentences."""

from typing import Any

import pytest

from local_stack.discord.interactions.fields import submit
from local_stack.discord.interactions.options import InvalidOption, fill_in, option_in_focus
from local_stack.discord.interactions.picking import picked_values
from local_stack.discord.interactions.resolving import Resolved
from local_stack.discord.stored_components import everything_in
from tests.unit.discord_simulator.stage import (
    ANN,
    ASSEMBLY_HALL,
    BO,
    DANA,
    GENERAL,
    LABS_GENERAL,
    LESSONS,
    PRIVATE_STAFF,
    TEACHERS,
    Json,
    TravellingClock,
    row,
    seeded_world,
)

GRACE = "1310000000000000010"


@pytest.fixture
def resolved() -> Resolved:
    world = seeded_world(TravellingClock())
    return Resolved(world, world.channels[GENERAL], ANN)


def option(kind: int, **more: Any) -> Json:
    return {"type": kind, "name": "o", "description": "d", **more}


def command(*options: Json) -> Json:
    return {"name": "c", "options": list(options)}


@pytest.mark.parametrize(
    ("kind", "value", "extra", "sentence"),
    [
        (3, "ab", {"min_length": 3}, "3 to 6000 characters"),
        (4, 2**53, {}, "whole number"),
        (10, "1", {}, "must be a number"),
        (11, "1", {}, "no file 1 was uploaded"),
        (12, "1", {}, "not simulated"),
        (6, GRACE, {}, "no user"),
        (7, LABS_GENERAL, {}, "no channel"),
        (7, ASSEMBLY_HALL, {"channel_types": [0]}, "not of a type"),
        (8, "1", {}, "no role"),
        (9, "1", {}, "no user"),
    ],
)
def test_values_that_cannot_be_entered(
    resolved: Resolved, kind: int, value: object, extra: Json, sentence: str
) -> None:
    with pytest.raises(InvalidOption, match=sentence):
        fill_in(command(option(kind, **extra)), [], {"o": value}, resolved)


@pytest.mark.parametrize(
    ("kind", "value", "where"),
    [(10, 1.5, None), (4, -3, None), (9, TEACHERS, "roles"), (9, BO, "users"), (7, LESSONS, "channels")],
)
def test_values_that_can(resolved: Resolved, kind: int, value: object, where: str | None) -> None:
    assert fill_in(command(option(kind)), [], {"o": value}, resolved) == [{"name": "o", "type": kind, "value": value}]
    if where is not None:
        assert str(value) in resolved.maps[where]


def test_only_a_channel_that_one_sees_can_be_picked() -> None:
    world = seeded_world(TravellingClock())
    general = world.channels[GENERAL]
    picked = fill_in(command(option(7)), [], {"o": PRIVATE_STAFF}, Resolved(world, general, ANN))
    assert picked[0]["value"] == PRIVATE_STAFF
    with pytest.raises(InvalidOption, match="no channel"):
        fill_in(command(option(7)), [], {"o": PRIVATE_STAFF}, Resolved(world, general, DANA))


def test_sub_commands_that_do_not_exist(resolved: Resolved) -> None:
    nested = command({"type": 1, "name": "set", "description": "d"})
    for path in (["unset"], ["set", "more"]):
        with pytest.raises(InvalidOption, match="no sub-command"):
            fill_in(nested, path, {}, resolved)
    with pytest.raises(InvalidOption, match="no sub-command"):
        fill_in(command(option(3)), ["set"], {}, resolved)


def test_autocomplete_only_where_it_is_offered(resolved: Resolved) -> None:
    leaf = {"type": 1, "name": "set", "description": "d", "options": [option(3, autocomplete=True)]}
    nested = command(leaf)
    assert option_in_focus(nested, ["set"], {}, "o")["autocomplete"]
    assert option_in_focus(nested, [], {"set": {"o": "x"}}, "o")["autocomplete"]
    with pytest.raises(InvalidOption, match="with autocomplete"):
        option_in_focus(command(option(3)), [], {}, "o")
    typed = fill_in(nested, ["set"], {"o": "x"}, resolved, "o")
    assert typed[0]["options"] == [{"name": "o", "type": 3, "value": "x", "focused": True}]


def modal(**component: Any) -> Json:
    return {"components": [{"type": 18, "label": "l", "component": {"custom_id": "f", **component}}]}


LETTERS = [{"label": "A", "value": "a", "default": True}, {"label": "B", "value": "b"}]


@pytest.mark.parametrize(
    ("component", "value", "sentence"),
    [
        ({"type": 4, "style": 1}, None, "required"),
        ({"type": 4, "style": 1}, 5, "must be a text"),
        ({"type": 4, "style": 1, "min_length": 3}, "ab", "3 to 4000"),
        ({"type": 21, "options": LETTERS[1:]}, None, "required"),
        ({"type": 21, "options": LETTERS}, "c", "one of: a, b"),
        ({"type": 23}, "yes", "true or false"),
        ({"type": 22, "options": LETTERS}, ["c"], "does not offer c"),
        ({"type": 22, "options": LETTERS, "min_values": 2}, ["a"], "2 to 2 values"),
        ({"type": 5}, [], "1 to 1 values"),
        ({"type": 5}, [5], "list of texts"),
        ({"type": 6}, ["1"], "no role"),
        ({"type": 8, "channel_types": [0]}, [ASSEMBLY_HALL], "not of a type"),
        ({"type": 19}, ["1"], "no file 1 was uploaded"),
        ({"type": 19}, [{"filename": "a.txt"}], "needs its content"),
        ({"type": 19}, [], "1 to 1 values"),
        ({"type": 19, "file_types": [".json"]}, [{"filename": "a.txt", "content": "x"}], "not of a type"),
        ({"type": 5, "max_values": 2}, [BO, BO], "each value once"),
    ],
)
def test_fields_that_cannot_be_submitted(resolved: Resolved, component: Json, value: object, sentence: str) -> None:
    with pytest.raises(InvalidOption, match=sentence):
        submit(modal(**component), {"f": value}, resolved)


@pytest.mark.parametrize(
    ("component", "value", "submitted"),
    [
        ({"type": 4, "style": 2, "required": False}, None, {"value": ""}),
        ({"type": 4, "style": 2, "value": "before"}, None, {"value": "before"}),
        ({"type": 21, "options": LETTERS}, None, {"value": "a"}),
        ({"type": 21, "options": LETTERS}, "b", {"value": "b"}),
        ({"type": 22, "options": LETTERS}, None, {"values": ["a"]}),
        ({"type": 22, "options": LETTERS}, ["a", "b"], {"values": ["a", "b"]}),
        ({"type": 23}, True, {"value": True}),
        ({"type": 3, "options": LETTERS}, None, {"values": ["a"]}),
        ({"type": 5, "required": False}, [], {"values": []}),
        ({"type": 7}, [TEACHERS], {"values": [TEACHERS]}),
        ({"type": 19, "required": False}, [], {"values": []}),
    ],
)
def test_fields_that_can(resolved: Resolved, component: Json, value: object, submitted: Json) -> None:
    filled = submit(modal(**component), {"f": value}, resolved)[0]["component"]
    assert filled["custom_id"] == "f"
    assert {name: filled[name] for name in submitted} == submitted


def test_old_modals_have_rows_and_unknown_fields_are_refused(resolved: Resolved) -> None:
    old = {"components": [row({"type": 4, "custom_id": "f", "style": 1, "label": "l"})]}
    assert submit(old, {"f": "x"}, resolved)[0]["components"][0]["value"] == "x"
    with pytest.raises(InvalidOption, match="no field g"):
        submit(old, {"g": "x"}, resolved)


def test_a_button_beside_a_text_is_found(resolved: Resolved) -> None:
    accessory = {"type": 2, "custom_id": "watch", "style": 1, "label": "Watch"}
    nested = [{"type": 17, "components": [{"type": 9, "components": [], "accessory": accessory}]}]
    assert accessory in list(everything_in(nested))
    channels = {"type": 8, "custom_id": "where"}
    assert picked_values(channels, LESSONS, resolved) == [LESSONS]
