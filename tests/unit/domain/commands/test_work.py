"""The slow half: done once, tried again where that helps, and never without a word to the person who waits."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from kaltura_discord.commands.dispatch import NOT_NOW
from kaltura_discord.commands.model import Action, Command, Deferred
from kaltura_discord.commands.registry import Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.work import LEASE_SECONDS, TOKEN_SECONDS, TryAgain, carry_out, give_up
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.kaltura.errors import KalturaBusy
from kaltura_discord.meetings.errors import MeetingError
from kaltura_discord.meetings.models import Person
from kaltura_discord.resilience.deadline import Deadline
from local_stack.places import REPOSITORY
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

Json = dict[str, Any]


@dataclass
class Errand:
    """The work of the test's own command: counts how often it is done, and does what a test wants."""

    stage: Stage
    times: int = 0
    does: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, _: Interaction, __: Services, ___: Deadline) -> Message | None:
        self.times += 1
        if self.does is not None:
            await self.does()
        return note("Done.")

    def raises(self, error: BaseException) -> None:
        async def fail() -> None:
            raise error

        self.does = fail


@pytest.fixture
def errand(stage: Stage) -> Errand:
    return Errand(stage)


@pytest.fixture
def working(stage: Stage, errand: Errand) -> Stage:
    commands = (Command("errand", "1.0.0", "Errand", Deferred(errand), deprecated_names=("chore",)),)
    return replace(stage, registry=Registry(commands, (Action("turn", Deferred(errand, changes_message=True)),)))


async def task_for(stage: Stage, payload: Json) -> Json:
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    return task


async def worked(stage: Stage, task: Json) -> None:
    await carry_out(task, stage.services, stage.registry)


def told(stage: Stage, payload: Json) -> str:
    return text_of(stage.discord.answers[payload["token"]])


