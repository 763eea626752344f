"""Starting a meeting: one card, one room, live; or a sentence and nothing left behind."""

import asyncio

import pytest

from kaltura_discord.commands.work import LEASE_SECONDS, carry_out
from kaltura_discord.discord.components import Accent
from kaltura_discord.discord.identifiers import MessageId
from kaltura_discord.kaltura.errors import Forbidden, KalturaBusy, KalturaCircuitOpen, KalturaError, KalturaUnavailable
from kaltura_discord.meetings.models import Card, MeetingState
from kaltura_discord.meetings.starting import AUTO_END, ORPHAN_AFTER_SECONDS, ORPHAN_ROOM
from tests.unit.domain.sent_by_discord import ANN, Json
from tests.unit.domain.stage import Stage
from tests.unit.domain.steps import Crash
from tests.unit.domain.words import accent_of, buttons_of, text_of

# As long as an undisturbed start takes: every call to the table, Discord and Kaltura, before and after.
STEPS = 32

# As long as one takes that Kaltura turns down.
FAILING_STEPS = 23


def wish(stage: Stage, title: str = "Weekly review") -> Json:
    return stage.place.command("kaltura-start", {"type": "room", "title": title, "description": "Numbers"})


async def test_a_start_gives_a_card_a_room_and_an_answer(stage: Stage) -> None:
    payload = wish(stage)
    answer = await stage.answer_to(payload)
    meeting = await stage.meeting(payload["id"])
    assert meeting.state is MeetingState.LIVE
    assert [running.meeting_id for running in await stage.services.meetings.running(stage.guild_id)] == [payload["id"]]

    (card,) = stage.discord.in_channel(stage.channel_id)
    assert meeting.card == Card(stage.channel_id, MessageId(card.message_id))
    assert accent_of(card.body) == Accent.LIVE
    assert "Weekly review" in text_of(card.body)
    assert list(buttons_of(card.body)) == ["Join", "Share", "End"]

    assert "is live" in text_of(answer)
    link = f"https://discord.com/channels/{stage.guild_id}/{stage.channel_id}/{card.message_id}"
    assert buttons_of(answer)["Go to the card"] == link


async def test_the_room_bears_who_where_and_what(stage: Stage) -> None:
    payload = wish(stage)
    await stage.answer_to(payload)
    (request,) = stage.rooms.requests
    assert request.reference_id == payload["id"]
    assert (request.title, request.description, request.kind) == ("Weekly review", "Numbers", "room")
    assert request.owner_user_id == f"discord_{ANN.user_id}"
    assert f"discord_server_{stage.guild_id}" in request.tags
    assert request.template_room_entry_id is None


async def test_while_the_room_is_made_the_card_says_so(stage: Stage) -> None:
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    payload = wish(stage)
    await stage.acknowledged(payload)
    await stage.work()
    posted = next(request for request in stage.discord.requests if request.url.path.endswith("/messages"))
    assert b"Setting up the room" in posted.content
    assert b'"custom_id"' not in posted.content


async def test_carried_out_twice_at_once_there_is_one_of_each(stage: Stage) -> None:
    payload = wish(stage)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    await asyncio.gather(
        *(carry_out(task, stage.services) for _ in range(3)),
        return_exceptions=True,
    )
    assert len(stage.rooms.rooms) == len(stage.rooms.requests) == 1
    assert len(stage.discord.in_channel(stage.channel_id)) == 1


async def test_an_undisturbed_start_takes_the_steps_that_are_tried_below(stage: Stage) -> None:
    await stage.acknowledged(wish(stage))
    (task,) = stage.tasks.take_all()
    before = stage.steps.taken
    await carry_out(task, stage.services)
    assert stage.steps.taken - before == STEPS


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_interrupted_anywhere_and_carried_out_again_there_is_one_of_each(stage: Stage, step: int) -> None:
    payload = wish(stage)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + step
    try:
        await carry_out(task, stage.services)
    except Crash:
        # The queue brings the message back when its patience is over, which is longer than the lease.
        stage.clock.pass_seconds(LEASE_SECONDS + 1)
        await stage.until_done(lambda: carry_out(task, stage.services))
    await stage.work()

    meeting = await stage.meeting(payload["id"])
    assert meeting.state is MeetingState.LIVE
    assert [room.reference_id for room in stage.rooms.rooms.values()] == [payload["id"]]
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert meeting.card is not None
    assert meeting.card.message_id == card.message_id
    assert accent_of(card.body) == Accent.LIVE
    assert "is live" in text_of(stage.discord.answers[payload["token"]])
    assert len(await stage.services.meetings.running(stage.guild_id)) == 1
    (audited,) = await stage.audited()
    assert (audited.kind, audited.user_id, audited.interaction_id) == ("meeting_started", ANN.user_id, payload["id"])
    assert AUTO_END in [note.kind for note in await stage.notes(payload["id"])]

    # Housekeeping finds nothing to clear up.
    stage.clock.pass_seconds(ORPHAN_AFTER_SECONDS + 60)
    await stage.housekeeping(payload["id"])
    assert (await stage.meeting(payload["id"])).state is MeetingState.LIVE
    assert stage.rooms.discarded == []


