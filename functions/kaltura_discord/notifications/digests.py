"""Quiet hours: what happens in them is held, and told afterwards, all at once.

    while it is quiet     note for the end ── held
    at the end            housekeeping ── queue: {"kind": "digest", "until"} ── what was held until then, in one message

There is one in each channel that would have been told, since not everybody may read every channel. A digest is a
notification itself, so it is posted once, as every other. What was held when it began is in it, each in the digest of
one channel, for good. Settings count as they are then: of what is switched off meanwhile nothing is said, and quiet
hours that were made longer, or begin anew, postpone it. Where they were made shorter or taken away, it comes at the end
that was known when it was held, a day later at most.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.meetings.models import Meeting, MeetingId
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.notifications.channels import channels_for
from kaltura_discord.notifications.digest_words import digest_message
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.held import Held, HeldNotifications
from kaltura_discord.notifications.models import DIGEST, Delivery, Notification, NotificationState
from kaltura_discord.notifications.quiet_hours import quiet_until
from kaltura_discord.notifications.reasons import AS_WISHED, NOT_ALLOWED, NOTHING_LEFT, about_meetings, why_not_told
from kaltura_discord.notifications.sending import AllClosed, Sender
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.server_configs import ServerConfigs

DIGEST_NOTE = "digest"
"""The kind of the note by which housekeeping has a digest told."""

_LOOK_AGAIN_SECONDS = 1

_POST_NAME = "What happened while it was quiet"

log = logging.getLogger(__name__)


def digest_note(guild_id: GuildId, until: int, at: int) -> DueNote:
    """The note that has told, at an epoch second, what was held until one."""
    return DueNote(DIGEST_NOTE, f"{guild_id}#{until}", at, {"guild_id": guild_id, "until": until})


@dataclass(frozen=True, slots=True)
class Holding:
    """Holds what is not to be told now. `now` is epoch seconds."""

    held: HeldNotifications
    due: DueList
    now: Callable[[], float] = time.time

    async def hold_if_quiet(self, delivery: Delivery, config: ServerConfig) -> bool:
        """Hold it where it is quiet; whether it is held.

        Raises:
            NotNow: the quiet hours end in this moment.
        """
        until = quiet_until(config.notifications.quiet_hours, self.now())
        if until is None:
            return False
        # The note first: nothing is to be held that nobody tells of.
        await self.due.add(digest_note(delivery.notification.guild_id, until, until))
        if not await self.held.hold(delivery, until):
            raise NotNow(_LOOK_AGAIN_SECONDS, is_attempt=False, reason="the quiet hours end in this moment")
        return True


@dataclass(frozen=True, slots=True)
class Digests:
    """Tells what was held. `now` is epoch seconds."""

    sender: Sender
    held: HeldNotifications
    servers: AllowedServers
    configs: ServerConfigs
    meetings: MeetingStore
    due: DueList
    now: Callable[[], float] = time.time

    async def deliver(self, guild_id: GuildId, until: int, deadline: Deadline) -> None:
        """Tell what was held until an epoch second, unless it has been told.

        Raises:
            NotNow: it has to be tried again later.
        """
        if await self.servers.find(guild_id) is None:
            await self._drop(await self._closed(guild_id, until), NOT_ALLOWED)
            return
        try:
            # Of this moment: a digest that is put off, or leaves something out, by what was set before is a loss.
            config = await self.configs.whole(guild_id, now=True)
        except ConfigError as error:
            for each in await self._closed(guild_id, until):
                await self.held.finish(each, NotificationState.FAILED, {"reason": error.sentence})
            return
        later = quiet_until(config.notifications.quiet_hours, self.now())
        if later is not None:
            await self.due.add(digest_note(guild_id, until, later))
            return
        for key, part in (await self._parts(await self._closed(guild_id, until), config)).items():
            await self._tell(guild_id, key, part, config, deadline)

    async def _closed(self, guild_id: GuildId, until: int) -> list[Held]:
        await self.held.close(guild_id, until)
        return await self.held.of(guild_id, until)

    async def _parts(self, held: Sequence[Held], config: ServerConfig) -> Mapping[str, list[Held]]:
        """What was held by the digest that tells of it; each is in one from here on."""
        parts: dict[str, list[Held]] = {}
        for each in held:
            key = each.digest or await self._digest_for(each, config)
            if key:
                parts.setdefault(key, []).append(each)
        return parts

    async def _digest_for(self, each: Held, config: ServerConfig) -> str:
        """The key of the digest that tells of it; empty where nobody wants to know any more."""
        told = each.notification
        meeting = await self._meeting(told)
        is_left = meeting is not None or not about_meetings(told)
        reason = why_not_told(told, config, meeting) if is_left else NOTHING_LEFT
        if reason:
            await self._drop([each], reason)
            return ""
        channels = channels_for(told.type, config.notifications.channels, meeting)
        key = f"{DIGEST}#{each.until}#{channels[0]}"
        await self.held.put_into(each, key)
        return key

    async def _tell(
        self, guild_id: GuildId, key: str, part: Sequence[Held], config: ServerConfig, deadline: Deadline
    ) -> None:
        store = self.sender.store
        await store.begin(Notification(key, guild_id, DIGEST, "", created_at=int(self.now())))
        delivery = await store.find(guild_id, key)
        if delivery is not None and delivery.state is NotificationState.PENDING:
            pending = delivery
            await self.sender.within_attempts(pending, lambda: self._send(pending, part, config, deadline))
            delivery = await store.find(guild_id, key)
        if delivery is None:
            await self._drop(part, NOTHING_LEFT)
            return
        outcome = {"channel_id": delivery.channel_id, "message_id": delivery.message_id, "reason": delivery.reason}
        for each in part:
            known = {name: value for name, value in outcome.items() if value}
            await self.held.finish(each, delivery.state, known)
        log.info("digest", extra={"guild_id": guild_id, "told": len(part), "state": delivery.state})

    async def _send(self, delivery: Delivery, part: Sequence[Held], config: ServerConfig, deadline: Deadline) -> None:
        meant_for = ChannelId(delivery.notification.key.rsplit("#", 1)[1])
        default = ChannelId(config.notifications.channels.default)
        channels = tuple(dict.fromkeys(channel for channel in (meant_for, default) if channel))
        message = await digest_message([each.notification for each in part], self._meeting)
        try:
            sent = await self.sender.send(delivery, channels, _POST_NAME, message, deadline)
        except AllClosed as closed:
            await self.sender.store.finish_failed(delivery, closed.sentence)
            return
        await self.sender.store.finish_sent(delivery, sent.channel_id, sent.message_id)

    async def _drop(self, held: Sequence[Held], reason: str) -> None:
        for each in held:
            is_listed = reason not in AS_WISHED
            await self.held.finish(each, NotificationState.DROPPED, {"reason": reason}, is_listed=is_listed)

    async def _meeting(self, told: Notification) -> Meeting | None:
        if not about_meetings(told):
            return None
        return await self.meetings.find(told.guild_id, MeetingId(told.details.get("meeting_id", told.subject)))
