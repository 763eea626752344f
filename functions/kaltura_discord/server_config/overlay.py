"""Settings as nested documents: laid over each other, compared, taken apart. Pure; knows no setting by name.

A document is what JSON calls an object. Objects in it are laid over each other key by key; everything else, lists
too, is a leaf and is replaced as a whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One leaf that differs between two documents; None where a document does not have it."""

    path: Path
    before: Any
    after: Any

    @property
    def key(self) -> str:
        """The path as people write it: `meetings.auto_end_hours`."""
        return ".".join(self.path)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> Document:
    """`above` laid over `below`; neither is changed."""
    result = dict(below)
    for name, value in above.items():
        lower = result.get(name)
        both = isinstance(lower, Mapping) and isinstance(value, Mapping)
        result[name] = merged(lower, value) if both else value  # type: ignore[arg-type]
    return result


def leaves(document: Mapping[str, Any], _above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every leaf with its path. An empty object holds none."""
    for name, value in document.items():
        path = (*_above, name)
        if isinstance(value, Mapping):
            yield from leaves(value, path)
        else:
            yield path, value


def value_at(document: Mapping[str, Any], path: Path) -> Any:
    """What stands at `path`, or None."""
    found: Any = document
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def with_value(document: Mapping[str, Any], path: Path, value: Any) -> Document:
    """`document` with `value` at `path`."""
    nested: Any = value
    for name in reversed(path):
        nested = {name: nested}
    return merged(document, nested)


def without(document: Mapping[str, Any], path: Path) -> Document:
    """`document` without what stands at `path`, and without the objects that this leaves empty."""
    name, *rest = path
    result = dict(document)
    inner = result.pop(name, None)
    if rest and isinstance(inner, Mapping):
        remaining = without(inner, tuple(rest))
        if remaining:
            result[name] = remaining
    elif rest and inner is not None:
        result[name] = inner
    return result


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What leads from `before` to `after`, by path."""
    old, new = dict(leaves(before)), dict(leaves(after))
    paths = sorted(old.keys() | new.keys())
    return tuple(Change(path, old.get(path), new.get(path)) for path in paths if not same(old.get(path), new.get(path)))


def same(one: Any, other: Any) -> bool:
    """Whether two leaves are equal; true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
