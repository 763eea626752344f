"""The proxy before the embedded AWS, as boto3 meets it."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from local_stack.embedded_aws.fault_proxy import FaultProxy
from local_stack.embedded_aws.json_api import DYNAMODB, AwsJson
from local_stack.embedded_aws.resources import create_resources, queue_url
from local_stack.faults import FaultTable
from tests.unit.gateway.harness import free_port, function, manifest

QUEUE = {"name": "proxied", "visibility_timeout_seconds": 30, "maximum_receives": 3}
PLAN = manifest(function(queue="proxied"), queues=[QUEUE])


class Proxied:
    """boto3 clients that speak through the proxy, without retries."""

    def __init__(self, port: int, faults: FaultTable) -> None:
        self.faults = faults
        self.url = f"http://127.0.0.1:{port}"
        self.queue_url = queue_url(self.url, "proxied")
        self.messages_seen = 0

    def client(self, service: Any) -> Any:
        """One client."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"total_max_attempts": 1}),
        )

    async def put(self, key: str) -> Any:
        """Put one item."""
        item = {"pk": {"S": key}, "sk": {"S": key}}
        return await asyncio.to_thread(self.client("dynamodb").put_item, TableName="test-table", Item=item)

    async def has(self, key: str) -> bool:
        """Whether the item is there."""
        keys = {"pk": {"S": key}, "sk": {"S": key}}
        answer = await asyncio.to_thread(self.client("dynamodb").get_item, TableName="test-table", Key=keys)
        return "Item" in answer


@pytest.fixture
async def proxied(aws: AwsJson, embedded_aws_port: int) -> AsyncIterator[Proxied]:
    """A proxy before MiniStack, with table and queue."""
    await create_resources(aws, PLAN)
    port = free_port()
    made = Proxied(port, FaultTable())

    def count() -> None:
        made.messages_seen += 1

    proxy = FaultProxy(embedded_aws_port, made.faults, count)
    await proxy.start(port)
    yield made
    await proxy.stop()


async def test_the_table_is_as_terraform_would_make_it(proxied: Proxied, aws: AwsJson) -> None:
    table = (await aws.call(DYNAMODB, "DescribeTable", {"TableName": "test-table"}))["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "gsi1"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["gsi1pk", "gsi1sk"]
    assert index["Projection"]["ProjectionType"] == "ALL"
    ttl = await aws.call(DYNAMODB, "DescribeTimeToLive", {"TableName": "test-table"})
    assert ttl["TimeToLiveDescription"]["AttributeName"] == "expires_at"


async def test_creating_the_resources_twice_changes_nothing(proxied: Proxied, aws: AwsJson) -> None:
    await proxied.put("kept")
    await create_resources(aws, PLAN)
    assert await proxied.has("kept")


async def test_calls_go_through(proxied: Proxied) -> None:
    await proxied.put("a")
    assert await proxied.has("a")


async def test_a_sent_message_is_told_to_the_event_source(proxied: Proxied) -> None:
    await asyncio.to_thread(proxied.client("sqs").send_message, QueueUrl=proxied.queue_url, MessageBody="x")
    assert proxied.messages_seen == 1


async def test_dynamodb_throttles_in_its_own_words(proxied: Proxied) -> None:
    proxied.faults.order({"target": "dynamodb", "match": "PutItem", "kind": "throttle", "times": 1})
    with pytest.raises(ClientError) as refused:
        await proxied.put("b")
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert not await proxied.has("b"), "GetItem is not concerned, and PutItem never arrived"
    await proxied.put("b")


async def test_sqs_throttles_in_its_own_words(proxied: Proxied) -> None:
    proxied.faults.order({"target": "sqs", "match": "Send*", "kind": "throttle", "times": 1})
    with pytest.raises(ClientError) as refused:
        await asyncio.to_thread(proxied.client("sqs").send_message, QueueUrl=proxied.queue_url, MessageBody="x")
    assert refused.value.response["Error"]["Code"] == "RequestThrottled"


async def test_a_status_is_an_error_of_the_service(proxied: Proxied) -> None:
    proxied.faults.order({"target": "dynamodb", "match": "*", "kind": "status", "value": 500, "times": 1})
    with pytest.raises(ClientError) as failed:
        await proxied.put("c")
    assert failed.value.response["Error"]["Code"] == "InternalServerError"
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500


async def test_a_dropped_answer_hides_that_the_work_was_done(proxied: Proxied) -> None:
    proxied.faults.order({"target": "dynamodb", "match": "PutItem", "kind": "drop", "times": 1})
    with pytest.raises(ConnectionClosedError):
        await proxied.put("d")
    assert await proxied.has("d")


async def test_a_cut_request_never_arrives(proxied: Proxied) -> None:
    proxied.faults.order({"target": "dynamodb", "match": "PutItem", "kind": "cut", "times": 1})
    with pytest.raises(ConnectionClosedError):
        await proxied.put("e")
    assert not await proxied.has("e")


async def test_garbage_is_no_answer(proxied: Proxied) -> None:
    proxied.faults.order({"target": "dynamodb", "match": "PutItem", "kind": "garbage", "times": 1})
    with pytest.raises(UnicodeDecodeError):
        await proxied.put("f")


async def test_a_delay_delays(proxied: Proxied) -> None:
    proxied.faults.order({"target": "dynamodb", "match": "PutItem", "kind": "delay", "value": 400, "times": 1})
    began = time.monotonic()
    await proxied.put("g")
    assert time.monotonic() - began >= 0.4


async def test_one_connection_serves_many_calls_also_after_a_fault(proxied: Proxied) -> None:
    client = proxied.client("dynamodb")
    item = {"pk": {"S": "h"}, "sk": {"S": "h"}}
    proxied.faults.order({"target": "dynamodb", "match": "PutItem", "kind": "throttle", "times": 1})
    with pytest.raises(ClientError):
        await asyncio.to_thread(client.put_item, TableName="test-table", Item=item)
    for _ in range(5):
        await asyncio.to_thread(client.put_item, TableName="test-table", Item=item)
    assert await proxied.has("h")
