"""Many who join in a short time are one line; nobody is named twice, and nobody is forgotten but who wants to be."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaltura_discord.aws.table import Key
from kaltura_discord.commands.work import TryAgain
from kaltura_discord.discord.identifiers import ChannelId, UserId
from kaltura_discord.meetings.models import Meeting, Person
from kaltura_discord.notifications.line_words import names_in_words
from kaltura_discord.notifications.models import NotificationState
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import text_of

DOOR = ChannelId("400000000000000088")
WANTED = {"notifications": {"types": {"user_join": True}, "channels": {"user_join": DOOR}}}


async def a_meeting(stage: Stage, settings: dict[str, object] | None = None) -> Meeting:
    await stage.set(settings or WANTED)
    return await stage.start("Weekly review")


async def join(stage: Stage, meeting: Meeting, name: str, user_id: str | None = None) -> None:
    person = Person(UserId(user_id or snowflake()), name)
    await stage.services.meetings.record_join(meeting, person, int(stage.clock()))


async def route(stage: Stage) -> list[dict[str, object]]:
    """Events are routed; the lines that are booked by it."""
    await stage.work_off("event")
    return [task for task in stage.tasks.sent if task["kind"] == "join_lines"]


async def told(stage: Stage) -> list[str]:
    """20 seconds later."""
    stage.clock.pass_seconds(20)
    await stage.work()
    return [text_of(posted.body) for posted in stage.discord.in_channel(DOOR)]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Ann"], "Ann joined **Weekly review**."),
        (["Ann", "Bo"], "Ann and Bo joined **Weekly review**."),
        (["Ann", "Bo", "Chen"], "Ann, Bo and Chen joined **Weekly review**."),
        (["Ann", "Bo", "Chen", "Dee"], "Ann, Bo and 2 more joined **Weekly review**."),
        ([f"Guest {number}" for number in range(1, 31)], "Guest 1, Guest 2 and 28 more joined **Weekly review**."),
    ],
    ids=len,
)
async def test_those_who_come_at_once_are_one_line(stage: Stage, names: list[str], said: str) -> None:
    meeting = await a_meeting(stage)
    for number, name in enumerate(names):
        await join(stage, meeting, name, str(10**18 + number))
    assert len(await route(stage)) == 1
    assert stage.tasks.delays[-1] == 20
    (line,) = await told(stage)
    assert said in line


async def test_who_comes_later_is_another_line(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    await join(stage, meeting, "Ann")
    await route(stage)
    stage.clock.pass_seconds(14)
    await join(stage, meeting, "Bo")
    await route(stage)
    stage.clock.pass_seconds(1)
    await join(stage, meeting, "Chen")
    assert len(await route(stage)) == 2, "the first line may be told before Chen is known to everybody"
    lines = await told(stage)
    assert [line.split(" joined")[0] for line in lines] == ["Ann, Bo and Chen"], "Chen was there in time, after all"

    await join(stage, meeting, "Dee")
    await route(stage)
    assert "Dee joined **Weekly review**." in (await told(stage))[-1]


@pytest.mark.parametrize("step", range(1, 7))
async def test_wherever_the_booking_dies_the_line_is_told_once(stage: Stage, step: int) -> None:
    meeting = await a_meeting(stage)
    await join(stage, meeting, "Ann")
    event = await stage.services.events.find(next(task["key"] for task in stage.tasks.take_all()))
    assert event is not None
    lines = stage.services.telling.join_lines
    stage.steps.crash_at = stage.steps.taken + step
    with suppress(Crash):
        await lines.book(event)
    stage.steps.crash_at = 0
    await lines.book(event)
    assert len(await told(stage)) == 1


async def test_where_the_queue_is_down_between_booking_and_line_the_event_makes_up_for_it(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    await join(stage, meeting, "Ann")
    stage.tasks.sent = [task for task in stage.tasks.sent if task["kind"] == "event"]
    waiting = list(stage.tasks.sent)
    stage.tasks.is_down = True
    with pytest.raises(TryAgain):
        await stage.work()
    stage.tasks.is_down = False
    stage.tasks.sent = waiting
    await route(stage)
    assert len(await told(stage)) == 1


async def test_wherever_the_line_dies_the_same_people_are_named_once(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    for step in range(1, 20):
        before = len(stage.discord.in_channel(DOOR))
        for name in ("Ann", "Bo"):
            await join(stage, meeting, f"{name} {step}", str(int(snowflake())))
        await route(stage)
        stage.clock.pass_seconds(20)
        (task,) = stage.tasks.take_all()
        stage.tasks.sent = [task]
        stage.steps.crash_at = stage.steps.taken + 4 + step
        with suppress(Crash):
            await stage.work()
        stage.steps.crash_at = 0
        stage.tasks.sent.append(task)
        await stage.work()
        lines = [text_of(posted.body) for posted in stage.discord.in_channel(DOOR)][before:]
        assert len(lines) == 1, f"step {step}: {lines}"
        assert f"Ann {step}" in lines[0]
        assert f"Bo {step}" in lines[0]


async def test_whoever_is_forgotten_meanwhile_is_not_named(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    await join(stage, meeting, "Ann", "200000000000000901")
    await join(stage, meeting, "Bo")
    await route(stage)
    gone = Key(f"SERVER#{stage.guild_id}", f"PARTICIPANT#{meeting.meeting_id}#200000000000000901")
    await stage.services.table.delete(gone)
    (line,) = await told(stage)
    assert "Ann" not in line
    assert "Bo joined" in line


async def test_where_nobody_is_left_to_be_named_nothing_is_said(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    await join(stage, meeting, "Ann", "200000000000000902")
    await route(stage)
    gone = Key(f"SERVER#{stage.guild_id}", f"PARTICIPANT#{meeting.meeting_id}#200000000000000902")
    await stage.services.table.delete(gone)
    assert await told(stage) == []


async def test_a_line_whose_people_were_named_in_the_one_before_is_not_listed_as_not_told(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    for _ in range(3):
        await join(stage, meeting, "Ann")
        await route(stage)
        stage.clock.pass_seconds(17)
        await join(stage, meeting, "Bo")
        assert len(await route(stage)) == 2, "Bo's own line is booked as well"
        await told(stage)
        stage.clock.pass_seconds(60)
    lines = [text_of(posted.body) for posted in stage.discord.in_channel(DOOR)]
    assert [line.split(" joined")[0] for line in lines] == ["Ann and Bo"] * 3
    outcomes = [each.state for each in await stage.services.telling.store.last(stage.guild_id, 100)]
    assert outcomes == [NotificationState.SENT] * 3


async def test_a_name_is_in_the_message_and_nowhere_on_the_way(stage: Stage) -> None:
    meeting = await a_meeting(stage)
    await join(stage, meeting, "Ann Confidential")
    tasks = str(await route(stage))
    await told(stage)
    (done,) = await stage.services.telling.store.last(stage.guild_id, 1)
    assert "Confidential" not in tasks + str(done)


@pytest.mark.parametrize("settings", [{}, {"notifications": {"enabled": False, "types": {"user_join": True}}}])
async def test_where_nobody_wants_to_know_nothing_is_booked(stage: Stage, settings: dict[str, object]) -> None:
    meeting = await a_meeting(stage, {"meetings": {"auto_end_hours": 5}, **settings})
    await join(stage, meeting, "Ann")
    assert await route(stage) == []


async def test_of_somebody_alone_the_roles_can_be_told(stage: Stage) -> None:
    teachers = {"id": "500000000000000001", "name": "Teachers @everyone", "permissions": "0"}
    stage.discord.roles = [teachers, {"id": "500000000000000002", "name": "Staff", "permissions": "0"}]
    stage.discord.member_roles["200000000000000903"] = ["500000000000000001"]
    words = "{{username}} ({{roles}}, {{user_id}}) is here"
    meeting = await a_meeting(stage, {"notifications": {**WANTED["notifications"], "templates": {"user_join": words}}})
    await join(stage, meeting, "Ann", "200000000000000903")
    await route(stage)
    (line,) = await told(stage)
    assert "Ann (Teachers @\u200beveryone, 200000000000000903) is here" in line


async def test_while_discord_does_not_know_roles_the_line_is_told_without(stage: Stage) -> None:
    words = "{{username}} [{{roles}}] is here"
    meeting = await a_meeting(stage, {"notifications": {**WANTED["notifications"], "templates": {"user_join": words}}})
    await join(stage, meeting, "Ann")
    await route(stage)
    (line,) = await told(stage)
    assert "Ann [] is here" in line


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=6))
def test_names_are_within_what_discord_takes_and_cannot_break_out(names: list[str]) -> None:
    said = names_in_words(names)
    assert len(said) <= 3 * 130 + 20
    assert "@everyone" not in said
    assert "<@" not in said.replace("\\<@", "")
