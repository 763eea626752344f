"""Sending a notification: into the first channel that takes it, so many times as is sensible.

    the channel of its type ── closed to us ── the default ── closed to us ── where the meeting was started
                                                                 └ none is left ── said where the greeting stands

Whoever reads the channel it went to instead is told which one it was meant for, where that is news (`lost_channels`).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.discord.messages import Message
from kaltura_discord.notifications.answers import pause_after
from kaltura_discord.notifications.closed_words import nowhere_told, why_failed, with_footnotes
from kaltura_discord.notifications.errors import ChannelClosed, MessageRefused, NotNow
from kaltura_discord.notifications.last_resort import LastResort
from kaltura_discord.notifications.lost_channels import LostChannels
from kaltura_discord.notifications.models import Delivery
from kaltura_discord.notifications.posting import Poster, Sent
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.resilience.deadline import Deadline

MOST_ATTEMPTS = 10
"""With pauses that double from 2 seconds to 5 minutes: about a quarter of an hour of Discord being down."""

NO_ANSWER = "Discord did not take it for a quarter of an hour."
OUR_MISTAKE = "Something went wrong on our side. The operator's log says what; try it again once that is mended."

log = logging.getLogger(__name__)


class AllClosed(Exception):
    """None of the channels takes it.

    Attributes:
        closed: how each refused it.
        since: since when it is this one's to say so, epoch seconds; 0 where it is not.
        sentence: why, and what to do.
    """

    def __init__(self, closed: Mapping[ChannelId, ChannelClosed], since: Mapping[ChannelId, int]) -> None:
        self.closed = closed
        self.since = since
        self.sentence = why_failed(list(closed.values()))
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends notifications."""

    store: NotificationStore
    poster: Poster
    lost: LostChannels
    last_resort: LastResort

    async def send(
        self, delivery: Delivery, channels: Sequence[ChannelId], name: str, message: Message, deadline: Deadline
    ) -> Sent:
        """Have it stand in the first of the channels that takes it; `name` is the post's, where that is a forum.

        Raises:
            NotNow: it has to be tried again later.
            AllClosed: none takes it.
            MessageRefused: none ever would.
        """
        told = delivery.notification
        closed: dict[ChannelId, ChannelClosed] = {}
        since: dict[ChannelId, int] = {}
        news = await self._news_so_far(delivery, channels)
        if delivery.sending_to is not None:
            # It may be there already, so a channel that was set meanwhile comes too late for this one.
            channels = tuple(dict.fromkeys((delivery.sending_to, *channels)))
        for channel_id in channels:
            try:
                sent = await self.poster.post(
                    delivery, channel_id, name, with_footnotes(message, list(news.values())), deadline
                )
            except ChannelClosed as refused:
                closed[channel_id] = refused
                since[channel_id] = await self.lost.note(told, refused)
                if since[channel_id]:
                    news[channel_id] = refused
            else:
                await self.lost.found_open(told.guild_id, channel_id)
                return sent
        raise AllClosed(closed, since)

    async def _news_so_far(self, delivery: Delivery, channels: Sequence[ChannelId]) -> dict[ChannelId, ChannelClosed]:
        """What a former try may have told already of the channels before the one that it got to."""
        if delivery.sending_to is None:
            return {}
        news: dict[ChannelId, ChannelClosed] = {}
        for channel_id in takewhile(lambda channel: channel != delivery.sending_to, channels):
            refused = await self.lost.told_by(delivery.notification, channel_id)
            if refused is not None:
                news[channel_id] = refused
        return news

    async def say_so(self, guild_id: GuildId, none: AllClosed, deadline: Deadline) -> None:
        """Where no channel is left, say so elsewhere, if that is this one's to say."""
        ours = {channel_id: moment for channel_id, moment in none.since.items() if moment}
        if not ours:
            return
        sentence = nowhere_told(list(none.closed.values()))
        if await self.last_resort.say(guild_id, sentence, frozenset(none.closed), min(ours.values()), deadline):
            for channel_id in ours:
                await self.lost.note_told(guild_id, channel_id)

    async def within_attempts(self, delivery: Delivery, attempt: Callable[[], Awaitable[None]]) -> bool:
        """Make an attempt; False where it was the last one, and it did not work either.

        Raises:
            NotNow: it has to be tried again later.
        """
        try:
            await attempt()
        except NotNow as later:
            if not later.is_attempt:
                if later.is_refused:
                    await self.store.take_back(delivery)
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
        tried = await self.store.note_attempt(delivery, is_refused=later.is_refused)
        if tried is None or tried.attempts < MOST_ATTEMPTS:
            raise later
        log.error("given up", extra={"key": delivery.notification.key, "reason": str(later)})
        await self.store.finish_failed(delivery, reason, is_refused=later.is_refused)
        return False
