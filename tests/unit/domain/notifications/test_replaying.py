"""`make replay-failed`: what failed for good is done again, and what was done meanwhile is not."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.operations.dead_letters import DeadLetters
from infra.operations.replay_failed import NOTHING, Desk, carry_out, read_arguments
from infra.operations.running import NotAgreed
from kaltura_discord.aws.caller import AwsAnswer, AwsRequest, AwsUnavailable
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.models import Notification, NotificationState
from kaltura_discord.notifications.sending import MOST_ATTEMPTS
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage

NEWS = ChannelId("400000000000000061")
DAY = 24 * 3600


@dataclass
class Queues:
    """SQS, as far as dead letters are concerned; `dies_before` is an operation that fails once."""

    messages: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    dies_before: str = ""

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        if operation == self.dies_before:
            self.dies_before = ""
            raise AwsUnavailable(operation, "down")
        queue = self.messages[str(request.get("QueueUrl", "")).rsplit("/", 1)[-1]]
        match operation:
            case "GetQueueUrl":
                return {"QueueUrl": f"https://sqs/{request['QueueName']}"}
            case "GetQueueAttributes" if request["AttributeNames"] == ["RedrivePolicy"]:
                name = str(request["QueueUrl"]).rsplit("/", 1)[-1]
                target = f"arn:aws:sqs:us-east-1:000000000000:{_dead(name)}"
                return {"Attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": target})}}
            case "GetQueueAttributes":
                return {"Attributes": {"ApproximateNumberOfMessages": str(len(queue))}}
            case "ReceiveMessage":
                return {"Messages": queue[:10]} if queue else {}
            case "DeleteMessage":
                queue[:] = [each for each in queue if each["ReceiptHandle"] != request["ReceiptHandle"]]
                return {}
            case "SendMessage":
                group = {"MessageGroupId": request["MessageGroupId"]} if "MessageGroupId" in request else {}
                queue.append({"Body": request["MessageBody"], "ReceiptHandle": snowflake(), "Attributes": group})
                return {}
        raise AssertionError(operation)

    def give_up(self, queue: str, body: dict[str, Any], group: str = "") -> None:
        attributes = {"MessageGroupId": group} if group else {}
        message = {"Body": json.dumps(body), "ReceiptHandle": snowflake(), "Attributes": attributes}
        self.messages[_dead(queue)].append(message)

    def bodies(self, queue: str) -> list[Any]:
        return [json.loads(message["Body"]) for message in self.messages[queue]]


def _dead(queue: str) -> str:
    name, dot, fifo = queue.partition(".")
    return f"{name}-dead-letters{dot}{fifo}"


@dataclass
class Operator:
    """Who runs the command, and what they see."""

    stage: Stage
    queues: Queues = field(default_factory=Queues)
    agrees: bool = True
    seen: list[str] = field(default_factory=list)

    async def run(self, *words: str) -> str:
        telling = self.stage.services.telling
        dead_letters = tuple(DeadLetters(self.queues, name.split(".")[0], f"https://sqs/{name}") for name in QUEUES)
        configs = self.stage.services.server_configs
        desk = Desk(telling.store, telling.outbox, configs, dead_letters, self._asked, self.seen.append)
        return await carry_out(read_arguments(words), desk, datetime.fromtimestamp(self.stage.clock.seconds, UTC))

    def _asked(self, _: str, __: Collection[str]) -> bool:
        return self.agrees


QUEUES = ("tasks", "notifications.fifo")


@pytest.fixture
async def operator(stage: Stage) -> Operator:
    await stage.set({"notifications": {"channels": {"default": NEWS}}})
    return Operator(stage)


async def a_video(stage: Stage) -> Notification:
    """It is on its way."""
    entry_id = f"1_{snowflake()[-8:]}"
    video = Notification(f"video_ready#{entry_id}", stage.guild_id, "video_ready", entry_id, {"title": "Cells"})
    await stage.services.telling.outbox.tell(video)
    return video


async def failed(stage: Stage) -> Notification:
    """A video of which nobody could be told."""
    video = await a_video(stage)
    stage.discord.closed_channels.add(NEWS)
    await stage.tell()
    stage.discord.closed_channels.clear()
    return video


async def state(stage: Stage, video: Notification) -> NotificationState:
    found = await stage.services.telling.store.find(video.guild_id, video.key)
    assert found is not None
    return found.state


async def test_where_nothing_has_failed_it_says_so(operator: Operator) -> None:
    assert await operator.run("--guild", operator.stage.guild_id) == NOTHING


async def test_it_is_shown_with_reasons_and_nothing_is_done_unless_the_operator_agrees(operator: Operator) -> None:
    video = await failed(operator.stage)
    operator.agrees = False
    with pytest.raises(NotAgreed):
        await operator.run("--guild", operator.stage.guild_id)
    assert operator.seen[0] == "1 notifications that could not be told:"
    assert f"1 × server {operator.stage.guild_id}: A new video is ready: I can't write in <#{NEWS}>" in operator.seen[1]
    assert await state(operator.stage, video) is NotificationState.FAILED


async def test_what_could_not_be_told_is_told_once(operator: Operator) -> None:
    videos = [await failed(operator.stage) for _ in range(3)]
    assert await operator.run("--guild", operator.stage.guild_id) == (
        "0 dead letters and 3 notifications are on their way again."
    )
    await operator.stage.tell()
    assert {await state(operator.stage, video) for video in videos} == {NotificationState.SENT}
    assert await operator.run("--guild", operator.stage.guild_id) == NOTHING
    assert len(operator.stage.discord.in_channel(NEWS)) == 3


async def test_what_failed_again_is_found_once(operator: Operator) -> None:
    await failed(operator.stage)
    operator.stage.discord.closed_channels.add(NEWS)
    for _ in range(2):
        await operator.run("--guild", operator.stage.guild_id)
        operator.stage.clock.pass_seconds(1)
        await operator.stage.tell()
    operator.seen.clear()
    operator.agrees = False
    with pytest.raises(NotAgreed):
        await operator.run("--guild", operator.stage.guild_id)
    assert operator.seen[0] == "1 notifications that could not be told:"


async def unanswered(stage: Stage) -> Notification:
    """A video of which it is not known whether it stands in the channel: Discord was down for a quarter of an hour."""
    video = await a_video(stage)
    stage.discord.is_down = True
    for _ in range(MOST_ATTEMPTS):
        await stage.tell()
    stage.discord.is_down = False
    return video


async def night_falls(stage: Stage) -> str:
    """It is quiet for eight hours from now on; when that is over, as the operator reads it."""
    now = datetime.fromtimestamp(stage.clock.seconds, UTC).replace(second=0)
    until = now + timedelta(hours=8)
    quiet_hours = {"hours": f"{now:%H:%M}-{until:%H:%M}", "time_zone": "UTC"}
    await stage.set({"notifications": {"channels": {"default": NEWS}, "quiet_hours": quiet_hours}})
    return f"{until:%Y-%m-%d %H:%M} UTC"


async def test_in_quiet_hours_what_was_refused_is_held_and_told_afterwards(operator: Operator) -> None:
    video = await failed(operator.stage)
    await night_falls(operator.stage)
    assert "1 notifications are on their way again" in await operator.run("--guild", operator.stage.guild_id)
    await operator.stage.tell()
    assert await state(operator.stage, video) is NotificationState.HELD
    assert operator.stage.discord.in_channel(NEWS) == []


async def test_in_quiet_hours_what_may_stand_already_is_left_until_they_are_over(operator: Operator) -> None:
    left = await unanswered(operator.stage)
    until = await night_falls(operator.stage)
    told = await operator.run("--guild", operator.stage.guild_id)
    assert told == (
        "1 notifications are left: it is quiet in their servers, and they may have been posted before. "
        f"Run it again after {until}."
    )
    assert operator.seen == [], "there is nothing to agree to"
    await operator.stage.tell()
    assert await state(operator.stage, left) is NotificationState.FAILED
    assert operator.stage.discord.in_channel(NEWS) == []

    operator.stage.clock.pass_seconds(8 * 3600)
    assert "1 notifications are on their way again." in await operator.run("--guild", operator.stage.guild_id)
    await operator.stage.tell()
    assert await state(operator.stage, left) is NotificationState.SENT


async def test_in_quiet_hours_the_operator_agrees_to_what_is_done_and_reads_what_is_left(operator: Operator) -> None:
    await unanswered(operator.stage)
    await failed(operator.stage)
    until = await night_falls(operator.stage)
    told = await operator.run("--guild", operator.stage.guild_id)
    assert operator.seen[0] == "1 notifications that could not be told:"
    assert told.startswith("0 dead letters and 1 notifications are on their way again. 1 notifications are left: ")
    assert told.endswith(f"Run it again after {until}.")


async def test_settings_that_cannot_be_read_hold_nothing_up(operator: Operator) -> None:
    await unanswered(operator.stage)
    await operator.stage.set({"notifications": {"quiet_hours": {"hours": "always"}}})
    assert "1 notifications are on their way again" in await operator.run("--guild", operator.stage.guild_id)


async def test_old_news_is_told_only_where_it_is_asked_for(operator: Operator) -> None:
    await failed(operator.stage)
    began = datetime.fromtimestamp(operator.stage.clock.seconds, UTC)
    operator.stage.clock.pass_seconds(3 * DAY)
    assert await operator.run("--guild", operator.stage.guild_id) == NOTHING
    since = f"{began:%Y-%m-%d}"
    assert "1 notifications" in await operator.run("--guild", operator.stage.guild_id, "--since", since)


async def test_a_queue_that_is_down_leaves_it_as_failed_as_it_was(operator: Operator) -> None:
    video = await failed(operator.stage)
    operator.stage.tasks.is_down = True
    with pytest.raises(AwsUnavailable):
        await operator.run("--guild", operator.stage.guild_id)
    operator.stage.tasks.is_down = False
    assert await state(operator.stage, video) is NotificationState.FAILED


async def test_dead_letters_go_back_where_they_came_from(operator: Operator) -> None:
    for number in range(25):
        operator.queues.give_up("tasks", {"kind": "event", "key": str(number)})
    operator.queues.give_up("notifications.fifo", {"kind": "card", "meeting_id": "7"}, group="3#7")
    told = await operator.run("--since", "2033-01-01")
    assert told.startswith("26 dead letters and ")
    assert len(operator.queues.bodies("tasks")) == 25
    (card,) = operator.queues.messages["notifications.fifo"]
    assert card["Attributes"] == {"MessageGroupId": "3#7"}
    for name in ("tasks-dead-letters", "notifications-dead-letters.fifo"):
        assert operator.queues.bodies(name) == []


async def test_one_that_was_not_taken_off_is_sent_twice_and_never_lost(operator: Operator) -> None:
    operator.queues.give_up("tasks", {"kind": "event", "key": "a"})
    operator.queues.dies_before = "DeleteMessage"
    with pytest.raises(AwsUnavailable):
        await operator.run()
    await operator.run()
    assert operator.queues.bodies("tasks") == [{"kind": "event", "key": "a"}] * 2


async def test_of_one_server_dead_letters_are_left(operator: Operator) -> None:
    operator.queues.give_up("tasks", {"kind": "event", "key": "a"})
    assert await operator.run("--guild", operator.stage.guild_id) == NOTHING
    assert len(operator.queues.bodies("tasks-dead-letters")) == 1


@pytest.mark.parametrize("words", [("--guild", "school"), ("--since", "yesterday")])
async def test_what_cannot_be_read_is_said(operator: Operator, words: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match=r"GUILD|SINCE"):
        await operator.run(*words)
