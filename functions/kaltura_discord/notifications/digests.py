"""Quiet hours: what happens in them is held, and told afterwards, all at once.

    while it is quiet     note for the end ── held
    at the end            housekeeping ── queue: {"kind": "digest", "until"} ── what was held until then, all at once

There is one in each channel that would have been told, since not everybody may read every channel, in as many parts as
it takes (`digest_parts`). A part is a notification itself, so it is posted once, as every other. What was held when it
began is in it, each in one part, for good. A channel that has to wait holds up its own parts only. Where the channels
that all of a part have in common are closed, what has another one goes on to that, as a recording does to where its
meeting was started.

Settings count as they are then: of what is switched off meanwhile nothing is said, and quiet hours that were made
longer, or begin anew, postpone it, to be told together with what was held since. Where they were made shorter or taken
away, it comes at the end that was known when it was held, a day later at most.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.meetings.models import Meeting
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.notifications.channels import channels_for
from kaltura_discord.notifications.digest_lines import DigestLines, in_lines
from kaltura_discord.notifications.digest_parts import MOST_PARTS, DigestPart, Division
from kaltura_discord.notifications.digest_words import digest_message, post_name_of
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.held import Held, HeldNotifications
from kaltura_discord.notifications.join_lines import NOBODY_LEFT, JoinLines
from kaltura_discord.notifications.models import DIGEST, Delivery, Notification, NotificationState
from kaltura_discord.notifications.quiet_hours import quiet_until
from kaltura_discord.notifications.reasons import AS_WISHED, NOT_ALLOWED, NOTHING_LEFT, why_not_told
from kaltura_discord.notifications.sending import AllClosed, Sender
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.allowed_servers import AllowedServers
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.models import ServerConfig
from kaltura_discord.server_config.server_configs import ServerConfigs

DIGEST_NOTE = "digest"
"""The kind of the note by which housekeeping has a digest told."""

_LOOK_AGAIN_SECONDS = 1

MORE_THAN_FITS = (
    f"So much happened while it was quiet that {MOST_PARTS} messages did not name it all. The last of them counts this."
)

_GONE_ON = "It has gone on to other channels."

_UNLISTED = AS_WISHED | {NOBODY_LEFT}

_Parts = Mapping[str, list[Held]]
"""What was held, by the key of the part that tells of it."""

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
    """Tells what was held. `now` is epoch seconds; `division` begins a division of what was held until one."""

    sender: Sender
    held: HeldNotifications
    servers: AllowedServers
    configs: ServerConfigs
    meetings: MeetingStore
    joins: JoinLines
    due: DueList
    now: Callable[[], float] = time.time
    division: Callable[[int], Division] = Division

    async def deliver(self, guild_id: GuildId, until: int, deadline: Deadline) -> None:
        """Tell what was held until an epoch second, unless it has been told.

        Raises:
            NotNow: it has to be tried again later.
        """
        # What is dropped is lost: what is remembered is not enough for it.
        if await self.servers.find(guild_id) is None and await self.servers.find_now(guild_id) is None:
            await self.drop(await self._closed(guild_id, until), NOT_ALLOWED)
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
            # The digest of that moment tells what was held until an earlier one as well.
            await self.due.add(digest_note(guild_id, later, later))
            return
        held = await self._closed(guild_id, until)
        morning = _Morning(self, guild_id, config, DigestLines(self.meetings, self.joins), deadline)
        await morning.tell(await morning.divide(held, self.division(until)))

    async def _closed(self, guild_id: GuildId, until: int) -> list[Held]:
        await self.held.close(guild_id, until)
        return await self.held.of(guild_id, until)

    async def drop(self, held: Sequence[Held], reason: str) -> None:
        """They will not be told; `reason` says why."""
        for each in held:
            is_listed = reason not in _UNLISTED
            await self.held.finish(each, NotificationState.DROPPED, {"reason": reason}, is_listed=is_listed)


@dataclass(frozen=True, slots=True)
class _Morning:
    """One look at a digest, with what is known then."""

    digests: Digests
    guild_id: GuildId
    config: ServerConfig
    lines: DigestLines
    deadline: Deadline

    async def divide(self, held: Sequence[Held], division: Division) -> _Parts:
        """What was held by the part that tells of it; each is in one from here on."""
        parts: dict[str, list[Held]] = {}
        for line in in_lines(held):
            for each in await self._placed(line, division):
                parts.setdefault(each.digest, []).append(each)
        return parts

    async def _placed(self, held: Sequence[Held], division: Division) -> Sequence[Held]:
        """What is one line, in its part; nothing where nobody wants to know any more."""
        first, told = held[0], held[0].notification
        line = await self.lines.line_of(held)
        if first.digest:
            length = line.length if line is not None else 0
            division.take_up(DigestPart.of(first.digest), length, is_counted=first.is_counted)
            return held
        meeting = await self.lines.meeting_of(told)
        reason = why_not_told(told, self.config, meeting) if line is not None else _why_nothing(meeting)
        if line is None or reason:
            await self.digests.drop(held, reason)
            return ()
        channels = await self._channels_for(first)
        part, is_counted = division.place(channels[0], line.length)
        placed = [await self.digests.held.put_into(each, part.key, is_counted=is_counted) for each in held]
        return [each for each in placed if each is not None]

    async def tell(self, parts: _Parts) -> None:
        """Tell all parts, in each channel one after the other; what has to wait there does not wait for another.

        Raises:
            NotNow: some have to be told later.
        """
        waiting = {key: list(held) for key, held in parts.items()}
        not_now: dict[ChannelId, NotNow] = {}
        while waiting:
            # What goes on to another channel waits for all that goes there with it.
            part = min(map(DigestPart.of, waiting), key=lambda part: (len(part.further), part.number))
            held = waiting.pop(part.key)
            if part.channel_id in not_now:
                continue
            if self.deadline.expired:
                # Not tried, and so no failed attempt.
                raise NotNow(0, is_attempt=False, reason="no time is left for the other parts")
            try:
                going_on = await self._tell(part, sorted(held, key=lambda each: each.notification.created_at))
            except NotNow as later:
                not_now[part.channel_id] = later
                continue
            for key, others in going_on.items():
                waiting.setdefault(key, []).extend(others)
        if not_now:
            raise min(not_now.values(), key=lambda later: later.seconds)

    async def _tell(self, part: DigestPart, held: Sequence[Held]) -> _Parts:
        """Tell a part; what goes on to other channels, in parts of its own."""
        store = self.digests.sender.store
        if part.further:
            await self._is_over(part.before)
        now = int(self.digests.now())
        await store.begin(Notification(part.key, self.guild_id, DIGEST, "", created_at=now))
        delivery = await store.find(self.guild_id, part.key)
        going_on: dict[str, list[Held]] = {}
        if delivery is not None and delivery.state is NotificationState.PENDING:
            pending = delivery
            await self.digests.sender.within_attempts(pending, lambda: self._send(pending, part, held, going_on))
            delivery = await store.find(self.guild_id, part.key)
        if delivery is None:
            await self.digests.drop(held, NOTHING_LEFT)
            return {}
        log.info("digest", extra={"guild_id": self.guild_id, "told": len(held), "state": delivery.state})
        elsewhere = {each.key for others in going_on.values() for each in others}
        await self._finish([each for each in held if each.key not in elsewhere], delivery)
        return going_on

    async def _send(
        self, delivery: Delivery, part: DigestPart, held: Sequence[Held], going_on: dict[str, list[Held]]
    ) -> None:
        lines = [await self.lines.line_of(line) for line in in_lines(each for each in held if not each.is_counted)]
        counted = [each.notification for each in held if each.is_counted]
        message = digest_message([line for line in lines if line is not None], counted, part.number)
        ways = [await self._channels_for(each) for each in held]
        channels = tuple(dict.fromkeys((part.channel_id, *_in_common(ways))))
        sender, name = self.digests.sender, post_name_of(part.number)
        try:
            sent = await sender.send(delivery, channels, name, message, self.deadline)
        except AllClosed as closed:
            elsewhere = [next((channel for channel in way if channel not in channels), None) for way in ways]
            if None in elsewhere:
                await sender.say_so(self.guild_id, closed, self.deadline)
            for each, another in zip(held, elsewhere, strict=True):
                if another is not None and (moved := await self._move(each, part, another)) is not None:
                    going_on.setdefault(moved.digest, []).append(moved)
            await sender.store.finish_failed(delivery, closed.sentence)
            return
        await sender.store.finish_sent(delivery, sent.channel_id, sent.message_id)

    async def _channels_for(self, held: Held) -> tuple[ChannelId, ...]:
        told = held.notification
        meeting = await self.lines.meeting_of(told)
        return channels_for(told.type, self.config.notifications.channels, meeting)

    async def _move(self, held: Held, part: DigestPart, another: ChannelId) -> Held | None:
        key = replace(part, further=(*part.further, another)).key
        return await self.digests.held.put_into(held, key, is_counted=held.is_counted)

    async def _is_over(self, part: DigestPart) -> None:
        """All of a part has gone on to other channels, and whoever saw to it may have died before that was noted."""
        store = self.digests.sender.store
        delivery = await store.find(self.guild_id, part.key)
        if delivery is not None and delivery.state is NotificationState.PENDING:
            await store.finish_failed(delivery, _GONE_ON)

    async def _finish(self, held: Sequence[Held], delivery: Delivery) -> None:
        """What became of the part has become of what it tells, except of what it does not name."""
        outcome = {"channel_id": delivery.channel_id, "message_id": delivery.message_id, "reason": delivery.reason}
        known = {name: value for name, value in outcome.items() if value}
        for each in held:
            if each.is_counted and delivery.state is NotificationState.SENT:
                await self.digests.drop([each], MORE_THAN_FITS)
            else:
                await self.digests.held.finish(each, delivery.state, known)


def _in_common(ways: Sequence[tuple[ChannelId, ...]]) -> list[ChannelId]:
    """The channels with which all of the ways begin."""
    return [channels[0] for channels in takewhile(lambda each: len(set(each)) == 1, zip(*ways, strict=False))]


def _why_nothing(meeting: Meeting | None) -> str:
    return NOTHING_LEFT if meeting is None else NOBODY_LEFT
