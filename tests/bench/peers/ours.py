"""Our own door, as AWS Lambda would call it."""

from typing import Any

import interactions

# We never look at it.
_CONTEXT: Any = None


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    response: dict[str, Any] = interactions.handler(event, _CONTEXT)
    return response
