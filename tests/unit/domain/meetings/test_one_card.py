"""Whoever starts or plans a meeting may die anywhere, and whoever goes on may come at any time: there is one card.

Discord knows a nonce for two minutes, housekeeping gives a start up after two, the queue brings work back after six.
"""

import random
from contextlib import suppress

import pytest

from kaltura_discord.commands.work import TryAgain, carry_out
from kaltura_discord.discord.components import Accent
from kaltura_discord.meetings.models import MeetingState
from kaltura_discord.meetings.starting import ORPHAN_AFTER_SECONDS
from tests.unit.domain.discord_double import Posted
from tests.unit.domain.plans import asking, assert_in_step, switch_on
from tests.unit.domain.sent_by_discord import Json, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import accent_of, buttons_of, text_of

# A little more than each takes (test_starting, test_planning).
START_STEPS = 34
PLAN_STEPS = 60

ACCENTS = {MeetingState.LIVE: Accent.LIVE, MeetingState.FAILED: Accent.FAILED}


def cards_of(stage: Stage, title: str) -> list[Posted]:
    return [posted for posted in stage.discord.in_channel(stage.channel_id) if title in text_of(posted.body)]


async def asked(stage: Stage, number: int) -> tuple[Json, Json]:
    """Somebody asks for a meeting; the interaction, and what is on the queue."""
    member = Member(f"{2 * 10**17 + number}", f"Member {number}")
    payload = stage.place.command("kaltura-start", {"type": "room", "title": f"Meeting {number:04}"}, member)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    return payload, task


async def dies(stage: Stage, task: Json, step: int) -> None:
    """A worker takes it up, and dies at its so-manieth step, if it takes that many."""
    stage.steps.crash_at = stage.steps.taken + step
    with suppress(Crash, TryAgain):
        await carry_out(task, stage.services)
    stage.steps.crash_at = 0


async def pass_time(stage: Stage, subject: str, seconds: int, *, with_housekeeping: bool) -> None:
    """Time passes, and housekeeping looks every minute."""
    while seconds > 0:
        stage.clock.pass_seconds(min(seconds, 60))
        seconds -= 60
        if with_housekeeping:
            await stage.housekeeping(subject)


async def finish(stage: Stage, task: Json) -> None:
    """The queue brings it until somebody has done it."""
    for _ in range(10):
        try:
            await carry_out(task, stage.services)
            break
        except TryAgain:
            stage.clock.pass_seconds(10)
    await stage.work()


async def assert_one_card(stage: Stage, payload: Json, what: str) -> None:
    """It shows the last state; a start that was given up before its card was posted has none."""
    title = payload["data"]["options"][1]["value"]
    cards = cards_of(stage, title)
    meeting = await stage.meeting(payload["id"])
    assert meeting.state in ACCENTS, what
    assert len(cards) == 1 or (not cards and meeting.state is MeetingState.FAILED), f"{what}: {len(cards)} cards"
    assert [accent_of(card.body) for card in cards] == [ACCENTS[meeting.state]] * len(cards), what
    assert (meeting.card.message_id if meeting.card else None) == (cards[0].message_id if cards else None), what


@pytest.mark.parametrize(
    ("seconds", "with_housekeeping"),
    [(10, False), (100, False), (200, True), (400, False), (400, True)],
)
async def test_whenever_a_start_is_taken_up_again_there_is_one_card(
    stage: Stage, seconds: int, with_housekeeping: bool
) -> None:
    for step in range(1, START_STEPS + 1):
        payload, task = await asked(stage, step)
        await dies(stage, task, step)
        await pass_time(stage, payload["id"], seconds, with_housekeeping=with_housekeeping)
        await finish(stage, task)
        await pass_time(stage, payload["id"], ORPHAN_AFTER_SECONDS + 120, with_housekeeping=True)
        await assert_one_card(stage, payload, f"step {step}")


async def test_a_start_that_nobody_takes_up_again_leaves_no_card_at_starting(stage: Stage) -> None:
    for step in range(1, START_STEPS + 1):
        payload, task = await asked(stage, step)
        await dies(stage, task, step)
        await pass_time(stage, payload["id"], ORPHAN_AFTER_SECONDS + 120, with_housekeeping=True)
        shown = {accent_of(card.body) for card in cards_of(stage, f"Meeting {step:04}")}
        assert shown <= {Accent.LIVE, Accent.FAILED}, f"step {step}"


@pytest.mark.parametrize("seed", range(12))
async def test_several_that_die_one_after_the_other_leave_one_card(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    payload, task = await asked(stage, seed)
    for _ in range(dice.randint(2, 4)):
        await dies(stage, task, dice.randint(1, START_STEPS))
        seconds = dice.choice((10, 70, 100, 110, 125, 200))
        await pass_time(stage, payload["id"], seconds, with_housekeeping=dice.random() < 0.5)
    await finish(stage, task)
    await pass_time(stage, payload["id"], ORPHAN_AFTER_SECONDS + 120, with_housekeeping=True)
    await assert_one_card(stage, payload, f"seed {seed}")


async def test_a_card_that_discord_cannot_be_asked_for_is_looked_for_until_it_can(stage: Stage) -> None:
    payload, task = await asked(stage, 1)
    stage.discord.loses_answers = 4
    with suppress(TryAgain):
        await carry_out(task, stage.services)
    (card,) = cards_of(stage, "Meeting 0001")
    stage.discord.is_down = True
    with suppress(Exception):
        await pass_time(stage, payload["id"], ORPHAN_AFTER_SECONDS + 60, with_housekeeping=True)
    assert accent_of(card.body) == Accent.STARTING
    stage.discord.is_down = False
    await pass_time(stage, payload["id"], 60, with_housekeeping=True)
    assert accent_of(card.body) == Accent.FAILED
    assert await stage.notes(payload["id"]) == []


async def test_a_card_is_written_down_without_a_call_of_its_own(stage: Stage) -> None:
    meeting = await stage.start()
    assert meeting.card_since == int(stage.clock())
    read = [request for request in stage.discord.requests if request.method == "GET"]
    assert read == []


@pytest.mark.parametrize(("seconds", "is_taken_up_again"), [(50, True), (200, True), (400, True), (400, False)])
async def test_whenever_a_plan_is_taken_up_again_there_is_one_card(
    stage: Stage, seconds: int, is_taken_up_again: bool
) -> None:
    await switch_on(stage)
    for step in range(1, PLAN_STEPS + 1, 4):
        member = Member(f"{2 * 10**17 + step}", f"Member {step}")
        payload = asking(stage, "in 5 hours", by=member)
        payload["data"]["options"][1]["value"] = title = f"Meeting {step:04}"
        preview = await stage.answer_to(payload)
        await stage.acknowledged(stage.place.press(buttons_of(preview)["Schedule it"], member))
        (task,) = stage.tasks.take_all()
        await dies(stage, task, step)
        await pass_time(stage, payload["id"], seconds, with_housekeeping=True)
        if is_taken_up_again:
            await finish(stage, task)
        await pass_time(stage, payload["id"], 120, with_housekeeping=True)
        found = await stage.services.meetings.find(stage.guild_id, payload["id"])
        cards = cards_of(stage, title)
        assert len(cards) == int(found is not None), f"step {step}"
        if found is not None:
            assert found.card is not None
            assert found.card.message_id == cards[0].message_id
            assert "SCHEDULED" in text_of(cards[0].body)
            stage.discord.event_book.events = {
                key: event for key, event in stage.discord.event_book.events.items() if event.name == title
            }
            assert_in_step(stage, found)
