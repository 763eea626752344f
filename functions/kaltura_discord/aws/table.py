"""The one DynamoDB table: keys, conditional writes, and reads that never see what has expired.

DynamoDB deletes expired items within days, not at once (DynamoDB Developer Guide: TTL), so every read here drops
items whose `expires_at` (epoch seconds) has passed.

A call whose answer got lost on the way is sent again, though AWS may have done it the first time. For `put_new` and
`transact`, whose answer says whether *we* wrote, that must not look as if somebody else had been faster:

    we    PutItem, if not there ──── AWS writes ──── ✗ answer lost
    we    PutItem, if not there ──── AWS: it is there already ──── and bears our mark, so it was us

A new item bears the mark of its writer in `_written_by`, which no read shows; a transaction bears a token, by which
AWS knows it again (Amazon DynamoDB API Reference: TransactWriteItems, ClientRequestToken).
"""

import asyncio
import os
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from kaltura_discord.aws.attributes import Item, Value, from_item, to_attribute, to_item
from kaltura_discord.aws.caller import IN_PROGRESS, AwsCaller, AwsRequest, AwsThrottled, ConditionNotMet
from kaltura_discord.aws.writes import NOT_THERE, Delete, Key, Put, Update, Write, part_of_transaction, update_request

__all__ = ["INDEX", "NOT_THERE", "Delete", "Key", "Put", "Table", "Update", "Write", "found_instead"]

INDEX = "gsi1"

_WRITTEN_BY = "_written_by"

_TRANSACTION_PATIENCE_SECONDS = (0.05, 0.1, 0.2, 0.4)
# What DynamoDB has no capacity for at the moment it leaves out (Amazon DynamoDB API Reference: BatchGetItem).
_BATCH_PATIENCE_SECONDS = (0.05, 0.1, 0.2)


