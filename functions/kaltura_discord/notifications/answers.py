"""What Discord's answers mean for a notification (Discord docs: Opcodes and Status Codes). Pure.

429                             it has to wait: it comes back then, and that was no attempt
5xx, no connection, no answer   Discord is unwell: tried again with growing pauses, for a quarter of an hour
a 4xx without a code            no answer of Discord's own, as a proxy gives: the same
401; 403 without a code; 40333  Discord does not let *us* in, by a bad token or a blocked address, and says nothing
                                of the channel: tried again with longer pauses, for an hour, as each such answer
                                counts towards being shut out; then the operator has to look
10003 and its like; 410         the channel is gone: the next one
any other 403; 50008, 50024,
50083, 160005, 160006, 40067    the channel does not take it: the next one
any other 4xx                   the message is wrong, wherever it goes: it has failed by a mistake of ours
"""

from kaltura_discord.discord.errors import (
    CLOSED_THREADS,
    TAG_REQUIRED,
    TAKES_NO_MESSAGES,
    TOO_MANY_THREADS,
    WRONG_KIND_OF_CHANNEL,
    DiscordRateLimited,
    DiscordRefused,
    DiscordUnavailable,
    NotLetIn,
    Unknown,
)
from kaltura_discord.discord.identifiers import ChannelId
from kaltura_discord.notifications.errors import ChannelClosed, MessageRefused, NotNow
from kaltura_discord.notifications.models import Delivery

NOT_LET_IN = (
    "For an hour Discord did not let the app itself in. Ask whoever runs it to look at its bot token, "
    "and try it again once that is mended."
)

_OF_THE_CHANNEL = CLOSED_THREADS | {TAG_REQUIRED, TAKES_NO_MESSAGES, TOO_MANY_THREADS, WRONG_KIND_OF_CHANNEL}
_FORBIDDEN = 403

_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 300.0

_FIRST_PAUSE_OUTSIDE_SECONDS = 30.0
# So long does Discord count what it calls invalid requests.
_LONGEST_PAUSE_OUTSIDE_SECONDS = 600.0


def meaning(error: Exception, delivery: Delivery, channel_id: ChannelId) -> Exception:
    """What an error of Discord's means for a notification that was to be posted; any other stays as it is."""
    match error:
        case DiscordRateLimited():
            return NotNow(error.retry_after, is_attempt=False, reason=str(error), is_refused=True)
        case DiscordUnavailable():
            return NotNow(pause_after(delivery), is_attempt=True, reason=str(error))
        case DiscordRefused():
            return _meaning_of_refusal(error, delivery, channel_id)
    return error


def _meaning_of_refusal(refused: DiscordRefused, delivery: Delivery, channel_id: ChannelId) -> Exception:
    if isinstance(refused, NotLetIn):
        pause = min(_FIRST_PAUSE_OUTSIDE_SECONDS * 2**delivery.attempts, _LONGEST_PAUSE_OUTSIDE_SECONDS)
        return NotNow(pause, is_attempt=True, reason=str(refused), is_refused=True, in_the_end=NOT_LET_IN)
    if refused.says_nothing:
        return NotNow(pause_after(delivery), is_attempt=True, reason=str(refused))
    if isinstance(refused, Unknown):
        return ChannelClosed(channel_id, refused.code, is_gone=True)
    if refused.status == _FORBIDDEN or refused.code in _OF_THE_CHANNEL:
        return ChannelClosed(channel_id, refused.code, is_gone=False)
    return MessageRefused(str(refused))


def pause_after(delivery: Delivery) -> float:
    """How many seconds Discord is left alone after a try that it did not answer."""
    pause: float = min(_FIRST_PAUSE_SECONDS * 2**delivery.attempts, _LONGEST_PAUSE_SECONDS)
    return pause
