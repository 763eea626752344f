"""Planning a meeting: from a wish to a card, a room, and an event in Kaltura and in Discord.

    notes left ── plan written down ── card posted ── brought in step (see `plan_keeper`)

As with starting, the meeting's id is the interaction's, so a second time finds what the first one wrote. The room is
made at once, not at the start: Kaltura's event has to name it, what Kaltura refuses is said to whoever plans, and to
begin needs nobody then but our own table. Notes come before what they are about: one too many does nothing.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaltura_discord.aws.due_list import DueList
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.errors import MeetingNotMade, PlanChanged
from kaltura_discord.meetings.models import Meeting, MeetingState, Person
from kaltura_discord.meetings.plan_elsewhere import with_fields
from kaltura_discord.meetings.plan_keeper import PlanKeeper
from kaltura_discord.meetings.plan_marks import PlanFields, as_typed, changed_since, fields_here
from kaltura_discord.meetings.plan_notes import plan_notes
from kaltura_discord.meetings.schedule import Schedule
from kaltura_discord.meetings.schedule_store import ScheduleStore
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, and whether Discord and Kaltura have all of it already."""

    meeting: Meeting
    is_in_step: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants a planned meeting to be.

    Attributes:
        fields: all that stood in the form when it was sent.
        time_zone: in which they wrote the time.
        revision: the plan's, when the form was opened.
        shown: the mark of what stood in the form then (`plan_marks`): what is still so, they have not asked for.
    """

    fields: PlanFields
    time_zone: str
    revision: int
    shown: str


@dataclass(frozen=True, slots=True)
class Scheduler:
    """Plans meetings, and changes what was planned."""

    store: MeetingStore
    plans: ScheduleStore
    keeper: PlanKeeper
    cards: CardBoard
    due: DueList
    now: Callable[[], float] = time.time

    async def schedule(self, wish: Meeting, deadline: Deadline) -> Planned:
        """Plan the meeting that `wish` (state `scheduled`) describes.

        Raises:
            MeetingNotMade: Kaltura will not have it, or its card cannot be posted.
            PlanChanged: it was planned before, and has moved on since.
            ConfigError: the server's settings cannot be read.
        """
        await self._leave_notes(wish)
        meeting = replace(wish, card_since=int(self.now()))
        if not await self.plans.write_down(meeting):
            meeting = await self.store.find(wish.guild_id, wish.meeting_id) or meeting
        if meeting.state not in (MeetingState.SCHEDULED, MeetingState.FAILED):
            raise PlanChanged(f"**{inline(meeting.title, 100)}** was scheduled before, and has moved on since.")
        if meeting.card is None and meeting.state is MeetingState.SCHEDULED:
            meeting = await self._with_card(meeting, deadline)
        planned = await self._brought_in_step(meeting, deadline)
        if planned.meeting.state is MeetingState.FAILED:
            raise MeetingNotMade(planned.meeting.failure)
        return planned

    async def change(
        self, meeting: Meeting, wish: Change, by: Person, interaction_id: str, deadline: Deadline
    ) -> Planned:
        """Have what somebody changed in the form be so; the rest stays as others have left it, here and elsewhere.

        Raises:
            PlanChanged: it is not planned any more, or somebody else has changed the same meanwhile.
        """
        asked = changed_since(wish.shown, wish.fields)
        if _is_contradicted(meeting, wish, asked):
            raise PlanChanged(_moved_on(meeting, "changed"))
        if _plan(meeting).revision == wish.revision or not _is_so(meeting, asked):
            changed = _with(meeting, wish, asked)
            await self._leave_notes(changed)
            if not await self.plans.change(meeting, changed, by, interaction_id):
                current = await self._current(meeting)
                if not _is_so(current, asked):
                    raise PlanChanged(_moved_on(current, "changed"))
        await self.cards.refresh(meeting)
        return await self._brought_in_step(meeting, deadline)

    async def cancel(self, meeting: Meeting, by: Person, interaction_id: str, deadline: Deadline) -> Planned:
        """Call a planned meeting off.

        Raises:
            PlanChanged: it is not planned any more, or somebody else has changed it meanwhile.
        """
        await self._leave_notes(meeting)
        if not await self.plans.cancel(meeting, by, int(self.now()), interaction_id):
            current = await self._current(meeting)
            if current.state is not MeetingState.CANCELLED:
                raise PlanChanged(_moved_on(current, "cancelled"))
        await self.cards.refresh(meeting)
        return await self._brought_in_step(meeting, deadline)

    async def restore(self, meeting: Meeting, by: Person, interaction_id: str, deadline: Deadline) -> Planned:
        """Take the cancelling back.

        Raises:
            PlanChanged: it is not cancelled any more, or would have begun by now.
        """
        title = inline(meeting.title, 100)
        if _plan(meeting).starts_at <= self.now():
            raise PlanChanged(f"**{title}** would have begun by now. Use `/kaltura-start` for another one.")
        await self._leave_notes(meeting)
        # What was cancelled is cleared up first, so that nothing of it is taken for what is made now.
        if not await self.keeper.bring_in_step(meeting, deadline):
            raise PlanChanged(f"**{title}** is still being cancelled. Try again in a minute.")
        cleared = await self._current(meeting)
        if cleared.state is not MeetingState.SCHEDULED and not await self.plans.restore(cleared, by, interaction_id):
            raise PlanChanged(_moved_on(await self._current(meeting), "restored"))
        await self.cards.refresh(meeting)
        return await self._brought_in_step(meeting, deadline)

    async def _with_card(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        card = await self.cards.post(meeting, deadline, is_needed=True)
        if card is not None:
            return replace(meeting, card=card)
        sentence = no_card_sentence(meeting)
        await self.plans.give_up(meeting, sentence)
        raise MeetingNotMade(sentence)

    async def _brought_in_step(self, meeting: Meeting, deadline: Deadline) -> Planned:
        is_in_step = await self.keeper.bring_in_step(meeting, deadline)
        return Planned(await self._current(meeting), is_in_step)

    async def _leave_notes(self, meeting: Meeting) -> None:
        for note in plan_notes(meeting, int(self.now())):
            await self.due.add(note)

    async def _current(self, meeting: Meeting) -> Meeting:
        return await self.store.find(meeting.guild_id, meeting.meeting_id) or meeting


def no_card_sentence(meeting: Meeting) -> str:
    """Why a meeting was not scheduled whose card Discord does not take."""
    return (
        f"I can't write in this channel, so **{inline(meeting.title, 100)}** was not scheduled: nobody would see it "
        "or be reminded. Use `/kaltura-start` in another channel."
    )


def _plan(meeting: Meeting) -> Schedule:
    if meeting.schedule is None:
        raise PlanChanged(f"**{inline(meeting.title, 100)}** was not scheduled.")
    return meeting.schedule


def _with(meeting: Meeting, wish: Change, asked: Mapping[str, Any]) -> Meeting:
    changed = with_fields(meeting, replace(fields_here(meeting), **asked))
    return replace(changed, schedule=replace(_plan(changed), time_zone=wish.time_zone, event_problem=""))


def _is_contradicted(meeting: Meeting, wish: Change, asked: Mapping[str, Any]) -> bool:
    """Whether somebody else has changed, otherwise, what is asked for: since the form was opened."""
    here = fields_here(meeting)
    if not wish.shown:
        return _plan(meeting).revision != wish.revision and not _is_so(meeting, asked)
    others = changed_since(wish.shown, as_typed(here))
    return any(name in others and getattr(here, name) != value for name, value in asked.items())


def _is_so(meeting: Meeting, asked: Mapping[str, Any]) -> bool:
    if meeting.state is not MeetingState.SCHEDULED:
        return False
    here = fields_here(meeting)
    return all(getattr(here, name) == value for name, value in asked.items())


def _moved_on(meeting: Meeting, what: str) -> str:
    title = inline(meeting.title, 100)
    match meeting.state:
        case MeetingState.LIVE:
            return f"**{title}** has begun meanwhile, so it can't be {what} any more."
        case MeetingState.SCHEDULED:
            return f"Somebody else has changed **{title}** meanwhile. Look at its card, then try again."
        case MeetingState.CANCELLED:
            return f"**{title}** has been cancelled meanwhile."
        case _:
            return f"**{title}** is over, so it can't be {what} any more."
