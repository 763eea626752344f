"""DynamoDB in memory, with all that telling servers asks of it: transactions, batches, ranges, an index in order.

What it says is held against a real engine by `test_event_table`.
"""

import re
from typing import Any

from kaltura_discord.aws.attributes import from_item, to_item
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, ConditionNotMet
from tests.unit.domain.watch.memory_table import MemoryTable, Place, Values

_RANGE = re.compile(r"pk = :pk(?: AND (begins_with\(sk, :sk\)|sk <= :sk|sk BETWEEN :from AND :to))?")


class EventTable(MemoryTable):
    """Speaks `AwsCaller` for one table and its index."""

    def __init__(self) -> None:
        super().__init__()
        self._index: dict[str, set[Place]] = {}

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        match operation:
            case "TransactWriteItems":
                return await self._transact(request["TransactItems"])
            case "BatchGetItem":
                return self._batch(request["RequestItems"])
            case "DeleteItem":
                self._unlist((request["Key"]["pk"]["S"], request["Key"]["sk"]["S"]))
            case "Scan":
                places = [(pk, sk) for pk in sorted(self.items) for sk in sorted(self.items[pk])]
                return {"Items": [self._as_attributes[place] for place in places]}
        return await super().call(operation, request)

    def everything(self) -> list[Values]:
        """All items."""
        return [item for items in self.items.values() for item in items.values()]

    async def _transact(self, parts: list[AwsRequest]) -> AwsAnswer:
        self.calls.append("TransactWriteItems")
        places = [_written_by(part) for part in parts]
        assert len(set(places)) == len(places), "DynamoDB takes one item once in a transaction"
        for part, place in zip(parts, places, strict=True):
            (request,) = part.values()
            try:
                self._demand(request, place)
            except ConditionNotMet:
                raise ConditionNotMet("TransactWriteItems", "TransactionCanceledException") from None
        operations = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
        for part in parts:
            ((kind, request),) = part.items()
            await self.call(operations[kind], request)
            self.calls.pop()
        return {}

    def _batch(self, asked: AwsRequest) -> AwsAnswer:
        self.calls.append("BatchGetItem")
        ((name, wanted),) = asked.items()
        places = [(key["pk"]["S"], key["sk"]["S"]) for key in wanted["Keys"]]
        found = [self._as_attributes[place] for place in places if self._find(place) is not None]
        return {"Responses": {name: found}, "UnprocessedKeys": {}}

    def _write(self, place: Place, item: Values) -> None:
        self._unlist(place)
        if "gsi1pk" in item:
            self._index.setdefault(item["gsi1pk"], set()).add(place)
        super()._write(place, item)

    def _unlist(self, place: Place) -> None:
        before = self._find(place) or {}
        if "gsi1pk" in before:
            self._index[before["gsi1pk"]].discard(place)

    def _query(self, request: AwsRequest) -> list[Values]:
        values = from_item(request["ExpressionAttributeValues"])
        if request.get("IndexName"):
            listed = [self.items[pk][sk] for pk, sk in self._index.get(values[":pk"], ())]
            found = sorted(listed, key=lambda item: (item["gsi1sk"], item["pk"]))
        else:
            of_key = self.items.get(values[":pk"], {})
            wanted = _wanted(request["KeyConditionExpression"], values)
            found = [of_key[sk] for sk in sorted(of_key) if wanted(sk)]
        if "FilterExpression" in request:
            assert request["FilterExpression"] == "#kind = :kind"
            found = [item for item in found if item.get("kind") == values[":kind"]]
        return found if request.get("ScanIndexForward", True) else found[::-1]


def _written_by(part: AwsRequest) -> Place:
    (request,) = part.values()
    key = request.get("Key") or request["Item"]
    return key["pk"]["S"], key["sk"]["S"]


def _wanted(condition: str, values: Values) -> Any:
    match = _RANGE.fullmatch(condition)
    assert match is not None, condition
    span = match[1] or ""
    if span.startswith("begins_with"):
        return lambda sk: sk.startswith(values[":sk"])
    if span.startswith("sk <="):
        return lambda sk: sk <= values[":sk"]
    if span:
        return lambda sk: values[":from"] <= sk <= values[":to"]
    return lambda sk: True


def copied(items: list[Values]) -> EventTable:
    """A table with these items."""
    table = EventTable()
    for item in items:
        table._write((item["pk"], item["sk"]), from_item(to_item(item)))
    return table
