"""Objects that a request brings: which class, which of its fields, in which type.

Kaltura knows for every class its declared fields (declared_fields.txt). It keeps those, in their declared type, and
drops everything else without a word: a misspelt field is no error. A subclass is named by `objectType`; a name that is
no subclass of what the action declares is refused. `field__null` clears a field.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from .errors import ApiError

Record = dict[str, Any]
"""A Kaltura object: an open record whose fields declared_fields.txt declares."""

MAX_RELATIVE_SECONDS: Final = 315_360_000
"""A `time` nearer to 0 than this is an offset from now (Kaltura's kTime.class.php; 0 itself means now)."""

_LEADING_INTEGER: Final = re.compile(r"\s*[+-]?\d+")
_TABLE = Path(__file__).with_name("declared_fields.txt")


@dataclass(frozen=True, slots=True)
class DeclaredField:
    """One field: `type` is str, int, float, bool, time or a class name; `is_array` of that type."""

    name: str
    type: str
    is_array: bool
    read_only: bool


@dataclass(slots=True)
class DeclaredClass:
    """One class with its own fields; `lineage` names it and its ancestors, nearest first."""

    name: str
    parent: str
    abstract: bool
    own_fields: dict[str, DeclaredField] = field(default_factory=dict)


@cache
def declared_classes() -> dict[str, DeclaredClass]:
    """Every class of declared_fields.txt, by name."""
    classes: dict[str, DeclaredClass] = {}
    current: DeclaredClass | None = None
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            name, _, parent = line.strip("*)").partition("(")
            current = DeclaredClass(name, parent, line.startswith("*"))
            classes[name] = current
            continue
        if current is not None:
            current.own_fields.update({word.name: word for word in map(_read_field, line.split())})
    return classes


def _read_field(word: str) -> DeclaredField:
    read_only = word.endswith("!")
    name, _, type_ = word.rstrip("!").partition(":")
    return DeclaredField(name, type_.strip("[]") or "str", type_.startswith("["), read_only)


@cache
def lineage(class_name: str) -> tuple[str, ...]:
    """The class and its ancestors, nearest first; empty where the class is unknown."""
    classes = declared_classes()
    names: list[str] = []
    while class_name in classes:
        names.append(class_name)
        class_name = classes[class_name].parent
    return tuple(names)


@cache
def fields_of(class_name: str) -> dict[str, DeclaredField]:
    """The declared fields of a class, those of its ancestors first."""
    fields: dict[str, DeclaredField] = {}
    for name in reversed(lineage(class_name)):
        fields.update(declared_classes()[name].own_fields)
    return fields


@dataclass(frozen=True, slots=True)
class ObjectReader:
    """Reads the objects of one request; `now` gives epoch seconds for relative times."""

    now: Callable[[], float]

    def read(self, given: object, declared: str) -> Record:
        """The record that `given` describes, with `objectType`; cleared fields are there as None.

        Raises:
            ApiError: INVALID_OBJECT_TYPE or OBJECT_TYPE_ABSTRACT.
        """
        source = given if isinstance(given, dict) else {}
        class_name = _class_named(source.get("objectType"), declared)
        record: Record = {"objectType": class_name}
        for name, declared_field in fields_of(class_name).items():
            if f"{name}__null" in source:
                record[name] = None
            elif name in source:
                record[name] = self._value(source[name], declared_field)
        return record

    def _value(self, given: object, declared: DeclaredField) -> Any:
        if declared.is_array:
            return [self.read(item, declared.type) for item in _items(given)]
        if declared.type in _SIMPLE:
            return self.simple(given, declared.type, declared.name)
        return self.read(given, declared.type) if lineage(declared.type) else None

    def simple(self, given: object, type_: str, name: str) -> Any:
        """A scalar in its declared type; None stays None."""
        if given is None:
            return None
        if isinstance(given, dict | list):
            raise ApiError("INVALID_PARAMETER_CHAR", PARAM_NAME=name)
        value = _SIMPLE[type_](given)
        if type_ == "time":
            return self.absolute_time(int(value))
        return value

    def absolute_time(self, seconds: int) -> int | None:
        """Epoch seconds as they are, small numbers as offsets from now; -1 means no date."""
        if seconds == -1:
            return None
        if abs(seconds) < MAX_RELATIVE_SECONDS:
            return int(self.now()) + seconds
        return seconds


def _class_named(object_type: object, declared: str) -> str:
    if not object_type:
        if declared_classes()[declared].abstract:
            raise ApiError("OBJECT_TYPE_ABSTRACT", TYPE_NAME=declared)
        return declared
    name = str(object_type)
    if declared not in lineage(name):
        raise ApiError("INVALID_OBJECT_TYPE", TYPE_NAME=name)
    if declared_classes()[name].abstract:
        raise ApiError("OBJECT_TYPE_ABSTRACT", TYPE_NAME=name)
    return name


def _items(given: object) -> list[object]:
    """An array however it was written: as a JSON list, or by numbered names; `{"-": ""}` is an empty one."""
    if isinstance(given, list):
        return given
    if isinstance(given, dict):
        return [item for name, item in given.items() if name != "-"]
    return []


def _integer(given: object) -> int:
    """As PHP casts: the digits in front, 0 where there are none."""
    if isinstance(given, bool):
        return int(given)
    if isinstance(given, str) and given.strip().lower() in ("true", "false"):
        return int(given.strip().lower() == "true")
    digits = _LEADING_INTEGER.match(str(given))
    return int(digits.group()) if digits else 0


def _boolean(given: object) -> bool:
    return str(given).strip().lower() not in ("", "0", "false")


def _text(given: object) -> str:
    if isinstance(given, bool):
        return "1" if given else ""
    return str(given)


def _number(given: object) -> float:
    try:
        return float(str(given))
    except ValueError:
        return 0.0


_SIMPLE: Final[dict[str, Callable[[object], Any]]] = {
    "str": _text,
    "int": _integer,
    "time": _integer,
    "float": _number,
    "bool": _boolean,
}


def refuse_read_only(record: Record) -> None:
    """Refuse a record that sets what only Kaltura sets.

    Raises:
        ApiError: PROPERTY_VALIDATION_NOT_UPDATABLE.
    """
    for name, declared in fields_of(record["objectType"]).items():
        if declared.read_only and record.get(name) is not None:
            raise ApiError("PROPERTY_VALIDATION_NOT_UPDATABLE", PROP_NAME=f"{record['objectType']}::{name}")


def require_length(record: Record, name: str, shortest: int, longest: int | None = None) -> None:
    """Refuse a text that is missing, too short or too long.

    Raises:
        ApiError: PROPERTY_VALIDATION_CANNOT_BE_NULL, _MIN_LENGTH or _MAX_LENGTH.
    """
    full_name = f"{record['objectType']}::{name}"
    value = record.get(name)
    if value is None:
        raise ApiError("PROPERTY_VALIDATION_CANNOT_BE_NULL", PROP_NAME=full_name)
    if len(value) < shortest:
        raise ApiError("PROPERTY_VALIDATION_MIN_LENGTH", PROP_NAME=full_name, MIN_LENGTH=shortest)
    if longest is not None and len(value) > longest:
        raise ApiError("PROPERTY_VALIDATION_MAX_LENGTH", PROP_NAME=full_name, MAX_LENGTH=longest)
