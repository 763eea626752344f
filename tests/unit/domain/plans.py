"""Meetings in the future, planned as people do it."""

import math
from datetime import UTC, datetime
from typing import Any

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import Meeting, MeetingState
from local_stack.discord.scheduled_events import ACTIVE, CANCELED, COMPLETED, SCHEDULED, ScheduledEvent
from tests.unit.domain.calendar_double import CalendarDouble
from tests.unit.domain.sent_by_discord import ANN, Member
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import buttons_of

Json = dict[str, Any]


def in_hours(stage: Stage, hours: int) -> int:
    """The epoch second of the full minute that so many hours from now lead to."""
    return math.ceil(stage.clock() / 60) * 60 + hours * 3600


def day_ahead(stage: Stage, days: int) -> str:
    """Ten o'clock on that day, as somebody writes it."""
    return f"{datetime.fromtimestamp(stage.clock() + days * 86400, UTC):%Y-%m-%d} 10:00"


async def switch_on(stage: Stage) -> None:
    """The server has meetings in the future, and lives in Berlin."""
    await stage.set({"features": {"scheduled_events": True}, "meetings": {"time_zone": "Europe/Berlin"}})


def calendar_of(stage: Stage) -> CalendarDouble:
    calendar = stage.services.calendar
    assert isinstance(calendar, CalendarDouble)
    return calendar


def asking(stage: Stage, when: str = "in 2 hours", duration: str = "45 min", by: Member = ANN) -> Json:
    options: Json = {
        "type": "room",
        "title": "Weekly review",
        "description": "Numbers",
        "when": when,
        "duration": duration,
    }
    return stage.place.command("kaltura-start", options, by)


async def plan(stage: Stage, when: str = "in 2 hours", duration: str = "45 min", by: Member = ANN) -> Meeting:
    """A planned meeting."""
    payload = asking(stage, when, duration, by)
    preview = await stage.answer_to(payload)
    await stage.answer_to(stage.place.press(buttons_of(preview)["Schedule it"], by))
    return await stage.meeting(payload["id"])


async def pass_until(stage: Stage, meeting: Meeting, second: int) -> None:
    """Time passes up to an epoch second, and housekeeping does what is due."""
    stage.clock.seconds = float(second)
    await stage.housekeeping(meeting.meeting_id)
    await stage.work()


def form(stage: Stage, opened: Json, by: Member = ANN, **fields: str) -> Json:
    """A form, sent back with what was in it but for `fields`."""
    data = opened["data"]
    filled = {part["component"]["custom_id"]: part["component"].get("value", "") for part in data["components"]}
    return stage.place.submit(data["custom_id"], {**filled, **fields}, by)


def events_of(stage: Stage, guild_id: GuildId) -> list[ScheduledEvent]:
    """All events that Discord ever had of the server."""
    return [event for event in stage.discord.event_book.events.values() if event.guild_id == guild_id]


def assert_in_step(stage: Stage, meeting: Meeting) -> None:
    """Discord, Kaltura and the table say the same of the meeting."""
    plan = meeting.schedule
    assert plan is not None
    events = events_of(stage, meeting.guild_id)
    living = [event for event in events if event.status in (SCHEDULED, ACTIVE)]
    if meeting.state is MeetingState.SCHEDULED:
        (event,) = living
        assert (event.name, event.starts_at, event.ends_at) == (meeting.title, plan.starts_at, plan.ends_at)
        assert event.description == meeting.description
        assert (event.event_id, event.status) == (plan.event_id, SCHEDULED)
        (entry,) = calendar_of(stage).of(meeting.meeting_id)
        assert (entry.title, entry.starts_at, entry.ends_at) == (meeting.title, plan.starts_at, plan.ends_at)
        assert entry.description == meeting.description
    elif meeting.state is MeetingState.LIVE:
        assert [event.status for event in living] == [ACTIVE]
    elif meeting.state is MeetingState.ENDED:
        assert [event.status for event in events if event.event_id == plan.event_id] == [COMPLETED]
        assert living == []
    else:
        assert {event.status for event in events} <= {CANCELED, COMPLETED}
        assert calendar_of(stage).of(meeting.meeting_id) == []
        assert meeting.meeting_id not in stage.rooms.rooms
