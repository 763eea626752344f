"""What many write in the same moment, what answers were lost of, and what AWS is too busy for: once, or said so."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from kaltura_discord.aws.caller import (
    IN_PROGRESS,
    AwsAnswer,
    AwsCaller,
    AwsError,
    AwsRequest,
    AwsThrottled,
    ConditionNotMet,
)
from kaltura_discord.aws.table import Key, Put, Table, Update
from tests.unit.aws.conftest import MANIFEST, CallerFor, Clock


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


# --- the same moment -------------------------------------------------------------------------------------------------


async def test_of_many_who_write_it_at_the_same_moment_one_is_first(table: Table, pk: str) -> None:
    written = await asyncio.gather(*(table.put_new({"pk": pk, "sk": "A", "by": number}) for number in range(10)))
    assert written.count(True) == 1
    item = await table.get(Key(pk, "A"), consistent=True)
    assert item is not None
    assert item["by"] == written.index(True)


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
    assert [item["sk"] for item in await table.query(pk)] == [f"END#{ended.index(True)}", "MEETING"]


async def test_transactions_that_count_at_the_same_time_lose_no_count(table: Table, pk: str) -> None:
    await table.put({"pk": pk, "sk": "MEETING", "joined_count": 0})
    count = Update(Key(pk, "MEETING"), "ADD joined_count :one", values={":one": 1})
    await asyncio.gather(
        *(table.transact([Put({"pk": pk, "sk": f"PARTICIPANT#{number}"}), count]) for number in range(8))
    )
    item = await table.get(Key(pk, "MEETING"), consistent=True)
    assert item is not None
    assert item["joined_count"] == 8


# --- answers that got lost -------------------------------------------------------------------------------------------


async def test_a_new_item_whose_answer_got_lost_was_still_written_by_us(
    caller_for: CallerFor, clock: Clock, pk: str
) -> None:
    unlucky = Table(LossyCaller(caller_for("dynamodb"), losses=1), MANIFEST.table.name, clock)
    assert await unlucky.put_new({"pk": pk, "sk": "A"})


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


# --- too little capacity (by script) ---------------------------------------------------------------------------------


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


async def test_what_dynamodb_leaves_out_is_asked_for_again() -> None:
    caller = BusyCaller()
    found = await Table(caller, "t").get_all([Key("x", sk) for sk in "CAB"])
    assert [item and item["name"] for item in found] == ["C", None, "B"]
    assert caller.calls == 3


async def test_what_dynamodb_always_leaves_out_is_not_taken_for_absent() -> None:
    with pytest.raises(AwsThrottled):
        await Table(FullCaller(), "t").get_all([Key("x", "A"), Key("x", "B")])
