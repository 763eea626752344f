"""Selects and groups of boxes, in messages and modals: what can be picked, and how much of it."""

from local_stack.discord.interactions.options import InvalidOption
from local_stack.discord.interactions.resolving import Resolved, Unresolvable
from local_stack.discord.wire import Json

BUTTON, STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 2, 3, 5, 6, 7, 8
CHECKBOX_GROUP = 22
WITH_OPTIONS = (STRING_SELECT, CHECKBOX_GROUP)


def picked_values(component: Json, given: object, resolved: Resolved, *, in_modal: bool = False) -> list[str]:
    """What was picked in a select or checkbox group.

    Raises:
        InvalidOption: too few, too many, or not on offer.
    """
    name = component["custom_id"]
    if given is None and in_modal:
        given = [option["value"] for option in component.get("options") or [] if option.get("default")]
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InvalidOption(f"{name} needs `values`, a list of texts")
    optional = in_modal and component.get("required") is False
    least = component.get("min_values")
    least = 1 if least is None else least
    most = component.get("max_values") or (len(component["options"]) if component["type"] == CHECKBOX_GROUP else 1)
    if not (least <= len(values) <= most) and not (optional and not values):
        raise InvalidOption(f"{name} takes {least} to {most} values, not {len(values)}")
    for value in values:
        _check(component, value, resolved)
    return values


def _check(component: Json, value: str, resolved: Resolved) -> None:
    name, kind = component["custom_id"], component["type"]
    if kind in WITH_OPTIONS:
        if value not in [option["value"] for option in component["options"]]:
            raise InvalidOption(f"{name} does not offer {value}")
        return
    try:
        if kind == USER_SELECT:
            resolved.add_user(value)
        elif kind == ROLE_SELECT:
            resolved.add_role(value)
        elif kind == MENTIONABLE_SELECT:
            resolved.add_mentionable(value)
        elif kind == CHANNEL_SELECT:
            resolved.add_channel(value, component.get("channel_types"))
        else:
            raise InvalidOption(f"components of type {kind} are not simulated ({name})")
    except Unresolvable as problem:
        raise InvalidOption(f"{name}: {problem}") from None
