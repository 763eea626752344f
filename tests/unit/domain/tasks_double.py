"""Our queues as lists: what was sent is there to be looked at, and to be worked off."""

import json
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsUnavailable


@dataclass
class TasksDouble:
    """Speaks `AwsCaller` for SQS, as far as our queues use it.

    `sent` is the tasks queue, `in_order` the queue of what is to be told; `stories` are the ids of what each message
    followed from, in the order of sending.
    """

    sent: list[dict[str, Any]] = field(default_factory=list)
    in_order: list[dict[str, Any]] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    delays: list[int] = field(default_factory=list)
    shown_again_in: list[int] = field(default_factory=list)
    is_down: bool = False

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if self.is_down:
            raise AwsUnavailable(operation, "down")
        if operation == "ChangeMessageVisibility":
            self.shown_again_in.append(request["VisibilityTimeout"])
            return {}
        assert operation == "SendMessage", operation
        message = json.loads(request["MessageBody"])
        self.stories.append(message.pop("correlation_id", ""))
        if "MessageGroupId" in request:
            assert "DelaySeconds" not in request, "SQS: ordered queues know no delay of a message"
            self.in_order.append(message)
            return {"MessageId": str(len(self.in_order))}
        self.sent.append(message)
        self.delays.append(request.get("DelaySeconds", 0))
        return {"MessageId": str(len(self.sent))}

    def take_all(self) -> list[dict[str, Any]]:
        taken, self.sent = self.sent, []
        return taken
