"""Ending a meeting, and opening it again.

Kaltura cannot end a running room, and deleting one loses its recording. So ending never deletes: new joins are
refused, sessions that were handed out are revoked, the room is tagged, the card changes. People who are inside stay
until the moderator ends it there, and whoever ended it is told so.

What Kaltura does not take at once is noted down and repeated by housekeeping for as long as a session can live. The
note comes first, so that an end that stops halfway is finished by housekeeping:

    end noted ── meeting ended ── card to change ── sessions revoked, room tagged ── note taken off
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.components import button
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import InteractionId
from kaltura_discord.discord.messages import Message, note
from kaltura_discord.kaltura.errors import KalturaError
from kaltura_discord.kaltura.rooms import LONGEST_JOIN_SECONDS, MeetingStrategy
from kaltura_discord.meetings.auto_end import AutoEnd
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.errors import MeetingNotRunning
from kaltura_discord.meetings.models import NOBODY, Meeting, MeetingState, Person
from kaltura_discord.meetings.plan_notes import step_note
from kaltura_discord.meetings.starting import auto_end_note
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline

REVOKE = "revoke"
REVOKE_AGAIN_SECONDS = 60

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MeetingEnder:
    """Ends meetings and opens them again."""

    store: MeetingStore
    rooms: MeetingStrategy
    cards: CardBoard
    due: DueList
    auto_end: AutoEnd
    now: Callable[[], float] = time.time

    async def end(self, meeting: Meeting, by: Person, interaction_id: InteractionId, deadline: Deadline) -> bool:
        """End a meeting; whether Kaltura has revoked its sessions already (else it is repeated).

        Raises:
            MeetingNotRunning: it has ended before.
        """
        ended = replace(meeting, state=MeetingState.ENDED, ended_by=by.name, ended_at=int(self.now()))
        reminder = await self._note(ended)
        if not await self.store.end(meeting, by, ended.ended_at, interaction_id):
            raise MeetingNotRunning(f"**{inline(meeting.title, 100)}** is not running any more.")
        return await self._close(ended, reminder, deadline)

    async def end_by_itself(self, meeting: Meeting, deadline: Deadline) -> None:
        """End a meeting that nobody joined for long, unless it ended meanwhile, and tell the channel once.

        Raises:
            DiscordUnavailable, DiscordRateLimited: it has ended, and the channel has still to be told.
        """
        ended = replace(meeting, state=MeetingState.ENDED, ended_at=int(self.now()))
        reminder = await self._note(ended)
        if not await self.store.end(meeting, NOBODY, ended.ended_at):
            return
        await self._close(ended, reminder, deadline)
        await self.say_goodbye(ended, deadline)

    async def say_goodbye(self, ended: Meeting, deadline: Deadline) -> None:
        """Tell the channel once that a meeting has ended by itself.

        Raises:
            DiscordUnavailable, DiscordRateLimited: not now; again within a quarter of an hour of the end.
        """
        what = f"ended by itself {ended.generation}"
        await self.cards.announce(ended, _farewell(ended), what, ended.ended_at, deadline)

    async def reopen(self, meeting: Meeting, by: Person, interaction_id: InteractionId) -> Meeting:
        """Take an end back: the same room, with new sessions.

        Raises:
            MeetingNotRunning: it is running already, or has no room.
        """
        at = int(self.now())
        title = inline(meeting.title, 100)
        # Noted first: no meeting is open without its end. Housekeeping does nothing where it is not open.
        await self.due.add(auto_end_note(meeting, at + await self.auto_end.seconds(meeting.guild_id)))
        if meeting.room is None or not await self.store.reopen(meeting, by, at, interaction_id):
            raise MeetingNotRunning(f"**{title}** is open already, or can't be opened again.")
        await self.cards.refresh(meeting)
        return await self.store.find(meeting.guild_id, meeting.meeting_id) or meeting

    async def revoke_sessions(self, meeting: Meeting, session_group: str, deadline: Deadline) -> bool:
        """End the sessions of one opening in Kaltura and tag the room; False where Kaltura did not take it."""
        if meeting.room is None:
            return True
        try:
            await self.rooms.revoke(meeting.room, session_group, deadline)
            if meeting.state is MeetingState.ENDED:
                await self.rooms.mark_ended(meeting.room, meeting.ended_at, deadline)
        except KalturaError as error:
            log.warning("sessions not revoked", extra={"guild_id": meeting.guild_id, "code": error.code})
            return False
        return True

    async def _note(self, ended: Meeting) -> DueNote:
        reminder = revoke_note(ended, ended.ended_at + REVOKE_AGAIN_SECONDS)
        await self.due.add(reminder)
        if ended.schedule is not None:
            await self.due.add(step_note(ended, ended.ended_at))
        return reminder

    async def _close(self, meeting: Meeting, reminder: DueNote, deadline: Deadline) -> bool:
        try:
            await self.cards.refresh(meeting)
            is_revoked = await self.revoke_sessions(meeting, meeting.session_group, deadline.sooner(20))
            if is_revoked:
                await self.due.take_off(reminder)
        except AwsError as error:
            # It has ended, and the note will see to the rest; to begin again would find it ended and say so.
            log.warning("end not finished", extra={"guild_id": meeting.guild_id, "reason": error.code})
            return False
        return is_revoked


def _farewell(meeting: Meeting) -> Message:
    title = inline(meeting.title, 100)
    # As long as it really was: the setting may have changed since the meeting began.
    hours = (meeting.ended_at - meeting.last_sign_of_life) // 3600
    told = note(
        f"**{title}** has ended by itself: nobody had joined for {'an hour' if hours == 1 else f'{hours} hours'}.",
        button("Open it again", custom_id("reopen", meeting.meeting_id)),
        ephemeral=False,
    )
    # It is there for whoever looks, and may be said in the middle of the night: nobody is to be woken by it.
    return replace(told, silent=True)


def revoke_note(meeting: Meeting, at: int) -> DueNote:
    """The note that has housekeeping revoke an opening's sessions, at an epoch second."""
    details = {"guild_id": meeting.guild_id, "session_group": meeting.session_group}
    subject = f"{meeting.meeting_id}#{meeting.generation}"
    return DueNote(REVOKE, subject, at, {**details, "until": meeting.ended_at + LONGEST_JOIN_SECONDS})
