"""What people do to a planned meeting elsewhere: in Discord's own list of events, and in Kaltura's calendar.

Neither tells us, so both are looked at: now and then (`plan_notes`), and before either is told of a change made here,
which would overwrite what was changed there. What is taken over:

    in Discord's list       title, description, time and length; called off or deleted; started early, which begins it
    in Kaltura's calendar   time and length; cancelled, or deleted while its room is still there

Each field that was changed there since it was told (`plan_marks`), and not here, becomes the plan's. Where both have
moved it, Discord's list holds: it does not say when it was changed, so which of them came later is not known. So while
Discord says nothing, what was moved in Kaltura waits, until the doors are about to open. What a meeting cannot be
(longer than a day, in the past) is told back. Whoever does not answer is not told either.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kaltura_discord.aws.due_list import DueList
from kaltura_discord.discord.errors import DiscordError, DiscordRefused, Unknown
from kaltura_discord.discord.scheduled_events import (
    UNKNOWN_EVENT,
    EventStatus,
    EventWords,
    FoundEvent,
    ScheduledEvents,
    event_words,
)
from kaltura_discord.kaltura.errors import KalturaError, KalturaRefused, NotFound
from kaltura_discord.kaltura.rooms import MeetingStrategy
from kaltura_discord.kaltura.schedule_event import ScheduleDesk
from kaltura_discord.meetings.models import NOBODY, Meeting
from kaltura_discord.meetings.plan_marks import PlanFields, changed_since, fields_here, heard, mark_of, told_start
from kaltura_discord.meetings.plan_notes import look_note, plan_notes
from kaltura_discord.meetings.schedule import DOORS_OPEN_SECONDS, Place, Schedule
from kaltura_discord.meetings.schedule_store import ScheduleStore
from kaltura_discord.meetings.time_words import FURTHEST_SECONDS, LONGEST_MINUTES, SHORTEST_MINUTES
from kaltura_discord.resilience.deadline import Deadline

# Starting in time matters more than what Kaltura's calendar says.
_KALTURA_PATIENCE_SECONDS = 4

# Discord begins an event by itself at its time, by a clock of its own.
_BY_ITSELF_SECONDS = 60

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a look: whether the plan is another now, and who did not answer."""

    has_changed: bool = False
    is_discord_silent: bool = False
    is_kaltura_silent: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    """How a plan stands at a place.

    Attributes:
        theirs: its fields there, as far as a meeting can have them; None where there is nothing to compare.
        ours: what the place would be told now.
        mark: what it was told last.
        is_called_off: it is cancelled there.
        impossible: the mark of how it is there, where no meeting can be so.
        is_outdated: it has begun there, at a time that holds no more, and can't be moved.
        is_silent: the place did not answer, or is not heard yet.
    """

    theirs: PlanFields | None = None
    ours: PlanFields | None = None
    mark: str = ""
    is_called_off: bool = False
    impossible: str = ""
    is_outdated: bool = False
    is_silent: bool = False

    def changes(self) -> dict[str, Any]:
        """The fields that were changed there and not here."""
        if self.theirs is None or self.ours is None:
            return {}
        here = changed_since(self.mark, self.ours)
        return {name: value for name, value in changed_since(self.mark, self.theirs).items() if name not in here}

    def mark_now(self) -> str:
        """The mark of what stands there."""
        return mark_of(self.theirs) if self.theirs is not None else self.mark