async def test_the_message_becomes_the_answer(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    await worked(working, await task_for(working, payload))
    assert told(working, payload) == "Done."
    assert errand.times == 1


async def test_what_the_queue_delivers_twice_is_done_once(working: Stage, errand: Errand) -> None:
    task = await task_for(working, working.place.command("errand"))
    await worked(working, task)
    await worked(working, task)
    working.clock.pass_seconds(LEASE_SECONDS * 2)
    await worked(working, task)
    assert errand.times == 1


async def test_a_second_worker_comes_back_while_the_first_is_at_work(working: Stage, errand: Errand) -> None:
    task = await task_for(working, working.place.command("errand"))
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await may_end.wait()

    errand.does = wait
    first = asyncio.create_task(worked(working, task))
    await begun.wait()
    with pytest.raises(TryAgain):
        await worked(working, task)
    may_end.set()
    await first
    await worked(working, task)
    assert errand.times == 1


async def test_after_a_death_the_work_is_done_by_another_when_the_lease_is_over(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    errand.raises(Crash())
    with pytest.raises(Crash):
        await worked(working, task)
    errand.does = None
    with pytest.raises(TryAgain):
        await worked(working, task)
    working.clock.pass_seconds(LEASE_SECONDS + 1)
    await worked(working, task)
    assert told(working, payload) == "Done."


async def test_a_lease_outlives_the_function_that_holds_it() -> None:
    manifest = json.loads((REPOSITORY / "infra" / "functions.json").read_text())
    (limit,) = (entry["timeout_seconds"] for entry in manifest["functions"] if entry["name"] == "tasks")
    (patience,) = (queue["visibility_timeout_seconds"] for queue in manifest["queues"] if queue["name"] == "tasks")
    assert limit < LEASE_SECONDS < patience


async def test_what_comes_too_late_to_be_answered_is_dropped(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    working.clock.pass_seconds(TOKEN_SECONDS + 1)
    await worked(working, task)
    assert errand.times == 0
    assert payload["token"] not in working.discord.answers


async def test_while_discord_is_down_the_work_comes_back_at_once(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    working.discord.is_down = True
    with pytest.raises(TryAgain):
        await worked(working, task)
    working.discord.is_down = False
    await worked(working, task)
    assert told(working, payload) == "Done."


async def test_while_the_table_is_down_the_work_comes_back(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    working.dynamodb.is_down = True
    with pytest.raises(TryAgain):
        await worked(working, task)
    assert errand.times == 0
    working.dynamodb.is_down = False
    await worked(working, task)
    assert told(working, payload) == "Done."


async def test_a_table_that_goes_down_during_the_work_loses_nothing(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)

    async def unplug() -> None:
        working.dynamodb.is_down = True
        await working.services.servers.find_now(working.guild_id)

    errand.does = unplug
    with pytest.raises(TryAgain):
        await worked(working, task)
    working.dynamodb.is_down = False
    errand.does = None
    with pytest.raises(TryAgain):
        # The lease could not be given back, so it has to run out.
        await worked(working, task)
    working.clock.pass_seconds(LEASE_SECONDS + 1)
    await worked(working, task)
    assert told(working, payload) == "Done."


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MeetingError("That meeting is gone."), "That meeting is gone."),
        (KalturaBusy("ACTION_BLOCKED"), "Kaltura is busy at the moment. Please try again in a minute."),
    ],
)
async def test_what_went_wrong_is_told_in_a_sentence(
    working: Stage, errand: Errand, error: Exception, sentence: str
) -> None:
    errand.raises(error)
    payload = working.place.command("errand")
    await worked(working, await task_for(working, payload))
    assert told(working, payload) == sentence


async def test_a_mistake_of_ours_is_told_with_a_reference_and_not_repeated(
    working: Stage, errand: Errand, caplog: pytest.LogCaptureFixture
) -> None:
    errand.raises(ZeroDivisionError("internal detail"))
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    await worked(working, task)
    assert "Something went wrong on our side" in told(working, payload)
    assert payload["id"] in told(working, payload)
    assert "internal detail" not in told(working, payload)
    await worked(working, task)
    assert errand.times == 1
    assert [record.interaction_id for record in caplog.records if record.exc_info] == [payload["id"]]  # type: ignore[attr-defined]


async def test_what_goes_wrong_behind_a_button_leaves_its_message_alone(working: Stage, errand: Errand) -> None:
    errand.raises(MeetingError("That meeting is gone."))
    payload = working.place.press("1:turn:2")
    await worked(working, await task_for(working, payload))
    assert payload["token"] not in working.discord.answers
    (told_privately,) = working.discord.follow_ups
    assert told_privately["flags"] & 64
    assert text_of(told_privately) == "That meeting is gone."


async def test_an_answer_that_discord_refuses_is_not_tried_for_ever(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    working.discord.unknown_tokens[payload["token"]] = 99
    await worked(working, task)
    await worked(working, task)
    assert errand.times == 1


async def test_a_rate_limit_longer_than_we_can_wait_comes_back(working: Stage, errand: Errand) -> None:
    payload = working.place.command("errand")
    task = await task_for(working, payload)
    working.discord.replies = [httpx.Response(429, json={"retry_after": 300, "global": False})]
    with pytest.raises(TryAgain):
        await worked(working, task)
    working.clock.pass_seconds(300)
    await worked(working, task)
    assert told(working, payload) == "Done."


async def test_after_the_last_try_the_person_is_told(working: Stage) -> None:
    payload = working.place.command("errand")
    await give_up(await task_for(working, payload), working.services, working.registry)
    assert told(working, payload) == NOT_NOW
    pressed = working.place.press("1:turn:2")
    await give_up(await task_for(working, pressed), working.services, working.registry)
    assert text_of(working.discord.follow_ups[0]) == NOT_NOW


async def test_giving_up_never_fails(working: Stage) -> None:
    task = await task_for(working, working.place.command("errand"))
    working.discord.is_down = True
    await give_up(task, working.services, working.registry)
    await give_up({"kind": "refresh_card"}, working.services, working.registry)
    await give_up({**task, "interaction": working.place.command("gone")}, working.services, working.registry)
    assert working.discord.answers == {}


async def test_a_command_of_its_former_name_says_the_new_one(working: Stage) -> None:
    payload = working.place.command("chore")
    await worked(working, await task_for(working, payload))
    assert told(working, payload) == "Done.\n-# `/chore` is now `/errand`."


@pytest.mark.parametrize("task", [{}, {"kind": "of a newer version"}])
async def test_a_task_that_nobody_knows_is_dropped(working: Stage, task: Json) -> None:
    await worked(working, task)
    assert working.discord.requests == []


async def test_a_card_is_refreshed(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.services.meetings.record_join(meeting, Person(UserId(snowflake()), "Bo"), int(stage.clock()))
    task = {"kind": "refresh_card", "guild_id": stage.guild_id, "meeting_id": meeting.meeting_id}
    for meeting_id in (meeting.meeting_id, snowflake()):
        await carry_out({**task, "meeting_id": meeting_id}, stage.services)
    await stage.tell()
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "1 joined: Bo" in text_of(card.body)
