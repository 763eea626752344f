"""Our queues: a message is one JSON object, and the door that reads it knows its `kind`.

Where X-Ray traces, a message bears the header of the invocation that sent it, and X-Ray links the invocation that
receives it to that trace (X-Ray guide, "Amazon SQS and AWS X-Ray").
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from kaltura_discord.aws.caller import AwsCaller, AwsRequest
from kaltura_discord.observation.correlation import FIELD, followed

_LONGEST_DELAY_SECONDS = 900
_LONGEST_INVISIBLE_SECONDS = 12 * 3600

# Lambda sets it anew for each invocation (Lambda guide, "Defined runtime environment variables").
_TRACE = "_X_AMZN_TRACE_ID"


class Queue:
    """One SQS queue."""

    def __init__(self, caller: AwsCaller, url: str) -> None:
        self._caller = caller
        self._url = url

    async def send(self, message: Mapping[str, Any], delay_seconds: int = 0) -> None:
        """Put a message on the queue, to be seen after `delay_seconds` (at most 900, SQS's own limit).

        Raises:
            AwsError: it is not known to be on the queue.
        """
        request: AwsRequest = {"QueueUrl": self._url, "MessageBody": _body(message), **_trace()}
        if delay_seconds:
            request["DelaySeconds"] = min(delay_seconds, _LONGEST_DELAY_SECONDS)
        await self._caller.call("SendMessage", request)

    async def show_again_in(self, receipt_handle: str, seconds: int) -> None:
        """Let a message that failed be received again after `seconds` instead of the queue's own patience.

        Of an ordered queue, the rest of the message's group waits with it.
        """
        visible_in = min(max(seconds, 0), _LONGEST_INVISIBLE_SECONDS)
        request = {"QueueUrl": self._url, "ReceiptHandle": receipt_handle, "VisibilityTimeout": visible_in}
        await self._caller.call("ChangeMessageVisibility", request)

    async def look(self) -> None:
        """Ask whether it is there.

        Raises:
            AwsError: it is not known to be.
        """
        await self._caller.call("GetQueueAttributes", {"QueueUrl": self._url, "AttributeNames": ["QueueArn"]})


class OrderedQueue(Queue):
    """A FIFO queue: the messages of one group are received one after the other, in the order of their sending."""

    async def send_in_order(self, message: Mapping[str, Any], group: str, once: str) -> None:
        """Put a message on the queue; another one with the same `once` within five minutes is taken for a repetition.

        Both may be up to 128 printable ASCII characters (SQS: MessageGroupId, MessageDeduplicationId). SQS knows no
        delay for single messages of such a queue.

        Raises:
            AwsError: it is not known to be on the queue.
        """
        request: AwsRequest = {
            "QueueUrl": self._url,
            "MessageBody": _body(message),
            "MessageGroupId": group,
            "MessageDeduplicationId": once,
            **_trace(),
        }
        await self._caller.call("SendMessage", request)


def _body(message: Mapping[str, Any]) -> str:
    """The message, with what it follows from."""
    belongs_to = followed()
    marked = {**message, FIELD: belongs_to} if belongs_to else message
    # SQS refuses a body with U+FFFF and some others in it (SendMessage: InvalidMessageContents). ASCII has none.
    return json.dumps(marked, separators=(",", ":"))


def _trace() -> AwsRequest:
    """What a request to send says of the trace that it belongs to; nothing where there is none."""
    header = os.environ.get(_TRACE)
    if not header:
        return {}
    return {"MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": header}}}
