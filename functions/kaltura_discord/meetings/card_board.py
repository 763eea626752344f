"""Puts meeting cards into channels and keeps them true.

Several things may change one card at the same time (people join, somebody ends the meeting). Whoever edits it has
read the meeting first, and reads it again afterwards; if it has moved meanwhile, they edit again:

    join A   read (1 joined) ───────────────── edit "1 joined" ── read (2 joined) ── edit "2 joined"
    join B              read (2 joined) ── edit "2 joined" ── read: the same, done

so the last edit always shows the last state, whatever the order in which the edits arrive.

Where Discord does not take an edit, nobody may come by for hours to make the next one, so a note has housekeeping do
it. Notes are made for the full minute: a card has at most one a minute, however many edits failed.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.errors import DiscordError, DiscordRefused, is_not_in_server
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.messages import Message
from kaltura_discord.meetings.card import card_of
from kaltura_discord.meetings.models import Card, Meeting
from kaltura_discord.meetings.pictures import Pictures
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

STALE_CARD = "stale_card"

_EDITS_AT_MOST = 4
_MINUTE_SECONDS = 60

# A card that Discord has not let us change for a day, with nothing happening to its meeting, is left as it is.
_STALE_GIVEN_UP_SECONDS = 24 * 3600

log = logging.getLogger(__name__)


class CardBoard:
    """All cards. `lost` is told of a server whose channel is closed to us: the bot may be in it no longer."""

    def __init__(
        self,
        rest: "DiscordRest",
        store: MeetingStore,
        pictures: Pictures,
        due: DueList,
        lost: Callable[[GuildId], Awaitable[None]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._rest = rest
        self._store = store
        self._pictures = pictures
        self._due = due
        self._lost = lost
        self._now = now

    async def post(self, meeting: Meeting, deadline: Deadline) -> Card | None:
        """Put a new meeting's card into its channel; None where the bot may not write there.

        The meeting's id is the nonce, so a repetition finds the first card instead of posting another.
        """
        nonce = f"card{meeting.meeting_id}"
        try:
            message_id = await self._rest.create_message(meeting.channel_id, self._message(meeting), nonce, deadline)
        except DiscordRefused as refused:
            log.info("card not posted", extra={"guild_id": meeting.guild_id, "code": refused.code})
            await self._note_refusal(meeting, refused)
            return None
        card = Card(meeting.channel_id, message_id)
        await self._store.place_card(meeting, card)
        return card

    async def refresh(self, meeting: Meeting, deadline: Deadline) -> None:
        """Make the card show the meeting as it is now, or have housekeeping do so. A deleted card stays deleted."""
        for _ in range(_EDITS_AT_MOST):
            current = await self._store.find(meeting.guild_id, meeting.meeting_id)
            if current is None or current.card is None:
                return
            try:
                card = current.card
                await self._rest.edit_message(card.channel_id, card.message_id, self._message(current), deadline)
            except DiscordRefused as refused:
                log.info("card not changed", extra={"guild_id": meeting.guild_id, "code": refused.code})
                await self._note_refusal(meeting, refused)
                return
            except DiscordError as error:
                log.warning("card not changed yet", extra={"guild_id": meeting.guild_id, "reason": str(error)})
                break
            if await self._store.find(meeting.guild_id, meeting.meeting_id) == current:
                return
        await self._note_stale(meeting)

    async def announce(self, meeting: Meeting, message: Message, nonce: str, deadline: Deadline) -> None:
        """Say something about the meeting in its channel, once per `nonce`; a channel that is closed to us is left."""
        try:
            await self._rest.create_message(meeting.channel_id, message, nonce, deadline)
        except DiscordError as error:
            log.info("not announced", extra={"guild_id": meeting.guild_id, "reason": str(error)})

    def as_answer(self, meeting: Meeting, footnote: str) -> Message:
        """The card as an interaction's own answer, where there is no channel message."""
        return card_of(meeting, self._pictures.of(meeting), footnote)

    async def _note_refusal(self, meeting: Meeting, refused: DiscordRefused) -> None:
        if is_not_in_server(refused):
            await self._lost(meeting.guild_id)

    def _message(self, meeting: Meeting) -> Message:
        return card_of(meeting, self._pictures.of(meeting))

    async def _note_stale(self, meeting: Meeting) -> None:
        now = int(self._now())
        if now > max(meeting.last_sign_of_life, meeting.ended_at) + _STALE_GIVEN_UP_SECONDS:
            return
        at = (now // _MINUTE_SECONDS + 1) * _MINUTE_SECONDS
        await self._due.add(DueNote(STALE_CARD, meeting.meeting_id, at, {"guild_id": meeting.guild_id}))
