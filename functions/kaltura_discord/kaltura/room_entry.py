"""The default strategy: a room entry, joined through KAF.

Facts: `room_room` and `KalturaRoomEntry` are in Kaltura's public server (plugins/room); a room entry stays in status
NO_CONTENT (7), which lists leave out unless asked. The way in, `embeddedrooms/index/view-room/ks/{KS}`, is KAF's and
documented only in Kaltura's knowledge base; it needs a KAF instance with `authMethod=ks`.

A room entry has no kind of its own: webinar, room and classroom differ by the template room whose settings are copied
(`templateRoomEntryId`), and by a tag that says so to people.
"""

import asyncio

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
    MeetingRequest,
    StrategyName,
)
from kaltura_discord.kaltura.text import one_line, paragraphs, tag_list
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.resilience.retry import Sleep

_ROOM_TYPE = 1
_ANY_LIVING_STATUS = "2,7"
_APP_TAG = "kaltura-discord"


class RoomEntryStrategy:
    """Meetings as room entries."""

    def __init__(self, transport: KalturaTransport, *, sleep: Sleep = asyncio.sleep) -> None:
        self._transport = transport
        self._sleep = sleep

    @property
    def name(self) -> StrategyName:
        """`room_entry`."""
        return "room_entry"

    async def create(self, request: MeetingRequest, deadline: Deadline) -> CreatedRoom:
        """See `MeetingStrategy`."""

        async def add(by: Deadline) -> CreatedRoom:
            answer = await self._transport.call(
                "room_room", "add", {"entry": _entry_of(request)}, deadline=by, repeatable=False
            )
            return self._room(identifier(answer), request.reference_id)

        async def find() -> CreatedRoom | None:
            return await self.find_by_reference(request.reference_id, deadline)

        return await create_once(add, find, deadline=deadline, sleep=self._sleep)

    async def find_by_reference(self, reference_id: str, deadline: Deadline) -> CreatedRoom | None:
        """See `MeetingStrategy`; the oldest where there are several, so that everyone finds the same."""
        filters = {
            "objectType": "KalturaRoomEntryFilter",
            "referenceIdEqual": reference_id,
            "statusIn": _ANY_LIVING_STATUS,
            "orderBy": "+createdAt",
        }
        rooms = await self._list(filters, deadline)
        own = [room for room in rooms if text(room, "referenceId") == reference_id]
        return self._room(identifier(own[0]), reference_id) if own else None

    async def discard(self, room: CreatedRoom, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        try:
            await self._transport.call(
                "room_room", "delete", {"roomId": room.room_id}, deadline=deadline, repeatable=True
            )
        except NotFound:
            return

    def join_url(self, room: CreatedRoom, guest: Guest, expires_at: int, session_group: str) -> JoinLink:
        """See `MeetingStrategy`."""
        account = self._transport.account
        until = min(expires_at, account.seconds_from_now(LONGEST_JOIN_SECONDS))
        grant = guest_session(guest, {"entryId": room.room_id}, until, session_group)
        return JoinLink(self._transport.addresses.view_room(account.mint(grant)), until)

    async def revoke(self, room: CreatedRoom, session_group: str, deadline: Deadline) -> None:
        """See `MeetingStrategy`."""
        await end_group(self._transport, session_group, deadline)

    async def mark_ended(self, room: CreatedRoom, ended_at: int, deadline: Deadline) -> None:
        """See `MeetingStrategy`; a room that was deleted meanwhile needs no mark."""
        try:
            answer = await self._transport.call(
                "room_room", "get", {"roomId": room.room_id}, deadline=deadline, repeatable=True
            )
            tags = with_ended_tags(text(fields_of(answer), "adminTags"), ended_at)
            if tags is None:
                return
            change = {"objectType": "KalturaRoomEntry", "adminTags": tags}
            await self._transport.call(
                "room_room", "update", {"roomId": room.room_id, "room": change}, deadline=deadline, repeatable=True
            )
        except NotFound:
            return

    async def probe(self, deadline: Deadline) -> list[Finding]:
        """See `MeetingStrategy`."""
        filters = {"objectType": "KalturaRoomEntryFilter", "statusIn": _ANY_LIVING_STATUS}
        try:
            await self._list(filters, deadline)
        except Forbidden as refusal:
            advice = "Ask Kaltura to enable the room plugin, or choose the strategy schedule_resource."
            return [Finding("room entries", "failed", f"This account may not list rooms ({refusal.code}).", advice)]
        except KalturaError as failure:
            return [Finding("room entries", "failed", f"Rooms could not be listed ({failure.code}).", "Try again.")]
        return [Finding("room entries", "ok", "This account has room entries.")]

    async def _list(self, filters: Fields, deadline: Deadline) -> list[Fields]:
        pager = {"objectType": "KalturaFilterPager", "pageSize": 5, "pageIndex": 1}
        parameters = {"filter": filters, "pager": pager}
        answer = await self._transport.call("room_room", "list", parameters, deadline=deadline, repeatable=True)
        return listed(answer)[0]

    def _room(self, room_id: str, reference_id: str) -> CreatedRoom:
        return CreatedRoom(self.name, room_id, reference_id)


def _entry_of(request: MeetingRequest) -> dict[str, object]:
    entry: dict[str, object] = {
        "objectType": "KalturaRoomEntry",
        "name": one_line(request.title, otherwise="Meeting"),
        "description": paragraphs(request.description),
        "roomType": _ROOM_TYPE,
        "userId": request.owner_user_id,
        "referenceId": request.reference_id,
        "tags": tag_list((_APP_TAG, f"kind_{request.kind}", *request.tags)),
        "adminTags": tag_list((_APP_TAG, *request.tags)),
    }
    if request.template_room_entry_id is not None:
        entry["templateRoomEntryId"] = request.template_room_entry_id
    return entry
