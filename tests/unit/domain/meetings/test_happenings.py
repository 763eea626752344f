"""What happens to a meeting is written down with it, as an event, and handed on: wherever the process dies."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from kaltura_discord.commands.work import LEASE_SECONDS, carry_out
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.meetings.models import NOBODY, Meeting, Person
from tests.unit.domain.sent_by_discord import ANN, BO, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash

# As many as an undisturbed start takes; the others take fewer.
STEPS = 32

Wish = Callable[[Stage], Awaitable[tuple[dict[str, object], str]]]


async def a_start(stage: Stage) -> tuple[dict[str, object], str]:
    """What somebody does, and the key of the event that tells of it."""
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Weekly review"})
    return payload, f"meeting_start#{payload['id']}#1"


async def an_end(stage: Stage) -> tuple[dict[str, object], str]:
    meeting = await stage.start()
    return stage.place.press(f"1:end:{meeting.meeting_id}"), f"meeting_end#{meeting.meeting_id}#1"


async def an_opening_again(stage: Stage) -> tuple[dict[str, object], str]:
    meeting = await stage.start()
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    return stage.place.press(f"1:reopen:{meeting.meeting_id}"), f"meeting_reopened#{meeting.meeting_id}#2"


def handed_on(stage: Stage) -> list[str]:
    return [task["key"] for task in stage.tasks.take_all() if task["kind"] == "event"]


async def swept(stage: Stage) -> None:
    stage.clock.pass_seconds(61)
    for key in await stage.services.events.left_lying():
        await stage.services.events.hand_on(key)


@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("wish", [a_start, an_end, an_opening_again])
async def test_wherever_the_process_dies_the_event_is_handed_on(stage: Stage, wish: Wish, step: int) -> None:
    payload, key = await wish(stage)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + step
    with suppress(Crash):
        await carry_out(task, stage.services)
    stage.steps.crash_at = 0
    stage.clock.pass_seconds(LEASE_SECONDS + 1)
    await carry_out(task, stage.services)
    await swept(stage)
    told = handed_on(stage)
    assert set(told) == {key}, "one event, at least once"
    assert await stage.services.events.left_lying() == []


async def joined(stage: Stage, meeting: Meeting, person: Person) -> bool:
    return await stage.services.meetings.record_join(meeting, person, int(stage.clock()))


@pytest.mark.parametrize("step", range(1, 9))
async def test_wherever_it_dies_who_came_in_is_counted_and_told_or_neither(stage: Stage, step: int) -> None:
    meeting = await stage.start()
    person = Person(UserId(BO.user_id), "Bo")
    stage.steps.crash_at = stage.steps.taken + step
    with suppress(Crash):
        await joined(stage, meeting, person)
    stage.steps.crash_at = 0
    await swept(stage)
    is_counted = (await stage.meeting(meeting.meeting_id)).joined_count == 1
    assert set(handed_on(stage)) == {f"user_join#{meeting.meeting_id}#{BO.user_id}"} & {
        key for key in [f"user_join#{meeting.meeting_id}#{BO.user_id}"] if is_counted
    }


async def test_somebody_who_comes_in_again_is_no_news(stage: Stage) -> None:
    meeting = await stage.start()
    person = Person(UserId(BO.user_id), "Bo")
    assert await joined(stage, meeting, person)
    assert not await joined(stage, meeting, person)
    assert handed_on(stage) == [f"user_join#{meeting.meeting_id}#{BO.user_id}"]


async def test_an_event_bears_no_name_and_no_title(stage: Stage) -> None:
    meeting = await stage.start("Confidential matters")
    await joined(stage, meeting, Person(UserId(BO.user_id), "Bo Confidential"))
    await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))
    for key in (
        f"meeting_start#{meeting.meeting_id}#1",
        f"user_join#{meeting.meeting_id}#{BO.user_id}",
        f"meeting_end#{meeting.meeting_id}#1",
    ):
        event = await stage.services.events.find(key)
        assert event is not None
        assert (event.guild_id, event.subject) == (stage.guild_id, meeting.meeting_id)
        assert "Confidential" not in str(event)
        assert ANN.name not in str(dict(event.details))


async def test_where_the_queue_is_down_the_person_does_not_notice_and_the_sweep_does_it(stage: Stage) -> None:
    meeting = await stage.start()
    stage.tasks.is_down = True
    assert await joined(stage, meeting, Person(UserId(snowflake()), "Bo"))
    assert await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))
    stage.tasks.is_down = False
    await swept(stage)
    assert len(handed_on(stage)) == 2
