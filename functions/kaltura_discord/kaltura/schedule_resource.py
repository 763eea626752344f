"""The older strategy: a newrow room, which to Kaltura is a location resource with a tag.

Facts (kaltura-vpaas/virtual-meeting-rooms, 2022): the tag `vcprovider:newrow` makes a resource a room, tags
`custom_rs_*` are its settings, and KAF's `virtualEvent/launch` lets people in whose session names the resource
(`resourceId`) or a scheduled event. A meeting that starts at once needs no event.

A resource has no `referenceId`, and a scheduled event, which has one, would exist beside the resource and be half of a
half-created meeting. But a resource has a `systemName`, unique, that can be searched for (Kaltura server:
plugins/schedule, KalturaScheduleResource): our own id goes there.
"""

import asyncio
from collections.abc import Mapping

from kaltura_discord.kaltura.answers import Fields, fields_of, identifier, listed, text
from kaltura_discord.kaltura.create_once import create_once
from kaltura_discord.kaltura.errors import Forbidden, KalturaError, NotFound
from kaltura_discord.kaltura.findings import Finding
from kaltura_discord.kaltura.joining import end_group, guest_session, with_ended_tags
from kaltura_discord.kaltura.rooms import (
    LONGEST_JOIN_SECONDS,
    CreatedRoom,
    Guest,
    JoinLink,
    MeetingKind,
    MeetingRequest,
    StrategyName,
)
from kaltura_discord.kaltura.text import one_line, paragraphs, tag_list
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import Sleep

_SERVICE = "schedule_scheduleresource"
_OBJECT = "KalturaLocationScheduleResource"
_FILTER = "KalturaLocationScheduleResourceFilter"
_ACTIVE = 2
_APP_TAG = "kaltura-discord"
_ROOM_TAG = "vcprovider:newrow"
_MODE_TAGS: Mapping[MeetingKind, tuple[str, ...]] = {
    "webinar": ("custom_rs_class_mode:webinar",),
    "classroom": ("custom_rs_class_mode:virtual_classroom",),
    "room": (),
}


class ScheduleResourceStrategy:
    """Meetings as newrow rooms."""

    def __init__(self, transport: KalturaTransport, *, sleep: Sleep = asyncio.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    @property
    def name(self) -> StrategyName:
        """`schedule_resource`."""
        return "schedule_resource"

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        """See `MeetingStrategy`."""

        async def add(by: Deadline) -> CreatedRoom:
            parameters = {"scheduleResource": _resource_of(request)}
            answer = await self._transport.call(_SERVICE, "add", parameters, deadline=by, repeatable=False)
            return self._room(identifier(answer), request.reference_id)

        async def find() -> CreatedRoom | None:
            return await self.find_by_reference(request.reference_id, deadline)

        return await create_once(add, find, deadline=deadline, sleep=self._sleep)

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        """See `MeetingStrategy`; the oldest where there are several, so that everyone finds the same."""
        filters = {
            "objectType": _FILTER,
            "systemNameEqual": reference_id,
            "statusEqual": _ACTIVE,
            "orderBy": "+createdAt",
        }
        resources = await self._list(filters, deadline)
        own = [resource for resource in resources if text(resource, "systemName") == reference_id]
        return self._room(identifier(own[0]), reference_id) if own else None

    async def discard(self, room: CreatedRoom, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        try:
            await self._transport.call(_SERVICE, "delete", _naming(room), deadline=deadline, repeatable=True)
        except NotFound:
            return

    def join_url(self, room: CreatedRoom, guest: Guest, expires_at: int, session_group: str) -> JoinLink:
        """See `MeetingStrategy`."""
        account = self._transport.account
        until = min(expires_at, account.seconds_from_now(LONGEST_JOIN_SECONDS))
        grant = guest_session(guest, {"resourceId": room.room_id}, until, session_group)
        return JoinLink(self._transport.addresses.launch_virtual_event(account.mint(grant)), until)

    async def revoke(self, room: CreatedRoom, session_group: str, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        await end_group(self._transport, session_group, deadline)

    async def mark_ended(self, room: CreatedRoom, ended_at: int, deadline: Deadline) -> None:
        """See `MeetingStrategy`; a room that was deleted meanwhile needs no mark."""
        try:
            answer = await self._transport.call(_SERVICE, "get", _naming(room), deadline=deadline, repeatable=True)
            tags = with_ended_tags(text(fields_of(answer), "tags"), ended_at)
            if tags is None:
                return
            parameters = {**_naming(room), "scheduleResource": {"objectType": _OBJECT, "tags": tags}}
            await self._transport.call(_SERVICE, "update", parameters, deadline=deadline, repeatable=True)
        except NotFound:
            return

    async def probe(self, deadline: Deadline) -> list[Finding]:
        """See `MeetingStrategy`."""
        area = "schedule resources"
        try:
            await self._list({"objectType": _FILTER, "tagsLike": _ROOM_TAG}, deadline)
        except Forbidden as refusal:
            advice = "Ask Kaltura to enable scheduling, or choose the strategy room_entry."
            return [Finding(area, "failed", f"This account may not list resources ({refusal.code}).", advice)]
        except KalturaError as failure:
            return [Finding(area, "failed", f"Resources could not be listed ({failure.code}).", "Try again.")]
        return [Finding(area, "ok", "This account has schedule resources.")]

    async def _list(self, filters: Fields, deadline: Deadline) -> list[Fields]:
        pager = {"objectType": "KalturaFilterPager", "pageSize": 5, "pageIndex": 1}
        parameters = {"filter": filters, "pager": pager}
        answer = await self._transport.call(_SERVICE, "list", parameters, deadline=deadline, repeatable=True)
        return listed(answer)[0]

    def _room(self, room_id: str, reference_id: str) -> CreatedRoom:
        return CreatedRoom(self.name, room_id, reference_id)


def _resource_of(request: MeetingRequest) -> dict[str, object]:
    """No owner: a resource has none, and no template: its settings are its tags."""
    return {
        "objectType": _OBJECT,
        "name": one_line(request.title, otherwise="Meeting"),
        "description": paragraphs(request.description),
        "systemName": request.reference_id,
        "tags": tag_list((_ROOM_TAG, *_MODE_TAGS[request.kind], _APP_TAG, *request.tags)),
    }


def _naming(room: CreatedRoom) -> dict[str, object]:
    return {"scheduleResourceId": room.room_id}
