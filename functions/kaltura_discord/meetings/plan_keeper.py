"""Keeps Discord's scheduled event and Kaltura's schedule event in step with a meeting's plan.

What is written in our table is what holds. `bring_in_step` looks at it, has both say the same, and remembers what they
have been told (`Schedule.told`). So whoever plans, moves, cancels, begins or ends a meeting writes that down, leaves a
note, and calls it; whoever dies in between has housekeeping call it, and to call it again changes nothing:

    planned      room, Kaltura's event, Discord's event          changed    both events and the room's name
    live         Discord's event is ACTIVE                       ended      COMPLETED
    cancelled    Discord's is CANCELED, Kaltura's is cancelled, a room that nobody was in is deleted

One at a time, by a lease, as Discord would make an event for each of two who ask. The other way round, what people
change in Discord's own list of events is noticed by `look`: there is no other way to hear of it without a gateway.
"""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.due_list import DueList
from kaltura_discord.discord.errors import DiscordError, DiscordRefused, NotPermitted, Unknown
from kaltura_discord.discord.scheduled_events import (
    TOO_MANY_EVENTS,
    EventStatus,
    EventWords,
    FoundEvent,
    ScheduledEvents,
    event_words,
)
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.kaltura.errors import KalturaError, KalturaRefused, NotFound
from kaltura_discord.kaltura.rooms import CreatedRoom, MeetingStrategy
from kaltura_discord.kaltura.schedule_event import PlannedEvent, ScheduleDesk
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.models import NOBODY, Meeting, MeetingState
from kaltura_discord.meetings.plan_notes import plan_notes
from kaltura_discord.meetings.schedule import Schedule
from kaltura_discord.meetings.schedule_store import ScheduleStore
from kaltura_discord.meetings.starting import KALTURA_PATIENCE_SECONDS, failure_sentence, room_request
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.meetings.time_words import SHORTEST_MINUTES
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.server_configs import ServerConfigs

# A plan that goes on changing while it is told is told by whoever changed it last.
_ROUNDS = 3

MAY_NOT_CREATE = (
    "Discord's list of events doesn't show it, as I lack the permission **Create Events**. "
    "Give it to my role, then edit the meeting."
)
TOO_MANY = "Discord's list of events doesn't show it, as this server has 100 events already."
NOT_TAKEN = "Discord's list of events doesn't show it, as Discord did not take the event."

log = logging.getLogger(__name__)

Told = Callable[[Meeting, Schedule, Deadline], Awaitable[None]]


class _GivenUp(Exception):
    """The meeting has failed meanwhile: there is something else to tell."""


