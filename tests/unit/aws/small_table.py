"""One item in memory, for laws that are tried a thousand times: what `SlidingWindow` asks of DynamoDB and no more."""

from typing import Any

from kaltura_discord.aws.attributes import from_item, to_item
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, ConditionNotMet


class OneItemCaller:
    """Understands `GetItem`, and an `UpdateItem` that is conditional on what the item holds; `calls` lists them."""

    def __init__(self) -> None:
        self._item: dict[str, Any] | None = None
        self.calls: list[str] = []

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.calls.append(operation)
        if operation == "GetItem":
            return {"Item": to_item(self._item)} if self._item else {}
        assert operation == "UpdateItem"
        assert request["UpdateExpression"] == "SET uses = :uses, expires_at = :expires"
        values = from_item(request["ExpressionAttributeValues"])
        believed = "uses = :seen" if ":seen" in values else "attribute_not_exists(pk)"
        assert request["ConditionExpression"] == f"{believed} OR expires_at <= :now"
        if not self._may_write(values):
            raise ConditionNotMet(operation, "ConditionalCheckFailedException", to_item(self._item or {}))
        key = from_item(request["Key"])
        self._item = {**key, "uses": values[":uses"], "expires_at": values[":expires"]}
        return {"Attributes": to_item(self._item)}

    def forget(self) -> None:
        """An operator deletes the item."""
        self._item = None

    def _may_write(self, values: dict[str, Any]) -> bool:
        if self._item is None:
            return ":seen" not in values
        is_as_seen = bool(self._item["uses"] == values.get(":seen"))
        return is_as_seen or bool(self._item["expires_at"] <= values[":now"])
