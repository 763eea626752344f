"""Delivering a notification: what the server wants now, which channel takes it, once.

    pending ── allowed? ── wanted? ── the words ── first channel ── sent
                                                     └ closed to us ── administrators are told ── next one ── failed

Everything is looked up when it is told and not when it happened, so that what was switched off in between is not told.
Whatever cannot be now is `NotNow`: the door has the queue bring it again, and nothing is slept away.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.notifications.channels import channels_for
from kaltura_discord.notifications.contents import message_of
from kaltura_discord.notifications.errors import ChannelClosed, NotNow
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.posting import Poster
from kaltura_discord.notifications.store import NotificationStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.server_configs import ServerConfigs

MOST_ATTEMPTS = 8
"""With pauses that double from 2 seconds to 5 minutes: about a quarter of an hour of Discord being down."""

_ABOUT_MEETINGS = frozenset({"meeting_start", "meeting_end", "user_join", "recording_ready"})

NOT_ALLOWED = "This server may not use the app any more."
SWITCHED_OFF = "Messages of this type are off."
SAID_BY_THE_CARD = "The meeting's card says it."
NO_CHANNEL = "No channel is set for it. `/kaltura-config channel` sets one."
NOTHING_LEFT = "What it was about is not kept any more."
NO_ANSWER = "Discord did not take it for a quarter of an hour."

ChannelLost = Callable[[GuildId, ChannelClosed], Awaitable[object]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers notifications.

    Attributes:
        channel_lost: is told of each channel that a server has set and that does not take messages.
        now: epoch seconds.
    """

    store: NotificationStore
    servers: AllowedServers
    configs: ServerConfigs
    meetings: MeetingStore
    poster: Poster
    channel_lost: ChannelLost
    now: Callable[[], float] = time.time

    async def deliver(self, guild_id: GuildId, key: str, deadline: Deadline) -> None:
        """Tell the server, unless it has been told.

        Raises:
            NotNow: it has to be tried again later.
        """
        delivery = await self.store.find(guild_id, key)
        if delivery is None or delivery.state is not NotificationState.PENDING:
            return
        try:
            await self._deliver(delivery, deadline)
        except NotNow as later:
            if not later.is_attempt:
                raise
            tried = await self.store.note_attempt(delivery)
            if tried is not None and tried.attempts >= MOST_ATTEMPTS:
                await self.store.finish_failed(delivery, NO_ANSWER)
                return
            raise

    async def _deliver(self, delivery: Delivery, deadline: Deadline) -> None:
        told = delivery.notification
        if await self.servers.find(told.guild_id) is None:
            await self.store.finish_dropped(delivery, NOT_ALLOWED)
            return
        try:
            config = await self.configs.whole(told.guild_id)
        except ConfigError as error:
            await self.store.finish_failed(delivery, error.sentence)
            return
        if not _is_wanted(told, config):
            await self.store.finish_dropped(delivery, SWITCHED_OFF)
            return
        meeting = await self._meeting(told)
        if meeting is None and told.type in _ABOUT_MEETINGS:
            await self.store.finish_dropped(delivery, NOTHING_LEFT)
            return
        await self._send(delivery, config, meeting, deadline)

    async def _send(
        self, delivery: Delivery, config: ServerConfig, meeting: Meeting | None, deadline: Deadline
    ) -> None:
        told = delivery.notification
        channels = channels_for(told.type, config.notifications.channels, meeting)
        if delivery.sending_to is not None:
            # It may be there already, so a channel that was set meanwhile comes too late for this one.
            channels = tuple(dict.fromkeys((delivery.sending_to, *channels)))
        if not channels:
            said_by_card = told.type in _ABOUT_MEETINGS
            await self.store.finish_dropped(delivery, SAID_BY_THE_CARD if said_by_card else NO_CHANNEL)
            return
        template = getattr(config.notifications.templates, told.type)
        message = message_of(told, template, meeting)
        closed: ChannelClosed | None = None
        for channel_id in channels:
            try:
                message_id = await self.poster.post(delivery, channel_id, message, deadline)
            except ChannelClosed as refused:
                closed = closed or refused
                await self.channel_lost(told.guild_id, refused)
                continue
            await self._note_sent(delivery, channel_id, message_id)
            return
        await self.store.finish_failed(delivery, _why(closed))

    async def _note_sent(self, delivery: Delivery, channel_id: ChannelId, message_id: MessageId) -> None:
        told = delivery.notification
        await self.store.finish_sent(delivery, channel_id, message_id)
        log.info(
            "told",
            extra={
                "guild_id": told.guild_id,
                "type": told.type,
                "subject": told.subject,
                "attempts": delivery.attempts,
                "after_ms": round((self.now() - told.created_at) * 1000),
            },
        )

    async def _meeting(self, told: Notification) -> Meeting | None:
        if told.type not in _ABOUT_MEETINGS:
            return None
        return await self.meetings.find(told.guild_id, MeetingId(told.details.get("meeting_id", told.subject)))


def _is_wanted(told: Notification, config: ServerConfig) -> bool:
    notifications = config.notifications
    return notifications.enabled and bool(getattr(notifications.types, told.type))


def _why(closed: ChannelClosed | None) -> str:
    if closed is None:
        return NO_CHANNEL
    if closed.is_gone:
        return "The channel that is set does not exist any more. Set another with `/kaltura-config channel`."
    return (
        f"I can't write in <#{closed.channel_id}>. Let me see it and send messages there, "
        "or set another with `/kaltura-config channel`."
    )
