"""The links that let people in: made for one, looked at again when they are opened, never a session in a message."""

import asyncio

import pytest

from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.kaltura.rooms import LONGEST_JOIN_SECONDS
from kaltura_discord.meetings.errors import (
    LinkExpired,
    MeetingError,
    MeetingNotFound,
    MeetingNotRunning,
    NotTheirs,
    TooOften,
)
from kaltura_discord.meetings.join_door import WayIn
from kaltura_discord.meetings.join_links import LINK_SECONDS
from kaltura_discord.meetings.models import Meeting, Person
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.rooms_double import SESSION
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, MODERATOR, Member, snowflake
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, text_of


async def link(stage: Stage, meeting: Meeting, by: Member = BO) -> str:
    """The token of a link, as pressing Join gives it."""
    answer = await stage.answer_to(stage.place.press(f"1:join:{meeting.meeting_id}", by))
    url = buttons_of(answer)["Open the meeting"]
    prefix = "https://kaltura.example/j/"
    assert url.startswith(prefix)
    assert len(url) <= 512
    return url.removeprefix(prefix)


async def opened(stage: Stage, token: str) -> WayIn:
    return await stage.services.join_door.open(token, soon())


async def test_the_answer_is_a_private_link_without_any_session(stage: Stage) -> None:
    meeting = await stage.start()
    acknowledged = await stage.acknowledged(stage.place.press(f"1:join:{meeting.meeting_id}", BO))
    assert acknowledged.body is not None
    assert acknowledged.body["data"]["flags"] & 64
    assert "djJ8" not in str(acknowledged.body)
    assert "yours alone and works for 10 minutes" in text_of(acknowledged.body["data"])


async def test_only_the_hash_of_a_link_is_kept(stage: Stage) -> None:
    token = await link(stage, await stage.start())
    scanned = await stage.dynamodb.inner.call("Scan", {"TableName": stage.services.aws.table_name})
    assert token not in str(scanned)


async def test_an_opened_link_leads_into_the_room_under_ones_own_name(stage: Stage) -> None:
    meeting = await stage.start()
    way = await opened(stage, await link(stage, meeting, BO))
    (guest,) = stage.rooms.guests
    assert (guest.user_id, guest.display_name, guest.level) == (f"discord_{BO.user_id}", "Bo", "viewer")
    assert guest.locale == "en-US"
    assert SESSION in way.url
    assert way.is_first_time
    assert stage.rooms.groups == [meeting.session_group]


async def test_a_session_lives_an_hour_at_most(stage: Stage) -> None:
    await opened(stage, await link(stage, await stage.start()))
    assert stage.rooms.until == [stage.clock() + LONGEST_JOIN_SECONDS]


async def test_it_opens_again_within_ten_minutes_for_previews_and_second_tries(stage: Stage) -> None:
    token = await link(stage, await stage.start())
    assert (await opened(stage, token)).is_first_time
    stage.clock.pass_seconds(LINK_SECONDS - 1)
    assert not (await opened(stage, token)).is_first_time


async def test_after_ten_minutes_it_has_expired(stage: Stage) -> None:
    token = await link(stage, await stage.start())
    stage.clock.pass_seconds(LINK_SECONDS)
    with pytest.raises(LinkExpired):
        await opened(stage, token)


@pytest.mark.parametrize("token", ["", "x", "../../etc", "a" * 5000, "\x00"])
async def test_a_link_that_was_never_made_is_expired_too(stage: Stage, token: str) -> None:
    with pytest.raises(LinkExpired):
        await opened(stage, token)


async def test_after_the_end_nobody_comes_in(stage: Stage) -> None:
    meeting = await stage.start()
    token = await link(stage, meeting)
    await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}", ANN))
    with pytest.raises(MeetingNotRunning, match="Weekly review"):
        await opened(stage, token)
    assert stage.rooms.guests == []


async def test_a_server_that_is_locked_out_meanwhile_is_closed_at_once(stage: Stage) -> None:
    token = await link(stage, await stage.start())
    await stage.services.servers.revoke(stage.guild_id)
    with pytest.raises(NotTheirs, match="can't use Kaltura any more"):
        await opened(stage, token)


async def test_who_left_the_server_meanwhile_stays_out(stage: Stage) -> None:
    token = await link(stage, await stage.start(), BO)
    del stage.discord.member_roles[BO.user_id]
    with pytest.raises(NotTheirs, match="not in this Discord server any more"):
        await opened(stage, token)
    assert stage.rooms.guests == []