@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_interrupted_anywhere_and_never_taken_up_again_nothing_half_made_stays(stage: Stage, step: int) -> None:
    payload = wish(stage)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + step
    try:
        await carry_out(task, stage.services)
    except Crash:
        stage.steps.crash_at = 0
    stage.clock.pass_seconds(ORPHAN_AFTER_SECONDS + 60)
    await stage.housekeeping(payload["id"])

    found = await stage.services.meetings.find(stage.guild_id, payload["id"])
    is_live = found is not None and found.state is MeetingState.LIVE
    assert len(stage.rooms.rooms) == int(is_live)
    assert len(await stage.services.meetings.running(stage.guild_id)) == int(is_live)
    assert [record.kind for record in await stage.audited()] == ["meeting_started"] * is_live
    if found is not None and found.card is not None and not is_live:
        (card,) = stage.discord.in_channel(stage.channel_id)
        assert accent_of(card.body) == Accent.FAILED
        assert list(buttons_of(card.body)) == ["Try again"]


FAILURES: dict[str, tuple[KalturaError, str]] = {
    "down": (KalturaUnavailable("CONNECTION"), "Kaltura didn't answer in time, so **Weekly review** wasn't created."),
    "not even asked": (KalturaCircuitOpen(9), "Kaltura didn't answer in time"),
    "busy": (KalturaBusy("ACTION_BLOCKED"), "Kaltura is busy, so **Weekly review** wasn't created."),
    "refused": (Forbidden("SERVICE_FORBIDDEN"), "Kaltura refused to create **Weekly review**."),
}


@pytest.mark.parametrize(("failure", "sentence"), FAILURES.values(), ids=FAILURES.keys())
async def test_a_failure_is_told_in_a_sentence_and_leaves_nothing_running(
    stage: Stage, failure: KalturaError, sentence: str
) -> None:
    stage.rooms.failure = failure
    payload = wish(stage)
    answer = await stage.answer_to(payload)
    assert text_of(answer).startswith(sentence)
    meeting = await stage.meeting(payload["id"])
    assert meeting.state is MeetingState.FAILED
    assert await stage.services.meetings.running(stage.guild_id) == []
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.FAILED
    assert sentence in text_of(card.body)
    assert list(buttons_of(card.body)) == ["Try again"]
    assert ORPHAN_ROOM in [note.kind for note in await stage.notes(payload["id"])]


async def test_a_room_that_kaltura_made_after_we_stopped_waiting_is_deleted(stage: Stage) -> None:
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    stage.rooms.makes_room_all_the_same = True
    payload = wish(stage)
    await stage.answer_to(payload)
    assert len(stage.rooms.rooms) == 1

    stage.clock.pass_seconds(ORPHAN_AFTER_SECONDS)
    await stage.housekeeping(payload["id"])
    assert len(stage.rooms.rooms) == 1, "Kaltura is still down"

    stage.rooms.failure = None
    stage.clock.pass_seconds(60)
    await stage.housekeeping(payload["id"])
    assert stage.rooms.rooms == {}
    assert stage.rooms.discarded == [payload["id"]]
    assert await stage.notes(payload["id"]) == []


async def test_the_next_start_works(stage: Stage) -> None:
    stage.rooms.failure = KalturaUnavailable("TIMEOUT")
    await stage.answer_to(wish(stage))
    stage.rooms.failure = None
    meeting = await stage.start("Another")
    assert meeting.state is MeetingState.LIVE


async def test_a_worker_that_comes_back_after_housekeeping_gave_up_does_not_bring_it_to_life(stage: Stage) -> None:
    payload = wish(stage)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.rooms.dies_after_making = True
    with pytest.raises(Crash):
        await carry_out(task, stage.services)
    assert len(stage.rooms.rooms) == 1
    stage.rooms.dies_after_making = False
    stage.clock.pass_seconds(ORPHAN_AFTER_SECONDS + 240)
    await stage.housekeeping(payload["id"])
    await carry_out(task, stage.services)
    assert (await stage.meeting(payload["id"])).state is MeetingState.FAILED
    assert stage.rooms.rooms == {}
    assert "took too long" in text_of(stage.discord.answers[payload["token"]])


