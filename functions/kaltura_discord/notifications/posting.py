"""Posting a notification into a channel so that it stands there once, whatever becomes of answers and workers.

    before the first try     written down: since when, and where (`NotificationStore.begin_sending`)
    within 110 seconds       the same nonce: Discord answers with the message that is there already
    later                    Discord has forgotten the nonce, so the channel is read from then on, and the message known
                             by its marker, the id of its outermost component
    in a forum               a post is begun, which has no nonce: whoever may have begun it looks for its marker first

Discord docs, Create Message: `enforce_nonce` looks back "a few minutes". Two are certain.
That a channel is a forum is learnt from its refusal of a message, once a process.
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
    NotPermitted,
    Unknown,
)
from kaltura_discord.discord.identifiers import ChannelId, MessageId
from kaltura_discord.discord.messages import Message
from kaltura_discord.notifications.errors import ChannelClosed, NotNow
from kaltura_discord.notifications.forum_posts import ForumPosts
from kaltura_discord.notifications.markers import marked, marker_of
from kaltura_discord.notifications.models import Delivery
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

# Less than the two minutes in which Discord surely knows a nonce, by what a try may take.
_NONCE_SECONDS = 110

_FIRST_PAUSE_SECONDS = 2.0
_LONGEST_PAUSE_SECONDS = 300.0

# Discord's own clock may be behind ours, and ids are made by it.
_CLOCKS_APART_SECONDS = 30

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
            ChannelClosed: it never will.
        """
        is_begun = delivery.sending_to == channel_id and delivery.sending_since > 0
        is_late = is_begun and self.now() - delivery.sending_since > _NONCE_SECONDS
        try:
            if self.posts.is_known(channel_id) or (is_late and await self.posts.is_forum(channel_id, deadline)):
                return await self._in_forum(delivery, channel_id, name, message, deadline)
            return await self._in_channel(delivery, channel_id, message, deadline, is_late=is_late)
        except DiscordRefused as refused:
            if refused.code != TAKES_NO_MESSAGES or self.posts.is_known(channel_id):
                raise _meaning(refused, delivery, channel_id) from refused
        except DiscordError as error:
            raise _meaning(error, delivery, channel_id) from error
        self.posts.remember(channel_id, is_forum=True)
        return await self.post(delivery, channel_id, name, message, deadline)

    async def _in_channel(
        self, delivery: Delivery, channel_id: ChannelId, message: Message, deadline: Deadline, *, is_late: bool
    ) -> Sent:
        notification = delivery.notification
        is_begun = delivery.sending_to == channel_id and delivery.sending_since > 0
        if is_late:
            found = await self._look_for(delivery, channel_id, deadline)
            if found is not None:
                return Sent(channel_id, found)
            is_begun = False
        if not is_begun:
            await self._begin(delivery, channel_id)
        message_id = await self.rest.create_message(
            channel_id, marked(message, notification.marker), notification.nonce, deadline, tries=1
        )
        self.posts.remember(channel_id, is_forum=False)
        return Sent(channel_id, message_id)

    async def _in_forum(
        self, delivery: Delivery, forum_id: ChannelId, name: str, message: Message, deadline: Deadline
    ) -> Sent:
        told = delivery.notification
        thread_id: ChannelId | None = None
        if delivery.sending_to == forum_id and delivery.sending_since:
            since = delivery.sending_since
            thread_id = await self.posts.find(told.guild_id, forum_id, told.marker, since, deadline)
        if thread_id is None:
            await self._begin(delivery, forum_id)
            try:
                thread_id = await self.posts.begin(forum_id, name, message, told.marker, deadline)
            except DiscordUnavailable as error:
                pause = max(_SILENCE_SECONDS, _pause_after(delivery))
                raise NotNow(pause, is_attempt=True, reason=str(error)) from error
        return Sent(thread_id, MessageId(thread_id))

    async def _begin(self, delivery: Delivery, channel_id: ChannelId) -> None:
        if await self.store.begin_sending(delivery, channel_id) is None:
            raise NotNow(0, is_attempt=False, reason="somebody else is finishing it")

    async def _look_for(self, delivery: Delivery, channel_id: ChannelId, deadline: Deadline) -> MessageId | None:
        since = delivery.sending_since - _CLOCKS_APART_SECONDS
        messages = await self.rest.messages_since(channel_id, since, deadline)
        marker = delivery.notification.marker
        return next((MessageId(str(each["id"])) for each in messages if marker_of(each) == marker), None)


def _pause_after(delivery: Delivery) -> float:
    """How many seconds Discord is left alone after a try that it did not answer."""
    pause: float = min(_FIRST_PAUSE_SECONDS * 2**delivery.attempts, _LONGEST_PAUSE_SECONDS)
    return pause


def _meaning(error: Exception, delivery: Delivery, channel_id: ChannelId) -> Exception:
    """What an error of Discord's means for the notification; any other stays as it is."""
    match error:
        case DiscordRateLimited():
            return NotNow(error.retry_after, is_attempt=False, reason=str(error))
        case DiscordUnavailable():
            return NotNow(_pause_after(delivery), is_attempt=True, reason=str(error))
        case NotPermitted():
            return ChannelClosed(channel_id, error.code, is_gone=False)
        case Unknown():
            return ChannelClosed(channel_id, error.code, is_gone=True)
        case DiscordRefused():
            return ChannelClosed(channel_id, error.code, is_gone=False)
    return error
