"""The table and the queues that Terraform would create, created in the embedded AWS.

Keys of the table: `pk`, `sk`; of its one index: `gsi1pk`, `gsi1sk`, all attributes projected.
"""

import asyncio
import json
from typing import Any

from local_stack.embedded_aws.json_api import DYNAMODB, SQS, AwsJson, AwsRefused
from local_stack.embedded_aws.ministack import REGION
from local_stack.gateway.manifest import Manifest, QueuePlan, TablePlan

ACCOUNT_ID = "000000000000"
# AWS keeps messages at most 14 days; dead letters are kept as long as possible, so that someone can look.
LONGEST_RETENTION_SECONDS = 14 * 24 * 3600


def queue_url(endpoint_url: str, full_name: str) -> str:
    """The URL of a queue of the local account behind `endpoint_url`."""
    return f"{endpoint_url}/{ACCOUNT_ID}/{full_name}"


def queue_arn(full_name: str) -> str:
    """The ARN of a queue of the local account."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{full_name}"


async def create_resources(aws: AwsJson, manifest: Manifest) -> None:
    """Create what the manifest names; what exists already stays.

    Raises:
        AwsRefused: the embedded AWS does not take the definition.
    """
    await asyncio.gather(_create_table(aws, manifest.table), *(_create_queue(aws, plan) for plan in manifest.queues))


def table_definition(plan: TablePlan) -> dict[str, Any]:
    """What `CreateTable` is asked for."""
    keys = ("pk", "sk", f"{plan.index}pk", f"{plan.index}sk")
    return {
        "TableName": plan.name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        "KeySchema": _key_schema("pk", "sk"),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": plan.index,
                "KeySchema": _key_schema(f"{plan.index}pk", f"{plan.index}sk"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    }


async def _create_table(aws: AwsJson, plan: TablePlan) -> None:
    try:
        await aws.call(DYNAMODB, "CreateTable", table_definition(plan))
    except AwsRefused as refusal:
        if refusal.code != "ResourceInUseException":
            raise
        return
    ttl = {"Enabled": True, "AttributeName": plan.ttl_attribute}
    await aws.call(DYNAMODB, "UpdateTimeToLive", {"TableName": plan.name, "TimeToLiveSpecification": ttl})


def _key_schema(partition_key: str, sort_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]


async def _create_queue(aws: AwsJson, plan: QueuePlan) -> None:
    kind = {"FifoQueue": "true"} if plan.fifo else {}
    dead_letters = {**kind, "MessageRetentionPeriod": str(LONGEST_RETENTION_SECONDS)}
    await _create(aws, plan.dead_letter_name, dead_letters)
    redrive = {"deadLetterTargetArn": queue_arn(plan.dead_letter_name), "maxReceiveCount": plan.maximum_receives}
    attributes: dict[str, Any] = {
        **kind,
        "VisibilityTimeout": str(plan.visibility_timeout_seconds),
        "RedrivePolicy": json.dumps(redrive),
    }
    await _create(aws, plan.full_name, attributes)


async def _create(aws: AwsJson, full_name: str, attributes: dict[str, Any]) -> None:
    try:
        await aws.call(SQS, "CreateQueue", {"QueueName": full_name, "Attributes": attributes})
    except AwsRefused as refusal:
        if refusal.code not in ("QueueNameExists", "QueueAlreadyExists"):
            raise