@dataclass(frozen=True, slots=True)
class PlanKeeper:
    """Tells Discord and Kaltura."""

    store: MeetingStore
    plans: ScheduleStore
    rooms: MeetingStrategy
    desk: ScheduleDesk
    events: ScheduledEvents
    cards: CardBoard
    due: DueList
    configs: ServerConfigs
    now: Callable[[], float] = time.time

    async def bring_in_step(self, meeting: Meeting, deadline: Deadline) -> bool:
        """Have both say what the plan says now; False where something of it is still to be done.

        Raises:
            ConfigError: the server's settings cannot be read, and the room has yet to be made.
        """
        mark = secrets.token_hex(8)
        if not await self.plans.take_lease(meeting, mark, int(self.now())):
            return False
        try:
            for _ in range(_ROUNDS):
                current = await self.store.find(meeting.guild_id, meeting.meeting_id)
                if current is None or current.schedule is None or current.schedule.told == _wanted(current):
                    return True
                if not await self._tell(current, current.schedule, deadline):
                    return False
        finally:
            with suppress(AwsError):
                await self.plans.give_back(meeting, mark)
        return False

    async def look(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        """The meeting as people have left it in Discord's list of events: moved, renamed or called off there.

        Where Discord does not answer, the plan stays as it is: starting in time matters more.
        """
        plan = meeting.schedule
        if plan is None or not plan.event_id or meeting.state is not MeetingState.SCHEDULED:
            return meeting
        if plan.told != _wanted(meeting):
            return meeting
        try:
            found = await self.events.find(meeting.guild_id, plan.event_id, deadline)
        except Unknown:
            return await self._called_off(meeting, deadline)
        except DiscordError as error:
            log.warning("event not looked at", extra={"guild_id": meeting.guild_id, "reason": str(error)})
            return meeting
        if found.status in (EventStatus.CANCELED, EventStatus.COMPLETED):
            return await self._called_off(meeting, deadline)
        changed = _as_found(meeting, plan, found)
        if changed is None:
            return meeting
        for note in plan_notes(changed, int(self.now())):
            await self.due.add(note)
        await self.plans.change(meeting, changed, NOBODY, "")
        return await self._again(meeting, deadline)

    async def _called_off(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        for note in plan_notes(meeting, int(self.now())):
            await self.due.add(note)
        await self.plans.cancel(meeting, NOBODY, int(self.now()), "")
        return await self._again(meeting, deadline)

    async def _again(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        await self.cards.refresh(meeting)
        await self.bring_in_step(meeting, deadline)
        return await self.store.find(meeting.guild_id, meeting.meeting_id) or meeting

    async def _tell(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> bool:
        works: dict[MeetingState, tuple[Told, ...]] = {
            MeetingState.SCHEDULED: (self._plan_in_kaltura, self._plan_in_discord),
            MeetingState.LIVE: (self._move_event_on,),
            MeetingState.ENDED: (self._move_event_on,),
            MeetingState.CANCELLED: (self._move_event_on, self._cancel_in_kaltura),
            MeetingState.FAILED: (self._move_event_on, self._cancel_in_kaltura),
        }
        is_done = True
        for work in works.get(meeting.state, ()):
            try:
                await work(meeting, plan, deadline)
            except _GivenUp:
                return True
            except KalturaRefused as refusal:
                # Such as an account without a calendar: the meeting takes place all the same.
                log.warning("plan refused", extra={"guild_id": meeting.guild_id, "code": refusal.code})
            except (KalturaError, DiscordError) as error:
                log.warning("plan not in step", extra={"guild_id": meeting.guild_id, "reason": str(error)})
                is_done = False
        if is_done:
            await self.plans.note(meeting, {"told": _wanted(meeting)})
        await self.cards.refresh(meeting)
        return is_done

    async def _plan_in_kaltura(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        room = meeting.room or await self._room(meeting, deadline)
        entry = _calendar_entry(meeting, plan)
        if plan.kaltura_event_id:
            with suppress(NotFound):
                await self.desk.change(plan.kaltura_event_id, entry, room, deadline)
                return
        event_id = await self.desk.enter(entry, room, deadline)
        if plan.revision > 1:
            # It may be one that a former try made, of what was planned then.
            await self.desk.change(event_id, entry, room, deadline)
        await self.plans.note(meeting, {"kaltura_event_id": event_id})

    async def _room(self, meeting: Meeting, deadline: Deadline) -> CreatedRoom:
        """The room, made.

        Raises:
            _GivenUp: Kaltura will not have it, so there will be no meeting.
        """
        settings = (await self.configs.whole(meeting.guild_id)).kaltura
        try:
            room = await self.rooms.create(room_request(meeting, settings), deadline.sooner(KALTURA_PATIENCE_SECONDS))
        except KalturaRefused as refusal:
            await self.plans.give_up(meeting, failure_sentence(meeting, refusal))
            raise _GivenUp from refusal
        await self.plans.place_room(meeting, room)
        return room

    async def _plan_in_discord(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        # Discord takes no event that would have begun by now.
        if plan.event_problem or meeting.card is None or plan.starts_at <= self.now():
            return
        words = _words(meeting, plan)
        try:
            if plan.event_id:
                with suppress(Unknown):
                    await self.events.change(meeting.guild_id, plan.event_id, words, deadline)
                    return
            event_id = await self._event(meeting, words, deadline)
            await self.plans.note(meeting, {"event_id": event_id})
        except DiscordRefused as refused:
            log.info("event refused", extra={"guild_id": meeting.guild_id, "code": refused.code})
            await self.plans.note(meeting, {"event_problem": _problem(refused)})

    async def _event(self, meeting: Meeting, words: EventWords, deadline: Deadline) -> str:
        location = card_url(meeting)
        found = await self.events.find_by_location(meeting.guild_id, location, deadline)
        if found is not None:
            await self.events.change(meeting.guild_id, found.event_id, words, deadline)
            return found.event_id
        return await self.events.create(meeting.guild_id, words, location, deadline)

    async def _move_event_on(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        if not plan.event_id:
            return
        try:
            found = await self.events.find(meeting.guild_id, plan.event_id, deadline)
            for status in _way(found.status, meeting.state):
                await self.events.move_on(meeting.guild_id, plan.event_id, status, deadline)
        except DiscordRefused as refused:
            # Gone, over already, or no longer ours to move: Discord moves it by itself at its times.
            log.info("event not moved on", extra={"guild_id": meeting.guild_id, "code": refused.code})

    async def _cancel_in_kaltura(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        if plan.kaltura_event_id:
            await self.desk.cancel(plan.kaltura_event_id, deadline)
        room = meeting.room or await self.rooms.find_by_reference(meeting.meeting_id, deadline)
        if room is None:
            return
        if meeting.joined_count:
            # Somebody came early, and may have been recorded.
            await self.rooms.revoke(room, meeting.session_group, deadline)
            await self.rooms.mark_ended(room, meeting.ended_at or int(self.now()), deadline)
            return
        await self.rooms.discard(room, deadline)
        await self.plans.forget_room(meeting)


def card_url(meeting: Meeting) -> str:
    """The link to the meeting's card; empty where it has none."""
    if meeting.card is None:
        return ""
    return f"https://discord.com/channels/{meeting.guild_id}/{meeting.card.channel_id}/{meeting.card.message_id}"


def _wanted(meeting: Meeting) -> str:
    return f"{meeting.schedule.revision if meeting.schedule else 0} {meeting.state}"


def _words(meeting: Meeting, plan: Schedule) -> EventWords:
    return event_words(meeting.title, meeting.description, plan.starts_at, plan.ends_at)


def _calendar_entry(meeting: Meeting, plan: Schedule) -> PlannedEvent:
    return PlannedEvent(
        meeting.title,
        meeting.description,
        plan.starts_at,
        plan.ends_at,
        kaltura_user_id(meeting.started_by.user_id),
        ("kaltura-discord", f"discord_server_{meeting.guild_id}"),
    )


def _as_found(meeting: Meeting, plan: Schedule, found: FoundEvent) -> Meeting | None:
    """The meeting as Discord's event has it; None where that is how it is."""
    ours = _words(meeting, plan)
    theirs = found.words
    if (ours.name, ours.starts_at, ours.ends_at) == (theirs.name, theirs.starts_at, theirs.ends_at):
        return None
    minutes = max(SHORTEST_MINUTES, (theirs.ends_at - theirs.starts_at) // 60)
    moved = replace(plan, starts_at=theirs.starts_at, minutes=minutes)
    title = meeting.title if ours.name == theirs.name else theirs.name
    return replace(meeting, title=title, started_at=theirs.starts_at, schedule=moved)


def _way(status: int, state: MeetingState) -> tuple[EventStatus, ...]:
    """The moves that take an event from where it is to where the meeting is."""
    if state is MeetingState.LIVE:
        return (EventStatus.ACTIVE,) if status == EventStatus.SCHEDULED else ()
    if status == EventStatus.ACTIVE:
        return (EventStatus.COMPLETED,)
    if status != EventStatus.SCHEDULED:
        return ()
    if state is MeetingState.ENDED:
        return (EventStatus.ACTIVE, EventStatus.COMPLETED)
    return (EventStatus.CANCELED,)


def _problem(refused: DiscordRefused) -> str:
    if isinstance(refused, NotPermitted):
        return MAY_NOT_CREATE
    return TOO_MANY if refused.code == TOO_MANY_EVENTS else NOT_TAKEN
