"""Fields of a modal as a person fills them in, checked as the Discord client does, in the shape of a modal submit."""

from collections.abc import Iterator

from local_stack.discord.interactions.options import InvalidOption
from local_stack.discord.interactions.picking import picked_values
from local_stack.discord.interactions.resolving import Resolved
from local_stack.discord.wire import Json

ACTION_ROW, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 4, 10, 18
FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23


def submit(modal: Json, filled: Json, resolved: Resolved) -> list[Json]:
    """The `components` of a modal submit.

    Args:
        modal: the modal as the application sent it.
        filled: values by `custom_id`: texts, lists for what takes several, booleans for checkboxes.
        resolved: gathers the objects behind ids.

    Raises:
        InvalidOption: a field is missing, unknown, or holds what it cannot.
    """
    known = {field["custom_id"] for field in fields_of(modal)}
    for name in filled:
        if name not in known:
            raise InvalidOption(f"the modal has no field {name}")
    submitted: list[Json] = []
    for number, component in enumerate(modal["components"], start=1):
        top: Json = {"type": component["type"], "id": component.get("id") or number}
        if component["type"] == LABEL:
            top["component"] = _filled(component["component"], filled, resolved, number + 100)
        if component["type"] == ACTION_ROW:
            top["components"] = [_filled(child, filled, resolved, number + 100) for child in component["components"]]
        submitted.append(top)
    return submitted


def fields_of(modal: Json) -> Iterator[Json]:
    """Every component of a modal that holds a value."""
    for component in modal["components"]:
        if component["type"] == LABEL:
            yield component["component"]
        if component["type"] == ACTION_ROW:
            yield from component["components"]


def _filled(field: Json, filled: Json, resolved: Resolved, number: int) -> Json:
    name, kind = field["custom_id"], field["type"]
    given = filled.get(name)
    result: Json = {"type": kind, "id": field.get("id") or number, "custom_id": name}
    if kind == TEXT_INPUT:
        result["value"] = _text(field, given)
    elif kind == CHECKBOX:
        result["value"] = bool(field.get("default")) if given is None else _boolean(field, given)
    elif kind == RADIO_GROUP:
        result["value"] = _radio(field, given)
    else:
        result["values"] = picked_values(field, given, resolved, in_modal=True)
    return result


def _text(field: Json, given: object) -> str:
    name = field["custom_id"]
    text = field.get("value") or "" if given is None else given
    if not isinstance(text, str):
        raise InvalidOption(f"{name} must be a text")
    if not text:
        if field.get("required", True):
            raise InvalidOption(f"{name} is required")
        return ""
    least, most = field.get("min_length") or 0, field.get("max_length") or 4000
    if not least <= len(text) <= most:
        raise InvalidOption(f"{name} must have {least} to {most} characters, not {len(text)}")
    return text


def _boolean(field: Json, given: object) -> bool:
    if not isinstance(given, bool):
        raise InvalidOption(f"{field['custom_id']} must be true or false")
    return given


def _radio(field: Json, given: object) -> str | None:
    offered = [option["value"] for option in field["options"]]
    if given is None:
        given = next((option["value"] for option in field["options"] if option.get("default")), None)
    if given is None:
        if field.get("required", True):
            raise InvalidOption(f"{field['custom_id']} is required")
        return None
    if given not in offered:
        raise InvalidOption(f"{field['custom_id']} must be one of: {', '.join(offered)}")
    return str(given)
