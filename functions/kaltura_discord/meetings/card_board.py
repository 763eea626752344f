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
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.errors import DiscordError, DiscordRefused, is_not_in_server
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.messages import Message
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
        self._rest = rest
        self._store = store
        self._pictures = pictures
        self._due = due
        self._lost = lost
        self._enqueue = enqueue
        self._now = now

    async def post(self, meeting: Meeting, deadline: Deadline) -> Card | None:
        """Put a new meeting's card into its channel; None where the bot may not write there.

        The meeting's id is the nonce, so a repetition finds the first card instead of posting another.
        """
        nonce = f"card{meeting.meeting_id}"
        message = card_of(meeting, self._pictures.of(meeting))
        try:
            message_id = await self._rest.create_message(meeting.channel_id, message, nonce, deadline)
        except DiscordRefused as refused:
            log.info("card not posted", extra={"guild_id": meeting.guild_id, "code": refused.code})
            if is_not_in_server(refused):
                await self._lost(meeting.guild_id)
            return None
        card = Card(meeting.channel_id, message_id)
        await self._store.place_card(meeting, card)
        return card

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

    async def announce(self, meeting: Meeting, message: Message, nonce: str, deadline: Deadline) -> None:
        """Say something about the meeting in its channel, once per `nonce`; a channel that is closed to us is left."""
        try:
            await self._rest.create_message(meeting.channel_id, message, nonce, deadline)
        except DiscordError as error:
            log.info("not announced", extra={"guild_id": meeting.guild_id, "reason": str(error)})

    def as_answer(self, meeting: Meeting, footnote: str) -> Message:
        """The card as an interaction's own answer, where there is no channel message."""
        return card_of(meeting, self._pictures.of(meeting), footnote=footnote)
