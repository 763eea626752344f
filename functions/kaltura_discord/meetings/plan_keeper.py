"""Keeps Discord's scheduled event and Kaltura's schedule event in step with a meeting's plan.

What is written in our table is what holds. `bring_in_step` looks at it, has both say the same, and remembers what they
have been told (`Schedule.told`). So whoever plans, moves, cancels, begins or ends a meeting writes that down, leaves a
note, and calls it; whoever dies in between has housekeeping call it, and to call it again changes nothing:

    planned      room, Kaltura's event, Discord's event          changed    both events and the room's name
    live         Discord's event is ACTIVE                       ended      COMPLETED
    cancelled    Discord's is CANCELED, Kaltura's is cancelled, a room that nobody was in is deleted

One at a time, by a lease, as Discord would make an event for each of two who ask. The other way round, what people
change in Discord's list of events and in Kaltura's calendar is looked for (`plan_elsewhere`) before either is told
anything, and by `look`: there is no other way to hear of it.
"""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.discord.errors import DiscordError, DiscordRefused, NotPermitted, Unknown
from kaltura_discord.discord.scheduled_events import (
    TOO_MANY_EVENTS,
    EventStatus,
    EventWords,
    ScheduledEvents,
)
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.kaltura.errors import KalturaError, KalturaRefused, NotFound
from kaltura_discord.kaltura.rooms import CreatedRoom, MeetingStrategy
from kaltura_discord.kaltura.schedule_event import PlannedEvent, ScheduleDesk
from kaltura_discord.meetings.card_board import CardBoard
from kaltura_discord.meetings.models import Meeting, MeetingState
from kaltura_discord.meetings.plan_elsewhere import Looked, PlanElsewhere, mark_in_discord, words_in_discord
from kaltura_discord.meetings.plan_marks import fields_here, mark_of, with_another
from kaltura_discord.meetings.schedule import Schedule
from kaltura_discord.meetings.schedule_store import ScheduleStore
from kaltura_discord.meetings.starting import KALTURA_PATIENCE_SECONDS, failure_sentence, room_request
from kaltura_discord.meetings.store import MeetingStore
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.server_configs import ServerConfigs

# One takes over what was changed elsewhere, one tells, one finds it told. A plan that goes on changing meanwhile is
# told by whoever changed it last.
_ROUNDS = 4

