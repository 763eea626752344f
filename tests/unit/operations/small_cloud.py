"""A table and a queue in memory: what operators' commands ask of AWS and no more."""

from typing import Any

from kaltura_discord.aws.caller import AwsAnswer, AwsError, AwsRequest

KeyPair = tuple[str, str]


class SmallCloud:
    """Understands `PutItem`, `DeleteItem`, `GetItem`, a `Query` of the index or by a beginning, `GetQueueAttributes`.

    An `UpdateItem` too, where it only sets values, and transactions, as far as every condition holds.
    """

    def __init__(self) -> None:
        self.items: dict[KeyPair, dict[str, Any]] = {}
        self.waiting = 0
        self.trouble: dict[str, AwsError] = {}
        self.operations: list[str] = []

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.operations.append(operation)
        if operation in self.trouble:
            raise self.trouble[operation]
        match operation:
            case "PutItem":
                self.items[_key(request["Item"])] = request["Item"]
                return {}
            case "UpdateItem":
                self._set(request)
                return {}
            case "DeleteItem":
                self.items.pop(_key(request["Key"]), None)
                return {}
            case "TransactWriteItems":
                for write in request["TransactItems"]:
                    ((kind, inner),) = write.items()
                    await self.call(f"{kind}Item", inner)
                return {}
            case "GetItem":
                found = self.items.get(_key(request["Key"]))
                return {"Item": found} if found else {}
            case "Query":
                return {"Items": self._found(request)}
            case "GetQueueAttributes":
                return {"Attributes": {"ApproximateNumberOfMessages": str(self.waiting)}}
        raise AssertionError(f"{operation} is not what an operator's command does")

    def _set(self, request: AwsRequest) -> None:
        item = self.items.setdefault(_key(request["Key"]), dict(request["Key"]))
        for change in request["UpdateExpression"].removeprefix("SET ").split(", "):
            name, value = change.split(" = ")
            item[name] = request["ExpressionAttributeValues"][value]

    def _found(self, request: AwsRequest) -> list[dict[str, Any]]:
        values = request["ExpressionAttributeValues"]
        if request.get("IndexName") == "gsi1":
            return [item for item in self.items.values() if item.get("gsi1pk") == values[":pk"]]
        assert request["KeyConditionExpression"] == "pk = :pk AND begins_with(sk, :sk)"
        beginning = values[":pk"]["S"], values[":sk"]["S"]
        return [item for (pk, sk), item in self.items.items() if pk == beginning[0] and sk.startswith(beginning[1])]


def _key(attributes: dict[str, Any]) -> KeyPair:
    return attributes["pk"]["S"], attributes["sk"]["S"]
