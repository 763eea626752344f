"""Events on a real table: never lost between being told and being handed on, and handed on once where all is well."""

from contextlib import suppress
from dataclasses import replace

import pytest

from kaltura_discord.aws.caller import AwsError, ConditionNotMet
from kaltura_discord.aws.queues import Queue
from kaltura_discord.events.models import Event, EventKind
from kaltura_discord.events.store import KEPT_SECONDS, EventStore
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash


@pytest.fixture
def store(stage: Stage) -> EventStore:
    return EventStore(stage.services.table, Queue(stage.tasks, "https://sqs/tasks"), stage.clock)


def happened(kind: EventKind = "entry_changed") -> Event:
    return Event(snowflake(), kind, "1_abcd1234", details={"status": "2", "job_id": "7"})


def enqueued(stage: Stage, event: Event) -> int:
    return stage.tasks.sent.count({"kind": "event", "key": event.key})


async def told(store: EventStore, event: Event) -> None:
    """What a door does."""
    if await store.receive(event):
        await store.hand_on(event.key)


async def test_an_event_is_read_as_it_was_told(stage: Stage, store: EventStore) -> None:
    event = happened()
    assert await store.receive(event)
    found = await store.find(event.key)
    assert found == replace(event, at=int(stage.clock.seconds))


async def test_an_event_that_is_told_again_is_handed_on_once(stage: Stage, store: EventStore) -> None:
    event = happened()
    for _ in range(3):
        await told(store, event)
    assert enqueued(stage, event) == 1


async def test_what_nobody_knows_is_kept_and_not_handed_on(stage: Stage, store: EventStore) -> None:
    event = happened("unknown")
    await told(store, event)
    stage.clock.pass_seconds(3600)
    assert await store.find(event.key) is not None
    assert event.key not in await store.left_lying()
    assert enqueued(stage, event) == 0


async def test_an_event_that_the_queue_did_not_take_is_handed_on_when_it_is_told_again(
    stage: Stage, store: EventStore
) -> None:
    event = happened()
    stage.tasks.is_down = True
    with pytest.raises(AwsError):
        await told(store, event)
    stage.tasks.is_down = False
    await told(store, event)
    assert enqueued(stage, event) == 1


async def test_housekeeping_finds_what_was_left_lying_after_a_minute(stage: Stage, store: EventStore) -> None:
    event = happened()
    await store.receive(event)
    assert event.key not in await store.left_lying()
    stage.clock.pass_seconds(61)
    assert event.key in await store.left_lying()
    await store.hand_on(event.key)
    assert event.key not in await store.left_lying()


async def test_wherever_a_door_dies_the_event_is_handed_on_in_the_end(stage: Stage, store: EventStore) -> None:
    for step in range(1, 6):
        event = happened()
        stage.steps.crash_at = stage.steps.taken + step
        with suppress(Crash):
            await told(store, event)
        stage.steps.crash_at = 0
        await told(store, event)
        assert enqueued(stage, event) >= 1
        stage.clock.pass_seconds(61)
        assert event.key not in await store.left_lying()


async def test_an_event_in_a_transaction_is_there_with_it_or_not_at_all(stage: Stage, store: EventStore) -> None:
    event = happened()
    await stage.services.table.transact([store.write(event)])
    assert await store.find(event.key) is not None
    with pytest.raises(ConditionNotMet):
        await stage.services.table.transact([store.write(event)])


async def test_an_event_is_forgotten_after_a_month(stage: Stage, store: EventStore) -> None:
    event = happened()
    await store.receive(event)
    stage.clock.pass_seconds(KEPT_SECONDS + 1)
    assert await store.find(event.key) is None


async def test_to_hand_on_what_is_not_kept_any_more_makes_nothing(store: EventStore) -> None:
    event = happened()
    await store.hand_on(event.key)
    assert await store.find(event.key) is None


async def test_what_could_not_be_dealt_with_waits_longer_each_time_and_not_for_ever(
    stage: Stage, store: EventStore
) -> None:
    event = happened()
    await store.receive(event)
    await store.hand_on(event.key)
    waited = []
    for _ in range(12):
        assert await store.put_back(event.key)
        before = stage.clock.seconds
        while event.key not in await store.left_lying():
            stage.clock.pass_seconds(60)
        waited.append(stage.clock.seconds - before)
        await store.hand_on(event.key)
        assert event.key not in await store.left_lying()
    assert waited == sorted(waited)
    assert waited[-1] <= 3600 + 120
    stage.clock.pass_seconds(3 * 24 * 3600)
    assert not await store.put_back(event.key)
    assert not await store.put_back("never heard of")


async def test_what_is_told_again_without_a_number_is_looked_at_once_more(stage: Stage, store: EventStore) -> None:
    event = Event(snowflake(), "entry_changed", "1_abcd1234", details={"status": "2"}, at=int(stage.clock.seconds))
    assert await store.receive(event)
    await store.hand_on(event.key)
    for _ in range(3):
        assert not await store.receive(event)
    assert event.key not in await store.left_lying()
    stage.clock.pass_seconds(61)
    assert event.key in await store.left_lying()
    await store.hand_on(event.key)
    assert not await store.receive(event)
    stage.clock.pass_seconds(61)
    assert event.key not in await store.left_lying()


async def test_what_has_a_number_is_what_was_told_before(stage: Stage, store: EventStore) -> None:
    event = Event(snowflake(), "entry_changed", "1_abcd1234", details={"job_id": "7"}, at=int(stage.clock.seconds))
    assert await store.receive(event)
    await store.hand_on(event.key)
    assert not await store.receive(event)
    stage.clock.pass_seconds(61)
    assert event.key not in await store.left_lying()
