"""What can come between a notification and its channel.

NotNow            come back in so many seconds; nothing is lost
ChannelClosed     this channel does not take it: gone, or closed to the bot
MessageRefused    no channel takes it, as it is: a mistake of ours
"""

from kaltura_discord.discord.identifiers import ChannelId


class NotNow(Exception):
    """It has to be tried again later.

    Attributes:
        seconds: when.
        is_attempt: whether this was a try that failed; waiting for a rate limit is none.
        is_refused: whether Discord said no, so that nothing of this try stands anywhere.
        in_the_end: what administrators read where it was the last try; empty where nothing more is known.
    """

    def __init__(
        self, seconds: float, *, is_attempt: bool, reason: str, is_refused: bool = False, in_the_end: str = ""
    ) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.is_attempt = is_attempt
        self.is_refused = is_refused
        self.in_the_end = in_the_end


class ChannelClosed(Exception):
    """The channel does not take messages of ours.

    Attributes:
        is_gone: it was deleted; otherwise the bot may not write there.
        code: Discord's own.
    """

    def __init__(self, channel_id: ChannelId, code: int, *, is_gone: bool) -> None:
        super().__init__(f"channel {channel_id}: code {code}")
        self.channel_id = channel_id
        self.code = code
        self.is_gone = is_gone


class MessageRefused(Exception):
    """Discord does not take the message, whatever the channel, and would not take it the next time."""
