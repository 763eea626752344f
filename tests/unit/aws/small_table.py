"""One item in memory, for laws that are tried a thousand times: what `SlidingWindow` asks of DynamoDB and no more."""

from typing import Any

from kaltura_discord.aws.attributes import from_item, to_item
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, ConditionNotMet


class OneItemCaller:
    """Understands an `UpdateItem` that is conditional on what the item holds; `calls` counts them."""

    def __init__(self) -> None:
        self._item: dict[str, Any] | None = None
        self.calls = 0

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.calls += 1
        assert operation == "UpdateItem"
        assert request["UpdateExpression"] == "SET uses = :uses, expires_at = :expires"
        assert request["ConditionExpression"] == "attribute_not_exists(pk) OR uses = :seen OR expires_at <= :now"
        values = from_item(request["ExpressionAttributeValues"])
        if not self._may_write(values):
            raise ConditionNotMet(operation, "ConditionalCheckFailedException", to_item(self._item or {}))
        key = from_item(request["Key"])
        self._item = {**key, "uses": values[":uses"], "expires_at": values[":expires"]}
        return {"Attributes": to_item(self._item)}

    def _may_write(self, values: dict[str, Any]) -> bool:
        if self._item is None:
            return True
        is_as_seen = bool(self._item["uses"] == values[":seen"])
        return is_as_seen or bool(self._item["expires_at"] <= values[":now"])