MAY_NOT_CREATE = (
    "Discord's list of events doesn't show it, as I lack the permission **Create Events**. "
    "Give it to my role, then edit the meeting."
)
TOO_MANY = "Discord's list of events doesn't show it, as this server has 100 events already."
NOT_TAKEN = "Discord's list of events doesn't show it, as Discord did not take the event."
MAY_NOT_CHANGE = (
    "Discord's list of events still shows it as it was, as I lack the permission **Create Events**. "
    "Give it to my role, then edit the meeting."
)
CHANGE_NOT_TAKEN = "Discord's list of events still shows it as it was, as Discord did not take the change."

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
    elsewhere: PlanElsewhere
    cards: CardBoard
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
                if current is None or current.schedule is None or _is_told(current, current.schedule):
                    return True
                looked = await self._looked(current, deadline)
                if looked.has_changed:
                    continue
                if not await self._tell(current, current.schedule, looked, deadline):
                    return False
        finally:
            with suppress(AwsError):
                await self.plans.give_back(meeting, mark)
        return False

    async def look(self, meeting: Meeting, deadline: Deadline) -> Meeting:
        """The meeting as people have left it in Discord's list of events and in Kaltura's calendar.

        Who does not answer is not waited for: starting in time matters more. What they have yet to be told is told by
        `bring_in_step`, which looks first.
        """
        if meeting.schedule is None or not _is_told(meeting, meeting.schedule):
            return meeting
        if not (await self._looked(meeting, deadline)).has_changed:
            return meeting
        await self.cards.refresh(meeting)
        await self.bring_in_step(meeting, deadline)
        return await self.store.find(meeting.guild_id, meeting.meeting_id) or meeting

    async def _looked(self, meeting: Meeting, deadline: Deadline) -> Looked:
        """What is looked at, as long as it is still to come."""
        if meeting.state is not MeetingState.SCHEDULED:
            return Looked()
        return await self.elsewhere.take_over(meeting, deadline)

    async def _tell(self, meeting: Meeting, plan: Schedule, looked: Looked, deadline: Deadline) -> bool:
        # Whoever did not say what they have is not told anything, which might overwrite it.
        in_kaltura: tuple[Told, ...] = () if looked.is_kaltura_silent else (self._plan_in_kaltura,)
        in_discord: tuple[Told, ...] = () if looked.is_discord_silent else (self._plan_in_discord,)
        works: dict[MeetingState, tuple[Told, ...]] = {
            MeetingState.SCHEDULED: in_kaltura + in_discord,
            MeetingState.LIVE: (self._move_event_on,),
            MeetingState.ENDED: (self._move_event_on,),
            MeetingState.CANCELLED: (self._move_event_on, self._cancel_in_kaltura),
            MeetingState.FAILED: (self._move_event_on, self._cancel_in_kaltura),
        }
        is_done = not looked.is_kaltura_silent and not looked.is_discord_silent
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
            await self.plans.note(meeting, {"told": plan.as_told(meeting.state)})
        await self.cards.refresh(meeting)
        return is_done

    async def _plan_in_kaltura(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> None:
        room = meeting.room or await self._room(meeting, deadline)
        mark = mark_of(fields_here(meeting))
        if plan.kaltura_event_id and mark != plan.kaltura_mark:
            await self.plans.remember(meeting, {"kaltura_telling": with_another(plan.kaltura_telling, mark)})
        event_id = await self._in_calendar(_calendar_entry(meeting, plan), plan, room, deadline)
        told = {"kaltura_event_id": event_id, "kaltura_mark": mark, "kaltura_telling": "", "kaltura_told_back": ""}
        await self.plans.remember(meeting, told)

    async def _in_calendar(self, entry: PlannedEvent, plan: Schedule, room: CreatedRoom, deadline: Deadline) -> str:
        if plan.kaltura_event_id:
            with suppress(NotFound):
                await self.desk.change(plan.kaltura_event_id, entry, room, deadline)
                return plan.kaltura_event_id
        event_id = await self.desk.enter(entry, room, deadline)
        if plan.revision > 1:
            # It may be one that a former try made, of what was planned then.
            await self.desk.change(event_id, entry, room, deadline)
        return event_id

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
        words, mark = words_in_discord(meeting, plan), mark_in_discord(meeting, plan)
        if plan.event_id and mark != plan.event_mark:
            await self.plans.remember(meeting, {"event_telling": with_another(plan.event_telling, mark)})
        try:
            event_id = await self._in_list(meeting, plan, words, deadline)
        except DiscordRefused as refused:
            log.info("event refused", extra={"guild_id": meeting.guild_id, "code": refused.code})
            await self.plans.note(meeting, {"event_problem": _problem(refused, is_there=bool(plan.event_id))})
            return
        await self.plans.remember(meeting, {"event_id": event_id, "event_mark": mark, "event_telling": ""})

    async def _in_list(self, meeting: Meeting, plan: Schedule, words: EventWords, deadline: Deadline) -> str:
        if plan.event_id:
            with suppress(Unknown):
                await self.events.change(meeting.guild_id, plan.event_id, words, deadline)
                return plan.event_id
        return await self._event(meeting, words, deadline)

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


def _calendar_entry(meeting: Meeting, plan: Schedule) -> PlannedEvent:
    return PlannedEvent(
        meeting.title,
        meeting.description,
        plan.starts_at,
        plan.ends_at,
        kaltura_user_id(meeting.started_by.user_id),
        ("kaltura-discord", f"discord_server_{meeting.guild_id}"),
    )


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


def _is_told(meeting: Meeting, plan: Schedule) -> bool:
    return plan.told == plan.as_told(meeting.state)


def _problem(refused: DiscordRefused, *, is_there: bool) -> str:
    if isinstance(refused, NotPermitted):
        return MAY_NOT_CHANGE if is_there else MAY_NOT_CREATE
    if is_there:
        return CHANGE_NOT_TAKEN
    return TOO_MANY if refused.code == TOO_MANY_EVENTS else NOT_TAKEN
