"""Options as a person fills them in, checked as the Discord client does before it sends anything.

Filled options come as `{"name": value}`; those of a sub-command either nested under its name, or flat with the
sub-command named in the command: `config set`. Files come as `handing_over` says.
"""

from collections.abc import Callable

from local_stack.discord.interactions.resolving import Resolved, Unresolvable
from local_stack.discord.wire import Json

SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
NESTING = (SUB_COMMAND, SUB_COMMAND_GROUP)
LARGEST_INTEGER = 2**53 - 1


class InvalidOption(ValueError):
    """The client would not send this; the message is the sentence it would show."""


def fill_in(command: Json, path: list[str], filled: Json, resolved: Resolved, focused: str | None = None) -> list[Json]:
    """The `options` of an interaction.

    Args:
        command: the registered command, or a sub-command of it.
        path: the sub-commands named after the command.
        filled: what the person entered.
        resolved: gathers the objects behind ids.
        focused: the option that is being typed, for autocomplete; then nothing is required and the text is partial.

    Raises:
        InvalidOption: what was entered cannot be sent.
    """
    known: list[Json] = command.get("options") or []
    by_name = {option["name"]: option for option in known}
    if any(option["type"] in NESTING for option in known):
        return [_fill_in_nested(command, by_name, path, filled, resolved, focused)]
    if path:
        raise InvalidOption(f"/{command['name']} has no sub-command {path[0]}")
    for name in filled:
        if name not in by_name:
            raise InvalidOption(f"/{command['name']} has no option {name}")
    options: list[Json] = []
    for option in known:
        name = option["name"]
        if name == focused:
            partial = filled.get(name, "")
            options.append({"name": name, "type": option["type"], "value": str(partial), "focused": True})
        elif filled.get(name) is not None:
            value = _checked(option, filled[name], resolved)
            options.append({"name": name, "type": option["type"], "value": value})
        elif option.get("required") and focused is None:
            raise InvalidOption(f"the option {name} is required")
    if focused is not None and focused not in by_name:
        raise InvalidOption(f"/{command['name']} has no option {focused}")
    return options


def _fill_in_nested(
    command: Json, by_name: dict[str, Json], path: list[str], filled: Json, resolved: Resolved, focused: str | None
) -> Json:
    if path:
        name, deeper, inner = path[0], path[1:], filled
    elif len(filled) == 1 and isinstance(next(iter(filled.values())), dict):
        name, inner = next(iter(filled.items()))
        deeper = []
    else:
        raise InvalidOption(f"/{command['name']} needs one of its sub-commands: {', '.join(by_name)}")
    chosen = by_name.get(name)
    if chosen is None:
        raise InvalidOption(f"/{command['name']} has no sub-command {name}")
    return {"name": name, "type": chosen["type"], "options": fill_in(chosen, deeper, inner, resolved, focused)}


def option_in_focus(command: Json, path: list[str], filled: Json, focused: str) -> Json:
    """The definition of the option that is being typed.

    Raises:
        InvalidOption: there is none, or it has no autocomplete.
    """
    node = command
    remaining, inner = list(path), filled
    while any(option["type"] in NESTING for option in node.get("options") or []):
        name = remaining.pop(0) if remaining else next(iter(inner), "")
        if not path:
            inner = inner.get(name) or {}
        node = next((option for option in node["options"] if option["name"] == name), {})
    option = next((one for one in node.get("options") or [] if one["name"] == focused), None)
    if option is None or not option.get("autocomplete"):
        raise InvalidOption(f"/{command['name']} has no option {focused} with autocomplete")
    found: Json = option
    return found


def _checked(option: Json, value: object, resolved: Resolved) -> object:
    kind = option["type"]
    if kind == ATTACHMENT:
        return _handed_over(option, value, resolved)
    if kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        return _picked(option, str(value), resolved)
    check = CHECKS.get(kind)
    if check is None:
        raise InvalidOption(f"options of type {kind} are not simulated ({option['name']})")
    value = check(option, value)
    choices = option.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        offered = ", ".join(str(choice["value"]) for choice in choices)
        raise InvalidOption(f"{option['name']} must be one of: {offered}")
    return value


def _picked(option: Json, an_id: str, resolved: Resolved) -> str:
    try:
        if option["type"] == USER:
            resolved.add_user(an_id)
        elif option["type"] == ROLE:
            resolved.add_role(an_id)
        elif option["type"] == CHANNEL:
            resolved.add_channel(an_id, option.get("channel_types"))
        else:
            resolved.add_mentionable(an_id)
    except Unresolvable as problem:
        raise InvalidOption(f"{option['name']}: {problem}") from None
    return an_id


def _handed_over(option: Json, given: object, resolved: Resolved) -> str:
    try:
        return resolved.add_attachment(given, option.get("file_types"))
    except Unresolvable as problem:
        raise InvalidOption(f"{option['name']}: {problem}") from None


def _text(option: Json, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidOption(f"{option['name']} must be a text")
    least, most = option.get("min_length") or 0, option.get("max_length") or 6000
    if not max(1, least) <= len(value) <= most:
        raise InvalidOption(f"{option['name']} must have {max(1, least)} to {most} characters, not {len(value)}")
    return value


def _number(option: Json, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidOption(f"{option['name']} must be a number")
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and value < least:
        raise InvalidOption(f"{option['name']} must be {least} or more")
    if most is not None and value > most:
        raise InvalidOption(f"{option['name']} must be {most} or less")
    return value


def _integer(option: Json, value: object) -> int:
    number = _number(option, value)
    if not isinstance(number, int) or abs(number) > LARGEST_INTEGER:
        raise InvalidOption(f"{option['name']} must be a whole number")
    return number


def _boolean(option: Json, value: object) -> bool:
    if not isinstance(value, bool):
        raise InvalidOption(f"{option['name']} must be true or false")
    return value


CHECKS: dict[int, Callable[[Json, object], object]] = {
    STRING: _text,
    INTEGER: _integer,
    BOOLEAN: _boolean,
    NUMBER: _number,
}
