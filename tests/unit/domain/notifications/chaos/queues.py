"""SQS in memory, on simulated time: a standard queue that doubles and mixes up, and an ordered one that does not.

Amazon SQS Developer Guide: visibility timeout, FIFO delivery logic, dead-letter queues. While a message of a group is
in flight, nothing of its group is delivered; a message that was received too often goes to the dead letters.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.caller import AwsAnswer, AwsError, AwsRequest

_TAKEN_FOR_A_REPETITION_SECONDS = 300
_DOUBLED = 0.03


@dataclass
class Queued:
    """A message on its way; it is to be seen from `visible_at` on, epoch seconds."""

    number: int
    body: str
    visible_at: float
    group: str = ""
    receives: int = 0

    @property
    def handle(self) -> str:
        return f"{self.number}-{self.receives}"

    def record(self) -> dict[str, Any]:
        """As Lambda hands it to a function."""
        return {
            "messageId": str(self.number),
            "receiptHandle": self.handle,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.receives)},
        }


@dataclass
class SimulatedQueue:
    """One queue. `now` is epoch seconds; `patience` how long a message that is being worked on is seen by nobody."""

    now: Callable[[], float]
    dice: random.Random
    most_receives: int
    patience: float
    is_ordered: bool = False
    dead: list[Queued] = field(default_factory=list)
    sent: int = 0
    receives: Counter[int] = field(default_factory=Counter)
    _groups: dict[str, deque[Queued]] = field(default_factory=dict)
    _seen: dict[str, float] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __len__(self) -> int:
        return sum(map(len, self._groups.values()))

    def send(self, request: AwsRequest) -> None:
        """SendMessage."""
        self.sent += 1
        group = request.get("MessageGroupId", "")
        if self.is_ordered:
            assert "DelaySeconds" not in request, "SQS: ordered queues know no delay of a message"
            once = request["MessageDeduplicationId"]
            if self._seen.get(once, 0) > self.now():
                return
            self._seen[once] = self.now() + _TAKEN_FOR_A_REPETITION_SECONDS
        at = self.now() + request.get("DelaySeconds", 0)
        copies = 2 if not self.is_ordered and self.dice.random() < _DOUBLED else 1
        for copy in range(copies):
            message = Queued(self.sent * 10 + copy, request["MessageBody"], at, group)
            # Without an order, each is a group of its own.
            self._groups.setdefault(group or str(message.number), deque()).append(message)
        self._changed.set()

    async def receive(self) -> Queued:
        """The next message, as soon as there is one."""
        while (message := self._take()) is None:
            self._changed.clear()
            heads = [group[0].visible_at for group in self._groups.values()]
            try:
                async with asyncio.timeout(min(heads) - self.now() if heads else 3600):
                    await self._changed.wait()
            except TimeoutError:
                pass
        return message

    def change(self, request: AwsRequest) -> None:
        """ChangeMessageVisibility."""
        message = self._find(request["ReceiptHandle"])
        if message is None:
            raise AwsError("ChangeMessageVisibility", "InvalidParameterValue", "not in flight")
        message.visible_at = self.now() + request["VisibilityTimeout"]
        self._changed.set()

    def delete(self, handle: str) -> None:
        """DeleteMessage."""
        message = self._find(handle)
        if message is not None:
            self._remove(message)

    def _take(self) -> Queued | None:
        heads = [group[0] for group in self._groups.values() if group[0].visible_at <= self.now()]
        while heads:
            message = heads.pop(0 if self.is_ordered else self.dice.randrange(len(heads)))
            if message.receives < self.most_receives:
                message.receives += 1
                message.visible_at = self.now() + self.patience
                return message
            self.dead.append(message)
            self._remove(message)
        return None

    def _find(self, handle: str) -> Queued | None:
        heads = (group[0] for group in self._groups.values())
        return next((head for head in heads if head.handle == handle), None)

    def _remove(self, message: Queued) -> None:
        self.receives[message.receives] += 1
        name = message.group or str(message.number)
        self._groups[name].remove(message)
        if not self._groups[name]:
            del self._groups[name]
        self._changed.set()


@dataclass
class SimulatedSqs:
    """Speaks `AwsCaller` for our two queues."""

    tasks: SimulatedQueue
    notifications: SimulatedQueue

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        queue = self.notifications if request["QueueUrl"].endswith(".fifo") else self.tasks
        if operation == "SendMessage":
            queue.send(request)
            return {"MessageId": str(queue.sent)}
        assert operation == "ChangeMessageVisibility", operation
        queue.change(request)
        return {}
