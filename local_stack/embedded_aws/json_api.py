"""A small client for AWS services that speak JSON 1.0 (DynamoDB, SQS), for the stack's own calls.

The gateway polls queues all the time; boto3 would cost threads and ten times the processor time for it.
"""

import json
from types import TracebackType
from typing import Any

import aiohttp

from local_stack.embedded_aws.ministack import REGION

DYNAMODB = "DynamoDB_20120810"
SQS = "AmazonSQS"
_CALL_SECONDS = 30.0


class AwsRefused(Exception):
    """AWS answered with an error; `code` is its short name, such as `ResourceInUseException`."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code


class AwsJson:
    """One keep-alive session with the embedded AWS; use it with `async with`."""

    def __init__(self, endpoint_url: str) -> None:
        self._url = f"{endpoint_url}/"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "AwsJson":
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_CALL_SECONDS))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, service: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call one operation.

        Args:
            service: `DYNAMODB` or `SQS`.
            operation: such as `CreateTable`.
            request: its parameters by their names in the AWS API.

        Raises:
            AwsRefused: any answer but 200.
            aiohttp.ClientError: no answer.
        """
        if self._session is None:
            raise RuntimeError("AwsJson is used with `async with`")
        scope = "dynamodb" if service == DYNAMODB else "sqs"
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"{service}.{operation}",
            # MiniStack reads account and region from the credential's scope and checks no signature.
            "authorization": f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/{scope}/aws4_request, "
            "SignedHeaders=host, Signature=0",
        }
        async with self._session.post(self._url, data=json.dumps(request), headers=headers) as response:
            text = await response.text()
            answer: dict[str, Any] = json.loads(text) if text else {}
            if response.status != 200:
                code = str(answer.get("__type", response.status)).rpartition("#")[2]
                raise AwsRefused(operation, code, str(answer.get("message", answer.get("Message", ""))))
            return answer
