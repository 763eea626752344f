"""Calls to AWS through boto3, in a thread: what every function uses that has the time to import it."""

import asyncio
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from kaltura_discord.aws.caller import AwsAnswer, AwsError, AwsRequest, AwsUnavailable, error_for

# Retries on throttling and 5xx are botocore's; every write of ours is conditional or idempotent.
_CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 4})


class BotoCaller:
    """Speaks `AwsCaller` for one service.

    Args:
        service: as boto3 names it, such as `dynamodb`.
        environment: where endpoint, region and credentials are looked up; what is missing there is found in
            boto3's own way, a role or a profile for example.
    """

    def __init__(self, service: str, environment: Mapping[str, str] = os.environ) -> None:
        self._client = _client(
            service,
            environment.get("AWS_ENDPOINT_URL") or None,
            environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or None,
            environment.get("AWS_ACCESS_KEY_ID") or None,
            environment.get("AWS_SECRET_ACCESS_KEY") or None,
            environment.get("AWS_SESSION_TOKEN") or None,
        )
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
        except ParamValidationError as wrong:
            raise AwsError(operation, "ParamValidationError", str(wrong)) from None
        except BotoCoreError as broken:
            raise AwsUnavailable(operation, type(broken).__name__) from None
        return answer


def boto_caller(service: str, environment: Mapping[str, str]) -> BotoCaller:
    """A caller for `service`."""
    return BotoCaller(service, environment)


@cache
def _client(
    service: str,
    endpoint_url: str | None,
    region: str | None,
    access_key_id: str | None,
    secret_access_key: str | None,
    session_token: str | None,
) -> Any:
    # Its type is an overload for each service by name; ours is not known before it runs.
    make_client: Any = boto3.client
    return make_client(
        service,
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        config=_CONFIG,
    )
