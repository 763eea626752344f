"""The table on a real engine, through our caller and through boto3: both tell the same story."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import (
    IN_PROGRESS,
    AwsAnswer,
    AwsCaller,
    AwsError,
    AwsRequest,
    AwsThrottled,
    AwsUnavailable,
    ConditionNotMet,
)
from kaltura_discord.aws.table import Delete, Key, Put, Table, Update
from tests.unit.aws.conftest import MANIFEST, CallerFor, Clock


@pytest.fixture
def pk() -> str:
    """A partition of its own for each test, since all share one table."""
    return f"TEST#{secrets.token_hex(8)}"


@dataclass
class LossyCaller:
    """Does what it is asked, loses the answer as often as `losses` says, and then asks again, as callers do."""

    inner: AwsCaller
    losses: int

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        for _ in range(self.losses):
            with suppress(ConditionNotMet):
                await self.inner.call(operation, request)
        return await self.inner.call(operation, request)


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


async def test_of_many_who_write_it_at_the_same_moment_one_is_first(table: Table, pk: str) -> None:
    written = await asyncio.gather(*(table.put_new({"pk": pk, "sk": "A", "by": number}) for number in range(10)))
    assert written.count(True) == 1
    item = await table.get(Key(pk, "A"), consistent=True)
    assert item is not None
    assert item["by"] == written.index(True)


async def test_a_new_item_whose_answer_got_lost_was_still_written_by_us(
    caller_for: CallerFor, clock: Clock, pk: str
) -> None:
    unlucky = Table(LossyCaller(caller_for("dynamodb"), losses=1), MANIFEST.table.name, clock)
    assert await unlucky.put_new({"pk": pk, "sk": "A"})


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


async def test_of_many_transactions_that_end_one_thing_one_ends_it(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "MEETING", "ended_by": "nobody"})

    async def end(by: int) -> bool:
        update = Update(
            Key(pk, "MEETING"), "SET ended_by = :by", "ended_by = :nobody", {}, {":by": by, ":nobody": "nobody"}
        )
        try:
            await table.transact([update, Put({"pk": pk, "sk": f"END#{by}"})])
        except ConditionNotMet:
            return False
        return True

    ended = await asyncio.gather(*(end(by) for by in range(8)))

    assert ended.count(True) == 1
    assert _sort_keys(await table.query(pk)) == [f"END#{ended.index(True)}", "MEETING"]


async def test_transactions_that_count_at_the_same_time_lose_no_count(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "MEETING", "joined_count": 0})
    count = Update(Key(pk, "MEETING"), "ADD joined_count :one", values={":one": 1})
    await asyncio.gather(
        *(table.transact([Put({"pk": pk, "sk": f"PARTICIPANT#{number}"}), count]) for number in range(8))
    )
    item = await table.get(Key(pk, "MEETING"), consistent=True)
    assert item is not None
    assert item["joined_count"] == 8


async def test_a_transaction_whose_answer_got_lost_is_done_once_and_known_as_ours(
    caller_for: CallerFor, clock: Clock, pk: str
) -> None:
    unlucky = Table(LossyCaller(caller_for("dynamodb"), losses=2), MANIFEST.table.name, clock)
    await unlucky.put({"pk": pk, "sk": "MEETING", "joined_count": 0})
    count = Update(Key(pk, "MEETING"), "ADD joined_count :one", values={":one": 1})

    await unlucky.transact([Put({"pk": pk, "sk": "PARTICIPANT"}), count])

    item = await unlucky.get(Key(pk, "MEETING"), consistent=True)
    assert item is not None
    assert item["joined_count"] == 1


# --- conflicts (by script: a real engine makes them only now and then) -----------------------------------------------


@dataclass
class RefusingCaller:
    """Refuses with these errors, one a call, then does nothing well."""

    refusals: list[AwsError]
    tokens: list[str] = field(default_factory=list)

    async def call(self, _: str, request: AwsRequest) -> AwsAnswer:
        self.tokens.append(request["ClientRequestToken"])
        if self.refusals:
            raise self.refusals.pop(0)
        return {}


@dataclass
class BusyCaller:
    """Has capacity for one item a call, and leaves the others out; of `A` there is none."""

    calls: int = 0

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        assert operation == "BatchGetItem"
        self.calls += 1
        asked = request["RequestItems"]["t"]
        assert asked["ConsistentRead"]
        first, *others = asked["Keys"]
        found = [] if first["sk"] == {"S": "A"} else [{**first, "name": first["sk"]}]
        left = {"t": {**asked, "Keys": others}} if others else {}
        return {"Responses": {"t": found}, "UnprocessedKeys": left}


class FullCaller:
    """Has no capacity for anything."""

    async def call(self, _: str, request: AwsRequest) -> AwsAnswer:
        return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}


async def test_several_items_are_read_at_once_in_the_order_that_they_were_asked_for(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "B", "name": "b"})
    await table.put({"pk": pk, "sk": "D", "name": "d", "expires_at": 1})
    await table.put({"pk": pk, "sk": "C", "name": "c"})
    keys = [Key(pk, sk) for sk in "CABD"]
    found = await table.get_all(keys)
    assert [item and item["name"] for item in found] == ["c", None, "b", None]


async def test_what_dynamodb_leaves_out_is_asked_for_again() -> None:
    caller = BusyCaller()
    found = await Table(caller, "t").get_all([Key("x", sk) for sk in "CAB"])
    assert [item and item["name"] for item in found] == ["C", None, "B"]
    assert caller.calls == 3


async def test_what_dynamodb_always_leaves_out_is_not_taken_for_absent() -> None:
    with pytest.raises(AwsThrottled):
        await Table(FullCaller(), "t").get_all([Key("x", "A"), Key("x", "B")])


def _sort_keys(items: list[Item]) -> list[str]:
    return [item["sk"] for item in items]


def _conflict() -> AwsError:
    return AwsThrottled("TransactWriteItems", "TransactionCanceledException")


async def test_a_transaction_that_met_another_is_tried_again_as_a_new_one() -> None:
    caller = RefusingCaller([_conflict(), _conflict()])
    await Table(caller, "t").transact([Put({"pk": "A", "sk": "A"})])
    assert len(set(caller.tokens)) == 3


async def test_a_transaction_that_aws_still_works_on_is_asked_about_under_its_own_token() -> None:
    caller = RefusingCaller([AwsThrottled("TransactWriteItems", IN_PROGRESS)])
    await Table(caller, "t").transact([Put({"pk": "A", "sk": "A"})])
    assert len(caller.tokens) == 2
    assert len(set(caller.tokens)) == 1


async def test_a_transaction_that_always_meets_another_says_so_in_the_end() -> None:
    caller = RefusingCaller([_conflict() for _ in range(9)])
    with pytest.raises(AwsThrottled):
        await Table(caller, "t").transact([Put({"pk": "A", "sk": "A"})])
    assert len(caller.tokens) == 5
