"""SQS as an event source of Lambda: reads a queue, invokes the function, deletes what succeeded.

AWS Lambda guide, "Using Lambda with Amazon SQS" and "Handling errors for an SQS event source":

- a batch has up to `batch_size` messages; several batches run at once, as many as there are workers;
- a raised error fails the whole batch; `{"batchItemFailures": [{"itemIdentifier": id}]}` fails only those; an
  identifier that is empty or unknown fails the whole batch;
- a failed message is simply not deleted: SQS shows it again after the visibility timeout, and moves it to the
  dead-letter queue after `maximum_receives`;
- delivery is at least once, and unordered unless the queue is FIFO.

Messages are looked for a few times a second, and at once when the proxy saw one being sent. Tests may order faults
of target `sqs`: `EventSource.Deliver` with `delay`, `jitter` or `reorder`, and `EventSource.Delete` with `drop`,
which loses the deletion so that the message is delivered again at once.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import aiohttp

from local_stack.embedded_aws.json_api import SQS, AwsJson, AwsRefused
from local_stack.embedded_aws.ministack import REGION
from local_stack.embedded_aws.resources import queue_arn
from local_stack.faults import FaultTable
from local_stack.gateway.manifest import FunctionPlan, QueuePlan
from local_stack.gateway.worker_process import Outcome
from local_stack.gateway.workers import EventTooLarge, WorkerPool

POLL_SECONDS = 0.25
RETRY_SECONDS = 1.0
MOST_PER_RECEIVE = 10

Message = dict[str, Any]


class BatchReportInvalid(ValueError):
    """The function's report names a message that was not in the batch; the whole batch counts as failed."""


class QueueSource:
    """Feeds one function from one queue; `start` and `stop` it."""

    def __init__(
        self,
        plan: FunctionPlan,
        queue: QueuePlan,
        queue_url: str,
        aws: AwsJson,
        pool: WorkerPool,
        faults: FaultTable,
        console: Callable[[str], None],
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._poll_seconds = poll_seconds
        self._plan = plan
        self._queue = queue
        self._queue_url = queue_url
        self._aws = aws
        self._pool = pool
        self._faults = faults
        self._console = console
        self._slots = asyncio.Semaphore(plan.local_workers)
        self._news = asyncio.Event()
        self._batches: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read the queue."""
        self._loop = asyncio.create_task(self._read_on())

    def wake(self) -> None:
        """Look at the queue now: something was sent."""
        self._news.set()

    async def stop(self) -> None:
        """Stop reading; batches under way are given up, their messages will be seen again."""
        tasks = [*self._batches]
        if self._loop is not None:
            tasks.append(self._loop)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _read_on(self) -> None:
        while True:
            await self._slots.acquire()
            messages: list[Message] = []
            try:
                messages = await self._receive()
            finally:
                if not messages:
                    self._slots.release()
            if messages:
                batch = asyncio.create_task(self._run_batch(messages))
                self._batches.add(batch)
                batch.add_done_callback(self._finish_batch)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._news.wait()

    async def _receive(self) -> list[Message]:
        self._news.clear()
        request = {
            "QueueUrl": self._queue_url,
            "MaxNumberOfMessages": min(MOST_PER_RECEIVE, self._plan.batch_size),
            "MessageSystemAttributeNames": ["All"],
            "MessageAttributeNames": ["All"],
            "WaitTimeSeconds": 0,
        }
        try:
            answer = await self._aws.call(SQS, "ReceiveMessage", request)
        except (aiohttp.ClientError, TimeoutError, AwsRefused) as error:
            self._console(f"[{self._plan.name}] reading queue {self._queue.name} failed: {error}")
            await asyncio.sleep(RETRY_SECONDS)
            return []
        messages: list[Message] = answer.get("Messages", [])
        return messages

    def _finish_batch(self, batch: asyncio.Task[None]) -> None:
        self._batches.discard(batch)
        self._slots.release()
        self._news.set()
        if not batch.cancelled() and (error := batch.exception()) is not None:
            self._console(f"[{self._plan.name}] a batch of queue {self._queue.name} was lost: {error!r}")

    async def _run_batch(self, messages: list[Message]) -> None:
        struck = self._faults.strike("sqs", "EventSource.Deliver")
        await self._faults.wait_out_delays(struck)
        if any(fault.kind == "reorder" for fault in struck):
            self._faults.dice.shuffle(messages)
        event = sqs_event(messages, self._queue.full_name)
        size = sum(len(message["Body"]) for message in messages)
        try:
            outcome = await self._pool.invoke(event, size)
            failed = failed_message_ids(outcome, {message["MessageId"] for message in messages})
        except EventTooLarge:
            self._pool.log.write("[ERROR] a batch is larger than the 6 MB of an event")
            return
        except BatchReportInvalid as error:
            self._pool.log.write(f"[ERROR] {error}")
            return
        done = [message for message in messages if message["MessageId"] not in failed]
        await asyncio.gather(*(self._delete(message) for message in done))

    async def _delete(self, message: Message) -> None:
        struck = self._faults.strike("sqs", "EventSource.Delete")
        lost = any(fault.kind == "drop" for fault in struck)
        receipt = {"QueueUrl": self._queue_url, "ReceiptHandle": message["ReceiptHandle"]}
        try:
            if lost:
                await self._aws.call(SQS, "ChangeMessageVisibility", {**receipt, "VisibilityTimeout": 0})
            else:
                await self._aws.call(SQS, "DeleteMessage", receipt)
        except AwsRefused as error:
            self._console(f"[{self._plan.name}] a message could not be deleted, it will come again: {error}")


def sqs_event(messages: list[Message], queue_name: str) -> dict[str, Any]:
    """The event for a batch (AWS Lambda guide, "Example Amazon SQS message events")."""
    return {"Records": [_record(message, queue_name) for message in messages]}


def _record(message: Message, queue_name: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn(queue_name),
        "awsRegion": REGION,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    """A message attribute in the event's spelling, which begins in lower case."""
    attribute: dict[str, Any] = {"stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = value["BinaryValue"]
    attribute["dataType"] = value.get("DataType", "String")
    return attribute


def failed_message_ids(outcome: Outcome, known: set[str]) -> set[str]:
    """The messages of a batch that stay in the queue.

    Raises:
        BatchReportInvalid: the report has another form, or names a message that was not in the batch.
    """
    if outcome.error is not None:
        return known
    result = outcome.result
    if not result or not isinstance(result, dict):
        return set()
    failures = result.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        raise BatchReportInvalid("batchItemFailures is no list: the whole batch counts as failed")
    failed = {failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures}
    if failed - known:
        raise BatchReportInvalid("batchItemFailures names no message of the batch: all of it counts as failed")
    return {str(identifier) for identifier in failed}
