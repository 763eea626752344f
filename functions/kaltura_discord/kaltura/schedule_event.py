"""Meetings in Kaltura's calendar: a schedule event beside the room, which Kaltura's own pages and calendars show.

How the event names its room depends on the way the room is held (Kaltura server: plugins/schedule):

    room_entry           a `KalturaMeetingScheduleEvent`, whose `templateEntryId` is the room
    schedule_resource    a `KalturaRecordScheduleEvent`, and a row that books the room (a resource) for it

The event's `referenceId` is our own id of the meeting, so that one whose making had an unknown outcome is found again.
What cannot be cancelled any more, being gone, is cancelled.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from kaltura_discord.kaltura.answers import fields_of, identifier, listed, number, text
from kaltura_discord.kaltura.create_once import create_once
from kaltura_discord.kaltura.errors import KalturaRefused, KalturaUnavailable, NotFound
from kaltura_discord.kaltura.rooms import CreatedRoom, StrategyName
from kaltura_discord.kaltura.text import one_line, paragraphs, tag_list
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import Sleep

_SERVICE = "schedule_scheduleevent"
_CANCELLED, _ACTIVE, _DELETED = 1, 2, 3
_NOT_RECURRING = 0
_LONGEST_SUMMARY = 256
_CLASSES: Mapping[StrategyName, str] = {
    "room_entry": "KalturaMeetingScheduleEvent",
    "schedule_resource": "KalturaRecordScheduleEvent",
}
_BOOKED_ALREADY = "RESOURCE_IS_ALREADY_ASSIGNED"


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """What stands in the calendar; times are epoch seconds, `owner_user_id` is a Kaltura user's id."""

    title: str
    description: str
    starts_at: int
    ends_at: int
    owner_user_id: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPlan:
    """When an event is by now, in epoch seconds, and whether somebody has cancelled it."""

    starts_at: int
    ends_at: int
    is_cancelled: bool


class ScheduleDesk:
    """Writes into the calendar, and looks into it. Coroutines raise `KalturaError`, and give up at their deadlines."""

    def __init__(self, transport: KalturaTransport, *, sleep: Sleep = asyncio.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    async def enter(self, plan: PlannedEvent, room: CreatedRoom, deadline: Deadline) -> str:
        """Make the event of a room, or find the one that a former try made; its id."""

        async def add(by: Deadline) -> str:
            parameters = {"scheduleEvent": _new_event(plan, room)}
            return identifier(await self._call("add", parameters, by, repeatable=False))

        async def find() -> str | None:
            return await self._find(room.reference_id, deadline)

        event_id = await create_once(add, find, deadline=deadline, sleep=self._sleep)
        if room.strategy == "schedule_resource":
            await self._book(event_id, room, deadline)
        return event_id

    async def find(self, event_id: str, deadline: Deadline) -> FoundPlan:
        """The event as people have left it in Kaltura.

        Raises:
            NotFound: somebody has deleted it, or it is in another account.
        """
        event = fields_of(await self._call("get", {"scheduleEventId": event_id}, deadline))
        starts_at, ends_at = number(event, "startDate"), number(event, "endDate")
        if not starts_at or ends_at < starts_at:
            raise KalturaUnavailable("GARBAGE", "an event without its times")
        return FoundPlan(starts_at, ends_at, number(event, "status") in (_CANCELLED, _DELETED))

    async def change(self, event_id: str, plan: PlannedEvent, room: CreatedRoom, deadline: Deadline) -> None:
        """Have the event and its room say what the plan says now.

        Raises:
            NotFound: somebody has deleted the event in Kaltura.
        """
        changed = {"objectType": _CLASSES[room.strategy], **_words(plan)}
        await self._call("update", {"scheduleEventId": event_id, "scheduleEvent": changed}, deadline)
        await self._rename(room, plan, deadline)

    async def cancel(self, event_id: str, deadline: Deadline) -> None:
        """Cancel the event; calendars show it as cancelled."""
        try:
            await self._call("cancel", {"scheduleEventId": event_id}, deadline)
        except NotFound:
            return

    async def _find(self, reference_id: str, deadline: Deadline) -> str | None:
        filters = {
            "objectType": "KalturaScheduleEventFilter",
            "referenceIdEqual": reference_id,
            "statusEqual": _ACTIVE,
        }
        pager = {"objectType": "KalturaFilterPager", "pageSize": 5, "pageIndex": 1}
        answer = await self._call("list", {"filter": filters, "pager": pager}, deadline)
        own = [event for event in listed(answer)[0] if text(event, "referenceId") == reference_id]
        return identifier(own[0]) if own else None

    async def _book(self, event_id: str, room: CreatedRoom, deadline: Deadline) -> None:
        row = {"objectType": "KalturaScheduleEventResource", "eventId": event_id, "resourceId": room.room_id}
        try:
            await self._transport.call(
                "schedule_scheduleeventresource",
                "add",
                {"scheduleEventResource": row},
                deadline=deadline,
                repeatable=True,
            )
        except KalturaRefused as refusal:
            if refusal.code != _BOOKED_ALREADY:
                raise

    async def _rename(self, room: CreatedRoom, plan: PlannedEvent, deadline: Deadline) -> None:
        words = {"name": one_line(plan.title, otherwise="Meeting"), "description": paragraphs(plan.description)}
        if room.strategy == "room_entry":
            service, naming, parameter, kind = "room_room", "roomId", "room", "KalturaRoomEntry"
        else:
            service, naming = "schedule_scheduleresource", "scheduleResourceId"
            parameter, kind = "scheduleResource", "KalturaLocationScheduleResource"
        parameters = {naming: room.room_id, parameter: {"objectType": kind, **words}}
        await self._transport.call(service, "update", parameters, deadline=deadline, repeatable=True)

    async def _call(
        self, action: str, parameters: Mapping[str, object], deadline: Deadline, *, repeatable: bool = True
    ) -> object:
        return await self._transport.call(_SERVICE, action, parameters, deadline=deadline, repeatable=repeatable)


def _words(plan: PlannedEvent) -> dict[str, object]:
    return {
        "summary": one_line(plan.title, _LONGEST_SUMMARY, otherwise="Meeting"),
        "description": paragraphs(plan.description),
        "startDate": plan.starts_at,
        "endDate": plan.ends_at,
    }


def _new_event(plan: PlannedEvent, room: CreatedRoom) -> dict[str, object]:
    event = {
        "objectType": _CLASSES[room.strategy],
        "recurrenceType": _NOT_RECURRING,
        **_words(plan),
        "organizer": plan.owner_user_id,
        "ownerId": plan.owner_user_id,
        "referenceId": room.reference_id,
        "tags": tag_list(plan.tags),
    }
    if room.strategy == "room_entry":
        event["templateEntryId"] = room.room_id
    return event
