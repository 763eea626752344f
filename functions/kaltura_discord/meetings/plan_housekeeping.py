"""What housekeeping does for meetings in the future when a note is due. Each of these may be done twice without harm.

plan_step        bring Discord and Kaltura in step; again every minute until they are. A card that nobody lived to write
                 down is found, or posted
plan_look        Discord's and Kaltura's event are looked at, as people may have moved it or called it off there: every
                 quarter of an hour on the last day, every six hours before that, and before the reminder and the start
plan_reminder    the doors are open: tell the channel, once; whoever presses Join comes in
plan_start       it is live; where Kaltura has not made the room yet, for ten minutes more it may
plan_end         it ends as planned, and can be opened again

The reminder is posted first and then remembered; since when it may stand in the channel is known from the plan, and of
the farewell from the end (`discord.single_messages`).
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kaltura_discord.aws.due_list import DueList, DueNote
from kaltura_discord.discord.components import ButtonStyle, button
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import GuildId, InteractionId
from kaltura_discord.discord.messages import Message
from kaltura_discord.discord.messages import note as say_shortly
from kaltura_discord.discord.single_messages import TRIED_AT_MOST_SECONDS
from kaltura_discord.meetings.auto_end import AutoEnd, idle_at
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.ending import MeetingEnder
from kaltura_discord.meetings.errors import MeetingNotRunning
from kaltura_discord.meetings.models import NOBODY, Meeting, MeetingId, MeetingState
from kaltura_discord.meetings.plan_keeper import PlanKeeper
from kaltura_discord.meetings.plan_notes import (
    PLAN_END,
    PLAN_LOOK,
    PLAN_REMINDER,
    PLAN_START,
    PLAN_STEP,
    STEP_AFTER_SECONDS,
    end_note,
    look_note,
    start_note,
    step_note,
)
from kaltura_discord.meetings.schedule import Schedule
from kaltura_discord.meetings.schedule_store import ScheduleStore
from kaltura_discord.meetings.scheduling import no_card_sentence
from kaltura_discord.meetings.starting import auto_end_note
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.errors import ConfigError
from kaltura_discord.templates.discord_markdown import inline

_PATIENCE_AFTER_START_SECONDS = 600
_STEP_GIVEN_UP_SECONDS = 24 * 3600

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlanHousekeeper:
    """Works off notes about meetings in the future."""

    store: MeetingStore
    plans: ScheduleStore
    keeper: PlanKeeper
    ender: MeetingEnder
    cards: CardBoard
    due: DueList
    auto_end: AutoEnd
    now: Callable[[], float] = time.time

    async def work_off(self, note: DueNote, deadline: Deadline) -> None:
        """Do what the note asks for, and take it off.

        Raises:
            AwsError, DiscordError: not now; the note stays.
        """
        works = {
            PLAN_STEP: self._step,
            PLAN_LOOK: self._look,
            PLAN_REMINDER: self._remind,
            PLAN_START: self._start,
            PLAN_END: self._end,
        }
        guild_id, meeting_id = GuildId(str(note.details["guild_id"])), MeetingId(note.subject)
        meeting = await self.store.find(guild_id, meeting_id)
        if meeting is not None and meeting.schedule is not None:
            await works[note.kind](note, meeting, meeting.schedule, deadline)
        await self.due.take_off(note)

    async def _step(self, note: DueNote, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        await self._see_to_card(meeting, deadline)
        if await self._is_in_step(meeting, deadline):
            await self.cards.refresh(meeting)
            return
        if self.now() < max(plan.ends_at, meeting.ended_at) + _STEP_GIVEN_UP_SECONDS:
            await self.due.add(step_note(meeting, int(self.now()) + STEP_AFTER_SECONDS))

    async def _see_to_card(self, meeting: Meeting, deadline: Deadline) -> None:
        if meeting.card is not None:
            return
        if meeting.state is not MeetingState.SCHEDULED:
            await self.cards.found(meeting, deadline)
        elif await self.cards.post(meeting, deadline, is_needed=True) is None:
            await self.plans.give_up(meeting, no_card_sentence(meeting))

    async def _is_in_step(self, meeting: Meeting, deadline: Deadline) -> bool:
        try:
            return await self.keeper.bring_in_step(meeting, deadline)
        except ConfigError as error:
            log.warning("settings not read", extra={"guild_id": meeting.guild_id, "reason": type(error).__name__})
            return False

    async def _look(self, _: DueNote, meeting: Meeting, __: Schedule, deadline: Deadline) -> None:
        current = await self.keeper.look(meeting, deadline)
        plan, now = current.schedule, int(self.now())
        if plan is not None and current.state is MeetingState.SCHEDULED and plan.starts_at > now:
            await self.due.add(look_note(current, plan.starts_at, now))

    async def _remind(self, _: DueNote, meeting: Meeting, __: Schedule, deadline: Deadline) -> None:
        current = await self.keeper.look(meeting, deadline)
        plan = current.schedule
        if plan is None or current.state is not MeetingState.SCHEDULED or plan.reminded_of == plan.starts_at:
            return
        if not plan.doors_open_at <= self.now() < plan.starts_at:
            return
        what = f"reminder {plan.revision}"
        await self.cards.announce(current, _reminder(current, plan), what, plan.doors_open_at, deadline)
        await self.plans.note(current, {"reminded_of": plan.starts_at})
        await self.cards.refresh(current)

    async def _start(self, _: DueNote, meeting: Meeting, __: Schedule, deadline: Deadline) -> None:
        current = await self.keeper.look(meeting, deadline)
        plan = current.schedule
        if plan is None or plan.starts_at > self.now():
            return
        if current.state is MeetingState.SCHEDULED:
            await self._begin(current, plan, deadline)
        elif current.state is MeetingState.LIVE:
            # Its note is taken off last, so the worker died before the card and Discord's event said so.
            await self._follow(current, deadline)

    async def _begin(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        current = meeting
        if meeting.room is None:
            await self._is_in_step(meeting, deadline)
            current = await self.store.find(meeting.guild_id, meeting.meeting_id) or meeting
        if current.room is None:
            await self._wait_for_room(current, plan)
            return
        now = int(self.now())
        # Noted before it is live, so that no live meeting is without its end.
        live = replace(current, started_at=now)
        await self.due.add(auto_end_note(live, idle_at(live, await self.auto_end.seconds(current.guild_id))))
        await self.due.add(end_note(current, max(plan.ends_at, now)))
        await self.due.add(step_note(current, now + STEP_AFTER_SECONDS))
        if await self.plans.begin(current, now):
            await self._follow(current, deadline)

    async def _wait_for_room(self, meeting: Meeting, plan: Schedule) -> None:
        if meeting.state is not MeetingState.SCHEDULED:
            return
        now = int(self.now())
        if now < plan.starts_at + _PATIENCE_AFTER_START_SECONDS:
            await self.due.add(start_note(meeting, now + STEP_AFTER_SECONDS))
            return
        title = inline(meeting.title, 100)
        await self.due.add(step_note(meeting, now + STEP_AFTER_SECONDS))
        await self.plans.give_up(
            meeting, f"Kaltura didn't make the room for **{title}** in time. Try again in a minute."
        )
        await self.cards.refresh(meeting)

    async def _follow(self, meeting: Meeting, deadline: Deadline) -> None:
        await self.cards.refresh(meeting)
        await self._is_in_step(meeting, deadline)

    async def _end(self, note: DueNote, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        if meeting.generation != int(str(note.details["generation"])):
            return
        if meeting.state is MeetingState.LIVE:
            ended_at = int(self.now())
            try:
                await self.ender.end(meeting, NOBODY, InteractionId(""), deadline)
            except MeetingNotRunning:
                return
            await self._say_goodbye(meeting, ended_at, deadline)
        elif _has_just_ended_as_planned(meeting, plan, self.now()):
            # The worker that ended it may have died before it said so.
            await self._say_goodbye(meeting, meeting.ended_at, deadline)

    async def _say_goodbye(self, meeting: Meeting, ended_at: int, deadline: Deadline) -> None:
        farewell = say_shortly(
            f"**{inline(meeting.title, 100)}** has ended as planned. Whoever is inside can stay.",
            button("Open it again", custom_id("reopen", meeting.meeting_id)),
            ephemeral=False,
        )
        await self.cards.announce(meeting, farewell, f"ended as planned {meeting.generation}", ended_at, deadline)


def _has_just_ended_as_planned(meeting: Meeting, plan: Schedule, now: float) -> bool:
    is_as_planned = meeting.state is MeetingState.ENDED and not meeting.ended_by and plan.is_end(meeting.ended_at)
    return is_as_planned and now < meeting.ended_at + TRIED_AT_MOST_SECONDS


def _reminder(meeting: Meeting, plan: Schedule) -> Message:
    return say_shortly(
        f"**{inline(meeting.title, 100)}** starts <t:{plan.starts_at}:R>. The doors are open.",
        button("Join", custom_id("join", meeting.meeting_id), ButtonStyle.SUCCESS),
        ephemeral=False,
    )
