"""What is read from the table, counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest
from tests.unit.domain.stage import Stage


@dataclass
class CountedReads:
    """DynamoDB, which notes of each page that is queried which sort keys were asked for, and how many items it has."""

    inner: AwsCaller
    pages: list[tuple[str, int]] = field(default_factory=list)

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        answer = await self.inner.call(operation, request)
        if operation == "Query":
            values = request["ExpressionAttributeValues"]
            asked = values.get(":sk") or values.get(":from") or {"S": ""}
            self.pages.append((asked["S"], answer["ScannedCount"]))
        return answer

    def of(self, prefix: str) -> list[int]:
        """How many items the pages of this kind had."""
        return [count for asked, count in self.pages if asked.startswith(prefix)]


@contextmanager
def counted_reads(stage: Stage) -> Iterator[CountedReads]:
    """Count what is read meanwhile."""
    inner = stage.dynamodb.inner
    reads = stage.dynamodb.inner = CountedReads(inner)
    try:
        yield reads
    finally:
        stage.dynamodb.inner = inner
