"""How Discord says no, and what becomes of a notification or a card then: nothing is tried for ever.

The table is that of `notifications.answers`, and of docs/architecture.md.
"""

import httpx
import pytest

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.meetings.card_board import STALE_CARD
from kaltura_discord.meetings.models import NOBODY, Meeting, MeetingId
from kaltura_discord.notifications.answers import NOT_LET_IN
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.sending import MOST_ATTEMPTS, NO_ANSWER, OUR_MISTAKE
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import text_of

DEFAULT, OWN, ANOTHER = (ChannelId(f"4000000000000000{number}") for number in (77, 78, 79))

GONE = [(404, 10003), (404, 10008), (410, 0)]
CLOSED = [(403, 50001), (403, 50013), (403, 50007), (400, 50083), (400, 160005), (400, 50024)]
NOT_LET_IN_TO_DISCORD = [(401, 0), (401, 50014), (403, 0), (403, 40333)]
SAYS_NOTHING = [(404, 0), (400, 0)]
MISTAKES = [(400, 50035), (400, 50006), (413, 40005)]


def no(status: int, code: int) -> httpx.Response:
    return httpx.Response(status, json={"message": "no", "code": code})


async def begun(stage: Stage) -> Notification:
    """A video is ready, and has a channel of its own besides the default."""
    await stage.set({"notifications": {"channels": {"default": DEFAULT, "video_ready": OWN}}})
    entry = f"1_{snowflake()}"
    video = Notification(f"video_ready#{entry}", stage.guild_id, "video_ready", entry, {"title": "How cells divide"})
    assert await stage.services.telling.store.begin(video)
    return video


async def delivered(stage: Stage, video: Notification) -> Delivery:
    await stage.services.telling.deliverer.deliver(stage.guild_id, video.key, soon())
    found = await stage.services.telling.store.find(stage.guild_id, video.key)
    assert found is not None
    return found


async def lost(stage: Stage) -> list[tuple[ChannelId, bool]]:
    channels = await stage.services.telling.lost_channels.all(stage.guild_id)
    return [(each.channel_id, each.is_gone) for each in channels]


async def with_news(stage: Stage) -> Meeting:
    """A meeting that has ended, which its card does not show yet."""
    meeting = await stage.start()
    assert await stage.services.meetings.end(meeting, NOBODY, int(stage.clock()))
    stage.tasks.take_all()
    return meeting


async def show(stage: Stage, meeting: Meeting, receives: int = 1) -> None:
    await stage.services.telling.card_editor.show(stage.guild_id, MeetingId(meeting.meeting_id), receives, soon())


async def is_to_be_shown_later(stage: Stage, meeting: Meeting) -> bool:
    return STALE_CARD in [note.kind for note in await stage.notes(meeting.meeting_id)]


@pytest.mark.parametrize(("status", "code"), [*GONE, *CLOSED])
async def test_a_channel_that_is_gone_or_closed_is_passed_over_and_noted(stage: Stage, status: int, code: int) -> None:
    video = await begun(stage)
    stage.discord.replies = [no(status, code)]
    done = await delivered(stage, video)
    assert (done.state, done.channel_id, done.attempts) == (NotificationState.SENT, DEFAULT, 0)
    assert await lost(stage) == [(OWN, (status, code) in GONE)]


@pytest.mark.parametrize(("status", "code"), [*GONE, *CLOSED])
async def test_where_every_channel_refuses_it_ends_as_failed_with_what_to_do(
    stage: Stage, status: int, code: int
) -> None:
    video = await begun(stage)
    stage.discord.replies = [no(status, code), no(status, code)]
    done = await delivered(stage, video)
    assert done.state is NotificationState.FAILED
    assert "/kaltura-config channel" in done.reason
    assert stage.discord.messages == []


@pytest.mark.parametrize(("status", "code"), NOT_LET_IN_TO_DISCORD)
async def test_a_bad_token_or_a_blocked_address_is_waited_for_and_says_nothing_of_a_channel(
    stage: Stage, status: int, code: int
) -> None:
    video = await begun(stage)
    stage.discord.replies = [no(status, code)]
    with pytest.raises(NotNow) as later:
        await delivered(stage, video)
    assert later.value.seconds >= 30, "each such answer counts towards being shut out"
    assert stage.discord.replies == [], "no other channel is tried"
    assert await lost(stage) == []
    done = await delivered(stage, video)
    assert (done.state, done.channel_id) == (NotificationState.SENT, OWN)


async def test_a_token_that_stays_bad_is_the_operators_affair_in_the_end(stage: Stage) -> None:
    video = await begun(stage)
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        stage.discord.replies = [no(401, 0)]
        with pytest.raises(NotNow) as later:
            await delivered(stage, video)
        pauses.append(later.value.seconds)
    assert pauses == [30, 60, 120, 240, 480, 600, 600, 600, 600]
    stage.discord.replies = [no(401, 0)]
    done = await delivered(stage, video)
    assert (done.state, done.reason) == (NotificationState.FAILED, NOT_LET_IN)
    assert await lost(stage) == []


