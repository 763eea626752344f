"""What a notification says: its variables, from the meeting as it is now or from what is known of an entry."""

from collections.abc import Mapping
from dataclasses import replace

from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.card import duration_words
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.meetings.wishes import KIND_NAMES
from kaltura_discord.notifications.models import Notification
from kaltura_discord.notifications.reasons import is_of_former_end
from kaltura_discord.notifications.words import mentions_in, moment, notification
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES
from kaltura_discord.templates.message_template import Formatted
from kaltura_discord.templates.plain_text import shorten

_LONGEST_TITLE = 256


def message_of(
    told: Notification, template: str, meeting: Meeting | None, more: Mapping[str, str] | None = None
) -> Message:
    """The message.

    Args:
        told: what is told.
        template: the server's words for it.
        meeting: the one that it is about; None where it is about a video or a live stream.
        more: what else is known, by the name of its variable.
    """
    values = {
        **(_of_meeting(meeting, _ended_at(told, meeting)) if meeting is not None else {}),
        **_of_entry(told.details),
        **(more or {}),
    }
    wanted = ALLOWED_VARIABLES[told.type]
    message = notification(told.type, template, {name: values.get(name, "") for name in wanted}, told.subject)
    return replace(message, mentions=mentions_in(template))


def title_of(told: Notification, meeting: Meeting | None) -> str:
    """What it is about, in a line."""
    return shorten(told.details.get("title") or (meeting.title if meeting is not None else ""), _LONGEST_TITLE)


def _ended_at(told: Notification, meeting: Meeting) -> int:
    """When what is told of it was over, epoch seconds; 0 where it is not."""
    return told.created_at if is_of_former_end(told, meeting) else meeting.ended_at


def _of_meeting(meeting: Meeting, ended_at: int) -> dict[str, str]:
    values: dict[str, str] = {
        "title": meeting.title,
        "type": KIND_NAMES[meeting.kind],
        "id": meeting.meeting_id,
        "creator": meeting.started_by.name,
        "start_time": moment(meeting.started_at),
        "url": Formatted(_place(meeting)),
    }
    if ended_at:
        values["end_time"] = moment(ended_at)
        values["duration"] = duration_words(ended_at - meeting.started_at)
    return values


def _of_entry(details: Mapping[str, str]) -> dict[str, str]:
    """What was learnt of an entry; times and lengths are numbers of seconds there."""
    values: dict[str, str] = {
        name: details[name] for name in ("title", "id", "creator", "size", "format", "username") if details.get(name)
    }
    for name in ("start_time", "end_time", "join_time"):
        if details.get(name):
            values[name] = moment(int(details[name]), "t" if name == "join_time" else "f")
    if details.get("seconds"):
        values["duration"] = duration_words(int(details["seconds"]))
    # An address of Kaltura's own that we have made ourselves.
    if details.get("url"):
        values["url"] = Formatted(details["url"])
    return values


def _place(meeting: Meeting) -> str:
    """Where the meeting is in Discord: its card, else its channel. A link into the meeting is everybody's own."""
    channel = f"https://discord.com/channels/{meeting.guild_id}/{meeting.channel_id}"
    card = meeting.standing_card
    return f"{channel}/{card.message_id}" if card is not None else channel
