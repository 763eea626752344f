"""A real engine and the table in memory side by side: each call goes to both, and both must say the same."""

import asyncio
import math
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.attributes import from_item
from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest, ConditionNotMet
from tests.unit.domain.watch.memory_table import MemoryTable


@dataclass
class MirroredTable:
    """Speaks `AwsCaller`; answers as the engine does."""

    engine: AwsCaller
    memory: MemoryTable
    # Calls may come side by side; both tables have to see them in one order.
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    calls: int = 0

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        async with self.one_at_a_time:
            self.calls += 1
            real, mirrored = (
                await _outcome(self.engine, operation, request),
                await _outcome(self.memory, operation, request),
            )
        assert _is_same(_read(real), _read(mirrored)), f"{operation} {request}: {real} is not {mirrored}"
        if isinstance(real, ConditionNotMet):
            raise real
        return real


async def _outcome(caller: AwsCaller, operation: str, request: AwsRequest) -> AwsAnswer | ConditionNotMet:
    try:
        return await caller.call(operation, request)
    except ConditionNotMet as refused:
        return refused


def _read(outcome: AwsAnswer | ConditionNotMet) -> Any:
    if isinstance(outcome, ConditionNotMet):
        return ("refused", from_item(outcome.current) if outcome.current else None)
    if "Items" in outcome:
        return [from_item(item) for item in outcome["Items"]]
    if "Responses" in outcome:
        items = [from_item(item) for found in outcome["Responses"].values() for item in found]
        return sorted(items, key=lambda item: (item["pk"], item["sk"]))
    found = outcome.get("Item") or outcome.get("Attributes")
    return from_item(found) if found else None


def _is_same(one: Any, other: Any) -> bool:
    """Equal, but for the last digit of sums, and but for attributes that hold nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = {name for name in {*one, *other} if one.get(name) is not None or other.get(name) is not None}
        return all(_is_same(one.get(name), other.get(name)) for name in names)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-14)
    return bool(one == other)
