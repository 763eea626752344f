"""The tasks queue's own function: each message by itself, and what should come back is reported as failed."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local_stack.places import REPOSITORY
from tests.unit.domain.doors.discord_on_a_port import DiscordOnAPort, discord_on_a_port
from tests.unit.domain.doors.door import opened
from tests.unit.domain.sent_by_discord import Place, snowflake
from tests.unit.domain.words import text_of

Json = dict[str, Any]


@dataclass
class Worker:
    handler: Any
    discord: DiscordOnAPort
    module: Any

    def deliver(self, *tasks: Json, receives: int = 1) -> list[str]:
        """The ids of the messages that come back, counted from 0."""
        records = [
            {
                "messageId": str(number),
                "receiptHandle": f"handle-{number}",
                "body": json.dumps(task),
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "eventSource": "aws:sqs",
            }
            for number, task in enumerate(tasks)
        ]
        answer = self.handler({"Records": records}, None)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def task(name: str = "kaltura-end") -> Json:
    """A command whose meeting does not exist, so that its work is one sentence."""
    payload = Place(snowflake(), snowflake()).command(name, {"meeting": snowflake()})
    return {"kind": "interaction", "interaction": payload, "received_at": int(time.time())}


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[Worker]:
    with discord_on_a_port() as discord:
        discord.answers[("PATCH", "/messages/@original")] = 200, {"id": snowflake()}
        with opened("tasks", {**environment, "DISCORD_API_URL": discord.url}) as module:
            yield Worker(module.handler, discord, module)


def test_what_is_done_does_not_come_back(worker: Worker) -> None:
    assert worker.deliver(task(), task()) == []
    assert len(worker.discord.received) == 2
    assert "No running meeting is called" in text_of(worker.discord.received[0][2])


def test_what_should_come_back_does_and_the_others_do_not(worker: Worker) -> None:
    failing = task()
    token = failing["interaction"]["token"]
    worker.discord.answers = {
        ("PATCH", f"/{token}/messages/@original"): (429, {"retry_after": 600}),
        **worker.discord.answers,
    }
    assert worker.deliver(task(), failing, task()) == ["1"]


def test_after_the_last_try_the_person_is_told(
    worker: Worker, environment: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    late = task()
    unplugged = {**environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "DISCORD_API_URL": worker.discord.url}
    with opened("tasks", unplugged) as module:
        without_table = Worker(module.handler, worker.discord, module)
        assert without_table.deliver(late, receives=4) == ["0"]
        assert worker.discord.received == []
        assert without_table.deliver(late, receives=5) == ["0"]
    ((_, path, told),) = worker.discord.received
    assert late["interaction"]["token"] in path
    assert "Try again in a minute" in text_of(told)
    assert "comes back when the queue's own patience is over" in capsys.readouterr().out


def test_there_is_one_pause_less_than_the_queue_tries(worker: Worker) -> None:
    manifest = json.loads((REPOSITORY / "infra" / "functions.json").read_text())
    (tries,) = (queue["maximum_receives"] for queue in manifest["queues"] if queue["name"] == "tasks")
    assert tries == 5
    pauses = worker.module._AGAIN_AFTER_SECONDS
    assert len(pauses) == tries - 1
    assert list(pauses) == sorted(pauses)
