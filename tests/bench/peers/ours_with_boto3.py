"""Our own door as it would be with boto3: imported and its clients made at the top, as most functions do."""

import os
from typing import Any

import interactions
from kaltura_discord.aws.boto_caller import boto_caller
from kaltura_discord.commands.services import ServicesOnDemand

boto_caller("dynamodb", os.environ)
boto_caller("sqs", os.environ)
interactions._services = ServicesOnDemand(os.environ, boto_caller)

# We never look at it.
_CONTEXT: Any = None


def answer(event: dict[str, Any]) -> dict[str, Any]:
    """The response to one API Gateway event."""
    response: dict[str, Any] = interactions.handler(event, _CONTEXT)
    return response
