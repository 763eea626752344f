"""What happens to meetings, as events: written with the change itself, so that neither is there without the other.

An event says which meeting, which opening and who; what the meeting is called, and what anybody is called, is read when
it is told.
"""

from typing import Literal

from kaltura_discord.events.models import Event
from kaltura_discord.meetings.models import Meeting, Person

_OfMeetings = Literal["meeting_start", "meeting_end", "meeting_reopened"]


def started(meeting: Meeting) -> Event:
    """The meeting is live for the first time."""
    return _of_opening("meeting_start", meeting, meeting.generation)


def ended(meeting: Meeting, at: int) -> Event:
    """This opening of the meeting is over."""
    return _of_opening("meeting_end", meeting, meeting.generation, at)


def reopened(meeting: Meeting, at: int) -> Event:
    """The meeting, as it was when it had ended, is live again."""
    return _of_opening("meeting_reopened", meeting, meeting.generation + 1, at)


def joined(meeting: Meeting, person: Person, at: int) -> Event:
    """Somebody came in for the first time."""
    key = f"user_join#{meeting.meeting_id}#{person.user_id}"
    return Event(key, "user_join", meeting.meeting_id, meeting.guild_id, {"user_id": person.user_id}, at)


def _of_opening(kind: _OfMeetings, meeting: Meeting, generation: int, at: int = 0) -> Event:
    key = f"{kind}#{meeting.meeting_id}#{generation}"
    return Event(key, kind, meeting.meeting_id, meeting.guild_id, {"generation": str(generation)}, at)
