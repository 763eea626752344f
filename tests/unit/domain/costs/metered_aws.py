"""DynamoDB with a meter: what it would charge for each call, by the sizes of the items that the call touches."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from infra.costs.capacity import item_bytes, read_units, write_units
from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest

INDEX_KEY = "gsi1pk"


@dataclass
class Meter:
    """What was charged so far."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: int = 0

    def reset(self) -> None:
        self.calls, self.read_units, self.write_units = Counter(), 0.0, 0


@dataclass
class MeteredAws:
    """Passes calls on, and notes what they cost. Items are looked at before and after a write, which is not charged."""

    inner: AwsCaller
    meter: Meter

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.meter.calls[operation] += 1
        match operation:
            case "GetItem" | "Query" | "Scan" | "BatchGetItem":
                answer = await self.inner.call(operation, request)
                self.meter.read_units += _read(operation, request, answer)
                return answer
            case "PutItem" | "UpdateItem" | "DeleteItem":
                return await self._written(operation, request, [request])
            case "TransactWriteItems":
                return await self._written(operation, request, [*_parts_of(request)])
        raise AssertionError(operation)

    async def _written(self, operation: str, request: AwsRequest, parts: list[AwsRequest]) -> AwsAnswer:
        places = [(part["TableName"], _key_of(part)) for part in parts]
        before = [await self._item(*place) for place in places]
        try:
            return await self.inner.call(operation, request)
        finally:
            after = [await self._item(*place) for place in places]
            units = sum(write_units(was, now, INDEX_KEY) for was, now in zip(before, after, strict=True))
            self.meter.write_units += units * 2 if operation == "TransactWriteItems" else units

    async def _item(self, table: str, key: dict[str, Any]) -> dict[str, Any] | None:
        found = await self.inner.call("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True})
        return found.get("Item")


def _read(operation: str, request: AwsRequest, answer: AwsAnswer) -> float:
    if operation == "BatchGetItem":
        items = [item for found in answer.get("Responses", {}).values() for item in found]
        asked = sum(len(keys["Keys"]) for keys in request["RequestItems"].values())
        is_consistent = any(keys.get("ConsistentRead", False) for keys in request["RequestItems"].values())
        missing = asked - len(items)
        found = sum(read_units(item_bytes(item), is_consistent=is_consistent) for item in items)
        return found + missing * read_units(0, is_consistent=is_consistent)
    items = answer.get("Items", [answer["Item"]] if "Item" in answer else [])
    size = sum(item_bytes(item) for item in items)
    return read_units(size, is_consistent=request.get("ConsistentRead", False))


def _parts_of(request: AwsRequest) -> Iterable[AwsRequest]:
    for part in request["TransactItems"]:
        ((_, inner),) = part.items()
        yield inner


def _key_of(part: AwsRequest) -> dict[str, Any]:
    whole = part.get("Key") or part["Item"]
    return {name: whole[name] for name in ("pk", "sk")}