async def test_a_role_that_was_taken_meanwhile_no_longer_counts(stage: Stage) -> None:
    stage.services.environment = {**stage.services.environment, "CONFIG__ROLES__MAPPING__5": "moderator"}
    stage.discord.member_roles[BO.user_id] = ["5"]
    token = await link(stage, await stage.start(), Member(BO.user_id, "Bo", roles=("5",)))
    await opened(stage, token)
    stage.discord.member_roles[BO.user_id] = []
    await opened(stage, token)
    assert [guest.level for guest in stage.rooms.guests] == ["moderator", "viewer"]


async def test_whoever_started_it_moderates_it(stage: Stage) -> None:
    token = await link(stage, await stage.start(by=ANN), ANN)
    await opened(stage, token)
    assert stage.rooms.guests[0].level == "moderator"


async def test_an_administrator_comes_in_as_one(stage: Stage) -> None:
    stage.discord.roles = [{"id": "9", "name": "Admins", "permissions": str(1 << 3)}]
    stage.discord.member_roles[ADMINISTRATOR.user_id] = ["9"]
    await opened(stage, await link(stage, await stage.start(by=ADMINISTRATOR), ADMINISTRATOR))
    assert stage.rooms.guests[0].level == "admin"


async def test_while_discord_is_down_people_come_in_as_viewers(stage: Stage) -> None:
    token = await link(stage, await stage.start(by=ANN), MODERATOR)
    stage.discord.is_down = True
    await opened(stage, token)
    assert stage.rooms.guests[0].level == "viewer"


async def test_each_person_is_counted_once(stage: Stage) -> None:
    meeting = await stage.start()
    for by in (ANN, BO, ANN, MODERATOR, BO, ADMINISTRATOR):
        await opened(stage, await link(stage, meeting, by))
    joined = await stage.meeting(meeting.meeting_id)
    assert joined.joined_count == 4
    assert joined.joined_names == ("Ann", "Bo", "Mo")
    assert joined.last_joined_at == stage.clock()


async def test_many_who_join_at_once_are_all_counted(stage: Stage) -> None:
    meeting = await stage.start()
    people = [Person(UserId(snowflake()), f"Guest {number}") for number in range(8)]
    firsts = await asyncio.gather(
        *(stage.services.meetings.record_join(meeting, person, int(stage.clock())) for person in people)
    )
    assert firsts == [True] * 8
    assert (await stage.meeting(meeting.meeting_id)).joined_count == 8
    await stage.services.cards.refresh(meeting)
    await stage.tell()
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "8 joined: " in text_of(card.body)
    assert " and 5 more" in text_of(card.body)


async def test_another_server_cannot_open_the_meeting_by_its_id(stage: Stage) -> None:
    meeting = await stage.start()
    stage.place.guild_id = snowflake()
    await stage.services.servers.allow(AllowedServer(stage.guild_id))
    answer = await stage.answer_to(stage.place.press(f"1:join:{meeting.meeting_id}", BO))
    assert "gone" in text_of(answer)
    bo = Person(UserId(BO.user_id), "Bo")
    made_elsewhere = await stage.services.join_links.make(stage.guild_id, meeting.meeting_id, bo, "en-US")
    with pytest.raises(MeetingNotFound):
        await opened(stage, made_elsewhere.rsplit("/", 1)[1])


async def test_a_link_that_is_hammered_closes_for_a_while(stage: Stage) -> None:
    token = await link(stage, await stage.start())
    for _ in range(40):
        await opened(stage, token)
    with pytest.raises(TooOften):
        await opened(stage, token)


async def test_every_refusal_is_a_sentence(stage: Stage) -> None:
    with pytest.raises(MeetingError) as told:
        await opened(stage, "nothing")
    assert told.value.sentence.endswith(".")


async def test_the_card_shows_who_joined(stage: Stage) -> None:
    meeting = await stage.start()
    await opened(stage, await link(stage, meeting, BO))
    await stage.services.cards.refresh(meeting)
    await stage.tell()
    (card,) = stage.discord.in_channel(stage.channel_id)
    assert "1 joined: Bo" in text_of(card.body)


async def test_many_who_join_at_once_are_one_change_of_the_card(stage: Stage) -> None:
    meeting = await stage.start()
    now = int(stage.services.now())

    booked = await asyncio.gather(*(stage.services.meetings.book_refresh(meeting, now + 2, now) for _ in range(20)))

    assert booked.count(True) == 1
    assert not await stage.services.meetings.book_refresh(meeting, now + 3, now + 1)
    assert await stage.services.meetings.book_refresh(meeting, now + 4, now + 2)
