"""The quick half notices that a server uses the app, and is never kept by that."""

import asyncio
import time

import pytest

from kaltura_discord.aws.caller import AwsAnswer, AwsRequest
from kaltura_discord.aws.queues import Queue
from kaltura_discord.commands.onboarding.first_use import REMEMBERED_SECONDS, FirstUses
from kaltura_discord.commands.told_lately import ToldLately
from tests.unit.domain.commands.newcomer import Newcomer
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.stage import Stage


class Hanging:
    """A queue that never answers."""

    async def call(self, _: str, __: AwsRequest) -> AwsAnswer:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")


@pytest.fixture
def newcomer(stage: Stage) -> Newcomer:
    return Newcomer(stage)


async def test_the_queue_is_told_once_and_again_when_the_operator_decided_otherwise(newcomer: Newcomer) -> None:
    stage = newcomer.stage
    for _ in range(3):
        await stage.acknowledged(stage.place.command("kaltura-help"))
    assert [task["kind"] for task in stage.tasks.sent] == ["first_use"]
    assert stage.tasks.delays == [2]
    await stage.services.servers.revoke(stage.guild_id)
    await stage.services.servers.find_now(stage.guild_id)
    await stage.acknowledged(stage.place.command("kaltura-help"))
    assert len(stage.tasks.sent) == 2


async def test_a_member_who_may_not_set_it_up_sends_no_token(newcomer: Newcomer) -> None:
    await newcomer.stage.acknowledged(newcomer.stage.place.command("kaltura-help", by=ANN))
    (task,) = newcomer.stage.tasks.sent
    assert (task["may_configure"], task["token"]) == (False, "")


async def test_a_queue_that_is_down_disturbs_nobody(newcomer: Newcomer) -> None:
    newcomer.stage.tasks.is_down = True
    answer = await newcomer.stage.acknowledged(newcomer.stage.place.command("kaltura-help"))
    assert answer.body is not None
    assert answer.body["type"] == 4
    newcomer.stage.tasks.is_down = False
    await newcomer.stage.acknowledged(newcomer.stage.place.command("kaltura-help"))
    assert len(newcomer.stage.tasks.sent) == 1, "the next use makes up for it"


async def test_a_queue_that_does_not_answer_is_not_waited_for(newcomer: Newcomer) -> None:
    services = newcomer.stage.services
    told = ToldLately(REMEMBERED_SECONDS)
    services.first_uses = FirstUses(Queue(Hanging(), "https://sqs.test/tasks"), services.servers, told)
    began = time.monotonic()
    answer = await newcomer.stage.acknowledged(newcomer.stage.place.command("kaltura-help"))
    assert answer.body is not None
    assert answer.body["type"] == 4
    assert time.monotonic() - began < 1


async def test_direct_messages_and_keystrokes_are_no_use_of_a_server(newcomer: Newcomer) -> None:
    await newcomer.stage.acknowledged(newcomer.stage.place.direct_message("kaltura-help"))
    await newcomer.stage.acknowledged(newcomer.stage.place.typing("kaltura-join", "meeting", "w"))
    assert newcomer.stage.tasks.sent == []
