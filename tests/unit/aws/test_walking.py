"""Walks through the table, page by page, on a real engine, through our caller and through boto3."""

from contextlib import aclosing

from kaltura_discord.aws.table import Table
from tests.unit.aws.conftest import Clock

# DynamoDB ends a page at 1 MB (DynamoDB Developer Guide: Paginating table query results).
LARGE = "x" * 300_000


async def test_a_span_of_a_partition_is_walked_in_order(table: Table, clock: Clock, pk: str) -> None:
    for sk in ("A#2", "B#4", "A#1", "B#3", "C#5", "B#2", "B#1"):
        await table.put({"pk": pk, "sk": sk, "text": LARGE})
    await table.put({"pk": pk, "sk": "B#5", "expires_at": int(clock.now)})
    await table.put({"pk": f"{pk}0", "sk": "B#1"})
    assert [item["sk"] async for item in table.walk(pk, "A#2", "B#9")] == ["A#2", "B#1", "B#2", "B#3", "B#4"]
    assert [item["sk"] async for item in table.walk(pk, "X", "Y")] == []


async def test_one_kind_is_picked_out_newest_first_and_the_walk_may_stop_early(table: Table, pk: str) -> None:
    for number in range(9):
        kind = "config" if number % 4 == 0 else "meeting"
        await table.put({"pk": pk, "sk": f"A#{number}", "kind": kind, "text": LARGE})
    newest = table.walk(pk, "A#", "A#~", kind="config", newest_first=True)
    async with aclosing(newest) as items:
        assert [item["sk"] async for item in items] == ["A#8", "A#4", "A#0"]
    async with aclosing(table.walk(pk, "A#", "A#~", kind="config")) as items:
        assert (await anext(items))["sk"] == "A#0"


async def test_pages_of_a_few_are_walked_to_the_end(table: Table, clock: Clock, pk: str) -> None:
    for number in range(7):
        await table.put({"pk": pk, "sk": f"A#{number}"})
    await table.put({"pk": pk, "sk": "A#5", "expires_at": int(clock.now)})
    found = [item["sk"] async for item in table.walk(pk, "A#", "A#~", newest_first=True, on_a_page=2)]
    assert found == ["A#6", "A#4", "A#3", "A#2", "A#1", "A#0"]


async def test_a_span_of_all_partitions_is_walked_and_nothing_is_left_out(table: Table, pk: str) -> None:
    mark = f"WALK#{pk}"
    for number in range(6):
        await table.put({"pk": f"{pk}#{number}", "sk": f"{mark}#{number}", "text": LARGE})
    found = [item["sk"] async for item in table.walk_all(f"{mark}#1", f"{mark}#4")]
    assert sorted(found) == [f"{mark}#{number}" for number in range(1, 5)]


async def test_everything_is_scanned_in_pages_also_what_has_expired(table: Table, clock: Clock, pk: str) -> None:
    for number in range(6):
        await table.put({"pk": f"{pk}#{number}", "sk": "SCAN", "text": LARGE, "expires_at": int(clock.now) - number})
    found: list[str] = []
    pages, further = 0, None
    while pages == 0 or further is not None:
        items, further = await table.scan(further)
        found += [item["pk"] for item in items if item["pk"].startswith(pk)]
        pages += 1
    assert sorted(found) == [f"{pk}#{number}" for number in range(6)]
    assert pages > 1
