"""What a call to AWS costs: the table read and written and a message queued, over and over, against a quick endpoint.

    aws_calls.py signed|boto3 <seconds>      prints {"calls_per_second", "cpu_microseconds"}

The same requests for both; boto3 is called directly, without the thread that our `BotoCaller` puts it into.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

_WARM_UP_ROUNDS = 20
_TABLE = os.environ["TABLE_NAME"]
_KEY = {"pk": {"S": "INTERACTION#1300000000000000008"}, "sk": {"S": "INTERACTION"}}
_REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "GetItem", {"TableName": _TABLE, "Key": _KEY, "ConsistentRead": True}),
    (
        "dynamodb",
        "PutItem",
        {
            "TableName": _TABLE,
            "Item": {**_KEY, "expires_at": {"N": "1790000000"}},
            "ConditionExpression": "attribute_not_exists(pk)",
        },
    ),
    ("sqs", "SendMessage", {"QueueUrl": os.environ["TASKS_QUEUE_URL"], "MessageBody": "x" * 1500}),
]
_METHODS = {"GetItem": "get_item", "PutItem": "put_item", "SendMessage": "send_message"}

Round = Callable[[], Awaitable[None]]


async def _measure(one_round: Round, seconds: float) -> dict[str, float]:
    for _ in range(_WARM_UP_ROUNDS):
        await one_round()
    calls = 0
    processor_begun = time.process_time()
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        await one_round()
        calls += len(_REQUESTS)
    elapsed = time.perf_counter() - begun
    processor = time.process_time() - processor_begun
    return {"calls_per_second": calls / elapsed, "cpu_microseconds": processor / calls * 1e6}


def _signed_round() -> Round:
    from kaltura_discord.aws.signed_caller import SignedCaller

    callers = {service: SignedCaller(service, os.environ) for service in ("dynamodb", "sqs")}

    async def one_round() -> None:
        for service, operation, request in _REQUESTS:
            await callers[service].call(operation, request)

    return one_round


def _boto3_round() -> Round:
    import boto3

    clients: dict[str, Any] = {"dynamodb": boto3.client("dynamodb"), "sqs": boto3.client("sqs")}

    async def one_round() -> None:
        for service, operation, request in _REQUESTS:
            getattr(clients[service], _METHODS[operation])(**request)

    return one_round


def main() -> None:
    """Measure and print."""
    one_round = _signed_round() if sys.argv[1] == "signed" else _boto3_round()
    print(json.dumps(asyncio.run(_measure(one_round, float(sys.argv[2])))))


main()
