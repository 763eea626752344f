"""The way onto the queue: written down first, in the group of what it is about, never twice once it is told."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsError, AwsRequest, AwsUnavailable
from kaltura_discord.aws.queues import OrderedQueue
from kaltura_discord.discord.identifiers import MessageId
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.outbox import Outbox
from kaltura_discord.notifications.store import NotificationStore
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage


@dataclass
class FifoDouble:
    """Keeps what was sent; can be down."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    is_down: bool = False

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if self.is_down:
            raise AwsUnavailable(operation, "down")
        self.sent.append(dict(request))
        return {"MessageId": str(len(self.sent))}


@pytest.fixture
def fifo() -> FifoDouble:
    return FifoDouble()


def outbox_of(stage: Stage, fifo: FifoDouble) -> Outbox:
    store = NotificationStore(stage.services.table, stage.clock)
    return Outbox(store, OrderedQueue(fifo, "https://sqs/notifications.fifo"))


def about(stage: Stage, **details: str) -> Notification:
    entry_id = f"1_{snowflake()}"
    return Notification(f"recording_ready#{entry_id}", stage.guild_id, "recording_ready", entry_id, details)


async def test_all_about_one_meeting_is_in_one_group(stage: Stage, fifo: FifoDouble) -> None:
    outbox = outbox_of(stage, fifo)
    await outbox.tell(about(stage, meeting_id="77"))
    await outbox.refresh_card(stage.guild_id, MeetingId("77"))
    assert {sent["MessageGroupId"] for sent in fifo.sent} == {f"{stage.guild_id}#77"}


async def test_no_two_messages_are_taken_for_one(stage: Stage, fifo: FifoDouble) -> None:
    outbox = outbox_of(stage, fifo)
    for _ in range(3):
        await outbox.refresh_card(stage.guild_id, MeetingId("77"))
    assert len({sent["MessageDeduplicationId"] for sent in fifo.sent}) == 3


async def test_what_the_queue_did_not_take_is_sent_when_it_is_told_again(stage: Stage, fifo: FifoDouble) -> None:
    outbox, notification = outbox_of(stage, fifo), about(stage)
    fifo.is_down = True
    with pytest.raises(AwsError):
        await outbox.tell(notification)
    fifo.is_down = False
    await outbox.tell(notification)
    assert len(fifo.sent) == 1


async def test_what_has_been_told_is_not_sent_again(stage: Stage, fifo: FifoDouble) -> None:
    outbox, notification = outbox_of(stage, fifo), about(stage)
    await outbox.tell(notification)
    store = NotificationStore(stage.services.table, stage.clock)
    delivery = await store.find(stage.guild_id, notification.key)
    assert delivery is not None
    await store.finish_sent(delivery, stage.channel_id, MessageId("5"))
    await outbox.tell(notification)
    assert len(fifo.sent) == 1
