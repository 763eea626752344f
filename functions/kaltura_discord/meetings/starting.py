"""Starting a meeting: from a wish to a room, or to a sentence and nothing left behind.

The command may be carried out more than once (a queue delivers at least once), and may stop anywhere between:

    meeting written down ── orphan noted ── card posted ── room made in Kaltura ── end noted ── live ── card to change

The meeting's id is the interaction's, so a second time finds what the first one wrote: the card by its mark, the
room by its reference id. What cannot be finished ends as `failed`, and the orphan note has housekeeping do that for
a start that nobody took up again, delete a room that Kaltura made after we stopped waiting for it, and find a card that
somebody posted and did not live to write down. A meeting leaves `starting` by one conditional write, so a worker that
comes back late and housekeeping cannot both win:

    worker         make room ─────────────────────────────── to live: no longer starting, so not made
    housekeeping              to failed ── look for the room ── delete it
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.kaltura.errors import KalturaBusy, KalturaError, KalturaRefused
from kaltura_discord.kaltura.rooms import CreatedRoom, MeetingRequest, MeetingStrategy
from kaltura_discord.meetings.auto_end import AutoEnd
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.errors import MeetingNotMade
from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.models import KalturaSection
from kaltura_discord.server_config.server_configs import ServerConfigs
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
    """Starts meetings, as each server's settings say."""

    store: MeetingStore
    rooms: MeetingStrategy
    cards: CardBoard
    due: DueList
    configs: ServerConfigs
    auto_end: AutoEnd
    now: Callable[[], float] = time.time

    async def start(self, wish: Meeting, *, may_post: bool, deadline: Deadline) -> StartedMeeting:
        """Make the meeting that `wish` (state `starting`) describes; `may_post`: whether the bot may write there.

        Raises:
            MeetingNotMade: Kaltura did not make the room; the card says so too.
            ConfigError: the server's settings cannot be read.
        """
        # Read before anything is written or to be seen, as they may not be readable.
        settings = (await self.configs.whole(wish.guild_id)).kaltura
        meeting = replace(wish, card_since=int(self.now()))
        if not await self.store.begin(meeting):
            meeting = await self.store.find(wish.guild_id, wish.meeting_id) or meeting
        if meeting.state is MeetingState.FAILED:
            await self.cards.refresh(meeting)
            raise MeetingNotMade(meeting.failure)
        # Written before anything is to be seen: if we die later, housekeeping clears up.
        orphan = self._orphan_note(meeting)
        if meeting.state is MeetingState.STARTING:
            await self.due.add(orphan)
        if may_post and meeting.card is None:
            meeting = replace(meeting, card=await self.cards.post(meeting, deadline))
        if meeting.state is MeetingState.STARTING:
            meeting = await self._make_room(meeting, settings, deadline)
        if meeting.card is not None:
            # In its turn like every later change: an end that comes right after must not be overtaken.
            await self.cards.refresh(meeting)
        await self.due.take_off(orphan)
        return StartedMeeting(meeting, has_card=meeting.card is not None)

    async def _make_room(self, meeting: Meeting, settings: KalturaSection, deadline: Deadline) -> Meeting:
        try:
            room = await self.rooms.create(room_request(meeting, settings), deadline.sooner(KALTURA_PATIENCE_SECONDS))
        except KalturaError as error:
            log.warning("room not made", extra={"guild_id": meeting.guild_id, "code": error.code})
            sentence = failure_sentence(meeting, error)
            await self.store.fail(meeting, sentence)
            await self.cards.refresh(meeting)
            raise MeetingNotMade(sentence) from error
        return await self._open(meeting, room)

    async def _open(self, meeting: Meeting, room: CreatedRoom) -> Meeting:
        # Noted before it is live, so that no live meeting is without its end.
        ends_after = await self.auto_end.seconds(meeting.guild_id)
        await self.due.add(auto_end_note(meeting, int(self.now()) + ends_after))
        if await self.store.open(meeting, room):
            log.info("usage", extra={"usage": "meeting_started", "guild_id": meeting.guild_id, "kind": meeting.kind})
            return replace(meeting, state=MeetingState.LIVE, room=room)
        current = await self.store.find(meeting.guild_id, meeting.meeting_id)
        if current is not None and current.room is not None:
            return current
        # Housekeeping gave it up meanwhile, and may have looked for the room before it was there.
        await self.due.add(self._orphan_note(meeting))
        await self.cards.refresh(meeting)
        raise MeetingNotMade(current.failure if current is not None else gave_up_sentence(meeting))

    def _orphan_note(self, meeting: Meeting) -> DueNote:
        at = int(self.now()) + ORPHAN_AFTER_SECONDS
        return DueNote(ORPHAN_ROOM, meeting.meeting_id, at, {"guild_id": meeting.guild_id})


def room_request(meeting: Meeting, settings: KalturaSection) -> MeetingRequest:
    """The room of a meeting, as the server's settings will have it."""
    templates: dict[str, str] = settings.room_templates.model_dump()
    return MeetingRequest(
        reference_id=meeting.meeting_id,
        title=meeting.title,
        description=meeting.description,
        kind=meeting.kind,
        owner_user_id=kaltura_user_id(meeting.started_by.user_id),
        tags=("discord", f"discord_server_{meeting.guild_id}"),
        template_room_entry_id=templates[meeting.kind] or None,
        strategy=settings.meeting_strategy,
    )


def auto_end_note(meeting: Meeting, at: int) -> DueNote:
    """The note that has housekeeping look whether the meeting is over, at an epoch second."""
    return DueNote(AUTO_END, meeting.meeting_id, at, {"guild_id": meeting.guild_id})


def gave_up_sentence(meeting: Meeting) -> str:
    """Why a meeting that was never finished was given up."""
    return f"Setting up **{inline(meeting.title, 100)}** took too long, so it was given up. Try again in a minute."


def failure_sentence(meeting: Meeting, error: KalturaError) -> str:
    """Why Kaltura did not make the room, for people."""
    title = inline(meeting.title, 100)
    if isinstance(error, KalturaBusy):
        return f"Kaltura is busy, so **{title}** wasn't created. Try again in a minute."
    if isinstance(error, KalturaRefused):
        return f"Kaltura refused to create **{title}**. Ask whoever runs this app to look into it."
    return f"Kaltura didn't answer in time, so **{title}** wasn't created. Try again in a minute."
