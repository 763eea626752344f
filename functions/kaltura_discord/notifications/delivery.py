"""Delivering a notification: what the server wants now, which channel takes it, once.

    pending ── allowed? ── wanted? ── quiet? ── the words ── first channel ── sent
                                        │                        └ closed to us ── told so ── next one ── failed
                                        └ held until the quiet hours are over (`digests`)

Everything is looked up when it is told and not when it happened, so that what was switched off in between is not told.
What is not told is decided by settings of that moment (`settled`), and is in the log with its reason.
Whatever cannot be now is `NotNow`: the door has the queue bring it again, and nothing is slept away.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.notifications.channels import channels_for
from kaltura_discord.notifications.contents import message_of, title_of
from kaltura_discord.notifications.digests import Holding
from kaltura_discord.notifications.forum_posts import post_name
from kaltura_discord.notifications.join_lines import NOBODY_LEFT, JoinLines
from kaltura_discord.notifications.line_words import LineWords
from kaltura_discord.notifications.models import Delivery, Notification, NotificationState
from kaltura_discord.notifications.posting import Sent
from kaltura_discord.notifications.quiet_hours import quiet_until
from kaltura_discord.notifications.reasons import (
    AS_WISHED,
    NOT_ALLOWED,
    NOTHING_LEFT,
    about_meetings,
    is_wanted,
    why_not_told,
)
from kaltura_discord.notifications.sending import AllClosed, Sender
from kaltura_discord.notifications.settled import settled
from kaltura_discord.notifications.words import LOOKS
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.server_configs import ServerConfigs

_UNLISTED = AS_WISHED | {NOBODY_LEFT}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers notifications. `now` is epoch seconds."""

    sender: Sender
    servers: AllowedServers
    configs: ServerConfigs
    meetings: MeetingStore
    lines: JoinLines
    line_words: LineWords
    holding: Holding
    now: Callable[[], float] = time.time

    async def deliver(self, guild_id: GuildId, key: str, deadline: Deadline) -> None:
        """Tell the server, unless it has been told.

        Raises:
            NotNow: it has to be tried again later.
        """
        delivery = await self.sender.store.find(guild_id, key)
        if delivery is None or delivery.state is not NotificationState.PENDING:
            return
        await self.sender.within_attempts(delivery, lambda: self._deliver(delivery, deadline))

    async def _deliver(self, delivery: Delivery, deadline: Deadline) -> None:
        told = delivery.notification
        if await self.servers.find(told.guild_id) is None and await self.servers.find_now(told.guild_id) is None:
            await self._drop(delivery, NOT_ALLOWED)
            return
        meeting = await self._meeting(told)
        if meeting is None and about_meetings(told):
            await self._drop(delivery, NOTHING_LEFT)
            return
        try:
            config = await settled(
                self.configs, told.guild_id, lambda config: self._is_kept_back(delivery, config, meeting)
            )
        except ConfigError as error:
            await self._fail(delivery, error.sentence)
            return
        await self._tell(delivery, config, meeting, deadline)

    def _is_kept_back(self, delivery: Delivery, config: ServerConfig, meeting: Meeting | None) -> bool:
        is_quiet = quiet_until(config.notifications.quiet_hours, self.now()) is not None
        return (is_quiet and not delivery.at_once) or bool(why_not_told(delivery.notification, config, meeting))

    async def _tell(
        self, delivery: Delivery, config: ServerConfig, meeting: Meeting | None, deadline: Deadline
    ) -> None:
        told = delivery.notification
        reason = why_not_told(told, config, meeting)
        # What may stand in a channel already does so, whatever channels are set meanwhile.
        if reason and (delivery.sending_to is None or not is_wanted(told, config)):
            await self._drop(delivery, reason)
            return
        channels = channels_for(told.type, config.notifications.channels, meeting)
        template: str = getattr(config.notifications.templates, told.type)
        more = await self._who_joined(delivery, template, deadline)
        if more is None:
            await self._drop(delivery, NOBODY_LEFT)
            return
        # What may stand in the channel already is past holding, and what somebody waits for is not held.
        may_be_held = delivery.sending_to is None and not delivery.at_once
        if may_be_held and await self.holding.hold_if_quiet(delivery, config):
            log.info("held", extra=_about(delivery))
            return
        name = post_name(title_of(told, meeting), LOOKS[told.type].name)
        await self._send(delivery, channels, name, message_of(told, template, meeting, more), deadline)

    async def _send(
        self, delivery: Delivery, channels: tuple[ChannelId, ...], name: str, message: Message, deadline: Deadline
    ) -> None:
        try:
            sent = await self.sender.send(delivery, channels, name, message, deadline)
        except AllClosed as closed:
            await self.sender.say_so(delivery.notification.guild_id, closed, deadline)
            await self._fail(delivery, closed.sentence, is_refused=True)
            return
        await self._note_sent(delivery, sent)

    async def _who_joined(self, delivery: Delivery, template: str, deadline: Deadline) -> Mapping[str, str] | None:
        """What is said of those in a line; nothing for what is no line, None where nobody is left to be named."""
        told = delivery.notification
        if told.type != "user_join":
            return {}
        people = await self.lines.people(told, is_begun=delivery.sending_to is not None)
        return await self.line_words.of(told.guild_id, people, template, deadline) if people else None

    async def _note_sent(self, delivery: Delivery, sent: Sent) -> None:
        await self.sender.store.finish_sent(delivery, sent.channel_id, sent.message_id)
        after_ms = round((self.now() - delivery.notification.created_at) * 1000)
        log.info("told", extra={**_about(delivery), "attempts": delivery.attempts, "after_ms": after_ms})

    async def _drop(self, delivery: Delivery, reason: str) -> None:
        await self.sender.store.finish_dropped(delivery, reason, is_listed=reason not in _UNLISTED)
        log.info("not told", extra={**_about(delivery), "reason": reason})

    async def _fail(self, delivery: Delivery, reason: str, *, is_refused: bool = False) -> None:
        await self.sender.store.finish_failed(delivery, reason, is_refused=is_refused)
        log.warning("not told", extra={**_about(delivery), "reason": reason})

    async def _meeting(self, told: Notification) -> Meeting | None:
        if not about_meetings(told):
            return None
        return await self.meetings.find(told.guild_id, MeetingId(told.details.get("meeting_id", told.subject)))


def _about(delivery: Delivery) -> dict[str, str]:
    """What a line of the log says of it."""
    told = delivery.notification
    return {"guild_id": told.guild_id, "type": told.type, "subject": told.subject}
