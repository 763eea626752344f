"""Returns its event."""

from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """As it came."""
    return event
