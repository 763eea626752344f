"""SQS as an event source, against MiniStack."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from local_stack.embedded_aws.json_api import SQS, AwsJson
from local_stack.embedded_aws.resources import create_resources, queue_url
from local_stack.faults import FaultTable
from local_stack.gateway.queues import BatchReportInvalid, QueueSource, failed_message_ids
from local_stack.gateway.worker_process import FunctionError, Outcome
from tests.unit.gateway.harness import diary, eventually, function, manifest, pool_for


class QueueBench:
    """A queue, its dead-letter queue, and a function that reads it."""

    def __init__(self, aws: AwsJson, state: Path, endpoint: str, queue: dict[str, Any], plan: dict[str, Any]) -> None:
        self.aws = aws
        self.state = state
        self.faults = FaultTable()
        self.manifest = manifest(
            function("tasks", "tasks.handler", queue=queue["name"], timeout_seconds=1, **plan), queues=[queue]
        )
        self.plan = self.manifest.functions[0]
        self.queue = self.manifest.queues[0]
        self.url = queue_url(endpoint, self.queue.full_name)
        self.dead_letter_url = queue_url(endpoint, self.queue.dead_letter_name)

    async def send(self, **order: Any) -> str:
        """Send one message; its id."""
        request: dict[str, Any] = {"QueueUrl": self.url, "MessageBody": json.dumps(order)}
        if self.queue.fifo:
            request |= {"MessageGroupId": order.get("group", "g"), "MessageDeduplicationId": uuid.uuid4().hex}
        return str((await self.aws.call(SQS, "SendMessage", request))["MessageId"])

    def bodies(self) -> list[list[Any]]:
        """The batches that the function saw, each as the `n` of its messages."""
        return [[json.loads(record["body"])["n"] for record in event["Records"]] for event in diary(self.state)]

    async def waiting(self, url: str) -> int:
        """How many messages a queue holds, hidden ones included."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        request = {"QueueUrl": url, "AttributeNames": names}
        attributes = (await self.aws.call(SQS, "GetQueueAttributes", request))["Attributes"]
        return sum(int(attributes[name]) for name in names)

    @asynccontextmanager
    async def reading(self, poll_seconds: float = 0.1) -> AsyncIterator[QueueSource]:
        """The event source at work."""
        pool = pool_for(self.plan, self.state)
        console: list[str] = []
        source = QueueSource(self.plan, self.queue, self.url, self.aws, pool, self.faults, console.append, poll_seconds)
        source.start()
        yield source
        await source.stop()
        await pool.stop()
        assert console == []


@pytest.fixture
async def bench(aws: AwsJson, embedded_aws_port: int, state: Path, request: pytest.FixtureRequest) -> QueueBench:
    """A bench; parametrize it with `fifo`, `batch_size`, `local_workers`."""
    wishes: dict[str, Any] = getattr(request, "param", {})
    queue = {
        "name": f"q{uuid.uuid4().hex[:8]}",
        "fifo": wishes.get("fifo", False),
        "visibility_timeout_seconds": 1,
        "maximum_receives": 2,
    }
    plan = {"batch_size": wishes.get("batch_size", 10), "local_workers": wishes.get("local_workers", 1)}
    made = QueueBench(aws, state, f"http://127.0.0.1:{embedded_aws_port}", queue, plan)
    await create_resources(aws, made.manifest)
    return made


async def test_a_message_arrives_as_a_real_sqs_event_and_is_deleted(bench: QueueBench) -> None:
    async with bench.reading():
        message_id = await bench.send(n=1)
        await eventually(lambda: bool(diary(bench.state)))
        await eventually(lambda: _empty(bench, bench.url))
    (event,) = diary(bench.state)
    (record,) = event["Records"]
    assert record["messageId"] == message_id
    assert json.loads(record["body"]) == {"n": 1}
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"] == f"arn:aws:sqs:us-east-1:000000000000:{bench.queue.full_name}"
    assert record["awsRegion"] == "us-east-1"
    assert len(record["md5OfBody"]) == 32
    assert record["receiptHandle"]
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"].isdigit()


async def test_message_attributes_are_spelt_as_in_events(bench: QueueBench) -> None:
    attributes = {"kind": {"DataType": "String", "StringValue": "end"}}
    request = {"QueueUrl": bench.url, "MessageBody": '{"n": 1}', "MessageAttributes": attributes}
    async with bench.reading():
        await bench.aws.call(SQS, "SendMessage", request)
        await eventually(lambda: bool(diary(bench.state)))
    record = diary(bench.state)[0]["Records"][0]
    assert record["messageAttributes"]["kind"]["stringValue"] == "end"
    assert record["messageAttributes"]["kind"]["dataType"] == "String"


@pytest.mark.parametrize("bench", [{"batch_size": 3}], indirect=True)
async def test_a_batch_holds_at_most_batch_size_messages(bench: QueueBench) -> None:
    for n in range(5):
        await bench.send(n=n)
    async with bench.reading():
        await eventually(lambda: sum(len(batch) for batch in bench.bodies()) == 5)
    assert max(len(batch) for batch in bench.bodies()) == 3