async def test_a_room_that_is_ready_after_housekeeping_gave_up_is_deleted_and_not_opened(stage: Stage) -> None:
    payload = wish(stage)

    async def wait_too_long() -> None:
        stage.clock.pass_seconds(ORPHAN_AFTER_SECONDS)
        # Housekeeping looks before Kaltura shows the new room.
        room = stage.rooms.rooms.pop(payload["id"])
        await stage.housekeeping(payload["id"])
        stage.rooms.rooms[payload["id"]] = room

    stage.rooms.meanwhile = wait_too_long
    told = text_of(await stage.answer_to(payload))
    assert "took too long" in told
    assert (await stage.meeting(payload["id"])).state is MeetingState.FAILED
    assert await stage.services.meetings.running(stage.guild_id) == []
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.FAILED

    stage.clock.pass_seconds(ORPHAN_AFTER_SECONDS)
    await stage.housekeeping(payload["id"])
    assert stage.rooms.rooms == {}


@pytest.mark.parametrize("step", range(1, FAILING_STEPS + 1))
async def test_a_failure_that_is_interrupted_anywhere_is_told_all_the_same(stage: Stage, step: int) -> None:
    stage.rooms.failure = KalturaBusy("ACTION_BLOCKED")
    payload = wish(stage)
    await stage.acknowledged(payload)
    (task,) = stage.tasks.take_all()
    stage.steps.crash_at = stage.steps.taken + step
    try:
        await carry_out(task, stage.services)
    except Crash:
        stage.clock.pass_seconds(LEASE_SECONDS + 1)
        await stage.until_done(lambda: carry_out(task, stage.services))
    await stage.work()
    assert "Kaltura is busy" in text_of(stage.discord.answers[payload["token"]])
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert accent_of(card.body) == Accent.FAILED
    assert await stage.services.meetings.running(stage.guild_id) == []
    assert await stage.audited() == [], "it never started"


async def test_an_undisturbed_failure_takes_the_steps_that_are_tried_above(stage: Stage) -> None:
    stage.rooms.failure = KalturaBusy("ACTION_BLOCKED")
    await stage.acknowledged(wish(stage))
    (task,) = stage.tasks.take_all()
    before = stage.steps.taken
    await carry_out(task, stage.services)
    assert stage.steps.taken - before == FAILING_STEPS


async def test_where_the_bot_may_not_write_the_answer_is_the_card(stage: Stage) -> None:
    stage.place.app_permissions = "0"
    payload = wish(stage)
    acknowledged = await stage.acknowledged(payload)
    assert acknowledged.body == {"type": 5}, "thinking is public, since the answer will be the card"
    await stage.work()
    answer = stage.discord.answers[payload["token"]]
    assert stage.discord.messages == []
    assert list(buttons_of(answer)) == ["Join", "Share", "End"]
    assert "will not change" in text_of(answer)


async def test_where_discord_refuses_the_card_after_all_it_goes_out_as_a_public_answer(stage: Stage) -> None:
    stage.discord.closed_channels.add(stage.channel_id)
    payload = wish(stage)
    answer = await stage.answer_to(payload)
    assert "is live" in text_of(answer)
    assert "Go to the card" not in buttons_of(answer)
    (card,) = stage.discord.follow_ups
    assert not card["flags"] & 64
    assert list(buttons_of(card)) == ["Join", "Share", "End"]
    assert "will not change" in text_of(card)
    assert (await stage.meeting(payload["id"])).state is MeetingState.LIVE


async def test_an_answer_is_private_where_the_card_is_public(stage: Stage) -> None:
    acknowledged = await stage.acknowledged(wish(stage))
    assert acknowledged.body == {"type": 5, "data": {"flags": 64}}


async def test_a_template_of_the_kind_is_passed_on(stage: Stage) -> None:
    stage.services.environment = {
        **stage.services.environment,
        "CONFIG__KALTURA__ROOM_TEMPLATES__WEBINAR": "1_template",
    }
    await stage.start("Launch", kind="webinar")
    await stage.start("Review", kind="room")
    assert [request.template_room_entry_id for request in stage.rooms.requests] == ["1_template", None]
