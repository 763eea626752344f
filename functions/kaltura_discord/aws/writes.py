"""What is written into the table, as values: items by their address, changes, and what is done together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kaltura_discord.aws.attributes import Value, to_attribute, to_item
from kaltura_discord.aws.caller import AwsRequest

NOT_THERE = "attribute_not_exists(pk)"


@dataclass(frozen=True, slots=True)
class Key:
    """An item's address."""

    pk: str
    sk: str

    def attributes(self) -> AwsRequest:
        """The key as DynamoDB wants it."""
        return {"pk": {"S": self.pk}, "sk": {"S": self.sk}}


@dataclass(frozen=True, slots=True)
class Update:
    """A change of one item, in DynamoDB's own expression language.

    `names` maps `#placeholders` to attribute names, `values` maps `:placeholders` to values. With `tells_current` a
    refusal bears the item that it found (see `found_instead`), which saves whoever lost a race the read.
    """

    key: Key
    expression: str
    condition: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    tells_current: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """A whole item to write where `condition` holds (by default: where there is none yet)."""

    item: Mapping[str, Value]
    condition: str = NOT_THERE


@dataclass(frozen=True, slots=True)
class Delete:
    """An item to remove."""

    key: Key


Write = Update | Put | Delete


def update_request(update: Update) -> AwsRequest:
    """The update as DynamoDB wants it."""
    request: AwsRequest = {"Key": update.key.attributes(), "UpdateExpression": update.expression}
    if update.condition:
        request["ConditionExpression"] = update.condition
    if update.names:
        request["ExpressionAttributeNames"] = dict(update.names)
    if update.values:
        request["ExpressionAttributeValues"] = {name: to_attribute(value) for name, value in update.values.items()}
    return request


def part_of_transaction(write: Write, table: str) -> AwsRequest:
    """The write as a part of a transaction."""
    match write:
        case Put():
            put: AwsRequest = {"TableName": table, "Item": to_item(write.item)}
            if write.condition:
                put["ConditionExpression"] = write.condition
            return {"Put": put}
        case Delete():
            return {"Delete": {"TableName": table, "Key": write.key.attributes()}}
        case Update():
            return {"Update": {"TableName": table, **update_request(write)}}
