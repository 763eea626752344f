"""Of what is changed of a plan at several places nothing is lost: by dice, and wherever a worker dies."""

import random
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from kaltura_discord.commands.work import carry_out
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.meetings.models import Meeting
from local_stack.discord.wire import timestamp
from tests.unit.domain.plans import (
    assert_in_step,
    calendar_of,
    form,
    in_hours,
    pass_until,
    plan,
    switch_on,
)
from tests.unit.domain.plans_elsewhere import (
    change_in_discord,
    move_in_discord,
    move_in_kaltura,
    opened_edit,
    times,
)
from tests.unit.domain.sent_by_discord import ANN
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash

# As long as an edit of the card takes that finds the event moved in Discord: every call, before and after.
EDIT_STEPS = 62


@pytest.fixture(autouse=True)
async def _with_scheduled_events(stage: Stage) -> None:
    await switch_on(stage)


async def carried_out(stage: Stage, meeting: Meeting, crash_at: int) -> None:
    """An edit of the card after a move in Discord, whose worker dies at a step; the queue brings it again."""
    move_in_discord(stage, 8)
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), description="Bring your numbers"))
    tasks = stage.tasks.take_all()
    stage.steps.taken, stage.steps.crash_at = 0, crash_at
    try:
        for task in tasks:
            await carry_out(task, stage.services, stage.registry)
    except Crash:
        stage.steps.crash_at = 0
        stage.clock.pass_seconds(70)
        for task in tasks:
            await carry_out(task, stage.services, stage.registry)


async def test_such_an_edit_takes_so_many_steps(stage: Stage) -> None:
    await carried_out(stage, await plan(stage, when="in 5 hours"), 0)
    assert stage.steps.taken == EDIT_STEPS


@pytest.mark.parametrize("crash_at", range(1, EDIT_STEPS + 1))
async def test_a_crash_anywhere_loses_neither_the_edit_nor_the_move(stage: Stage, crash_at: int) -> None:
    meeting = await plan(stage, when="in 5 hours")
    moved_to = in_hours(stage, 8)
    await carried_out(stage, meeting, crash_at)
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    both = await stage.meeting(meeting.meeting_id)
    assert (both.description, *times(both)) == ("Bring your numbers", moved_to, 45)
    assert_in_step(stage, both)


@pytest.mark.parametrize("crash_at", range(1, EDIT_STEPS + 1))
async def test_moved_back_after_a_crash_anywhere_it_is_back(stage: Stage, crash_at: int) -> None:
    meeting = await plan(stage, when="in 5 hours")
    before = times(meeting)
    await stage.acknowledged(form(stage, await opened_edit(stage, meeting), when="in 7 hours"))
    tasks = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + crash_at
    with suppress(Crash):
        for task in tasks:
            await carry_out(task, stage.services, stage.registry)
    stage.steps.crash_at = 0
    stage.clock.pass_seconds(70)
    await change_at(stage, meeting, "card", "start", before[0])
    await pass_until(stage, meeting, int(stage.clock()) + 70)
    back = await stage.meeting(meeting.meeting_id)
    assert times(back) == before
    assert_in_step(stage, back)


PLACES = {"title": ("card", "discord"), "description": ("card", "discord"), "start": ("card", "discord", "kaltura")}


@pytest.mark.parametrize("seed", range(16))
async def test_whoever_changes_what_and_where_nothing_of_it_is_lost(stage: Stage, seed: int) -> None:
    """Within a look, each field is changed at one place only; Kaltura's calendar is down now and then."""
    dice = random.Random(seed)
    meeting = await plan(stage, when="in 100 hours")
    wanted: dict[str, object] = {"title": meeting.title, "description": meeting.description, "start": times(meeting)[0]}
    for turn in range(4):
        for field in dice.sample(sorted(PLACES), k=dice.randint(1, 3)):
            wanted[field] = in_hours(stage, 80 + turn) if field == "start" else f"{field} {turn}"
            calendar_of(stage).failure = dice.choice([None, KalturaUnavailable("TIMEOUT")])
            await change_at(stage, meeting, dice.choice(PLACES[field]), field, wanted[field])
            await pass_until(stage, meeting, int(stage.clock()) + dice.choice([1, 61]))
        calendar_of(stage).failure = None
        await pass_until(stage, meeting, int(stage.clock()) + 6 * 3600)
        await pass_until(stage, meeting, int(stage.clock()) + 61)
        now = await stage.meeting(meeting.meeting_id)
        assert {"title": now.title, "description": now.description, "start": times(now)[0]} == wanted
        assert_in_step(stage, now)


async def change_at(stage: Stage, meeting: Meeting, place: str, field: str, value: object) -> None:
    current = await stage.meeting(meeting.meeting_id)
    if place == "card":
        name = "when" if field == "start" else field
        written = f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC" if isinstance(value, int) else str(value)
        await stage.answer_to(form(stage, await opened_edit(stage, current), ANN, **{name: written}))
    elif not isinstance(value, int):
        change_in_discord(stage, **{"name" if field == "title" else field: value})
    elif place == "discord":
        moved = {"scheduled_start_time": timestamp(value), "scheduled_end_time": timestamp(value + 45 * 60)}
        change_in_discord(stage, **moved)
    else:
        move_in_kaltura(stage, current, value)
