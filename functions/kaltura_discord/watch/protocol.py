"""The protocol's one schema (`protocol.json`): its constants, and the check of every message that comes in.

A check is a small exact interpreter of the part of JSON Schema that the file uses: no library, since importing one
would cost more of `room_socket`'s cold start than all else it does. It refuses to load a schema that uses anything
it does not know, and a property test proves that it decides as a full validator does.

    Draft 2020-12 in short, where one slips easily: `true` is no number; 1.0 is an integer; lengths count code points;
    a keyword about strings says nothing of a number; `$` in a pattern means the very end, not "before a line break".
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Check = Callable[[object], bool]

_FILE = Path(__file__).parent / "protocol.json"

PROTOCOL: Json = json.loads(_FILE.read_text(encoding="utf-8"))

# Words about a schema that decide nothing.
_SILENT = frozenset({"description", "title", "$schema", "$id"})


class Malformed(Exception):
    """A message that is none of the protocol's."""


def _constant(name: str) -> int:
    value: int = PROTOCOL["x-constants"][name]["value"]
    return value


PROTOCOL_VERSION = _constant("PROTOCOL_VERSION")
LONGEST_MESSAGE_BYTES = _constant("LONGEST_MESSAGE_BYTES")
HOST_LEASE_MS = _constant("HOST_LEASE_MS")
HOST_GRACE_MS = _constant("HOST_GRACE_MS")
LEAD_LEAST_MS = _constant("LEAD_LEAST_MS")
LEAD_MOST_MS = _constant("LEAD_MOST_MS")
LEAD_AT_FIRST_MS = _constant("LEAD_AT_FIRST_MS")
LEAD_MARGIN_MS = _constant("LEAD_MARGIN_MS")
REACTION_EVERY_MS = _constant("REACTION_EVERY_MS")
MESSAGES_IN_TEN_SECONDS = _constant("MESSAGES_IN_TEN_SECONDS")
HOLD_MOST_MS = _constant("HOLD_MOST_MS")
TICKET_SECONDS = _constant("TICKET_SECONDS")
REPORT_EVERY_MS = _constant("REPORT_EVERY_MS")
ROSTER_MOST = _constant("ROSTER_MOST")
ROOM_EMPTY_SECONDS = _constant("ROOM_EMPTY_SECONDS")
ROOM_LIFE_SECONDS = _constant("ROOM_LIFE_SECONDS")


def parse_message(body: str) -> Json:
    """What a client said, checked against the schema of its type.

    Raises:
        Malformed: it is no JSON object, its type is unknown, or it does not have that type's shape.
    """
    try:
        # NaN and Infinity are Python's, not JSON's; half a surrogate pair cannot be sent on.
        message = json.loads(body, parse_constant=_no_such_number)
        body.encode()
        json.dumps(message, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Malformed from None
    kind = message.get("type") if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in PROTOCOL["x-client-messages"]:
        raise Malformed
    if not client_check(kind)(message):
        raise Malformed
    checked: Json = message
    return checked


def _no_such_number(text: str) -> float:
    raise ValueError(text)


@cache
def client_check(kind: str) -> Check:
    """The check of one type of message that clients send."""
    return compiled(PROTOCOL["x-client-messages"][kind])


def compiled(schema: Mapping[str, Any]) -> Check:
    """A schema as a function that says whether a value fits it.

    Raises:
        ValueError: the schema uses a keyword that is not known here.
    """
    checks = [_keyword_check(keyword, schema) for keyword in schema if keyword not in _SILENT]

    def fits(value: object) -> bool:
        # Not all(...): a generator for each value would be half of what the whole check costs.
        for check in checks:  # noqa: SIM110
            if not check(value):
                return False
        return True

    return fits


@cache
def _definition(reference: str) -> Check:
    *_, name = reference.rpartition("/")
    return compiled(PROTOCOL["$defs"][name])


def _keyword_check(keyword: str, schema: Mapping[str, Any]) -> Check:
    make = _KEYWORDS.get(keyword)
    if make is None:
        raise ValueError(f"{keyword} is not a keyword that this check knows")
    return make(schema[keyword], schema)


def _type(wanted: Any, _: object) -> Check:
    names = wanted if isinstance(wanted, list) else [wanted]
    checks = [_TYPES[name] for name in names]
    if len(checks) == 1:
        return checks[0]
    return lambda value: any(check(value) for check in checks)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: dict[str, Check] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_integer,
}


def _reference(reference: Any, _: object) -> Check:
    # Looked up when first used, so that the order of the definitions does not matter.
    return lambda value: _definition(reference)(value)


def _const(wanted: Any, _: object) -> Check:
    if not isinstance(wanted, str):
        raise ValueError("const is a string here")
    return lambda value: isinstance(value, str) and value == wanted


def _enum(wanted: Any, _: object) -> Check:
    if not all(isinstance(one, str) for one in wanted):
        raise ValueError("enum holds strings here")
    allowed = frozenset(wanted)
    return lambda value: isinstance(value, str) and value in allowed


def _pattern(pattern: Any, _: object) -> Check:
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError("patterns are of whole strings here")
    whole = re.compile(pattern[1:-1])
    return lambda value: not isinstance(value, str) or whole.fullmatch(value) is not None


def _least_length(least: Any, _: object) -> Check:
    return lambda value: not isinstance(value, str) or len(value) >= least


def _most_length(most: Any, _: object) -> Check:
    return lambda value: not isinstance(value, str) or len(value) <= most


def _minimum(least: Any, _: object) -> Check:
    return lambda value: not (isinstance(value, int | float) and _is_number(value)) or value >= least


def _maximum(most: Any, _: object) -> Check:
    return lambda value: not (isinstance(value, int | float) and _is_number(value)) or value <= most


def _required(names: Any, _: object) -> Check:
    wanted = frozenset(names)
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _properties(described: Any, _: object) -> Check:
    checks = {name: compiled(schema) for name, schema in described.items()}

    def fit(value: object) -> bool:
        return not isinstance(value, dict) or all(check(value[name]) for name, check in checks.items() if name in value)

    return fit


def _additional(allowed: Any, schema: Mapping[str, Any]) -> Check:
    if allowed is not False:
        raise ValueError("additionalProperties is false here")
    known = schema.get("properties", {}).keys()
    return lambda value: not isinstance(value, dict) or value.keys() <= known


def _items(described: Any, _: object) -> Check:
    check = compiled(described)
    return lambda value: not isinstance(value, list) or all(check(one) for one in value)


def _most_items(most: Any, _: object) -> Check:
    return lambda value: not isinstance(value, list) or len(value) <= most


def _any_of(described: Any, _: object) -> Check:
    checks = [compiled(schema) for schema in described]
    return lambda value: any(check(value) for check in checks)


_KEYWORDS: dict[str, Callable[[Any, Mapping[str, Any]], Check]] = {
    "type": _type,
    "$ref": _reference,
    "const": _const,
    "enum": _enum,
    "pattern": _pattern,
    "minLength": _least_length,
    "maxLength": _most_length,
    "minimum": _minimum,
    "maximum": _maximum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "maxItems": _most_items,
    "anyOf": _any_of,
}
