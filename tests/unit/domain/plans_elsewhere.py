"""What people do to a planned meeting elsewhere than by its card, and by its card meanwhile."""

from kaltura_discord.meetings.models import Meeting
from local_stack.discord.permissions import Permission
from local_stack.discord.scheduled_events import ScheduledEvent
from local_stack.discord.wire import timestamp
from tests.unit.domain.plans import Json, calendar_of, events_of, form, in_hours, pass_until
from tests.unit.domain.sent_by_discord import ANN, Member
from tests.unit.domain.stage import Stage

ADMINISTRATOR_OF_DISCORD = "1"
QUARTER_OF_AN_HOUR = 900


async def opened_edit(stage: Stage, meeting: Meeting, by: Member = ANN) -> Json:
    answer = await stage.acknowledged(stage.place.press(f"1:plan-edit:{meeting.meeting_id}", by))
    assert answer.body is not None
    return answer.body


async def edit(stage: Stage, meeting: Meeting, by: Member = ANN, **fields: str) -> Json:
    return await stage.answer_to(form(stage, await opened_edit(stage, meeting, by), by, **fields))


def change_in_discord(stage: Stage, **fields: object) -> ScheduledEvent:
    """Somebody changes the newest event in Discord's own list."""
    event = events_of(stage, stage.guild_id)[-1]
    return stage.discord.event_book.change(event, ADMINISTRATOR_OF_DISCORD, Permission.MANAGE_EVENTS, fields)


def move_in_discord(stage: Stage, hours: int, minutes: int = 45) -> int:
    """Somebody moves the event to so many hours from now; the new start."""
    starts_at = in_hours(stage, hours)
    times = {"scheduled_start_time": timestamp(starts_at), "scheduled_end_time": timestamp(starts_at + minutes * 60)}
    change_in_discord(stage, **times)
    return starts_at


def move_in_kaltura(stage: Stage, meeting: Meeting, starts_at: int, minutes: int = 45) -> None:
    assert meeting.schedule is not None
    calendar_of(stage).move(meeting.schedule.kaltura_event_id, starts_at, starts_at + minutes * 60)


async def looked_at(stage: Stage, meeting: Meeting) -> Meeting:
    """The meeting a quarter of an hour later."""
    await pass_until(stage, meeting, int(stage.clock()) + QUARTER_OF_AN_HOUR + 1)
    return await stage.meeting(meeting.meeting_id)


def times(meeting: Meeting) -> tuple[int, int]:
    """When it starts, and for how many minutes."""
    assert meeting.schedule is not None
    return meeting.schedule.starts_at, meeting.schedule.minutes
