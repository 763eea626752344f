"""The card of a meeting in the future, and of one that was cancelled. Pure; `card` puts the parts together."""

from kaltura_discord.discord.components import ButtonStyle, Component, button, link_button
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.schedule import Place, Schedule
from kaltura_discord.templates.discord_markdown import inline

_NAME_LIMIT = 80
_DESCRIPTION_SHOWN = 300


def planned_details(meeting: Meeting) -> str:
    """When, how long, by whom, and what it is about; of a cancelled one, who cancelled it."""
    schedule = meeting.schedule
    if schedule is None:
        return ""
    if meeting.state is MeetingState.CANCELLED:
        return _cancelled(meeting, schedule)
    who = f"Planned by {inline(meeting.started_by.name, _NAME_LIMIT)} · {length_words(schedule.minutes)}"
    lines = [time_words(schedule), who]
    if schedule.reminded_of == schedule.starts_at:
        lines.append("The doors are open: come in early if you like.")
    if meeting.description:
        lines.append(inline(meeting.description, _DESCRIPTION_SHOWN))
    return "\n".join(lines)


def planned_buttons(meeting: Meeting) -> list[Component]:
    """Interested, Edit and Cancel; Join once the doors are open."""
    schedule = meeting.schedule
    if schedule is None:
        return []
    buttons = []
    if schedule.reminded_of == schedule.starts_at and meeting.room is not None:
        buttons.append(button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS))
    if schedule.event_id:
        buttons.append(link_button("Interested", event_url(meeting.guild_id, schedule.event_id)))
    buttons.append(button("Edit", custom_id("plan-edit", meeting.meeting_id)))
    buttons.append(button("Cancel", custom_id("plan-cancel", meeting.meeting_id), ButtonStyle.DANGER))
    return buttons


def _cancelled(meeting: Meeting, schedule: Schedule) -> str:
    return f"~~{time_words(schedule)}~~\nCancelled {where_cancelled(meeting)} <t:{meeting.ended_at}:R>"


def where_cancelled(meeting: Meeting) -> str:
    """By whom or where a meeting was cancelled, to go on after "cancelled"."""
    if meeting.ended_by:
        return f"by {inline(meeting.ended_by, _NAME_LIMIT)}"
    is_in_kaltura = meeting.schedule is not None and meeting.schedule.called_off_in == Place.KALTURA
    return "in Kaltura's calendar" if is_in_kaltura else "in Discord's list of events"


def time_words(schedule: Schedule) -> str:
    """When, as each reader's own clock shows it."""
    return f"<t:{schedule.starts_at}:F> (<t:{schedule.starts_at}:R>)"


def length_words(minutes: int) -> str:
    """`45 min`, or `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def event_url(guild_id: GuildId, event_id: str) -> str:
    """Where Discord shows the event, with its Interested button."""
    return f"https://discord.com/events/{guild_id}/{event_id}"
