"""Selects and groups of boxes, in messages and modals: what can be picked, and how much of it."""

from local_stack.discord.interactions.options import InvalidOption
from local_stack.discord.interactions.resolving import Resolved, Unresolvable
from local_stack.discord.wire import Json

BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 2, 3, 5, 6, 7, 8
FILE_UPLOAD, CHECKBOX_GROUP = 19, 22
WITH_OPTIONS = (STRING_SELECT, CHECKBOX_GROUP)


def picked_values(component: Json, given: object, resolved: Resolved, *, in_modal: bool = False) -> list[str]:
    """What was picked in a select or checkbox group, or handed over in a file upload.

    Raises:
        InvalidOption: too few, too many, or not on offer.
    """
    name = component["custom_id"]
    if given is None and in_modal:
        given = preset_values(component)
    values = given if isinstance(given, list) else [given]
    if component["type"] != FILE_UPLOAD and not all(isinstance(value, str) for value in values):
        raise InvalidOption(f"{name} needs `values`, a list of texts")
    least, most = _limits(component)
    optional = in_modal and component.get("required") is False
    if not (least <= len(values) <= most) and not (optional and not values):
        raise InvalidOption(f"{name} takes {least} to {most} values, not {len(values)}")
    if len({str(value) for value in values}) != len(values):
        raise InvalidOption(f"{name} takes each value once")
    return [_checked(component, value, resolved) for value in values]


def preset_values(component: Json) -> list[str]:
    """What a component of a modal holds before anybody touches it."""
    by_option = [option["value"] for option in component.get("options") or [] if option.get("default")]
    return by_option + [preset["id"] for preset in component.get("default_values") or []]


def _limits(component: Json) -> tuple[int, int]:
    least = component.get("min_values")
    all_of_them = len(component["options"]) if component["type"] == CHECKBOX_GROUP else 1
    return 1 if least is None else least, component.get("max_values") or all_of_them


def _checked(component: Json, value: object, resolved: Resolved) -> str:
    """The value as it is sent; ids are resolved, files become ids."""
    name, kind = component["custom_id"], component["type"]
    try:
        if kind == FILE_UPLOAD:
            return resolved.add_attachment(value, component.get("file_types"))
        _check(component, str(value), resolved)
    except Unresolvable as problem:
        raise InvalidOption(f"{name}: {problem}") from None
    return str(value)


def _check(component: Json, value: str, resolved: Resolved) -> None:
    name, kind = component["custom_id"], component["type"]
    if kind in WITH_OPTIONS:
        if value not in [option["value"] for option in component["options"]]:
            raise InvalidOption(f"{name} does not offer {value}")
    elif kind == USER_SELECT:
        resolved.add_user(value)
    elif kind == ROLE_SELECT:
        resolved.add_role(value)
    elif kind == MENTIONABLE_SELECT:
        resolved.add_mentionable(value)
    elif kind == CHANNEL_SELECT:
        resolved.add_channel(value, component.get("channel_types"))
    else:
        raise InvalidOption(f"components of type {kind} are not simulated ({name})")
