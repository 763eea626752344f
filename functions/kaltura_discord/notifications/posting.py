"""Posting a notification so that it stands there once (`discord.single_messages`), in a channel or in a forum.

Before the first try it is written down since when and where it may stand (`NotificationStore.begin_sending`). In a
forum a post is begun, for which Discord knows no nonce: whoever may have begun one looks for its marker first. That a
channel is a forum is learnt from its refusal of a message, once a process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import (
    TAKES_NO_MESSAGES,
    DiscordError,
    DiscordRateLimited,
    DiscordRefused,
    DiscordUnavailable,
)
from kaltura_discord.discord.identifiers import ChannelId, MessageId
from kaltura_discord.discord.messages import Message
from kaltura_discord.discord.single_messages import SingleMessages
from kaltura_discord.notifications.answers import meaning, pause_after
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.forum_posts import ForumPosts
from kaltura_discord.notifications.models import Delivery
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

# Longer than Discord takes for what we no longer wait for: only then a post that is not there will not come.
_SILENCE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a notification stands; a post in a forum is a channel of its own."""

    channel_id: ChannelId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts notifications. `now` is epoch seconds."""

    rest: "DiscordRest"
    store: NotificationStore
    posts: ForumPosts
    now: Callable[[], float] = time.time

    async def post(
        self, delivery: Delivery, channel_id: ChannelId, name: str, message: Message, deadline: Deadline
    ) -> Sent:
        """Have the message stand in the channel, in a forum as a post with a name; where it stands then.

        Raises:
            NotNow: Discord does not take it now, or it is not known whether it did.
            ChannelClosed: the channel does not take it.
            MessageRefused: no channel takes it.
        """
        messages = SingleMessages(self.rest, self.now)
        is_late = messages.is_late(_since(delivery, channel_id))
        try:
            # Where the channel is to be read, and a post may have been begun instead, that is to be known before.
            if self.posts.is_known(channel_id) or (is_late and await self.posts.is_forum(channel_id, deadline)):
                return await self._in_forum(delivery, channel_id, name, message, deadline)
            return await self._in_channel(messages, delivery, channel_id, message, deadline)
        except DiscordRefused as refused:
            if refused.code != TAKES_NO_MESSAGES or self.posts.is_known(channel_id):
                raise meaning(refused, delivery, channel_id) from refused
        except DiscordError as error:
            raise meaning(error, delivery, channel_id) from error
        self.posts.remember(channel_id, is_forum=True)
        return await self.post(delivery, channel_id, name, message, deadline)

    async def _in_channel(
        self,
        messages: SingleMessages,
        delivery: Delivery,
        channel_id: ChannelId,
        message: Message,
        deadline: Deadline,
    ) -> Sent:
        async def begin() -> None:
            # What has to wait is not begun, so that nobody has to look for it, or to write that it was refused.
            try:
                await self.rest.check_message(channel_id)
            except DiscordRateLimited as limited:
                raise NotNow(limited.retry_after, is_attempt=False, reason=str(limited)) from limited
            await self._begin(delivery, channel_id)

        mark, since = delivery.notification.mark, _since(delivery, channel_id)
        message_id = await messages.post(channel_id, message, mark, since, deadline, begin=begin, tries=1)
        self.posts.remember(channel_id, is_forum=False)
        return Sent(channel_id, message_id)

    async def _in_forum(
        self, delivery: Delivery, forum_id: ChannelId, name: str, message: Message, deadline: Deadline
    ) -> Sent:
        told = delivery.notification
        thread_id: ChannelId | None = None
        since = _since(delivery, forum_id)
        if since:
            thread_id = await self.posts.find(told.guild_id, forum_id, told.mark.marker, since, deadline)
        if thread_id is None:
            await self._begin(delivery, forum_id)
            try:
                thread_id = await self.posts.begin(forum_id, name, message, told.mark.marker, deadline)
            except DiscordUnavailable as error:
                pause = max(_SILENCE_SECONDS, pause_after(delivery))
                raise NotNow(pause, is_attempt=True, reason=str(error)) from error
        return Sent(thread_id, MessageId(thread_id))

    async def _begin(self, delivery: Delivery, channel_id: ChannelId) -> None:
        if await self.store.begin_sending(delivery, channel_id) is None:
            raise NotNow(0, is_attempt=False, reason="somebody else is finishing it")


def _since(delivery: Delivery, channel_id: ChannelId) -> int:
    """Since when it may stand in the channel, epoch seconds; 0 where it does not."""
    return delivery.sending_since if delivery.sending_to == channel_id else 0
