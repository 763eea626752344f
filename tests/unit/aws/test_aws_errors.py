"""What AWS's refusals mean to us."""

import pytest

from kaltura_discord.aws.caller import AwsError, AwsThrottled, AwsUnavailable, ConditionNotMet, error_for

DYNAMODB = "com.amazonaws.dynamodb.v20120810#"
ITEM = {"pk": {"S": "A"}, "version": {"N": "7"}}


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (400, f"{DYNAMODB}ProvisionedThroughputExceededException", AwsThrottled),
        (400, f"{DYNAMODB}RequestLimitExceeded", AwsThrottled),
        (400, "com.amazon.coral.availability#ThrottlingException", AwsThrottled),
        (400, f"{DYNAMODB}TransactionInProgressException", AwsThrottled),
        (403, "com.amazonaws.sqs#RequestThrottled", AwsThrottled),
        (429, "Whatever", AwsThrottled),
        (500, f"{DYNAMODB}InternalServerError", AwsUnavailable),
        (503, "", AwsUnavailable),
        (400, "com.amazon.coral.validate#ValidationException", AwsError),
        (400, f"{DYNAMODB}ResourceNotFoundException", AwsError),
        (403, "com.amazon.coral.service#AccessDeniedException", AwsError),
        (400, "com.amazonaws.sqs#QueueDoesNotExist", AwsError),
    ],
)
def test_a_refusal_is_one_of_few_kinds(status: int, code: str, meaning: type[AwsError]) -> None:
    error = error_for("PutItem", status, code, "", {})
    assert type(error) is meaning
    assert error.operation == "PutItem"
    assert "#" not in error.code


def test_a_condition_not_met_brings_what_is_there_instead() -> None:
    error = error_for("PutItem", 400, f"{DYNAMODB}ConditionalCheckFailedException", "", {"Item": ITEM})
    assert isinstance(error, ConditionNotMet)
    assert error.current == ITEM


def test_a_transaction_cancelled_by_a_condition_is_a_condition_not_met() -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}, {"Code": "TransactionConflict"}]
    answer = {"CancellationReasons": reasons}
    error = error_for("TransactWriteItems", 400, f"{DYNAMODB}TransactionCanceledException", "", answer)
    assert isinstance(error, ConditionNotMet)


def test_a_transaction_cancelled_by_another_one_may_be_tried_again() -> None:
    answer = {"CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}]}
    error = error_for("TransactWriteItems", 400, f"{DYNAMODB}TransactionCanceledException", "", answer)
    assert isinstance(error, AwsThrottled)


def test_where_reasons_are_missing_the_message_tells_them() -> None:
    message = "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]"
    error = error_for("TransactWriteItems", 400, f"{DYNAMODB}TransactionCanceledException", message, {})
    assert isinstance(error, ConditionNotMet)


def test_a_transaction_cancelled_for_another_reason_is_an_error_of_ours() -> None:
    answer = {"CancellationReasons": [{"Code": "ValidationError"}]}
    error = error_for("TransactWriteItems", 400, f"{DYNAMODB}TransactionCanceledException", "", answer)
    assert type(error) is AwsError
