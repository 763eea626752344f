"""The table on two engines, through our caller and through boto3: all tell the same story.

Neither engine is DynamoDB; what both of them take and refuse is more likely to be what DynamoDB does.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import AwsError, AwsThrottled, AwsUnavailable, ConditionNotMet
from kaltura_discord.aws.table import Delete, Key, Put, Table, Update
from tests.unit.aws.conftest import CallerFor, Clock, Cloud, callers


@pytest.fixture(params=["signed", "boto", "moto"])
async def caller_for(request: pytest.FixtureRequest, cloud: Cloud) -> AsyncIterator[CallerFor]:
    async with callers(request.param, cloud) as make:
        yield make


# --- one item --------------------------------------------------------------------------------------------------------


async def test_what_was_put_is_there(table: Table, pk: str) -> None:
    item: dict[str, Value] = {
        "pk": pk,
        "sk": "A",
        "title": "Überblick 🎬",
        "count": 7,
        "share": 0.5,
        "open": True,
        "tags": ["a", "b"],
    }
    await table.put({**item, "nothing": None, "card": {"channel_id": "1", "message_id": None}})
    assert await table.get(Key(pk, "A"), consistent=True) == {**item, "card": {"channel_id": "1", "message_id": None}}


async def test_what_was_never_put_is_not(table: Table, pk: str) -> None:
    assert await table.get(Key(pk, "A")) is None


async def test_a_new_item_is_written_once(table: Table, pk: str) -> None:
    assert await table.put_new({"pk": pk, "sk": "A", "by": "first"})
    assert not await table.put_new({"pk": pk, "sk": "A", "by": "second"})
    assert await table.get(Key(pk, "A"), consistent=True) == {"pk": pk, "sk": "A", "by": "first"}


async def test_somebody_elses_item_is_not_taken_for_ours(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "A"})
    assert not await table.put_new({"pk": pk, "sk": "A"})


async def test_a_removed_item_is_gone_and_removing_it_again_is_fine(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "A"})
    await table.delete(Key(pk, "A"))
    await table.delete(Key(pk, "A"))
    assert await table.get(Key(pk, "A"), consistent=True) is None


async def test_an_update_answers_with_the_item_as_it_is_now(table: Table, pk: str) -> None:
    assert await table.put_new({"pk": pk, "sk": "A", "state": "starting", "count": 1})
    changed = await table.update(
        Update(
            Key(pk, "A"),
            "SET #state = :live ADD #count :one",
            condition="#state = :starting",
            names={"#state": "state", "#count": "count"},
            values={":live": "live", ":starting": "starting", ":one": 2},
        )
    )
    assert changed == {"pk": pk, "sk": "A", "state": "live", "count": 3}


async def test_an_update_whose_condition_does_not_hold_changes_nothing(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "A", "version": 2})
    with pytest.raises(ConditionNotMet):
        await table.update(Update(Key(pk, "A"), "SET version = :n", "version = :seen", {}, {":n": 3, ":seen": 1}))
    assert await table.get(Key(pk, "A"), consistent=True) == {"pk": pk, "sk": "A", "version": 2}


async def test_a_call_that_aws_cannot_read_is_an_error_of_ours(table: Table, pk: str) -> None:
    with pytest.raises(AwsError) as refused:
        await table.update(Update(Key(pk, "A"), "SET title = :missing"))
    assert not isinstance(refused.value, AwsUnavailable | AwsThrottled | ConditionNotMet)


async def test_a_table_that_is_not_there_is_an_error_of_ours(caller_for: CallerFor) -> None:
    with pytest.raises(AwsError, match="ResourceNotFoundException"):
        await Table(caller_for("dynamodb"), "elsewhere").get(Key("A", "A"))


# --- expiry ----------------------------------------------------------------------------------------------------------


async def test_an_expired_item_is_nowhere_though_it_is_still_there(table: Table, clock: Clock, pk: str) -> None:
    expires_at = int(clock.now) + 10
    item: dict[str, Value] = {"pk": pk, "sk": "A", "gsi1pk": pk, "gsi1sk": "A", "expires_at": expires_at}
    await table.put(item)
    clock.now = expires_at - 0.5
    assert await table.get(Key(pk, "A"), consistent=True) == item

    clock.now = expires_at

    assert await table.get(Key(pk, "A"), consistent=True) is None
    assert await table.query(pk) == []
    assert await table.query_index(pk) == []


async def test_an_expired_item_does_not_stand_in_a_new_ones_way(table: Table, clock: Clock, pk: str) -> None:
    assert await table.put_new({"pk": pk, "sk": "A", "by": "first", "expires_at": int(clock.now) + 10})
    clock.now += 9
    assert not await table.put_new({"pk": pk, "sk": "A", "by": "second", "expires_at": int(clock.now) + 10})
    clock.now += 1
    assert await table.put_new({"pk": pk, "sk": "A", "by": "third", "expires_at": int(clock.now) + 10})


# --- several items ---------------------------------------------------------------------------------------------------


async def test_a_query_reads_one_partition_in_order(table: Table, pk: str) -> None:
    for sk in ("MEETING#2", "RUNNING#1", "MEETING#1", "MEETING#3"):
        await table.put({"pk": pk, "sk": sk})
    await table.put({"pk": f"{pk}0", "sk": "MEETING#9"})

    assert _sort_keys(await table.query(pk)) == ["MEETING#1", "MEETING#2", "MEETING#3", "RUNNING#1"]
    assert _sort_keys(await table.query(pk, sk_prefix="MEETING#")) == ["MEETING#1", "MEETING#2", "MEETING#3"]
    assert _sort_keys(await table.query(pk, sk_until="MEETING#2")) == ["MEETING#1", "MEETING#2"]
    assert _sort_keys(await table.query(pk, newest_first=True, limit=2)) == ["RUNNING#1", "MEETING#3"]


async def test_a_query_of_more_than_a_megabyte_reads_all_its_pages(table: Table, pk: str) -> None:
    # DynamoDB ends a page of a query at 1 MB (DynamoDB Developer Guide: Paginating table query results).
    text = "x" * 200_000
    await asyncio.gather(*(table.put({"pk": pk, "sk": f"{number:02}", "text": text}) for number in range(12)))

    items = await table.query(pk)

    assert _sort_keys(items) == [f"{number:02}" for number in range(12)]
    assert all(item["text"] == text for item in items)
    assert len(await table.query(pk, limit=8)) == 8


async def test_the_index_finds_an_item_by_its_other_name(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "A", "gsi1pk": f"KALTURA#{pk}", "gsi1sk": "A"})
    await table.put({"pk": pk, "sk": "B"})
    assert _sort_keys(await table.query_index(f"KALTURA#{pk}")) == ["A"]


# --- all or nothing --------------------------------------------------------------------------------------------------


async def test_a_transaction_writes_everything(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "OLD"})
    await table.put({"pk": pk, "sk": "MEETING", "state": "live"})
    await table.transact(
        [
            Put({"pk": pk, "sk": "NEW"}),
            Delete(Key(pk, "OLD")),
            Update(
                Key(pk, "MEETING"),
                "SET #s = :ended",
                "#s = :live",
                {"#s": "state"},
                {":ended": "ended", ":live": "live"},
            ),
        ]
    )
    items = {item["sk"]: item.get("state") for item in await table.query(pk)}
    assert items == {"NEW": None, "MEETING": "ended"}


async def test_a_transaction_with_one_condition_not_met_writes_nothing(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "THERE", "by": "first"})
    with pytest.raises(ConditionNotMet):
        await table.transact([Put({"pk": pk, "sk": "NEW"}), Put({"pk": pk, "sk": "THERE", "by": "second"})])
    assert await table.query(pk) == [{"pk": pk, "sk": "THERE", "by": "first"}]


async def test_a_put_without_a_condition_writes_over_what_is_there(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "A", "by": "first"})
    await table.transact([Put({"pk": pk, "sk": "A", "by": "second"}, condition="")])
    assert await table.get(Key(pk, "A"), consistent=True) == {"pk": pk, "sk": "A", "by": "second"}


async def test_several_items_are_read_at_once_in_the_order_that_they_were_asked_for(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "B", "name": "b"})
    await table.put({"pk": pk, "sk": "D", "name": "d", "expires_at": 1})
    await table.put({"pk": pk, "sk": "C", "name": "c"})
    keys = [Key(pk, sk) for sk in "CABD"]
    found = await table.get_all(keys)
    assert [item and item["name"] for item in found] == ["c", None, "b", None]


def _sort_keys(items: list[Item]) -> list[str]:
    return [item["sk"] for item in items]
