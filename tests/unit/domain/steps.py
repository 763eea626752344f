"""Everything the domain asks of the outside, counted, so that a test can let it die at any point in between.

Every call passes two steps: one before it is made and one after it has taken effect.
"""

from dataclasses import dataclass

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest, AwsUnavailable


class Crash(BaseException):
    """The process dies here. No `except Exception` catches it, as none catches a power cut."""


@dataclass
class Steps:
    """Counts steps; dies at the one numbered `crash_at`, once."""

    crash_at: int = 0
    taken: int = 0

    def take(self) -> None:
        self.taken += 1
        if self.taken == self.crash_at:
            raise Crash


@dataclass
class CountedAws:
    """An AWS service whose calls are counted, and which can be down."""

    inner: AwsCaller
    steps: Steps
    is_down: bool = False
    fails_on: str = ""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.steps.take()
        if self.is_down or (self.fails_on and self.fails_on in (operation, str(request.get("UpdateExpression")))):
            raise AwsUnavailable(operation, "down")
        answer = await self.inner.call(operation, request)
        self.steps.take()
        return answer
