"""Starting a meeting: from a wish to a room, or to a sentence and nothing left behind.

The command may be carried out more than once (a queue delivers at least once), and may stop anywhere between:

    meeting written down ── card posted ── room made in Kaltura ── meeting live ── card changed

The meeting's id is the interaction's, so a second time finds what the first one wrote: the card by its nonce, the
room by its reference id. What cannot be finished ends as `failed`, and a note for housekeeping deletes a room that
Kaltura made after we stopped waiting for it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.kaltura.errors import KalturaBusy, KalturaError, KalturaRefused
from kaltura_discord.kaltura.rooms import CreatedRoom, MeetingRequest, MeetingStrategy
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.errors import MeetingNotMade
from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline

# A person waits; after this long the answer is that it did not work.
KALTURA_PATIENCE_SECONDS = 25.0

# When to look for a room whose making had an unknown outcome.
ORPHAN_AFTER_SECONDS = 120

AUTO_END = "auto_end"
ORPHAN_ROOM = "orphan_room"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StartedMeeting:
    """A meeting that is live now, and whether its card stands in the channel."""

    meeting: Meeting
    has_card: bool


@dataclass(frozen=True, slots=True)
class MeetingStarter:
    """Starts meetings.

    `templates` names the Kaltura room whose settings a new one copies, by kind; empty for none.
    """

    store: MeetingStore
    rooms: MeetingStrategy
    cards: CardBoard
    due: DueList
    templates: dict[str, str]
    auto_end_hours: int
    now: Callable[[], float] = time.time

    async def start(self, wish: Meeting, *, may_post: bool, deadline: Deadline) -> StartedMeeting:
        """Make the meeting that `wish` (state `starting`) describes; `may_post`: whether the bot may write there.

        Raises:
            MeetingNotMade: Kaltura did not make the room; the card says so too.
        """
        if not await self.store.begin(wish):
            wish = await self.store.find(wish.guild_id, wish.meeting_id) or wish
        if wish.state is MeetingState.FAILED:
            raise MeetingNotMade(wish.failure)
        has_card = wish.card is not None
        if may_post and not has_card:
            has_card = await self.cards.post(wish, deadline) is not None
        if wish.state is MeetingState.STARTING:
            wish = await self._make_room(wish, deadline)
        if has_card:
            await self.cards.refresh(wish, deadline)
        return StartedMeeting(wish, has_card)

    async def _make_room(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        # Written before the call: if we die in it, housekeeping still finds the room.
        orphan = self._orphan_note(meeting)
        await self.due.add(orphan)
        try:
            room = await self.rooms.create(self._request(meeting), deadline.sooner(KALTURA_PATIENCE_SECONDS))
        except KalturaError as error:
            log.warning("room not made", extra={"guild_id": meeting.guild_id, "code": error.code})
            sentence = _failure_sentence(meeting, error)
            await self.store.fail(meeting, sentence)
            await self.cards.refresh(meeting, deadline)
            raise MeetingNotMade(sentence) from error
        await self._open(meeting, room)
        await self.due.take_off(orphan)
        return replace(meeting, state=MeetingState.LIVE, room=room)

    async def _open(self, meeting: Meeting, room: CreatedRoom) -> None:
        await self.store.open(meeting, room)
        await self.due.add(auto_end_note(meeting, int(self.now()) + self.auto_end_hours * 3600))

    def _request(self, meeting: Meeting) -> MeetingRequest:
        return MeetingRequest(
            reference_id=meeting.meeting_id,
            title=meeting.title,
            description=meeting.description,
            kind=meeting.kind,
            owner_user_id=kaltura_user_id(meeting.started_by.user_id),
            tags=("discord", f"discord_server_{meeting.guild_id}"),
            template_room_entry_id=self.templates.get(meeting.kind) or None,
        )

    def _orphan_note(self, meeting: Meeting) -> DueNote:
        # The time is the meeting's own, so that a repetition writes the same note and not a second one.
        at = meeting.started_at + ORPHAN_AFTER_SECONDS
        return DueNote(ORPHAN_ROOM, meeting.meeting_id, at, {"guild_id": meeting.guild_id})


def auto_end_note(meeting: Meeting, at: int) -> DueNote:
    """The note that has housekeeping look whether the meeting is over, at an epoch second."""
    return DueNote(AUTO_END, meeting.meeting_id, at, {"guild_id": meeting.guild_id})


def _failure_sentence(meeting: Meeting, error: KalturaError) -> str:
    title = inline(meeting.title, 100)
    if isinstance(error, KalturaBusy):
        return f"Kaltura is busy, so **{title}** wasn't created. Try again in a minute."
    if isinstance(error, KalturaRefused):
        return f"Kaltura refused to create **{title}**. Ask whoever runs this app to look into it."
    return f"Kaltura didn't answer in time, so **{title}** wasn't created. Try again in a minute."
