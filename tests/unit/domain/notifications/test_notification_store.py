"""Notifications on a real table: begun once, finished once, and what was tried is known to whoever comes later."""

from dataclasses import replace

from kaltura_discord.discord.identifiers import ChannelId, MessageId
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.store import KEPT_SECONDS, NotificationStore
from tests.unit.domain.notifications.reads import counted_reads
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage


def store_of(stage: Stage) -> NotificationStore:
    return NotificationStore(stage.services.table, stage.clock)


def about(stage: Stage, key: str = "") -> Notification:
    entry_id = key or f"1_{snowflake()}"
    return Notification(f"video_ready#{entry_id}", stage.guild_id, "video_ready", entry_id, {"title": "Cells"})


async def begun(stage: Stage, notification: Notification) -> Delivery:
    assert await store_of(stage).begin(notification)
    delivery = await store_of(stage).find(notification.guild_id, notification.key)
    assert delivery is not None
    return delivery


async def test_a_notification_is_read_as_it_was_begun(stage: Stage) -> None:
    notification = about(stage)
    delivery = await begun(stage, notification)
    assert delivery == Delivery(replace(notification, created_at=int(stage.clock.seconds)))


async def test_a_pending_one_is_still_to_be_told_however_often_it_is_begun(stage: Stage) -> None:
    notification = about(stage)
    for _ in range(3):
        assert await store_of(stage).begin(notification)


async def test_a_sent_one_is_told_no_more(stage: Stage) -> None:
    notification = about(stage)
    delivery = await begun(stage, notification)
    assert await store_of(stage).finish_sent(delivery, stage.channel_id, MessageId("77"))
    assert not await store_of(stage).begin(notification)
    assert not await store_of(stage).finish_sent(delivery, stage.channel_id, MessageId("78"))
    assert not await store_of(stage).finish_failed(delivery, "Too late.")
    assert await store_of(stage).begin_sending(delivery, stage.channel_id) is None
    assert await store_of(stage).note_attempt(delivery) is None
    found = await store_of(stage).find(notification.guild_id, notification.key)
    assert found is not None
    assert (found.state, found.message_id) == (NotificationState.SENT, MessageId("77"))


async def test_whoever_comes_later_knows_since_when_a_message_may_be_there(stage: Stage) -> None:
    delivery = await begun(stage, about(stage))
    since = int(stage.clock.seconds)
    await store_of(stage).begin_sending(delivery, ChannelId("5"))
    stage.clock.pass_seconds(60)
    await store_of(stage).note_attempt(delivery)
    later = await store_of(stage).find(stage.guild_id, delivery.notification.key)
    assert later is not None
    assert (later.sending_since, later.sending_to, later.attempts) == (since, ChannelId("5"), 1)


async def test_a_failed_one_can_be_tried_again_and_no_other(stage: Stage) -> None:
    delivery = await begun(stage, about(stage))
    key = delivery.notification.key
    assert await store_of(stage).revive(stage.guild_id, key) is None
    await store_of(stage).note_attempt(delivery)
    await store_of(stage).finish_failed(delivery, "I can't write in #news.")
    revived = await store_of(stage).revive(stage.guild_id, key)
    assert revived is not None
    assert (revived.state, revived.attempts, revived.reason) == (NotificationState.PENDING, 0, "")
    await store_of(stage).finish_dropped(revived, "Switched off.")
    assert await store_of(stage).revive(stage.guild_id, key) is None


async def test_a_server_sees_its_last_deliveries_newest_first(stage: Stage) -> None:
    store = store_of(stage)
    first, second = await begun(stage, about(stage)), await begun(stage, about(stage))
    await store.finish_failed(first, "I can't write in #news.")
    stage.clock.pass_seconds(5)
    await store.finish_sent(second, stage.channel_id, MessageId("77"))
    newest, older = await store.last(stage.guild_id)
    assert (newest.notification.key, newest.state) == (second.notification.key, NotificationState.SENT)
    assert (older.notification.key, older.reason) == (first.notification.key, "I can't write in #news.")
    assert await store.last(stage.guild_id, limit=1) == [newest]


async def test_of_many_deliveries_hardly_more_are_read_than_are_seen(stage: Stage) -> None:
    store = store_of(stage)
    for _ in range(30):
        stage.clock.pass_seconds(5)
        await store.finish_sent(await begun(stage, about(stage)), stage.channel_id, MessageId("77"))
    with counted_reads(stage) as reads:
        assert len(await store.last(stage.guild_id, limit=6)) == 6
    assert reads.of("DELIVERY#") == [10]


async def test_one_that_failed_before_it_was_sent_is_seen_as_it_is_now(stage: Stage) -> None:
    store = store_of(stage)
    other = await begun(stage, about(stage))
    await store.finish_sent(other, stage.channel_id, MessageId("76"))
    delivery = await begun(stage, about(stage))
    for _ in range(9):
        stage.clock.pass_seconds(5)
        await store.finish_failed(delivery, "I can't write in #news.")
        assert await store.revive(stage.guild_id, delivery.notification.key)
    stage.clock.pass_seconds(5)
    await store.finish_sent(delivery, stage.channel_id, MessageId("77"))
    seen = [(each.notification.key, each.state) for each in await store.last(stage.guild_id, limit=2)]
    assert seen == [(each.notification.key, NotificationState.SENT) for each in (delivery, other)]


async def test_a_notification_is_forgotten_after_a_month(stage: Stage) -> None:
    delivery = await begun(stage, about(stage))
    stage.clock.pass_seconds(KEPT_SECONDS + 1)
    assert await store_of(stage).find(stage.guild_id, delivery.notification.key) is None


def test_two_servers_and_two_events_are_told_apart_by_nonce_and_marker(stage: Stage) -> None:
    one = about(stage, "1_a")
    others = [replace(one, key="video_ready#1_b"), replace(one, guild_id=type(stage.guild_id)("999"))]
    assert all(one.mark.nonce != other.mark.nonce and one.mark.marker != other.mark.marker for other in others)
    assert len(one.mark.nonce) == 25
    assert 0 < one.mark.marker < 2**31
