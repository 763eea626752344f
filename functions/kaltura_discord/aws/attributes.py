"""Python values as DynamoDB attributes and back (DynamoDB API Reference: AttributeValue).

boto3 has a serialiser too, but importing it costs what the signed caller saves.
"""

import math
from collections.abc import Mapping
from typing import Any

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Item = dict[str, Any]


def to_attribute(value: Value) -> dict[str, Any]:
    """One value as an attribute.

    Raises:
        TypeError: a kind of value that we never store.
        ValueError: a number that DynamoDB has no form for: infinite, or none at all.
    """
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot be stored")
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [to_attribute(part) for part in value]}
    if isinstance(value, dict):
        return {"M": {name: to_attribute(part) for name, part in value.items()}}
    raise TypeError(f"{type(value).__name__} cannot be stored")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """One attribute as a value; numbers become `int` where they are whole.

    Raises:
        TypeError: a kind of attribute that we never write.
    """
    ((kind, content),) = attribute.items()
    if kind in ("S", "BOOL"):
        return content
    if kind == "N":
        return int(content) if content.lstrip("-").isdecimal() else float(content)
    if kind == "NULL":
        return None
    if kind == "L":
        return [from_attribute(part) for part in content]
    if kind == "M":
        return {name: from_attribute(part) for name, part in content.items()}
    raise TypeError(f"attribute of kind {kind}")


def to_item(values: Mapping[str, Value]) -> dict[str, Any]:
    """A whole item as attributes; values that are None are left out."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_item(attributes: Mapping[str, Any]) -> Item:
    """A whole item as values."""
    return {name: from_attribute(attribute) for name, attribute in attributes.items()}
