"""Calls to AWS through boto3, in a thread: what every function uses that has the time to import it."""

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsUnavailable, error_for

# Retries on throttling and 5xx are botocore's; every write of ours is conditional or idempotent.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 4})


class BotoCaller:
    """Speaks `AwsCaller` for one service, with credentials and endpoint from the environment."""

    def __init__(self, service: str) -> None:
        self._client = _client(service)
        self._methods = {operation: name for name, operation in self._client.meta.method_to_api_mapping.items()}

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        """See `AwsCaller.call`."""
        method = getattr(self._client, self._methods[operation])
        try:
            answer: AwsAnswer = await asyncio.to_thread(method, **request)
        except ClientError as refused:
            response: dict[str, Any] = dict(refused.response)
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            error = response.get("Error", {})
            raise error_for(operation, status, error.get("Code", ""), error.get("Message", ""), response) from None
        except BotoCoreError as broken:
            raise AwsUnavailable(operation, type(broken).__name__) from None
        return answer


def boto_caller(service: str, _: Mapping[str, str]) -> BotoCaller:
    """A caller for `service`; boto3 reads the process's environment by itself."""
    return BotoCaller(service)


@cache
def _client(service: str) -> Any:
    return boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]
