"""What another process changed a moment ago counts at once where it gives or takes a right over others' meetings."""

from kaltura_discord.meetings.models import MeetingState
from tests.unit.domain.sent_by_discord import Member
from tests.unit.domain.stage import Stage, soon
from tests.unit.domain.words import buttons_of, text_of

TEACHERS = "5000000000000000001"
TEACHER = Member("200000000000000006", "Tess", roles=(TEACHERS,))


async def told(stage: Stage, payload: dict[str, object]) -> str:
    return text_of(await stage.answer_to(payload))


async def test_a_role_that_was_taken_away_a_moment_ago_ends_no_meeting_of_others(stage: Stage) -> None:
    meeting = await stage.start()
    await stage.set({"roles": {"mapping": {TEACHERS: "moderator"}}})
    await told(stage, stage.place.command("kaltura-list", by=TEACHER))
    await stage.set({"roles": {"mapping": {"77": "moderator"}}}, seen=False)
    refused = text_of(await stage.answer_to(stage.place.press(f"1:end:{meeting.meeting_id}", TEACHER)))
    assert refused.startswith("Only Ann, who started **Weekly review**, and moderators can do that.")
    assert (await stage.meeting(meeting.meeting_id)).state is MeetingState.LIVE


async def test_a_role_that_was_taken_away_a_moment_ago_lets_nobody_come_in_as_more(stage: Stage) -> None:
    stage.discord.member_roles[TEACHER.user_id] = [TEACHERS]
    meeting = await stage.start()
    await stage.set({"roles": {"mapping": {TEACHERS: "moderator"}}})
    joined = await stage.answer_to(stage.place.press(f"1:join:{meeting.meeting_id}", TEACHER))
    await stage.set({}, seen=False)
    await stage.services.join_door.open(buttons_of(joined)["Open the meeting"].rpartition("/")[2], soon())
    assert [guest.level for guest in stage.rooms.guests] == ["viewer"]


async def test_a_role_that_was_listed_a_moment_ago_ends_a_meeting_of_others(stage: Stage) -> None:
    meeting = await stage.start()
    assert "No meeting" not in await told(stage, stage.place.command("kaltura-list", by=TEACHER))
    await stage.set({"roles": {"mapping": {TEACHERS: "moderator"}}}, seen=False)
    ended = await told(stage, stage.place.press(f"1:end:{meeting.meeting_id}", TEACHER))
    assert "has ended" in ended
