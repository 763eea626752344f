"""The meeting card: one message in the channel that changes as the meeting moves. Pure: a meeting in, a message out.

State first, then the name, then who and when. A button that cannot work any more disappears.
"""

from kaltura_discord.discord.components import (
    Accent,
    ButtonStyle,
    Component,
    action_row,
    button,
    container,
    link_button,
    section,
    separator,
    text,
    thumbnail,
)
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.models import NAMES_SHOWN, Meeting, MeetingState, Recording
from kaltura_discord.meetings.planned_card import planned_buttons, planned_details
from kaltura_discord.meetings.wishes import KIND_NAMES
from kaltura_discord.templates.discord_markdown import inline

_NAME_LIMIT = 80
_DESCRIPTION_SHOWN = 300

_STATES: dict[MeetingState, tuple[str, Accent]] = {
    MeetingState.SCHEDULED: ("SCHEDULED", Accent.NEUTRAL),
    MeetingState.CANCELLED: ("CANCELLED", Accent.ENDED),
    MeetingState.STARTING: ("STARTING", Accent.STARTING),
    MeetingState.LIVE: ("LIVE", Accent.LIVE),
    MeetingState.ENDED: ("ENDED", Accent.ENDED),
    MeetingState.FAILED: ("NOT STARTED", Accent.FAILED),
}

WILL_NOT_CHANGE = "-# I can't write in this channel, so this card will not change when the meeting does."


_RECORDED = ("RECORDING READY", Accent.NEUTRAL)


def card_of(meeting: Meeting, picture_url: str = "", recording_url: str = "", *, footnote: str = "") -> Message:
    """The card for the meeting as it is.

    Args:
        meeting: how it is.
        picture_url: shown beside one that is live, or was recorded.
        recording_url: where the last recording is played.
        footnote: what else is to be said.
    """
    is_recorded = _is_recorded(meeting)
    word, accent = _RECORDED if is_recorded else _STATES[meeting.state]
    paragraphs = [f"-# ● {word} · {KIND_NAMES[meeting.kind]}", f"### {inline(meeting.title, 300)}", _details(meeting)]
    parts: list[Component]
    if picture_url and (is_recorded or meeting.state is MeetingState.LIVE):
        parts = [section(paragraphs, thumbnail(picture_url, f"Picture of the meeting {meeting.title}"))]
    else:
        parts = [text("\n".join(paragraphs))]
    if footnote:
        parts.append(text(footnote))
    buttons = [*(_watching(meeting, recording_url) if is_recorded else ()), *_buttons(meeting)]
    if buttons:
        parts += [separator(), action_row(buttons)]
    return Message((container(parts, accent),), ephemeral=False)


def _details(meeting: Meeting) -> str:
    match meeting.state:
        case MeetingState.SCHEDULED | MeetingState.CANCELLED:
            return planned_details(meeting)
        case MeetingState.STARTING:
            return "Setting up the room …"
        case MeetingState.FAILED:
            return meeting.failure
        case MeetingState.LIVE:
            lines = [f"Started by {_name(meeting.started_by.name)} · <t:{meeting.started_at}:R>{_joined(meeting)}"]
            if meeting.description:
                lines.append(inline(meeting.description, _DESCRIPTION_SHOWN))
            return "\n".join(lines)
        case MeetingState.ENDED:
            lasted = duration_words(meeting.ended_at - meeting.started_at)
            lines = [f"Lasted {lasted} · {people_words(meeting.joined_count)}", f"Ended {_ending(meeting)}"]
            if meeting.recordings:
                lines.insert(0, _recording(meeting.recordings[-1]))
            return "\n".join(lines)


def _is_recorded(meeting: Meeting) -> bool:
    """One that was opened again is live first of all."""
    return meeting.state is MeetingState.ENDED and bool(meeting.recordings)


def _recording(recording: Recording) -> str:
    long = recording.duration_seconds
    return f"Recording ready · {duration_words(long)}" if long else "Recording ready"


def _watching(meeting: Meeting, recording_url: str) -> list[Component]:
    together = custom_id("watch", meeting.recordings[-1].entry_id)
    watch = [link_button("Watch", recording_url)] if recording_url else []
    return [*watch, button("Watch Together", together, ButtonStyle.PRIMARY)]


def _buttons(meeting: Meeting) -> list[Component]:
    match meeting.state:
        case MeetingState.SCHEDULED:
            return planned_buttons(meeting)
        case MeetingState.LIVE:
            return [
                button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS),
                button("Share", custom_id("share", meeting.meeting_id)),
                button("End", custom_id("end", meeting.meeting_id), ButtonStyle.DANGER),
            ]
        case MeetingState.ENDED:
            return [button("Start again", custom_id("again", meeting.meeting_id))]
        case MeetingState.FAILED:
            return [button("Try again", custom_id("again", meeting.meeting_id), ButtonStyle.PRIMARY)]
        case MeetingState.STARTING | MeetingState.CANCELLED:
            return []


def _joined(meeting: Meeting) -> str:
    if not meeting.joined_count:
        return ""
    shown = meeting.joined_names[:NAMES_SHOWN]
    names = ", ".join(_name(name) for name in shown)
    others = meeting.joined_count - len(shown)
    more = f" and {others} more" if others > 0 else ""
    return f" · {meeting.joined_count} joined: {names}{more}"


def _ending(meeting: Meeting) -> str:
    if meeting.schedule is not None and not meeting.ended_by and meeting.schedule.is_end(meeting.ended_at):
        return f"as planned <t:{meeting.ended_at}:R>"
    if not meeting.ended_by:
        return f"by itself <t:{meeting.ended_at}:R>, as nobody joined any more"
    return f"by {_name(meeting.ended_by)} <t:{meeting.ended_at}:R>"


def _name(name: str) -> str:
    return inline(name, _NAME_LIMIT)


def duration_words(seconds: int) -> str:
    """`48 min`, `2 h 5 min`, or `less than a minute`."""
    minutes = seconds // 60
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def people_words(count: int) -> str:
    """`nobody joined`, `1 person` or `12 people`."""
    if not count:
        return "nobody joined"
    return "1 person" if count == 1 else f"{count} people"
