"""Reading what a message of components says, and which buttons it has."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def components_of(message: Json) -> Iterator[Json]:
    """All components, through all levels."""
    yield from _within(message.get("components") or [])


def _within(components: list[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _within(component.get("components") or [])
        if component.get("accessory"):
            yield from _within([component["accessory"]])


def text_of(message: Json) -> str:
    """All its paragraphs."""
    return "\n".join(part["content"] for part in components_of(message) if part["type"] == 10)


def buttons_of(message: Json) -> dict[str, str]:
    """What pressing a button sends, or the address it opens, by its label."""
    return {part["label"]: part.get("custom_id") or part["url"] for part in components_of(message) if part["type"] == 2}


def accent_of(message: Json) -> int:
    """The colour at its side."""
    accent: int = next(part["accent_color"] for part in components_of(message) if part["type"] == 17)
    return accent
