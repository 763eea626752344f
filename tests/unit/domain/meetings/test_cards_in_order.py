"""A card never goes back, in whatever order its meeting changes and queues bring things, and however often.

All that Discord received is looked at, not only what stands there in the end.
"""

import random
from itertools import pairwise
from typing import Any

import httpx
import pytest

from kaltura_discord.discord.components import Accent
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.meetings.models import NOBODY, Meeting, MeetingState, Person, Recording
from kaltura_discord.meetings.recordings import Recordings
from kaltura_discord.notifications.outbox import CARD
from tests.unit.domain.discord_double import Posted
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import accent_of, text_of

Json = dict[str, Any]

RANKS = {Accent.STARTING: 0, Accent.LIVE: 1, Accent.ENDED: 2, Accent.NEUTRAL: 3}


def ranks_of(card: Posted) -> list[int]:
    """How far the meeting was in each body that Discord received."""
    return [RANKS[Accent(accent_of(body))] for body in card.history]


def steps_back(ranks: list[int], openings: int) -> int:
    """How often the card went back, beyond going from ended to live once for each opening after the first."""
    back = sum(later < earlier for earlier, later in pairwise(ranks))
    return max(0, back - (openings - 1))


async def change(stage: Stage, meeting: Meeting, chance: random.Random) -> None:
    """Something happens to the meeting, and whoever did it has the card refreshed; sometimes twice, sometimes late."""
    store = stage.services.meetings
    current = await stage.meeting(meeting.meeting_id)
    match chance.choice(["join", "join", "end", "reopen", "record"]):
        case "join":
            await store.record_join(current, Person(UserId(snowflake()), "Guest"), int(stage.clock()))
        case "end":
            await store.end(current, NOBODY, int(stage.clock()))
        case "reopen" if not current.recordings:
            await store.reopen(current, NOBODY, int(stage.clock()))
        case "record":
            noted = Recordings(stage.services.table, store)
            await noted.note(current, Recording(f"1_{snowflake()}", 47 * 60))
    for _ in range(chance.choice([1, 1, 2])):
        await stage.services.cards.refresh(current)


async def bring(stage: Stage, chance: random.Random) -> None:
    """The tasks queue brings things in any order and more than once; the other one in its order, and more than once."""
    tasks = stage.tasks.take_all()
    chance.shuffle(tasks)
    stage.tasks.sent = [*tasks, *chance.sample(tasks, k=len(tasks) // 3)]
    cards = [message for message in stage.tasks.in_order if message["kind"] == CARD]
    if cards:
        # A worker died after its edit, before the queue knew: it comes again, still in its turn.
        stage.tasks.in_order.insert(0, cards[0])
    if chance.random() < 0.3:
        stage.discord.replies.append(trouble(chance))
    await stage.work()


def trouble(chance: random.Random) -> httpx.Response | Exception:
    limited = httpx.Response(429, json={"retry_after": 1.5, "global": False})
    troubles: list[httpx.Response | Exception] = [httpx.Response(502), limited, httpx.ReadTimeout("slow")]
    return chance.choice(troubles)


@pytest.mark.parametrize("seed", range(8))
async def test_over_interleaved_changes_and_deliveries_no_card_goes_back(stage: Stage, seed: int) -> None:
    chance = random.Random(seed)
    meetings = [await stage.start(f"Meeting {number}") for number in range(3)]
    for _ in range(30):
        await change(stage, chance.choice(meetings), chance)
        stage.clock.pass_seconds(chance.randrange(0, 5))
        if chance.random() < 0.4:
            await bring(stage, chance)
    stage.discord.replies.clear()
    await stage.sweep()

    for meeting in meetings:
        current = await stage.meeting(meeting.meeting_id)
        assert current.card is not None
        (card,) = (posted for posted in stage.discord.messages if posted.message_id == current.card.message_id)
        ranks = ranks_of(card)
        assert steps_back(ranks, current.generation) == 0, ranks
        is_recorded = current.state is MeetingState.ENDED and bool(current.recordings)
        last = {MeetingState.LIVE: 1, MeetingState.ENDED: 3 if is_recorded else 2}[current.state]
        assert ranks[-1] == last, "it shows the last state"
        if current.state is MeetingState.LIVE and current.joined_count:
            assert f"{current.joined_count} joined" in text_of(card.body)


async def test_an_end_right_after_the_start_is_shown_last(stage: Stage) -> None:
    payload = stage.place.command("kaltura-start", {"type": "room", "title": "Short"})
    await stage.acknowledged(payload)
    await stage.work()
    meeting = await stage.meeting(payload["id"])
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}"))
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert ranks_of(card) == [0, 1, 2]


async def test_of_many_who_ask_for_the_same_one_is_heard(stage: Stage) -> None:
    meeting = await stage.start()
    (card,) = stage.discord.in_channel(stage.channel_id)
    edits = card.edits
    for _ in range(5):
        await stage.services.cards.refresh(meeting)
    await stage.tell()
    assert card.edits == edits


async def test_what_may_have_been_shown_is_shown_again(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))
    stage.discord.loses_answers = 1
    await stage.services.cards.refresh(meeting)
    await stage.tell()
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert ranks_of(card)[-1] == 2, "Discord did it, and we do not know"

    # It looks as it did before the end, and all the same has to be said again.
    await stage.services.meetings.reopen(await stage.meeting(meeting.meeting_id), NOBODY, int(stage.clock()))
    await stage.tell()
    assert ranks_of(card)[-1] == 1