async def test_what_was_refused_by_a_bad_token_goes_where_it_belongs_when_it_is_tried_again(stage: Stage) -> None:
    video = await begun(stage)
    for _ in range(MOST_ATTEMPTS - 1):
        stage.discord.replies = [no(401, 0)]
        with pytest.raises(NotNow):
            await delivered(stage, video)
    stage.discord.replies = [no(401, 0)]
    assert (await delivered(stage, video)).state is NotificationState.FAILED
    await stage.set({"notifications": {"channels": {"default": DEFAULT, "video_ready": ANOTHER}}})
    await stage.services.telling.store.revive(stage.guild_id, video.key)
    assert (await delivered(stage, video)).channel_id == ANOTHER


@pytest.mark.parametrize("refusal", [no(401, 0), httpx.Response(429, json={"retry_after": 5.0, "global": False})])
async def test_what_may_stand_in_a_channel_does_so_though_the_next_try_was_refused(
    stage: Stage, refusal: httpx.Response
) -> None:
    video = await begun(stage)
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow):
        await delivered(stage, video)
    stage.discord.replies = [refusal]
    with pytest.raises(NotNow):
        await delivered(stage, video)
    await stage.set({"notifications": {"channels": {"default": DEFAULT, "video_ready": ANOTHER}}})
    stage.clock.pass_seconds(30)
    stage.pauses.taken.append(30)
    assert (await delivered(stage, video)).channel_id == OWN
    assert len(stage.discord.in_channel(OWN)) == 1


async def test_what_is_not_even_asked_costs_no_writing_down(stage: Stage) -> None:
    video = await begun(stage)
    stage.discord.replies = [httpx.Response(429, json={"retry_after": 60.0, "global": False})]
    with pytest.raises(NotNow):
        await delivered(stage, video)
    before, asked = stage.steps.taken, len(stage.discord.requests)
    with pytest.raises(NotNow):
        await stage.services.telling.deliverer.deliver(stage.guild_id, video.key, soon())
    assert (stage.steps.taken - before, len(stage.discord.requests) - asked) == (2, 0), (
        "it was read: a call is two steps"
    )


@pytest.mark.parametrize(("status", "code"), SAYS_NOTHING)
async def test_an_answer_that_says_nothing_is_no_answer(stage: Stage, status: int, code: int) -> None:
    video = await begun(stage)
    for _ in range(MOST_ATTEMPTS - 1):
        stage.discord.replies = [no(status, code)]
        with pytest.raises(NotNow):
            await delivered(stage, video)
    stage.discord.replies = [no(status, code)]
    done = await delivered(stage, video)
    assert (done.state, done.reason) == (NotificationState.FAILED, NO_ANSWER)
    assert await lost(stage) == []


@pytest.mark.parametrize(("status", "code"), MISTAKES)
async def test_a_message_that_discord_takes_nowhere_is_a_mistake_of_ours(stage: Stage, status: int, code: int) -> None:
    video = await begun(stage)
    stage.discord.replies = [no(status, code)]
    done = await delivered(stage, video)
    assert (done.state, done.reason) == (NotificationState.FAILED, OUR_MISTAKE)
    assert stage.discord.messages == []
    assert await lost(stage) == []


async def test_a_card_whose_edit_is_not_answered_waits_longer_than_discord_may_take(stage: Stage) -> None:
    """What was asked for may be done later, and would show an older state over a newer one."""
    meeting = await with_news(stage)
    stage.discord.loses_answers = 1
    with pytest.raises(NotNow) as later:
        await show(stage, meeting)
    assert later.value.seconds >= 10


@pytest.mark.parametrize(
    ("status", "code"), [*GONE, *[refusal for refusal in CLOSED if refusal[1] != 50083], *MISTAKES]
)
async def test_a_card_that_discord_refuses_to_change_is_left_and_holds_nothing_up(
    stage: Stage, status: int, code: int
) -> None:
    meeting = await with_news(stage)
    stage.discord.replies = [no(status, code)]
    await show(stage, meeting)
    assert stage.discord.replies == [], "it was asked for once"
    assert not await is_to_be_shown_later(stage, meeting)


@pytest.mark.parametrize(("status", "code"), NOT_LET_IN_TO_DISCORD)
async def test_while_discord_does_not_let_us_in_a_card_is_tried_once_a_minute(
    stage: Stage, status: int, code: int
) -> None:
    meeting = await with_news(stage)
    stage.discord.replies = [no(status, code)]
    await show(stage, meeting)
    assert await is_to_be_shown_later(stage, meeting)
    stage.clock.pass_seconds(60)
    await stage.housekeeping(meeting.meeting_id)
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "ENDED" in text_of(card.body)
    assert not await is_to_be_shown_later(stage, meeting)


@pytest.mark.parametrize(("status", "code"), SAYS_NOTHING)
async def test_where_an_answer_says_nothing_a_card_is_tried_again(stage: Stage, status: int, code: int) -> None:
    meeting = await with_news(stage)
    stage.discord.replies = [no(status, code)]
    with pytest.raises(NotNow):
        await show(stage, meeting)
    stage.discord.replies = [no(status, code)]
    await show(stage, meeting, receives=4)
    assert await is_to_be_shown_later(stage, meeting)
