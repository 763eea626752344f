"""Calls of one version of a function (AWS Lambda API: Invoke), with the patience that a function may need."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.deploying.first_calls import Invoke, Json
from kaltura_discord.aws.caller import AwsError, AwsUnavailable

# Longer than any function may take (infra/functions.json). A call is not repeated here: it may have been heard.
_CONFIG = Config(connect_timeout=5, read_timeout=150, retries={"total_max_attempts": 1})


def invoker(written: Mapping[str, str]) -> Invoke:
    """For the account and region of these settings."""
    make_client: Any = boto3.client
    client = make_client("lambda", region_name=written.get("AWS_REGION") or None, config=_CONFIG)

    async def invoke(function: str, version: str, event: Json) -> Json:
        payload = json.dumps(event).encode()
        try:
            answer = await asyncio.to_thread(client.invoke, FunctionName=function, Qualifier=version, Payload=payload)
        except ClientError as refused:
            error = refused.response.get("Error", {})
            raise AwsError("Invoke", error.get("Code", ""), error.get("Message", "")) from None
        except BotoCoreError as broken:
            raise AwsUnavailable("Invoke", type(broken).__name__) from None
        said: Json = json.loads(answer["Payload"].read() or b"{}")
        if answer.get("FunctionError"):
            raise AwsError("Invoke", str(said.get("errorType", "error")), str(said.get("errorMessage", ""))[:300])
        return said

    return invoke
