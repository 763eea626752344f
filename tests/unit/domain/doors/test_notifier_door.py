"""The notifications queue's own function: in order, and what cannot be told now waits at the head of its group."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.aws.queues import OrderedQueue
from kaltura_discord.discord.errors import DiscordUnavailable
from kaltura_discord.notifications.errors import NotNow
from local_stack.places import REPOSITORY
from tests.unit.domain.doors.door import opened
from tests.unit.domain.tasks_double import TasksDouble

Json = dict[str, Any]


@dataclass
class Notifier:
    """The door, with a deliverer behind it that does as it is told."""

    module: ModuleType
    queue: TasksDouble = field(default_factory=TasksDouble)
    troubles: dict[str, Exception] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    shown: list[tuple[str, int]] = field(default_factory=list)

    async def ready(self) -> Any:
        telling = SimpleNamespace(
            deliverer=SimpleNamespace(deliver=self._deliver),
            card_editor=SimpleNamespace(show=self._show),
            queue=OrderedQueue(self.queue, "https://sqs/notifications.fifo"),
        )
        return SimpleNamespace(telling=telling)

    async def _deliver(self, _: str, key: str, __: object) -> None:
        if key in self.troubles:
            raise self.troubles[key]
        self.told.append(key)

    async def _show(self, _: str, meeting_id: str, receives: int, __: object) -> None:
        self.shown.append((meeting_id, receives))

    def bring(self, *messages: Json, receives: int = 1) -> list[str]:
        """The ids of those that come back, counted from 0."""
        records = [
            {
                "messageId": str(number),
                "receiptHandle": f"handle-{number}",
                "body": json.dumps(message),
                "attributes": {"ApproximateReceiveCount": str(receives)},
            }
            for number, message in enumerate(messages)
        ]
        answer = self.module.handler({"Records": records}, None)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def notification(key: str) -> Json:
    return {"kind": "notification", "guild_id": "300000000000000001", "key": key}


@pytest.fixture
def notifier(environment: dict[str, str]) -> Iterator[Notifier]:
    with opened("notifier", environment) as module:
        notifier = Notifier(module)
        module._services = notifier  # type: ignore[attr-defined]
        yield notifier


def test_what_is_told_does_not_come_back(notifier: Notifier) -> None:
    assert notifier.bring(notification("a"), notification("b")) == []
    assert notifier.told == ["a", "b"]


def test_a_rate_limit_is_waited_for_in_the_queue_and_nothing_overtakes(notifier: Notifier) -> None:
    notifier.troubles["b"] = NotNow(37.2, is_attempt=False, reason="rate limited")
    assert notifier.bring(notification("a"), notification("b"), notification("c")) == ["1", "2"]
    assert notifier.told == ["a"]
    assert notifier.queue.shown_again_in == [38]


@pytest.mark.parametrize("trouble", [AwsUnavailable("GetItem", "down"), DiscordUnavailable("down"), TimeoutError()])
def test_where_something_is_unwell_it_comes_back_soon(notifier: Notifier, trouble: Exception) -> None:
    notifier.troubles["a"] = trouble
    assert notifier.bring(notification("a")) == ["0"]
    assert notifier.queue.shown_again_in == [5]


def test_a_mistake_of_ours_comes_back_a_few_times_and_is_let_go(notifier: Notifier) -> None:
    notifier.troubles["broken"] = KeyError("a mistake")
    assert notifier.bring(notification("broken"), receives=9) == ["0"]
    assert notifier.bring(notification("broken"), notification("next"), receives=10) == []
    assert notifier.told == ["next"]


def test_where_the_queue_itself_is_unwell_its_own_patience_counts(notifier: Notifier) -> None:
    notifier.troubles["a"] = NotNow(2, is_attempt=True, reason="down")
    notifier.queue.is_down = True
    assert notifier.bring(notification("a")) == ["0"]


def test_a_card_is_made_to_show_its_meeting(notifier: Notifier) -> None:
    assert notifier.bring({"kind": "card", "guild_id": "3", "meeting_id": "77"}, receives=3) == []
    assert notifier.shown == [("77", 3)], "how often it came says how patient to be"


def test_what_nobody_knows_is_noted_and_dropped(notifier: Notifier) -> None:
    assert notifier.bring({"kind": "song", "guild_id": "3"}) == []


def test_the_queue_gives_up_long_after_we_do() -> None:
    manifest = json.loads((REPOSITORY / "infra" / "functions.json").read_text())
    (queue,) = (queue for queue in manifest["queues"] if queue["name"] == "notifications")
    (function,) = (function for function in manifest["functions"] if function["name"] == "notifier")
    assert queue["fifo"] is True
    assert queue["maximum_receives"] >= 500
    assert queue["visibility_timeout_seconds"] >= 6 * function["timeout_seconds"]
