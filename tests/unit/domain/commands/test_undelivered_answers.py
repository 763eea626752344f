"""What was done and could not be told: the next try tells it, and does not do it again."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Update
from kaltura_discord.commands.model import Command, Deferred
from kaltura_discord.commands.registry import Registry
from kaltura_discord.commands.services import Services
from kaltura_discord.commands.video_search import UNSURE_WHETHER_SHARED
from kaltura_discord.commands.work import LEASE_SECONDS, TryAgain, carry_out
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.meetings.models import MeetingState
from kaltura_discord.resilience.deadline import Deadline
from tests.unit.domain.sent_by_discord import BO, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of, text_of
from tests.unit.kaltura.scripted_kaltura import ScriptedKaltura

Json = dict[str, Any]

SEARCH = "elasticsearch_esearch.searchEntry"

# Every try to tell the person fails.
NOTHING = [502, 502, 502, 502]


def replies(*statuses: int) -> list[httpx.Response | Exception]:
    return [httpx.Response(status, json={"id": snowflake()}) for status in statuses]


async def task_for(stage: Stage, payload: Json) -> Json:
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    return task


async def fail_to_tell(stage: Stage, task: Json) -> None:
    stage.discord.replies = replies(*NOTHING)
    with pytest.raises(TryAgain):
        await carry_out(task, stage.services, stage.registry)
    assert stage.discord.replies == []


async def test_an_end_says_that_it_has_ended_and_how_to_take_it_back(stage: Stage) -> None:
    meeting = await stage.start("Weekly review")
    payload = stage.place.press(f"1:end:{meeting.meeting_id}")
    task = await task_for(stage, payload)
    await fail_to_tell(stage, task)
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.ENDED

    await carry_out(task, stage.services)

    told = stage.discord.answers[payload["token"]]
    assert text_of(told).startswith("**Weekly review** has ended")
    assert list(buttons_of(told)) == ["Open it again"]


async def test_taking_an_end_back_is_not_answered_as_if_somebody_else_had(stage: Stage) -> None:
    meeting = await stage.start("Weekly review")
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    payload = stage.place.press(f"1:reopen:{meeting.meeting_id}")
    task = await task_for(stage, payload)
    await fail_to_tell(stage, task)

    await carry_out(task, stage.services)

    assert text_of(stage.discord.answers[payload["token"]]) == "**Weekly review** is open again."
    assert (await stage.meeting(meeting.meeting_id)).generation == 2


async def test_a_lease_that_another_worker_has_taken_is_not_given_back(stage: Stage) -> None:
    payload = stage.place.command("errand")
    key = Key(f"INTERACTION#{payload['id']}", "INTERACTION")
    until = int(stage.clock()) + 2 * LEASE_SECONDS

    async def be_overtaken(_: Interaction, services: Services, __: Deadline) -> Message:
        values: dict[str, Value] = {":rival": "rival", ":until": until}
        await services.table.update(Update(key, "SET worked_by = :rival, work_until = :until", values=values))
        return note("Done.")

    errand = Command("errand", "1.0.0", "Errand", Deferred(be_overtaken))
    working = replace(stage, registry=Registry((errand,), ()))
    task = await task_for(working, payload)
    stage.discord.replies = replies(502, 502, 502, 502)
    with pytest.raises(TryAgain):
        await carry_out(task, working.services, working.registry)

    item = await stage.services.table.get(key, consistent=True)
    assert item is not None
    assert item["work_until"] == until
    assert "undelivered" not in item


async def test_an_answer_that_breaks_discords_rules_becomes_a_sentence(stage: Stage) -> None:
    meeting = await stage.start()
    payload = stage.place.press(f"1:end:{meeting.meeting_id}")
    task = await task_for(stage, payload)
    refusal = httpx.Response(400, json={"message": "Invalid Form Body", "code": 50035})
    stage.discord.replies = [refusal]

    await carry_out(task, stage.services)

    assert "Something went wrong on our side" in text_of(stage.discord.answers[payload["token"]])


async def test_while_the_queue_is_down_a_card_is_refreshed_later(stage: Stage) -> None:
    meeting = await stage.start()
    task = {"kind": "refresh_card", "guild_id": stage.guild_id, "meeting_id": meeting.meeting_id}
    stage.tasks.is_down = True
    with pytest.raises(TryAgain):
        await carry_out(task, stage.services)


@pytest.mark.parametrize("title", ["\u200b\u2060", "\uffff", "\u0301"], ids=["no width", "no character", "an accent"])
async def test_a_title_that_nobody_can_see_is_none(stage: Stage, title: str) -> None:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": title})
    assert text_of(await stage.answer_to(payload)).startswith("A meeting needs a title.")


async def test_a_share_that_may_have_come_out_is_not_repeated(stage: Stage, kaltura: ScriptedKaltura) -> None:
    video = {"id": "1_00000000", "name": "Cells", "type": "1", "mediaType": 1, "duration": 61, "plays": 1}
    found = {"objectType": "KalturaESearchEntryResult", "object": video}
    kaltura.on(SEARCH, {"totalCount": 1, "objects": [found]})
    payload = stage.place.press("1:share-video:1_00000000", BO)
    task = await task_for(stage, payload)
    stage.discord.replies = [httpx.ReadTimeout("silence")]

    await carry_out(task, stage.services)

    (told,) = stage.discord.follow_ups
    assert text_of(told) == UNSURE_WHETHER_SHARED
    assert told["flags"] & 64
