"""The service `room_room`: rooms are entries without content, so their status stays 7 (NO_CONTENT).

Source: Kaltura's room plugin, RoomService.php.
"""

from local_stack.kaltura import access
from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.models import TYPE_ROOM
from local_stack.kaltura.objects import Record

from .entries import add_entry, delete_entry, list_entries, update_entry

ROOM = ActionTable("room_room")


@ROOM.action("add", Audience.USERS)
def add(call: Call) -> Record:
    """A new room; `roomType` is required."""
    return add_entry(call, call.record("entry", "KalturaRoomEntry"))


@ROOM.action("get", Audience.VIEWERS)
def get(call: Call) -> Record:
    """One room."""
    return access.entry_for(call, call.text("roomId"), TYPE_ROOM).record


@ROOM.action("update", Audience.USERS)
def update(call: Call) -> Record:
    """Change a room."""
    entry = access.entry_for(call, call.text("roomId"), TYPE_ROOM)
    return update_entry(call, entry, call.record("room", "KalturaRoomEntry"))


@ROOM.action("delete", Audience.USERS)
def delete(call: Call) -> None:
    """Delete a room."""
    delete_entry(call, access.entry_for(call, call.text("roomId"), TYPE_ROOM))


@ROOM.action("list", Audience.VIEWERS)
def list_rooms(call: Call) -> Record:
    """Rooms; none unless the filter names `statusIn`, because lists show READY entries by default."""
    return list_entries(call, "KalturaRoomEntryFilter", "KalturaRoomEntryListResponse", TYPE_ROOM)


@ROOM.action("attachRecordedEntry", Audience.USERS)
def attach_recorded_entry(call: Call) -> Record:
    """Tell that a media entry is the recording of a room: it gets the room as its root."""
    room_id = call.text("roomEntryId")
    room = call.world.library.entries.get(room_id)
    if room is None or room.deleted or room.record["type"] != TYPE_ROOM:
        raise ApiError("ENTRY_ID_NOT_FOUND", ENTRY_ID=room_id)
    recording = call.world.entry(call.text("mediaEntryId"))
    recording.record["rootEntryId"] = room_id
    return recording.record
