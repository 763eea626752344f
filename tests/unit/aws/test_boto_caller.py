"""What boto3 says, in our words."""

import pytest

from kaltura_discord.aws.boto_caller import BotoCaller
from kaltura_discord.aws.caller import AwsError, AwsUnavailable, ConditionNotMet
from tests.unit.aws.conftest import MANIFEST, Cloud

NOWHERE = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
}


async def test_nobody_listens() -> None:
    with pytest.raises(AwsUnavailable, match="GetItem: EndpointConnectionError"):
        await BotoCaller("dynamodb", NOWHERE).call("GetItem", {"TableName": "t", "Key": {"pk": {"S": "A"}}})


async def test_a_request_that_aws_does_not_know_is_an_error_of_ours_and_not_of_the_cloud() -> None:
    with pytest.raises(AwsError, match="ParamValidationError") as wrong:
        await BotoCaller("dynamodb", NOWHERE).call("GetItem", {"Tabel": "t"})
    assert not isinstance(wrong.value, AwsUnavailable)


async def test_a_condition_not_met_brings_what_is_there_instead(cloud: Cloud) -> None:
    caller = BotoCaller("dynamodb", cloud.environment)
    item = {"pk": {"S": "BOTO"}, "sk": {"S": "A"}}
    put = {
        "TableName": MANIFEST.table.name,
        "Item": item,
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    await caller.call("PutItem", put)
    with pytest.raises(ConditionNotMet) as refused:
        await caller.call("PutItem", put)
    assert refused.value.current == item