async def test_only_what_the_function_reports_as_failed_comes_again(bench: QueueBench) -> None:
    await bench.send(n=1, fail=True)
    await bench.send(n=2)
    async with bench.reading():
        await eventually(lambda: len(bench.bodies()) == 2)
    first, second = bench.bodies()
    assert sorted(first) == [1, 2]
    assert second == [1]


async def test_an_exception_fails_the_whole_batch(bench: QueueBench) -> None:
    await bench.send(n=1, **{"raise": True})
    await bench.send(n=2)
    async with bench.reading():
        await eventually(lambda: sum(batch.count(2) for batch in bench.bodies()) >= 2)


async def test_a_report_of_an_unknown_message_fails_the_whole_batch(bench: QueueBench) -> None:
    await bench.send(n=1, report="not-a-message-of-this-batch")
    async with bench.reading():
        await eventually(lambda: len(bench.bodies()) == 2)


async def test_a_message_that_keeps_failing_ends_in_the_dead_letter_queue(bench: QueueBench) -> None:
    await bench.send(n=1, fail=True)
    async with bench.reading():
        await eventually(lambda: _holds(bench, bench.dead_letter_url, 1), seconds=8)
        assert await bench.waiting(bench.url) == 0
    assert bench.bodies() == [[1], [1]]


async def test_a_function_over_its_time_leaves_the_message_in_the_queue(bench: QueueBench) -> None:
    await bench.send(n=1, sleep=5)
    async with bench.reading():
        await eventually(lambda: len(bench.bodies()) == 2, seconds=8)


@pytest.mark.parametrize("bench", [{"batch_size": 1, "local_workers": 3}], indirect=True)
async def test_several_batches_run_at_once(bench: QueueBench) -> None:
    for n in range(3):
        await bench.send(n=n, sleep=0.8)
    async with bench.reading():
        # The diary is written at a batch's start: all three begin before the first is done.
        await eventually(lambda: len(bench.bodies()) == 3)
    times = [event["Records"][0]["attributes"]["ApproximateFirstReceiveTimestamp"] for event in diary(bench.state)]
    assert max(map(int, times)) - min(map(int, times)) < 800


@pytest.mark.parametrize("bench", [{"fifo": True, "batch_size": 1, "local_workers": 3}], indirect=True)
async def test_a_fifo_group_is_worked_off_in_order(bench: QueueBench) -> None:
    for n in range(4):
        await bench.send(n=n, sleep=0.05)
    async with bench.reading():
        await eventually(lambda: len(bench.bodies()) == 4)
    assert bench.bodies() == [[0], [1], [2], [3]]


@pytest.mark.parametrize("bench", [{"fifo": True, "batch_size": 1, "local_workers": 2}], indirect=True)
async def test_a_failing_fifo_group_does_not_stop_another(bench: QueueBench) -> None:
    await bench.send(n=1, fail=True, group="a")
    await bench.send(n=2, group="a")
    await bench.send(n=3, group="b")
    async with bench.reading():
        await eventually(lambda: [3] in bench.bodies() and [2] in bench.bodies(), seconds=8)
    order = bench.bodies()
    assert order.index([3]) < order.index([2])


async def test_a_lost_deletion_delivers_the_message_twice(bench: QueueBench) -> None:
    bench.faults.order({"target": "sqs", "match": "EventSource.Delete", "kind": "drop", "times": 1})
    await bench.send(n=1)
    async with bench.reading():
        await eventually(lambda: bench.bodies() == [[1], [1]])


async def test_a_wake_up_is_faster_than_the_next_poll(bench: QueueBench) -> None:
    async with bench.reading(poll_seconds=60) as source:
        await asyncio.sleep(0.2)
        await bench.send(n=1)
        source.wake()
        await eventually(lambda: len(bench.bodies()) == 1)


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (Outcome("r", result=None), set()),
        (Outcome("r", result={}), set()),
        (Outcome("r", result={"batchItemFailures": []}), set()),
        (Outcome("r", result={"batchItemFailures": None}), set()),
        (Outcome("r", result={"batchItemFailures": [{"itemIdentifier": "a"}]}), {"a"}),
        (Outcome("r", error=FunctionError("ValueError", "x")), {"a", "b"}),
    ],
)
def test_what_a_report_means(outcome: Outcome, failed: set[str]) -> None:
    assert failed_message_ids(outcome, {"a", "b"}) == failed


@pytest.mark.parametrize("failures", ["a", [{"itemIdentifier": ""}], [{"itemIdentifier": None}], [{"id": "a"}], ["a"]])
def test_a_malformed_report_is_refused(failures: Any) -> None:
    with pytest.raises(BatchReportInvalid):
        failed_message_ids(Outcome("r", result={"batchItemFailures": failures}), {"a", "b"})


async def _empty(bench: QueueBench, url: str) -> bool:
    return await bench.waiting(url) == 0


async def _holds(bench: QueueBench, url: str, count: int) -> bool:
    return await bench.waiting(url) == count
