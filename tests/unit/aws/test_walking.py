"""Walks through the table, page by page, on a real engine, through our caller and through boto3."""

import secrets

import pytest

from kaltura_discord.aws.table import Table
from tests.unit.aws.conftest import Clock

# DynamoDB ends a page at 1 MB (DynamoDB Developer Guide: Paginating table query results).
LARGE = "x" * 300_000


@pytest.fixture
def pk() -> str:
    """A partition of its own for each test, since all share one table."""
    return f"TEST#{secrets.token_hex(8)}"


async def test_a_span_of_a_partition_is_walked_in_order(table: Table, clock: Clock, pk: str) -> None:
    for sk in ("A#2", "B#4", "A#1", "B#3", "C#5", "B#2", "B#1"):
        await table.put({"pk": pk, "sk": sk, "text": LARGE})
    await table.put({"pk": pk, "sk": "B#5", "expires_at": int(clock.now)})
    await table.put({"pk": f"{pk}0", "sk": "B#1"})
    assert [item["sk"] async for item in table.walk(pk, "A#2", "B#9")] == ["A#2", "B#1", "B#2", "B#3", "B#4"]
    assert [item["sk"] async for item in table.walk(pk, "X", "Y")] == []


async def test_a_span_of_all_partitions_is_walked_and_nothing_is_left_out(table: Table, pk: str) -> None:
    mark = f"WALK#{pk}"
    for number in range(6):
        await table.put({"pk": f"{pk}#{number}", "sk": f"{mark}#{number}", "text": LARGE})
    found = [item["sk"] async for item in table.walk_all(f"{mark}#1", f"{mark}#4")]
    assert sorted(found) == [f"{mark}#{number}" for number in range(1, 5)]
