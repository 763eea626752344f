"""Why something is not told, as administrators read it, and what tells whether it is. Pure."""

from kaltura_discord.meetings.models import Meeting
from kaltura_discord.notifications.channels import channels_for
from kaltura_discord.notifications.models import Notification
from kaltura_discord.server_config.models import ServerConfig

NOT_ALLOWED = "This server may not use the app any more."
SWITCHED_OFF = "Messages of this type are off."
OPENED_AGAIN = "The meeting was opened again before this was told."
SAID_BY_THE_CARD = "The meeting's card says it."
NO_CHANNEL = "No channel is set for it. `/kaltura-config channel` sets one."
NOTHING_LEFT = "What it was about is not kept any more, or was told already."

AS_WISHED = frozenset({SAID_BY_THE_CARD, SWITCHED_OFF})
"""What a server has chosen itself. It is not listed among deliveries, where it would drown what went wrong."""

_ABOUT_MEETINGS = frozenset({"meeting_start", "meeting_end", "user_join", "recording_ready"})


def about_meetings(told: Notification) -> bool:
    """Whether it is about a meeting of the server's, and not a video or a live stream."""
    return told.type in _ABOUT_MEETINGS


def is_wanted(told: Notification, config: ServerConfig) -> bool:
    """Whether the server wants to be told of this at all."""
    notifications = config.notifications
    return notifications.enabled and bool(getattr(notifications.types, told.type))


def is_of_former_end(told: Notification, meeting: Meeting) -> bool:
    """Whether it is about an end that was taken back: the meeting was opened again since."""
    return told.type == "meeting_end" and int(told.details.get("generation", "1")) < meeting.generation


def why_not_told(told: Notification, config: ServerConfig, meeting: Meeting | None) -> str:
    """Why these settings have it not told, a sentence; empty where they have it told."""
    if not is_wanted(told, config):
        return SWITCHED_OFF
    if meeting is not None and is_of_former_end(told, meeting):
        return OPENED_AGAIN
    if not channels_for(told.type, config.notifications.channels, meeting):
        return SAID_BY_THE_CARD if about_meetings(told) else NO_CHANNEL
    return ""
