"""What housekeeping is to do for meetings in the future, and when.

    plan_step        bring Discord and Kaltura in step with the plan
    plan_look        look at Discord's and Kaltura's event, as people may have moved it or called it off there
    plan_reminder    tell the channel that the doors are open
    plan_start       begin
    plan_end         end as planned

A note of a plan that has changed since does nothing when it is due: the change has left its own.
"""

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.due_list import DueNote
from kaltura_discord.meetings.models import Meeting

PLAN_STEP = "plan_step"
PLAN_LOOK = "plan_look"
PLAN_REMINDER = "plan_reminder"
PLAN_START = "plan_start"
PLAN_END = "plan_end"
PLAN_KINDS = frozenset({PLAN_STEP, PLAN_LOOK, PLAN_REMINDER, PLAN_START, PLAN_END})

STEP_AFTER_SECONDS = 60

# Each look is one call to Discord and one to Kaltura. They are noted for full quarters of an hour (of six hours, where
# it is long until the start), so that however many changes leave a note, there is one look.
_LOOK_SECONDS = 900
_LOOK_FROM_AFAR_SECONDS = 6 * 3600
_FAR_SECONDS = 24 * 3600


def step_note(meeting: Meeting, at: int) -> DueNote:
    """Bring Discord and Kaltura in step at an epoch second."""
    return _note(PLAN_STEP, meeting, at)


def start_note(meeting: Meeting, at: int) -> DueNote:
    """Begin at an epoch second."""
    return _note(PLAN_START, meeting, at)


def end_note(meeting: Meeting, at: int) -> DueNote:
    """End this opening at an epoch second."""
    details: dict[str, Value] = {"guild_id": meeting.guild_id, "generation": meeting.generation}
    return DueNote(PLAN_END, meeting.meeting_id, at, details)


def look_note(meeting: Meeting, starts_at: int, now: int) -> DueNote:
    """Look at both events next time, as seen at `now` (epoch seconds)."""
    pause = _LOOK_SECONDS if starts_at - now <= _FAR_SECONDS else _LOOK_FROM_AFAR_SECONDS
    return _note(PLAN_LOOK, meeting, (now // pause + 1) * pause)


def plan_notes(meeting: Meeting, now: int) -> list[DueNote]:
    """All notes of a plan that is about to be written down at `now` (epoch seconds)."""
    plan = meeting.schedule
    if plan is None:
        return []
    notes = [
        step_note(meeting, now + STEP_AFTER_SECONDS),
        look_note(meeting, plan.starts_at, now),
        start_note(meeting, plan.starts_at),
    ]
    if plan.doors_open_at > now:
        notes.append(_note(PLAN_REMINDER, meeting, plan.doors_open_at))
    return notes


def _note(kind: str, meeting: Meeting, at: int) -> DueNote:
    return DueNote(kind, meeting.meeting_id, at, {"guild_id": meeting.guild_id})
