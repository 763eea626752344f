"""Our queues on a real engine, through our caller and through boto3."""

import json
import secrets
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsError, AwsRequest
from kaltura_discord.aws.queues import OrderedQueue, Queue
from tests.unit.aws.conftest import CallerFor, Cloud


class RememberingCaller:
    """Does nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, AwsRequest]] = []

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        self.calls.append((operation, request))
        return {}


@pytest.fixture
def sqs(caller_for: CallerFor) -> AwsCaller:
    return caller_for("sqs")


@pytest.fixture
async def url(sqs: AwsCaller) -> str:
    """A queue of its own for each test."""
    answer = await sqs.call("CreateQueue", {"QueueName": f"test-{secrets.token_hex(6)}"})
    return str(answer["QueueUrl"])


async def _received(sqs: AwsCaller, url: str) -> list[dict[str, Any]]:
    answer = await sqs.call("ReceiveMessage", {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": 60})
    messages: list[dict[str, Any]] = answer.get("Messages", [])
    return messages


@pytest.mark.parametrize(
    "title",
    [
        "Weekly design review",
        "Überblick 🎬 שלום",
        "line\nbreak \u0000 and \u0008",
        "\ufffe\uffff",
        "half a pair \ud83c",
    ],
    ids=["plain", "alphabets", "control characters", "what is no character", "half an emoji"],
)
async def test_whatever_people_write_arrives_as_it_was_sent(sqs: AwsCaller, url: str, title: str) -> None:
    message = {"kind": "interaction", "interaction": {"title": title, "count": 1, "nothing": None}}
    await Queue(sqs, url).send(message)
    (received,) = await _received(sqs, url)
    assert json.loads(received["Body"]) == message
    assert received["Body"].isascii()
    assert received["Body"].isprintable()


async def test_a_delayed_message_is_not_there_yet(sqs: AwsCaller, url: str) -> None:
    await Queue(sqs, url).send({"kind": "refresh_card"}, delay_seconds=60)
    assert await _received(sqs, url) == []


async def test_a_message_that_failed_can_be_shown_again_soon(sqs: AwsCaller, url: str) -> None:
    queue = Queue(sqs, url)
    await queue.send({"kind": "interaction"})
    (first,) = await _received(sqs, url)
    assert await _received(sqs, url) == []

    await queue.show_again_in(first["ReceiptHandle"], 0)

    (again,) = await _received(sqs, url)
    assert again["MessageId"] == first["MessageId"]


async def test_the_tasks_queue_is_the_one_that_the_functions_know(caller_for: CallerFor, cloud: Cloud) -> None:
    sqs = caller_for("sqs")
    await Queue(sqs, cloud.tasks_url).send({"kind": "refresh_card"})
    (received,) = await _received(sqs, cloud.tasks_url)
    await sqs.call("DeleteMessage", {"QueueUrl": cloud.tasks_url, "ReceiptHandle": received["ReceiptHandle"]})
    assert json.loads(received["Body"]) == {"kind": "refresh_card"}


async def test_a_queue_that_is_not_there_is_an_error(sqs: AwsCaller, url: str) -> None:
    with pytest.raises(AwsError):
        await Queue(sqs, f"{url}-gone").send({"kind": "interaction"})


async def test_a_delay_is_never_longer_than_sqs_can() -> None:
    caller = RememberingCaller()
    queue = Queue(caller, "https://queue")
    await queue.send({"kind": "later"}, delay_seconds=5000)
    await queue.send({"kind": "now"})
    assert [request.get("DelaySeconds") for _, request in caller.calls] == [900, None]


TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


async def test_a_message_bears_the_trace_of_the_invocation_that_sent_it(
    sqs: AwsCaller, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
    await Queue(sqs, url).send({"kind": "traced"})
    request = {"QueueUrl": url, "MessageSystemAttributeNames": ["AWSTraceHeader"]}
    (message,) = (await sqs.call("ReceiveMessage", request))["Messages"]
    assert message["Attributes"]["AWSTraceHeader"] == TRACE


async def test_each_invocation_has_a_trace_of_its_own_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    caller = RememberingCaller()
    queue = OrderedQueue(caller, "https://queue.fifo")
    for header in (TRACE, TRACE.replace("Sampled=1", "Sampled=0"), ""):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", header)
        await queue.send_in_order({"kind": "one"}, "group", "once")
    monkeypatch.delenv("_X_AMZN_TRACE_ID")
    await queue.send_in_order({"kind": "one"}, "group", "once")
    sent = [request.get("MessageSystemAttributes", {}) for _, request in caller.calls]
    assert [attributes.get("AWSTraceHeader", {}).get("StringValue") for attributes in sent] == [
        TRACE,
        TRACE.replace("Sampled=1", "Sampled=0"),
        None,
        None,
    ]
