"""Our own door with a table in memory behind it, so that a figure is the door's and not the network's.

The server is allowed, and every interaction is new.
"""

import os
from collections.abc import Mapping
from typing import Any

import interactions
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest
from kaltura_discord.commands.services import ServicesOnDemand

_ALLOWED_SERVER = {"pk": {"S": "SERVER#1300000000000000002"}, "sk": {"S": "ALLOWED"}}


class InMemoryAws:
    """Knows one item, and keeps nothing."""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        """See `AwsCaller.call`."""
        if operation == "BatchGetItem":
            (table,) = request["RequestItems"]
            return {"Responses": {table: [_ALLOWED_SERVER]}}
        return {"Item": _ALLOWED_SERVER} if operation == "GetItem" else {}


def _in_memory(_: str, __: Mapping[str, str]) -> InMemoryAws:
    return InMemoryAws()


interactions._services = ServicesOnDemand(os.environ, _in_memory)

# We never look at it.
_CONTEXT: Any = None


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    response: dict[str, Any] = interactions.handler(event, _CONTEXT)
    return response
