"""What housekeeping does for meetings when a note is due. Each of these may be done twice without harm.

auto_end       the meeting ends by itself so many hours after the last join, not before its planned end, or is looked at
               again later; one that has just ended so, and whose channel may not have been told, is told
orphan_room    a start that nobody finished has failed; Kaltura may have made a room after we had stopped waiting:
               delete it, nobody ever saw it; a card that was posted and not written down is found, and says so. One
               that was finished but for its card gets that
revoke         an end was not finished, or Kaltura had not taken the end of sessions: try again, until none of them
               can be alive any more
stale_card     Discord had not taken the last change of a card: try again
"""

import logging
from dataclasses import dataclass

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.single_messages import TRIED_AT_MOST_SECONDS
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.meetings.auto_end import AutoEnd, idle_at
from kaltura_discord.meetings.card_board import STALE_CARD, CardBoard
from kaltura_discord.meetings.ending import REVOKE, REVOKE_AGAIN_SECONDS, MeetingEnder
from kaltura_discord.meetings.models import Meeting, MeetingId, MeetingState
from kaltura_discord.meetings.starting import AUTO_END, ORPHAN_ROOM, auto_end_note, gave_up_sentence
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline

# Kaltura may be down for long; the room is looked for once a minute until it answers, for a day.
_ORPHAN_AGAIN_SECONDS = 60
_ORPHAN_GIVEN_UP_SECONDS = 24 * 3600

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MeetingHousekeeper:
    """Works off notes about meetings."""

    store: MeetingStore
    rooms: MeetingStrategy
    ender: MeetingEnder
    cards: CardBoard
    due: DueList
    auto_end: AutoEnd

    async def work_off(self, note: DueNote, now: float, deadline: Deadline) -> None:
        """Do what the note asks for, and take it off; `now` is epoch seconds."""
        works = {
            AUTO_END: self._end_if_idle,
            ORPHAN_ROOM: self._delete_orphan,
            REVOKE: self._revoke,
            STALE_CARD: self._refresh_card,
        }
        work = works.get(note.kind)
        if work is None:
            log.error("unknown kind of note", extra={"kind": note.kind})
            return
        await work(note, now, deadline)
        await self.due.take_off(note)

    async def _end_if_idle(self, note: DueNote, now: float, deadline: Deadline) -> None:
        meeting = await self._meeting(note, note.subject)
        if meeting is not None and _has_just_ended_by_itself(meeting, note, now):
            # The note is taken off last, so whoever ended it may have died before the channel was told.
            await self.ender.say_goodbye(meeting, deadline)
        if meeting is None or meeting.state is not MeetingState.LIVE:
            return
        ends_at = idle_at(meeting, await self.auto_end.seconds(meeting.guild_id))
        if ends_at > now:
            await self.due.add(auto_end_note(meeting, ends_at))
            return
        await self.ender.end_by_itself(meeting, deadline)

    async def _delete_orphan(self, note: DueNote, now: float, deadline: Deadline) -> None:
        meeting = await self._meeting(note, note.subject)
        if meeting is None or not await self._is_orphaned(meeting):
            return
        await self._delete_room(meeting, note, now, deadline)
        if meeting.card is None:
            found = await self.cards.found(meeting, deadline)
            if found.card is not None:
                await self.cards.refresh(found)

    async def _delete_room(self, meeting: Meeting, note: DueNote, now: float, deadline: Deadline) -> None:
        try:
            room = await self.rooms.find_by_reference(note.subject, deadline)
            if room is not None:
                await self.rooms.discard(room, deadline)
                log.info("room nobody got was deleted", extra={"guild_id": meeting.guild_id})
        except KalturaError as error:
            log.warning("room not looked for", extra={"code": error.code})
            if now < meeting.started_at + _ORPHAN_GIVEN_UP_SECONDS:
                await self._note_again(note, int(now) + _ORPHAN_AGAIN_SECONDS)

    async def _is_orphaned(self, meeting: Meeting) -> bool:
        """Whether the meeting can never become live; a start that was left lying has failed from here on."""
        if meeting.state is MeetingState.STARTING:
            is_given_up = await self.store.fail(meeting, gave_up_sentence(meeting))
            await self.cards.refresh(meeting)
            return is_given_up
        if meeting.state is MeetingState.LIVE:
            # Its note is taken off last, so the worker died before the card said so.
            await self.cards.refresh(meeting)
        return meeting.state is MeetingState.FAILED

    async def _refresh_card(self, note: DueNote, _: float, __: Deadline) -> None:
        meeting = await self._meeting(note, note.subject)
        if meeting is not None:
            await self.cards.refresh(meeting)

    async def _revoke(self, note: DueNote, now: float, deadline: Deadline) -> None:
        meeting = await self._meeting(note, note.subject.partition("#")[0])
        if meeting is None or now >= int(str(note.details["until"])):
            return
        session_group = str(note.details["session_group"])
        if meeting.state is MeetingState.LIVE and meeting.session_group == session_group:
            # The note is written before the end, and the end never came about.
            return
        await self.cards.refresh(meeting)
        if not await self.ender.revoke_sessions(meeting, session_group, deadline):
            await self._note_again(note, int(now) + REVOKE_AGAIN_SECONDS)

    async def _note_again(self, note: DueNote, at: int) -> None:
        await self.due.add(DueNote(note.kind, note.subject, at, note.details))

    async def _meeting(self, note: DueNote, meeting_id: str) -> Meeting | None:
        return await self.store.find(GuildId(str(note.details["guild_id"])), MeetingId(meeting_id))


def _has_just_ended_by_itself(meeting: Meeting, note: DueNote, now: float) -> bool:
    """Whether this note ended it, and not long ago; what ended as planned is said otherwise."""
    plan = meeting.schedule
    if (
        meeting.state is not MeetingState.ENDED
        or meeting.ended_by
        or (plan is not None and plan.is_end(meeting.ended_at))
    ):
        return False
    return note.at <= meeting.ended_at and now < meeting.ended_at + TRIED_AT_MOST_SECONDS
