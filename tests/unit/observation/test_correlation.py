"""One id follows a deed through logs and queues."""

import asyncio
import json
import logging
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest
from kaltura_discord.aws.json_log import JsonLines
from kaltura_discord.aws.queues import OrderedQueue, Queue
from kaltura_discord.observation.correlation import follow, follow_message, followed


class Sent:
    """Keeps what was sent to SQS."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def call(self, _: str, request: AwsRequest) -> AwsAnswer:
        self.messages.append(json.loads(request["MessageBody"]))
        return {}


async def test_each_message_bears_what_it_follows_from() -> None:
    sent = Sent()
    await Queue(sent, "url").send({"kind": "a"})
    follow("1234")
    await Queue(sent, "url").send({"kind": "b"})
    await OrderedQueue(sent, "url").send_in_order({"kind": "c"}, "group", "once")
    assert [message.get("correlation_id") for message in sent.messages] == [None, "1234", "1234"]


async def test_each_line_of_the_log_bears_it() -> None:
    record = logging.makeLogRecord({"msg": "something"})
    assert "correlation_id" not in json.loads(JsonLines().format(record))
    follow("EVENT#kaltura:1")
    assert json.loads(JsonLines().format(record))["correlation_id"] == "EVENT#kaltura:1"


async def test_what_runs_side_by_side_keeps_its_own() -> None:
    async def deed(name: str) -> str:
        follow(name)
        await asyncio.sleep(0)
        return await asyncio.create_task(passed_on())

    async def passed_on() -> str:
        return followed()

    assert list(await asyncio.gather(deed("a"), deed("b"))) == ["a", "b"]
    assert followed() == ""


@pytest.mark.parametrize("strange", ["a\nb", 'a"b', "a b", "ä" * 300])
async def test_it_is_always_short_and_plain(strange: str) -> None:
    follow(strange)
    assert len(followed()) <= 128
    assert followed().isascii()
    assert not set(followed()) & set('\n" ')


@pytest.mark.parametrize(
    ("message", "identifier"),
    [
        ({"kind": "event", "key": "kaltura:77", "correlation_id": "12"}, "12"),
        ({"kind": "event", "key": "kaltura:77"}, "kaltura:77"),
        ({"kind": "interaction", "interaction": {"id": "99"}}, "99"),
        ({"kind": "refresh_card"}, "refresh_card"),
    ],
)
async def test_a_message_says_what_it_belongs_to(message: dict[str, Any], identifier: str) -> None:
    follow_message(message)
    assert followed() == identifier
