"""Where a notification goes: the channel of its type, else the default, else where its meeting was started.

The card of a meeting says that it started, who joined and that it ended. So a message of its own goes out for these
only where a channel is set that is not the card's, or where somebody has deleted the card. A recording comes when the
card is far up, and is told in any case.
"""

from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.notifications.models import NotificationType
from kaltura_discord.server_config.notification_settings import Channels

_SAID_BY_THE_CARD = ("meeting_start", "meeting_end", "user_join")


def channels_for(told: NotificationType, settings: Channels, meeting: Meeting | None) -> tuple[ChannelId, ...]:
    """The channels to try, the right one first; none where the card says it, or where none is set."""
    own, default = (ChannelId(name) for name in (getattr(settings, told), settings.default))
    configured = [channel for channel in (own, default) if channel]
    if told in _SAID_BY_THE_CARD:
        card = meeting.standing_card if meeting is not None else None
        if not configured or (card is not None and configured[0] == card.channel_id):
            return ()
    elif meeting is not None:
        configured.append(meeting.channel_id)
    return tuple(dict.fromkeys(configured))
