"""Posting a notification into a channel so that it stands there once, whatever becomes of answers and workers.

    before the first try     written down: since when, and where (`NotificationStore.begin_sending`)
    within 110 seconds       the same nonce: Discord answers with the message that is there already
    later                    Discord has forgotten the nonce, so the channel is read from then on, and the message known
                             by its marker, the id of its outermost component

Discord docs, Create Message: `enforce_nonce` looks back "a few minutes". Two are certain.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.errors import (
    DiscordRateLimited,
    DiscordRefused,
    DiscordUnavailable,
    NotPermitted,
    Unknown,
)
from kaltura_discord.discord.identifiers import ChannelId, MessageId
from kaltura_discord.discord.messages import Message
from kaltura_discord.notifications.errors import ChannelClosed, NotNow
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


@dataclass(frozen=True, slots=True)
class Poster:
    """Posts notifications. `now` is epoch seconds."""

    rest: "DiscordRest"
    store: NotificationStore
    now: Callable[[], float] = time.time

    async def post(self, delivery: Delivery, channel_id: ChannelId, message: Message, deadline: Deadline) -> MessageId:
        """Have the message stand in the channel; which one it is.

        Raises:
            NotNow: Discord does not take it now, or it is not known whether it did.
            ChannelClosed: it never will.
        """
        notification = delivery.notification
        is_begun = delivery.sending_to == channel_id and delivery.sending_since
        if is_begun and self.now() - delivery.sending_since > _NONCE_SECONDS:
            found = await self._look_for(delivery, channel_id, deadline)
            if found is not None:
                return found
            is_begun = False
        if not is_begun and await self.store.begin_sending(delivery, channel_id) is None:
            raise NotNow(0, is_attempt=False, reason="somebody else is finishing it")
        try:
            return await self.rest.create_message(
                channel_id, _marked(message, notification.marker), notification.nonce, deadline, tries=1
            )
        except Exception as error:
            raise _meaning(error, delivery, channel_id) from error

    async def _look_for(self, delivery: Delivery, channel_id: ChannelId, deadline: Deadline) -> MessageId | None:
        since = delivery.sending_since - _CLOCKS_APART_SECONDS
        try:
            messages = await self.rest.messages_since(channel_id, since, deadline)
        except Exception as error:
            raise _meaning(error, delivery, channel_id) from error
        marker = delivery.notification.marker
        return next((MessageId(str(each["id"])) for each in messages if _marker_of(each) == marker), None)


def _meaning(error: Exception, delivery: Delivery, channel_id: ChannelId) -> Exception:
    """What an error of Discord's means for the notification; any other stays as it is."""
    match error:
        case DiscordRateLimited():
            return NotNow(error.retry_after, is_attempt=False, reason=str(error))
        case DiscordUnavailable():
            pause = min(_FIRST_PAUSE_SECONDS * 2**delivery.attempts, _LONGEST_PAUSE_SECONDS)
            return NotNow(pause, is_attempt=True, reason=str(error))
        case NotPermitted():
            return ChannelClosed(channel_id, error.code, is_gone=False)
        case Unknown():
            return ChannelClosed(channel_id, error.code, is_gone=True)
        case DiscordRefused():
            return ChannelClosed(channel_id, error.code, is_gone=False)
    return error


def _marked(message: Message, marker: int) -> Message:
    first, *others = message.components
    return replace(message, components=({**first, "id": marker}, *others))


def _marker_of(message: dict[str, Any]) -> int | None:
    components = message.get("components")
    if not isinstance(components, list) or not components or not isinstance(components[0], dict):
        return None
    number = components[0].get("id")
    return number if isinstance(number, int) else None
