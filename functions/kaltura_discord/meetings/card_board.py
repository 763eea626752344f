"""Puts meeting cards into channels, and has them show how their meetings are.

Several things change one meeting at the same time (people join, somebody ends it), and edits of one message that are
under way at once may arrive in any order. So nobody who changes a meeting edits its card: they put a message on the
notifications queue, where all about one meeting comes one after the other, and the notifier shows the meeting as it
then is (`notifications.card_editor`):

    join     meeting: 1 joined ── "refresh"
    end              meeting: ended ── "refresh"
    notifier                                reads: ended ── edit ── reads: nothing new

Where that is not possible, a note has housekeeping do it. Notes are made for the full minute: a card has at most one a
minute, however many failed.

A card, and whatever else is said of a meeting in its channel, stands there once (`discord.single_messages`). Since when
a card may stand there is written down with the meeting itself, so that it costs nothing; where a worker died before it
wrote down as which message, the card is found again.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.errors import DiscordRefused, DiscordUnavailable, NotLetIn, is_not_in_server
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.markers import Mark, mark_of
from kaltura_discord.discord.messages import Message
from kaltura_discord.discord.single_messages import SingleMessages
from kaltura_discord.meetings.card import card_of
from kaltura_discord.meetings.models import Card, Meeting, MeetingId
from kaltura_discord.meetings.pictures import Pictures
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

STALE_CARD = "stale_card"

_MINUTE_SECONDS = 60

# A card that Discord has not let us change for a day, with nothing happening to its meeting, is left as it is.
_STALE_GIVEN_UP_SECONDS = 24 * 3600

log = logging.getLogger(__name__)


class CardBoard:
    """All cards.

    Args:
        rest: Discord.
        store: the meetings.
        pictures: what is shown beside them.
        due: what housekeeping is left to do.
        lost: is told of a server whose channel is closed to us: the bot may be in it no longer.
        enqueue: puts a card on the queue of those that are to show how their meetings are.
        now: epoch seconds.
    """

    def __init__(
        self,
        rest: "DiscordRest",
        store: MeetingStore,
        pictures: Pictures,
        due: DueList,
        lost: Callable[[GuildId], Awaitable[None]],
        enqueue: Callable[[GuildId, MeetingId], Awaitable[None]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._messages = SingleMessages(rest, now)
        self._store = store
        self._pictures = pictures
        self._due = due
        self._lost = lost
        self._enqueue = enqueue
        self._now = now

    async def post(self, meeting: Meeting, deadline: Deadline, *, is_needed: bool = False) -> Card | None:
        """Put a new meeting's card into its channel; None where the bot may not write there.

        So it is where Discord does not let us in at all: somebody waits, and may have the meeting without a card.
        Where it `is_needed`, that says nothing of the channel, and is to be tried again.

        Raises:
            DiscordUnavailable, DiscordRateLimited: it is not known to stand there.
        """

        async def begin() -> None:
            await self._store.begin_card(meeting, int(self._now()))

        message, mark = card_of(meeting, self._pictures.of(meeting)), _mark(meeting, "card")
        try:
            message_id = await self._messages.post(
                meeting.channel_id, message, mark, meeting.card_since, deadline, begin=begin
            )
        except DiscordRefused as refused:
            if is_needed and refused.says_nothing:
                raise DiscordUnavailable(str(refused)) from refused
            log.info("card not posted", extra={"guild_id": meeting.guild_id, "code": refused.code})
            if is_not_in_server(refused):
                await self._lost(meeting.guild_id)
            return None
        card = Card(meeting.channel_id, message_id)
        await self._store.place_card(meeting, card)
        return card

    async def found(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        """The meeting with its card, where whoever posted it did not live to say so.

        Raises:
            DiscordUnavailable, DiscordRateLimited: it is not known whether it stands there.
        """
        if meeting.card is not None or not meeting.card_since:
            return meeting
        try:
            mark = _mark(meeting, "card")
            message_id = await self._messages.find(meeting.channel_id, mark, meeting.card_since, deadline)
        except NotLetIn as error:
            raise DiscordUnavailable(str(error)) from error
        except DiscordRefused:
            return meeting
        if message_id is None:
            return meeting
        card = Card(meeting.channel_id, message_id)
        await self._store.place_card(meeting, card)
        return replace(meeting, card=card)

    async def refresh(self, meeting: Meeting) -> None:
        """Have the card show the meeting as it is now, in its turn. A deleted card stays deleted.

        Raises:
            AwsError: neither queue nor table could be told.
        """
        try:
            await self._enqueue(meeting.guild_id, meeting.meeting_id)
        except AwsError as error:
            log.warning("card not to be changed yet", extra={"guild_id": meeting.guild_id, "reason": str(error)})
            await self.note_stale(meeting)

    async def note_stale(self, meeting: Meeting) -> None:
        """Have housekeeping see to the card in the next minute."""
        now = int(self._now())
        if now > max(meeting.last_sign_of_life, meeting.ended_at) + _STALE_GIVEN_UP_SECONDS:
            return
        at = (now // _MINUTE_SECONDS + 1) * _MINUTE_SECONDS
        await self._due.add(DueNote(STALE_CARD, meeting.meeting_id, at, {"guild_id": meeting.guild_id}))

    async def announce(self, meeting: Meeting, message: Message, what: str, since: int, deadline: Deadline) -> None:
        """Say `what` about the meeting in its channel, once, since an epoch second; a channel closed to us is left.

        Raises:
            DiscordUnavailable, DiscordRateLimited: not now; it may be tried for a quarter of an hour from then on.
        """
        try:
            await self._messages.post(meeting.channel_id, message, _mark(meeting, what), since, deadline)
        except NotLetIn as error:
            raise DiscordUnavailable(str(error)) from error
        except DiscordRefused as refused:
            log.info("not announced", extra={"guild_id": meeting.guild_id, "code": refused.code})
            if is_not_in_server(refused):
                await self._lost(meeting.guild_id)

    def as_answer(self, meeting: Meeting, footnote: str) -> Message:
        """The card as an interaction's own answer, where there is no channel message."""
        return card_of(meeting, self._pictures.of(meeting), footnote=footnote)


def _mark(meeting: Meeting, what: str) -> Mark:
    return mark_of(f"{meeting.guild_id}#{meeting.meeting_id}#{what}")