class Table:
    """The table, through any caller."""

    def __init__(self, caller: AwsCaller, name: str, now: Callable[[], float] = time.time) -> None:
        self._caller = caller
        self._name = name
        self._now = now

    async def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """The item at `key`, or None. A consistent read sees every write that was answered before it."""
        answer = await self._call("GetItem", {"Key": key.attributes(), "ConsistentRead": consistent})
        found = answer.get("Item")
        return self._living(found) if found else None

    async def get_all(self, keys: Sequence[Key]) -> list[Item | None]:
        """The items at `keys` (at most 100, each once), consistently, by one call; None where there is none.

        Raises:
            AwsThrottled: DynamoDB left some of them out each time it was asked.
        """
        asked: AwsRequest = {self._name: {"Keys": [key.attributes() for key in keys], "ConsistentRead": True}}
        found: dict[tuple[str, str], Item | None] = {}
        for patience in (*_BATCH_PATIENCE_SECONDS, None):
            answer = await self._caller.call("BatchGetItem", {"RequestItems": asked})
            for attributes in answer.get("Responses", {}).get(self._name, []):
                found[attributes["pk"]["S"], attributes["sk"]["S"]] = self._living(attributes)
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return [found.get((key.pk, key.sk)) for key in keys]
            if patience is not None:
                await asyncio.sleep(random.uniform(0, patience))  # noqa: S311 - jitter, no secret
        raise AwsThrottled("BatchGetItem", "UnprocessedKeys")

    async def put_new(self, item: Mapping[str, Value]) -> bool:
        """Write `item` unless one with its key lives already; whether it was written.

        An expired item that DynamoDB has not yet deleted does not count as living.
        """
        mark = to_attribute(_new_mark())
        request = {
            "Item": {**to_item(item), _WRITTEN_BY: mark},
            "ConditionExpression": f"{NOT_THERE} OR expires_at <= :now",
            "ExpressionAttributeValues": {":now": to_attribute(int(self._now()))},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            await self._call("PutItem", request)
        except ConditionNotMet as refused:
            return refused.current is not None and refused.current.get(_WRITTEN_BY) == mark
        return True

    async def put(self, item: Mapping[str, Value]) -> None:
        """Write `item` over whatever is there. For items whose last writer is right by design."""
        await self._call("PutItem", {"Item": to_item(item)})

    async def update(self, update: Update) -> Item:
        """Change one item and return it as it is now.

        Raises:
            ConditionNotMet: the condition did not hold.
        """
        request = update_request(update)
        request["ReturnValues"] = "ALL_NEW"
        if update.tells_current:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        answer = await self._call("UpdateItem", request)
        return _shown(answer.get("Attributes", {}))

    async def delete(self, key: Key) -> None:
        """Remove an item; nothing happens where there is none."""
        await self._call("DeleteItem", {"Key": key.attributes()})

    async def take(self, key: Key) -> Item | None:
        """Remove an item and return it; of many who take it at the same moment, one gets it."""
        answer = await self._call("DeleteItem", {"Key": key.attributes(), "ReturnValues": "ALL_OLD"})
        found = answer.get("Attributes")
        return self._living(found) if found else None

    async def query(
        self,
        pk: str,
        *,
        sk_prefix: str = "",
        sk_until: str = "",
        newest_first: bool = False,
        limit: int = 0,
        consistent: bool = False,
    ) -> list[Item]:
        """The living items under `pk` whose sort key begins with `sk_prefix`, or sorts up to `sk_until`.

        Reads all pages; `limit` (0: none) bounds how many items are returned. A consistent query sees every write
        that was answered before it, and costs twice as much.
        """
        condition, values = "pk = :pk", {":pk": to_attribute(pk)}
        if sk_prefix:
            condition += " AND begins_with(sk, :sk)"
            values[":sk"] = to_attribute(sk_prefix)
        elif sk_until:
            condition += " AND sk <= :sk"
            values[":sk"] = to_attribute(sk_until)
        request: AwsRequest = {
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": consistent,
        }
        return await self._pages(request, limit)

    async def walk(
        self, pk: str, sk_from: str, sk_to: str, *, kind: str = "", newest_first: bool = False, on_a_page: int = 0
    ) -> AsyncGenerator[Item, None]:
        """The living items under `pk` whose sort keys are between the two, in order, read page by page.

        With `kind` only those whose attribute of this name says so: the others are read, and not sent to us. Whoever
        stops before the end closes the walk (`contextlib.aclosing`), and says how many are `on_a_page` (0: as many as
        1 MB holds), since all of a page is read and paid for.
        """
        request: AwsRequest = {
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :from AND :to",
            "ExpressionAttributeValues": {
                ":pk": to_attribute(pk),
                ":from": to_attribute(sk_from),
                ":to": to_attribute(sk_to),
            },
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        if kind:
            request["FilterExpression"] = "#kind = :kind"
            request["ExpressionAttributeNames"] = {"#kind": "kind"}
            request["ExpressionAttributeValues"][":kind"] = to_attribute(kind)
        if on_a_page:
            request["Limit"] = on_a_page
        async for item in self._walk("Query", request):
            yield item

    async def walk_all(self, sk_from: str, sk_to: str) -> AsyncGenerator[Item, None]:
        """The same under all `pk`, one after the other. Reads everything there is: not for what happens often."""
        request: AwsRequest = {
            "FilterExpression": "sk BETWEEN :from AND :to",
            "ExpressionAttributeValues": {":from": to_attribute(sk_from), ":to": to_attribute(sk_to)},
            "ConsistentRead": True,
        }
        async for item in self._walk("Scan", request):
            yield item

    async def scan(self, after: Key | None = None) -> tuple[list[Item], Key | None]:
        """A page of everything there is, from the beginning or after a key; and after which key to go on, if any.

        Unlike all other reads it also tells what has expired and was not deleted yet. For what looks through all of the
        table and may have to stop on its way.
        """
        request: AwsRequest = {"ConsistentRead": True}
        if after is not None:
            request["ExclusiveStartKey"] = after.attributes()
        answer = await self._call("Scan", request)
        items = [_shown(found) for found in answer.get("Items", [])]
        if "LastEvaluatedKey" not in answer:
            return items, None
        last = from_item(answer["LastEvaluatedKey"])
        return items, Key(last["pk"], last["sk"])

    async def query_index(self, gsi1pk: str, *, newest_first: bool = False, limit: int = 0) -> list[Item]:
        """The living items under `gsi1pk` in the index; they may lag behind the table by moments.

        `newest_first` turns the order of their sort keys round, which must begin with a time for it.
        """
        request: AwsRequest = {
            "IndexName": INDEX,
            "KeyConditionExpression": "gsi1pk = :pk",
            "ExpressionAttributeValues": {":pk": to_attribute(gsi1pk)},
            "ScanIndexForward": not newest_first,
        }
        return await self._pages(request, limit)

    async def transact(self, writes: Sequence[Write]) -> None:
        """All of `writes` or none.

        Two transactions that touch one item at the same moment cancel each other; such a one is tried again.

        Raises:
            ConditionNotMet: one of the conditions did not hold.
        """
        request: AwsRequest = {"TransactItems": [part_of_transaction(write, self._name) for write in writes]}
        request["ClientRequestToken"] = _new_mark()
        for patience in (*_TRANSACTION_PATIENCE_SECONDS, None):
            try:
                await self._caller.call("TransactWriteItems", request)
                return
            except AwsThrottled as refused:
                if patience is None:
                    raise
                if refused.code != IN_PROGRESS:
                    request["ClientRequestToken"] = _new_mark()
                await asyncio.sleep(random.uniform(0, patience))  # noqa: S311 - jitter, no secret

    async def _pages(self, request: AwsRequest, limit: int) -> list[Item]:
        items: list[Item] = []
        further: AwsRequest | None = request
        while further is not None and not (limit and len(items) >= limit):
            page, further = await self._page("Query", further)
            items.extend(page)
        return items[:limit] if limit else items

    async def _walk(self, operation: str, request: AwsRequest) -> AsyncIterator[Item]:
        further: AwsRequest | None = request
        while further is not None:
            page, further = await self._page(operation, further)
            for item in page:
                yield item

    async def _page(self, operation: str, request: AwsRequest) -> tuple[list[Item], AwsRequest | None]:
        """The living items of a page, and what to ask for the next one; None where there is none."""
        answer = await self._call(operation, request)
        living = [self._living(found) for found in answer.get("Items", [])]
        last = answer.get("LastEvaluatedKey")
        further = {**request, "ExclusiveStartKey": last} if last else None
        return [item for item in living if item is not None], further

    async def _call(self, operation: str, request: AwsRequest) -> dict[str, Any]:
        return await self._caller.call(operation, {"TableName": self._name, **request})

    def _living(self, attributes: Mapping[str, Any]) -> Item | None:
        item = _shown(attributes)
        expires_at = item.get("expires_at")
        if isinstance(expires_at, int | float) and expires_at <= self._now():
            return None
        return item


def found_instead(refused: ConditionNotMet) -> Item | None:
    """The item that a refused write found, expired or not; None where there was none or nobody asked to be told."""
    return _shown(refused.current) if refused.current else None


def _new_mark() -> str:
    return os.urandom(16).hex()


def _shown(attributes: Mapping[str, Any]) -> Item:
    item = from_item(attributes)
    item.pop(_WRITTEN_BY, None)
    return item
