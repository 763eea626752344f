"""Makes a meeting's card show the meeting as it is, one edit after the other.

The queue brings everything about one meeting in order and lets nobody else at it meanwhile, so the last edit shows the
last state. What was shown last is remembered by a fingerprint: of many who ask for the same, one is heard.

    a rate limit            waited for in the queue
    no answer               waited for, too: Discord may carry out yet what we asked for, after a later edit
    Discord is unwell       tried a few times from the queue, then once a minute by housekeeping, so that the card does
                            not hold up what else is to be told of its meeting
    we are not let in       by a bad token or a blocked address: left to housekeeping at once, as each such answer
                            counts towards being shut out
    an archived thread      opened again, as a card that goes on saying LIVE would be wrong for ever
    deleted                 never asked for again; what it can't say any more is told by messages
    closed to us            left as it is, and asked for again ten minutes later, or when the meeting begins or ends,
                            if there is something new to show then
"""

import hashlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import (
    ARCHIVED_THREAD,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    DiscordRateLimited,
    DiscordRefused,
    DiscordSilent,
    DiscordUnavailable,
    NotLetIn,
    is_not_in_server,
)
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.messages import Message
from kaltura_discord.kaltura.addresses import KalturaAddresses
from kaltura_discord.meetings.card import card_of
from kaltura_discord.meetings.models import CARD_GONE, Card, Meeting, MeetingId
from kaltura_discord.meetings.pictures import Pictures
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.server_config.server_configs import ServerConfigs

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

_GONE = frozenset({UNKNOWN_CHANNEL, UNKNOWN_MESSAGE})

_RECEIVES_AT_MOST = 3

# Longer than Discord takes for what we no longer wait for; nothing else of the meeting's is done until then.
_SILENCE_SECONDS = 15
_SILENCES_AT_MOST = 6

# Each refusal counts towards being shut out, and people join by the dozen.
_REFUSED_SECONDS = 600

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CardEditor:
    """Edits cards.

    Attributes:
        stale: is told of a card that Discord does not let us change now.
        lost: is told of a server whose channel is closed to us.
        now: epoch seconds.
    """

    rest: "DiscordRest"
    meetings: MeetingStore
    configs: ServerConfigs
    addresses: KalturaAddresses
    stale: Callable[[Meeting], Awaitable[None]]
    lost: Callable[[GuildId], Awaitable[None]]
    now: Callable[[], float] = time.time

    async def show(self, guild_id: GuildId, meeting_id: MeetingId, receives: int, deadline: Deadline) -> None:
        """Have the card show the meeting as it is now; `receives` is how often the queue has brought this.

        Raises:
            NotNow: it has to be tried again later.
        """
        meeting = await self.meetings.find(guild_id, meeting_id)
        if meeting is None or meeting.card is None:
            return
        message = await self._message(meeting)
        if meeting.card_shows in (CARD_GONE, self._refused(meeting), _fingerprint(message)):
            return
        if meeting.card_shows:
            # If we die on the way, or no answer comes, nobody knows what it shows.
            await self.meetings.note_shown(meeting, "")
        try:
            shows = await self._edit(meeting, meeting.card, message, deadline)
        except DiscordRateLimited as limited:
            raise NotNow(limited.retry_after, is_attempt=False, reason=str(limited)) from limited
        except (DiscordUnavailable, NotLetIn) as error:
            pause = _pause_after(error, receives)
            if pause:
                raise NotNow(pause, is_attempt=True, reason=str(error)) from error
            log.warning("card not changed yet", extra={"guild_id": guild_id, "reason": str(error)})
            await self.stale(meeting)
            return
        await self.meetings.note_shown(meeting, shows)

    async def _edit(self, meeting: Meeting, card: Card, message: Message, deadline: Deadline) -> str:
        """What it shows from now on, as it is remembered.

        Raises:
            NotLetIn, DiscordUnavailable, DiscordRateLimited: it may yet.
        """
        try:
            await self._edit_in_archive(card, message, deadline)
        except NotLetIn:
            raise
        except DiscordRefused as refused:
            if refused.says_nothing:
                raise DiscordUnavailable(str(refused)) from refused
            log.info("card not changed", extra={"guild_id": meeting.guild_id, "code": refused.code})
            if is_not_in_server(refused):
                await self.lost(meeting.guild_id)
            return CARD_GONE if refused.code in _GONE else self._refused(meeting)
        return _fingerprint(message)

    def _refused(self, meeting: Meeting) -> str:
        """What a card shows that we may not change: nothing more of this opening, for ten minutes at most."""
        return f"{meeting.state} {meeting.generation} {int(self.now() // _REFUSED_SECONDS)}"

    async def _edit_in_archive(self, card: Card, message: Message, deadline: Deadline) -> None:
        try:
            await self.rest.edit_message(card.channel_id, card.message_id, message, deadline, tries=1)
        except DiscordRefused as refused:
            if refused.code != ARCHIVED_THREAD:
                raise
            await self.rest.unarchive(card.channel_id, deadline)
            await self.rest.edit_message(card.channel_id, card.message_id, message, deadline, tries=1)

    async def _message(self, meeting: Meeting) -> Message:
        addresses = self.addresses
        if meeting.recordings:
            try:
                addresses = addresses.with_player((await self.configs.whole(meeting.guild_id)).kaltura.player_id)
            except ConfigError as error:
                # The recording can be watched with the deployment's own player.
                log.warning("settings not read", extra={"guild_id": meeting.guild_id, "reason": type(error).__name__})
        pictures = Pictures(addresses)
        return card_of(meeting, pictures.of(meeting), pictures.page_of(meeting))


def _pause_after(error: DiscordUnavailable | NotLetIn, receives: int) -> int:
    """After how many seconds the queue brings it again; 0 where it is left to housekeeping."""
    match error:
        case DiscordSilent():
            return _SILENCE_SECONDS if receives <= _SILENCES_AT_MOST else 0
        case DiscordUnavailable():
            return 2**receives if receives <= _RECEIVES_AT_MOST else 0
    return 0


def _fingerprint(message: Message) -> str:
    return hashlib.sha256(json.dumps(message.body(), sort_keys=True).encode()).hexdigest()[:24]