@dataclass(frozen=True, slots=True)
class PlanElsewhere:
    """Looks, and writes into the plan what it found."""

    plans: ScheduleStore
    events: ScheduledEvents
    desk: ScheduleDesk
    rooms: MeetingStrategy
    due: DueList
    now: Callable[[], float] = time.time

    async def take_over(self, meeting: Meeting, deadline: Deadline) -> Looked:
        """Have the plan of a meeting that is still to come be as people have left it elsewhere."""
        plan = meeting.schedule
        if plan is None:
            return Looked()
        discord = await self._in_discord(meeting, plan, deadline)
        kaltura = await self._in_kaltura(meeting, plan, deadline)
        if discord.is_silent and kaltura.changes() and not self._is_urgent(meeting, plan, kaltura.changes()):
            # What Discord's list may have of the same would hold.
            kaltura = _Seen(mark=plan.kaltura_mark, is_silent=True)
        has_changed = await self._written(meeting, plan, discord, kaltura)
        looked = Looked(has_changed, discord.is_silent, kaltura.is_silent)
        return await self._let_go(meeting, plan, looked, deadline) if discord.is_outdated else looked

    def _is_urgent(self, meeting: Meeting, plan: Schedule, changes: Mapping[str, Any]) -> bool:
        """Whether the doors open before the next look: by what is planned here, or with these changes."""
        first_start: int = min(plan.starts_at, changes.get("starts_at", plan.starts_at))
        return first_start - DOORS_OPEN_SECONDS <= look_note(meeting, plan.starts_at, int(self.now())).at

    async def _written(self, meeting: Meeting, plan: Schedule, discord: _Seen, kaltura: _Seen) -> bool:
        for seen, place in ((discord, Place.DISCORD), (kaltura, Place.KALTURA)):
            if seen.is_called_off:
                await self._leave_notes(meeting)
                await self.plans.cancel(meeting, NOBODY, int(self.now()), "", place)
                return True
        changes = {**kaltura.changes(), **discord.changes()}
        if not changes and not _is_to_tell_back(meeting, plan, discord, kaltura):
            return False
        marked = replace(
            plan,
            event_mark=discord.mark_now(),
            event_telling=plan.event_telling if discord.theirs is None else "",
            kaltura_mark=kaltura.mark_now(),
            kaltura_telling=plan.kaltura_telling if kaltura.theirs is None else "",
            kaltura_told_back=kaltura.impossible,
        )
        changed = with_fields(replace(meeting, schedule=marked), replace(fields_here(meeting), **changes))
        await self._leave_notes(changed)
        await self.plans.change(meeting, changed, NOBODY, "")
        return True

    async def _in_discord(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> _Seen:
        nothing = _Seen(mark=plan.event_mark)
        if not plan.event_id or not plan.event_mark:
            return nothing
        try:
            found = await self.events.find(meeting.guild_id, plan.event_id, deadline)
        except Unknown as unknown:
            return replace(nothing, is_called_off=unknown.code == UNKNOWN_EVENT)
        except DiscordError as error:
            log.warning("event not looked at", extra={"guild_id": meeting.guild_id, "reason": str(error)})
            return replace(nothing, is_silent=not isinstance(error, DiscordRefused))
        return self._as_found(meeting, plan, found)

    def _as_found(self, meeting: Meeting, plan: Schedule, found: FoundEvent) -> _Seen:
        ours = _fields_of(words_in_discord(meeting, plan))
        theirs = _fields_of(found.words)
        mark = heard(plan.event_mark, plan.event_telling, theirs)
        has_begun_by_itself = told_start(mark) <= self.now() + _BY_ITSELF_SECONDS
        # What was moved here after it had begun there, we may have let go ourselves, and not have lived to say so.
        is_out_of_date = has_begun_by_itself or "starts_at" in changed_since(mark, ours)
        is_completed = found.status == EventStatus.COMPLETED
        if found.status == EventStatus.CANCELED or (is_completed and not is_out_of_date):
            return _Seen(mark=mark, is_called_off=True)
        if found.status != EventStatus.SCHEDULED:
            # It has begun, so its times do not change any more; where somebody began it early, the meeting begins.
            starts_at = told_start(mark) if has_begun_by_itself else int(self.now())
            seen = _Seen(replace(theirs, starts_at=starts_at, minutes=plan.minutes), ours, mark)
            is_later = plan.starts_at > self.now() + _BY_ITSELF_SECONDS
            return replace(seen, is_outdated=is_later and "starts_at" not in seen.changes())
        possible = _possible(theirs)
        return _Seen(possible, ours, mark, impossible=mark_of(theirs) if possible != theirs else "")

    async def _let_go(self, meeting: Meeting, plan: Schedule, looked: Looked, deadline: Deadline) -> Looked:
        """Have Discord's event be over, so that the meeting is listed anew."""
        try:
            await self.events.move_on(meeting.guild_id, plan.event_id, EventStatus.COMPLETED, deadline)
        except DiscordRefused as refused:
            log.info("event not moved on", extra={"guild_id": meeting.guild_id, "code": refused.code})
        except DiscordError as error:
            log.warning("event not moved on", extra={"guild_id": meeting.guild_id, "reason": str(error)})
            return replace(looked, is_discord_silent=True)
        await self.plans.remember(meeting, {"event_id": "", "event_mark": "", "event_telling": ""})
        return replace(looked, has_changed=True)

    async def _in_kaltura(self, meeting: Meeting, plan: Schedule, deadline: Deadline) -> _Seen:
        nothing = _Seen(mark=plan.kaltura_mark)
        if not plan.kaltura_event_id or not plan.kaltura_mark:
            return nothing
        patience = deadline.sooner(_KALTURA_PATIENCE_SECONDS)
        try:
            found = await self.desk.find(plan.kaltura_event_id, patience)
            is_cancelled = found.is_cancelled
        except NotFound:
            # In another account there is no such event and no such room, and nobody has cancelled anything.
            return await self._deleted_in_kaltura(meeting, nothing, patience)
        except KalturaError as error:
            log.warning("calendar not looked at", extra={"guild_id": meeting.guild_id, "code": error.code})
            return replace(nothing, is_silent=not isinstance(error, KalturaRefused))
        if is_cancelled:
            return replace(nothing, is_called_off=True)
        ours = fields_here(meeting)
        theirs = replace(ours, starts_at=found.starts_at, minutes=(found.ends_at - found.starts_at) // 60)
        mark = heard(plan.kaltura_mark, plan.kaltura_telling, theirs)
        was_moved = not changed_since(mark, theirs).keys().isdisjoint(("starts_at", "minutes"))
        if not was_moved:
            return nothing
        if not self.now() < theirs.starts_at <= self.now() + FURTHEST_SECONDS:
            return replace(nothing, impossible=mark_of(theirs))
        possible = _possible(theirs)
        return _Seen(possible, ours, mark, impossible=mark_of(theirs) if possible != theirs else "")

    async def _deleted_in_kaltura(self, meeting: Meeting, nothing: _Seen, deadline: Deadline) -> _Seen:
        try:
            room = await self.rooms.find_by_reference(meeting.meeting_id, deadline)
        except KalturaError as error:
            log.warning("room not looked for", extra={"guild_id": meeting.guild_id, "code": error.code})
            return replace(nothing, is_silent=True)
        return replace(nothing, is_called_off=room is not None)

    async def _leave_notes(self, meeting: Meeting) -> None:
        for note in plan_notes(meeting, int(self.now())):
            await self.due.add(note)


def with_fields(meeting: Meeting, fields: PlanFields) -> Meeting:
    """A planned meeting with other fields."""
    plan = meeting.schedule
    moved = replace(plan, starts_at=fields.starts_at, minutes=fields.minutes) if plan is not None else None
    return replace(
        meeting, title=fields.title, description=fields.description, started_at=fields.starts_at, schedule=moved
    )


def words_in_discord(meeting: Meeting, plan: Schedule) -> EventWords:
    """What Discord's event is to say."""
    return event_words(meeting.title, meeting.description, plan.starts_at, plan.ends_at)


def mark_in_discord(meeting: Meeting, plan: Schedule) -> str:
    """The mark of what Discord's event is to say."""
    return mark_of(_fields_of(words_in_discord(meeting, plan)))


def _is_to_tell_back(meeting: Meeting, plan: Schedule, discord: _Seen, kaltura: _Seen) -> bool:
    """Whether what is impossible elsewhere is to be changed there: once, where we may not."""
    if plan.told != plan.as_told(meeting.state):
        return False
    may_change_in_discord = not plan.event_problem
    is_new_in_kaltura = kaltura.impossible != plan.kaltura_told_back
    return bool((discord.impossible and may_change_in_discord) or (kaltura.impossible and is_new_in_kaltura))


def _possible(fields: PlanFields) -> PlanFields:
    return replace(fields, minutes=min(max(fields.minutes, SHORTEST_MINUTES), LONGEST_MINUTES))


def _fields_of(words: EventWords) -> PlanFields:
    return PlanFields(words.name, words.description, words.starts_at, (words.ends_at - words.starts_at) // 60)
