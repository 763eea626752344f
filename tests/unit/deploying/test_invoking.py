"""One version of a function is called, and not the alias; what it raises is an error with its reason."""

import json
from collections.abc import Iterator

import pytest

from infra.deploying.first_calls import Invoke
from infra.deploying.invoking import invoker
from kaltura_discord.aws.caller import AwsError
from tests.unit.deploying.aws_on_a_port import Answer, scripted_aws

calls: list[tuple[str, object]] = []


def lambda_service(_: str, path: str, body: bytes) -> Answer:
    calls.append((path, json.loads(body)))
    if "/k-broken/" in path:
        said = {"errorType": "Runtime.ImportModuleError", "errorMessage": "No module named 'nacl'"}
        return 200, {"X-Amz-Function-Error": "Unhandled"}, json.dumps(said).encode()
    if "/k-nobody/" in path:
        return 404, {"x-amzn-errortype": "ResourceNotFoundException"}, b'{"Message": "Function not found"}'
    return 200, {}, b'{"statusCode": 202}'


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Iterator[Invoke]:
    calls.clear()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    with scripted_aws(lambda_service) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        yield invoker({"AWS_REGION": "eu-west-1"})


async def test_the_version_is_called_with_the_event(invoke: Invoke) -> None:
    assert await invoke("k-api", "5", {"a": "ü"}) == {"statusCode": 202}
    assert calls == [("/2015-03-31/functions/k-api/invocations?Qualifier=5", {"a": "ü"})]


@pytest.mark.parametrize(
    ("function", "reason"), [("k-broken", "ImportModuleError No module named 'nacl'"), ("k-nobody", "not found")]
)
async def test_what_went_wrong_is_said_and_not_tried_again(invoke: Invoke, function: str, reason: str) -> None:
    with pytest.raises(AwsError, match=reason):
        await invoke(function, "5", {})
    assert len(calls) == 1
