"""The dead-letter queues: what was given up after all tries, and can be put back where it came from.

A message is sent again before it is taken off, so that it is never nowhere. Whoever stops in between repeats one, and
everything that is done twice here has the effect of once.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaltura_discord.aws.caller import AwsCaller, AwsError, AwsRequest

# As many as SQS gives at once, and how long nobody else is given them meanwhile.
_AT_ONCE = 10
_OURS_SECONDS = 60


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """What one queue has given up; `name` is how it is called in `infra/functions.json`."""

    caller: AwsCaller
    name: str
    queue_url: str

    async def waiting(self) -> int:
        """About how many there are.

        Raises:
            AwsError: the queue cannot be asked, or has no dead-letter queue.
        """
        attributes = await self._attributes(await self._url(), "ApproximateNumberOfMessages")
        return int(attributes.get("ApproximateNumberOfMessages", "0"))

    async def send_again(self) -> int:
        """Put them all back; how many there were.

        Raises:
            AwsError: some may be there still.
        """
        url, moved = await self._url(), 0
        while messages := await self._some(url):
            for message in messages:
                await self.caller.call("SendMessage", self._request(message))
                gone = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}
                await self.caller.call("DeleteMessage", gone)
                moved += 1
        return moved

    def _request(self, message: Mapping[str, Any]) -> AwsRequest:
        request: AwsRequest = {"QueueUrl": self.queue_url, "MessageBody": message["Body"]}
        group = message.get("Attributes", {}).get("MessageGroupId")
        if group:
            # Not taken for a repetition of the one that failed.
            request |= {"MessageGroupId": group, "MessageDeduplicationId": os.urandom(16).hex()}
        return request

    async def _some(self, url: str) -> list[dict[str, Any]]:
        request: AwsRequest = {
            "QueueUrl": url,
            "MaxNumberOfMessages": _AT_ONCE,
            "VisibilityTimeout": _OURS_SECONDS,
            "MessageSystemAttributeNames": ["MessageGroupId"],
        }
        answer = await self.caller.call("ReceiveMessage", request)
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    async def _url(self) -> str:
        attributes = await self._attributes(self.queue_url, "RedrivePolicy")
        if "RedrivePolicy" not in attributes:
            raise AwsError("GetQueueAttributes", "NoDeadLetterQueue", f"{self.queue_url} has none.")
        target = str(json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"])
        answer = await self.caller.call("GetQueueUrl", {"QueueName": target.rsplit(":", 1)[1]})
        return str(answer["QueueUrl"])

    async def _attributes(self, url: str, name: str) -> Mapping[str, str]:
        answer = await self.caller.call("GetQueueAttributes", {"QueueUrl": url, "AttributeNames": [name]})
        attributes: Mapping[str, str] = answer.get("Attributes", {})
        return attributes
