"""Sending a notification: into the first channel that takes it, so many times as is sensible.

    the channel of its type ── closed to us ── noted, once a week ── the default ── where the meeting was started

Whoever reads the channel it went to instead is told which one it was meant for, where that is news.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.components import text
from kaltura_discord.discord.errors import TAG_REQUIRED, DiscordError
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.discord.messages import Message
from kaltura_discord.notifications.answers import pause_after
from kaltura_discord.notifications.errors import ChannelClosed, MessageRefused, NotNow
from kaltura_discord.notifications.models import Delivery
from kaltura_discord.notifications.posting import Poster, Sent
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.resilience.deadline import Deadline

MOST_ATTEMPTS = 10
"""With pauses that double from 2 seconds to 5 minutes: about a quarter of an hour of Discord being down."""

NO_ANSWER = "Discord did not take it for a quarter of an hour."
OUR_MISTAKE = "Something went wrong on our side. The operator's log says what; try it again once that is mended."
CHANNEL_GONE = "The channel that is set does not exist any more. Set another with `/kaltura-config channel`."

TAGS_OFF = (
    "That forum requires a tag on every post, and I set none. Don't require tags there, "
    "or set another channel with `/kaltura-config channel`."
)

ChannelLost = Callable[[GuildId, ChannelClosed], Awaitable[bool]]

log = logging.getLogger(__name__)


class AllClosed(Exception):
    """None of the channels takes it; `sentence` says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends notifications.

    Attributes:
        channel_lost: is told of each channel that does not take messages; says whether that is news.
    """

    store: NotificationStore
    poster: Poster
    channel_lost: ChannelLost

    async def send(
        self, delivery: Delivery, channels: Sequence[ChannelId], name: str, message: Message, deadline: Deadline
    ) -> Sent:
        """Have it stand in the first of the channels that takes it; `name` is the post's, where that is a forum.

        Raises:
            NotNow: it has to be tried again later.
            AllClosed: none takes it.
            MessageRefused: none ever would.
        """
        if delivery.sending_to is not None:
            # It may be there already, so a channel that was set meanwhile comes too late for this one.
            channels = tuple(dict.fromkeys((delivery.sending_to, *channels)))
        first: ChannelClosed | None = None
        footnote = ""
        for channel_id in channels:
            try:
                return await self.poster.post(delivery, channel_id, name, _with(message, footnote), deadline)
            except ChannelClosed as closed:
                first = first or closed
                if await self.channel_lost(delivery.notification.guild_id, closed):
                    footnote = footnote or _footnote(closed)
        raise AllClosed(_why(first))

    async def within_attempts(self, delivery: Delivery, attempt: Callable[[], Awaitable[None]]) -> bool:
        """Make an attempt; False where it was the last one, and it did not work either.

        Raises:
            NotNow: it has to be tried again later.
        """
        try:
            await attempt()
        except NotNow as later:
            if not later.is_attempt:
                raise
            return await self._again_or_never(delivery, later, later.in_the_end or NO_ANSWER)
        except MessageRefused:  # the next try would say the same
            log.exception("not told by a mistake of ours", extra={"key": delivery.notification.key})
            await self.store.finish_failed(delivery, OUR_MISTAKE, is_refused=True)
            return False
        except (AwsError, DiscordError, TimeoutError):
            raise
        except Exception as mistake:  # it stands at the head of its group, which would be told nothing for days
            log.exception("not told by a mistake of ours", extra={"key": delivery.notification.key})
            again = NotNow(pause_after(delivery), is_attempt=True, reason=type(mistake).__name__)
            return await self._again_or_never(delivery, again, OUR_MISTAKE)
        return True

    async def _again_or_never(self, delivery: Delivery, later: NotNow, reason: str) -> bool:
        tried = await self.store.note_attempt(delivery)
        if tried is None or tried.attempts < MOST_ATTEMPTS:
            raise later
        await self.store.finish_failed(delivery, reason)
        return False


def _with(message: Message, footnote: str) -> Message:
    return replace(message, components=(*message.components, text(footnote))) if footnote else message


def _footnote(closed: ChannelClosed) -> str:
    if closed.is_gone:
        return "-# The channel that this was for does not exist any more. `/kaltura-config channel` sets another."
    if closed.code == TAG_REQUIRED:
        return f"-# This was for <#{closed.channel_id}>. {TAGS_OFF}"
    return (
        f"-# This was for <#{closed.channel_id}>, where I can't write. Let me in there, "
        "or set another with `/kaltura-config channel`."
    )


def _why(closed: ChannelClosed | None) -> str:
    if closed is None or closed.is_gone:
        return CHANNEL_GONE
    if closed.code == TAG_REQUIRED:
        return f"I can't begin a post in <#{closed.channel_id}>. {TAGS_OFF}"
    return (
        f"I can't write in <#{closed.channel_id}>. Let me see it and send messages there, "
        "or set another with `/kaltura-config channel`."
    )
