"""What DynamoDB charges for a call: units by the size of the items that it touches.

Rules of the DynamoDB Developer Guide ("item sizes and formats", "read and write operations"): a write unit is 1 KB
begun, a read unit 4 KB begun, half of that where an older state will do; a transaction costs twice; an index that
copies an item costs a write of its own; a refused write costs as much as one that is done.
"""

import math
from collections.abc import Mapping
from typing import Any

Attributes = Mapping[str, Mapping[str, Any]]

_WRITE_UNIT_BYTES = 1024
_READ_UNIT_BYTES = 4096


def item_bytes(item: Attributes) -> int:
    """The size of an item in DynamoDB's own notation."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(before: Attributes | None, after: Attributes | None, index_key: str) -> int:
    """What one write costs that found `before` and left `after`; with its copy in the index where it has one."""
    largest = max(item_bytes(before or {}), item_bytes(after or {}))
    units = max(1, math.ceil(largest / _WRITE_UNIT_BYTES))
    is_in_index = any(index_key in (item or {}) for item in (before, after))
    return units * 2 if is_in_index and before != after else units


def read_units(size: int, *, is_consistent: bool) -> float:
    """What reading `size` bytes in one item, or in one query, costs; nothing found costs as much as 4 KB."""
    units = max(1, math.ceil(size / _READ_UNIT_BYTES))
    return float(units) if is_consistent else units / 2


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return math.ceil(len(content.strip("-0").replace(".", "")) / 2) + 1
        case "BOOL" | "NULL":
            return 1
        case "M":
            return 3 + sum(len(name.encode()) + _value_bytes(part) + 1 for name, part in content.items())
        case "L":
            return 3 + sum(_value_bytes(part) + 1 for part in content)
        case "SS":
            return sum(len(part.encode()) for part in content)
    raise ValueError(kind)
