"""How a call to AWS looks to the rest of this room: an operation, a request, an answer; and how it fails.

    AwsError
    ├── AwsUnavailable      no answer in time, no connection, a 5xx: the outcome may be unknown
    ├── AwsThrottled        AWS asks us to slow down
    └── ConditionNotMet     a conditional write found another state (`current` is what it found)

Two callers speak this protocol: `signed_caller` (ours, for the doors that pay for every millisecond) and
`boto_caller` (boto3, everywhere else).
"""

from typing import Any, Protocol

AwsRequest = dict[str, Any]
AwsAnswer = dict[str, Any]

IN_PROGRESS = "TransactionInProgressException"

_THROTTLES = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "TooManyRequestsException",
        # The same transaction, sent again while AWS still works on the first.
        IN_PROGRESS,
    }
)
_CONDITION = "ConditionalCheckFailedException"
_TRANSACTION = "TransactionCanceledException"


class AwsError(Exception):
    """AWS refused a call; `code` is AWS's own name for the reason."""

    def __init__(self, operation: str, code: str, message: str = "") -> None:
        super().__init__(f"{operation}: {code} {message}".strip())
        self.operation = operation
        self.code = code


class AwsUnavailable(AwsError):
    """AWS did not answer, or answered that it is broken."""


class AwsThrottled(AwsError):
    """AWS asks us to slow down; the call did nothing."""


class ConditionNotMet(AwsError):
    """The condition of a write did not hold; nothing was written. `current` is the item found, raw, if asked for."""

    def __init__(self, operation: str, code: str, current: AwsAnswer | None = None) -> None:
        super().__init__(operation, code)
        self.current = current


class AwsCaller(Protocol):
    """Makes calls to one AWS service."""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        """Make one call, such as `PutItem`.

        Raises:
            AwsError: see the tree in the module.
        """


def error_for(operation: str, status: int, code: str, message: str, answer: AwsAnswer) -> AwsError:
    """The error for an answer that is none; `code` may bear a namespace before a `#`."""
    name = code.rsplit("#", 1)[-1].split(":", 1)[0]
    if name == _CONDITION:
        return ConditionNotMet(operation, name, answer.get("Item"))
    if name == _TRANSACTION and _has_failed_condition(message, answer):
        return ConditionNotMet(operation, name)
    if name in _THROTTLES or status == 429 or (name == _TRANSACTION and _has_conflict(message, answer)):
        return AwsThrottled(operation, name, message)
    if status >= 500:
        return AwsUnavailable(operation, name or str(status), message)
    return AwsError(operation, name, message)


def _has_failed_condition(message: str, answer: AwsAnswer) -> bool:
    return "ConditionalCheckFailed" in _cancellation_codes(answer) or "ConditionalCheckFailed" in message


def _has_conflict(message: str, answer: AwsAnswer) -> bool:
    # Two transactions touched one item at the same moment; ours did nothing and may be tried again.
    return "TransactionConflict" in _cancellation_codes(answer) or "TransactionConflict" in message


def _cancellation_codes(answer: AwsAnswer) -> list[str]:
    reasons = answer.get("CancellationReasons") or []
    return [str(reason.get("Code")) for reason in reasons if isinstance(reason, dict)]
