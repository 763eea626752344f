"""The services `baseentry`, `media` and `livestream`."""

from typing import Any

from local_stack.kaltura import access
from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response, matches
from local_stack.kaltura.happenings import set_status
from local_stack.kaltura.library import entry_record
from local_stack.kaltura.models import STATUS_DELETED, STATUS_NO_CONTENT, TYPE_LIVE, TYPE_MEDIA, TYPE_ROOM, StoredEntry
from local_stack.kaltura.objects import Record, refuse_read_only

BASE_ENTRY = ActionTable("baseentry")
MEDIA = ActionTable("media")
LIVE_STREAM = ActionTable("livestream")

LONGEST_OWNER_ID = 64
_TYPES = {"KalturaRoomEntry": TYPE_ROOM, "KalturaLiveStreamEntry": TYPE_LIVE}


def add_entry(call: Call, given: Record) -> Record:
    """A new entry of the caller's; it has no content yet."""
    refuse_read_only(given)
    if given["objectType"] == "KalturaRoomEntry":
        _require_room_type(given)
    entry_id = call.world.new_text_id()
    record = entry_record(given["objectType"], entry_id, call.world.addresses, call.world.seconds())
    record.update({name: value for name, value in given.items() if value is not None})
    owner = str(record.get("userId") or call.session.user_id)[:LONGEST_OWNER_ID]
    record.update(
        name=record.get("name", ""),
        userId=owner,
        creatorId=str(record.get("creatorId") or call.session.user_id or owner),
        type=_TYPES.get(given["objectType"], TYPE_MEDIA),
        status=STATUS_NO_CONTENT,
    )
    entry = StoredEntry(record, poster="room" if record["type"] == TYPE_ROOM else "library")
    call.world.library.entries[entry_id] = entry
    return record


def _require_room_type(given: Record) -> None:
    room_type = given.get("roomType")
    if room_type is None:
        raise ApiError("PROPERTY_VALIDATION_CANNOT_BE_NULL", PROP_NAME="KalturaRoomEntry::roomType")
    if room_type not in (1, 2):
        raise ApiError("INVALID_ENUM_VALUE", GIVEN_VALUE=room_type, PARAM_NAME="roomType", ENUM_TYPE="KalturaRoomType")


def update_entry(call: Call, entry: StoredEntry, given: Record) -> Record:
    """Change the fields that are given; cleared ones (`field__null`) go."""
    access.require_edit(call, entry)
    refuse_read_only(given)
    if given.get("type") not in (None, entry.record["type"]):
        raise ApiError("PROPERTY_VALIDATION_NOT_UPDATABLE", PROP_NAME=f"{given['objectType']}::type")
    entry.record.update({name: value for name, value in given.items() if name != "objectType"})
    entry.record["updatedAt"] = call.world.seconds()
    return entry.record


def delete_entry(call: Call, entry: StoredEntry) -> None:
    """Delete softly: the entry stays in the table with status 3 and is found no more."""
    access.require_edit(call, entry)
    set_status(call.world, entry, STATUS_DELETED)


def list_entries(call: Call, filter_class: str, response_class: str, type_: str | None = None) -> Record:
    """One page of the entries that this session may list, of one type where it is given."""
    wanted = access.with_default_status(call.optional_record("filter", filter_class))
    pager = call.optional_record("pager", "KalturaFilterPager")
    records = [record for record in _candidates(call, wanted) if type_ is None or record["type"] == type_]
    return list_response(records, wanted, pager, response_class)


def _candidates(call: Call, wanted: Record) -> list[Record]:
    """What can be listed, before the filter's own fields; takes the fields that ask about more than the record."""
    ancestors = wanted.pop("categoryAncestorIdIn", None)
    live = wanted.pop("isLive", None)
    redirected = wanted.pop("redirectFromEntryId", None)
    if redirected is not None:
        wanted["idEqual"] = redirected
    found = access.listable(call)
    if ancestors is not None:
        allowed = _below(call, str(ancestors))
        found = [entry for entry in found if allowed & set(entry.category_ids)]
    if live is not None:
        found = [entry for entry in found if entry.is_live == bool(live)]
    return [entry.record for entry in found]


def _below(call: Call, ancestors: str) -> set[int]:
    wanted = {number.strip() for number in ancestors.split(",")}
    return {
        number
        for number, category in call.world.library.categories.items()
        if wanted & set(str(category["fullIds"]).split(">"))
    }


@BASE_ENTRY.action("add", Audience.USERS)
def add(call: Call) -> Record:
    """A new entry of any class."""
    return add_entry(call, call.record("entry", "KalturaBaseEntry"))


@BASE_ENTRY.action("get", Audience.VIEWERS)
def get(call: Call) -> Record:
    """One entry of any type and status, unless it was deleted."""
    return access.entry_for(call, call.text("entryId")).record


@BASE_ENTRY.action("getByIds", Audience.VIEWERS)
def get_by_ids(call: Call) -> list[Record]:
    """Several entries; unknown ids are left out."""
    entries = call.world.library.entries
    wanted = [word.strip() for word in call.text("entryIds").split(",")]
    return [entries[word].record for word in wanted if word in entries and not entries[word].deleted]


@BASE_ENTRY.action("list", Audience.VIEWERS)
def list_base(call: Call) -> Record:
    """Entries of every type."""
    return list_entries(call, "KalturaBaseEntryFilter", "KalturaBaseEntryListResponse")


@BASE_ENTRY.action("count", Audience.VIEWERS)
def count(call: Call) -> int:
    """How many entries a filter finds."""
    wanted = access.with_default_status(call.optional_record("filter", "KalturaBaseEntryFilter"))
    return sum(matches(record, wanted) for record in _candidates(call, wanted))


@BASE_ENTRY.action("listByReferenceId", Audience.VIEWERS)
def list_by_reference_id(call: Call) -> Record:
    """Entries with one reference id."""
    wanted = access.with_default_status(
        {"objectType": "KalturaBaseEntryFilter", "referenceIdEqual": call.text("refId")}
    )
    pager = call.optional_record("pager", "KalturaFilterPager")
    return list_response(_candidates(call, wanted), wanted, pager, "KalturaBaseEntryListResponse")


@BASE_ENTRY.action("update", Audience.USERS)
def update(call: Call) -> Record:
    """Change an entry."""
    entry = access.entry_for(call, call.text("entryId"))
    return update_entry(call, entry, call.record("baseEntry", "KalturaBaseEntry"))


@BASE_ENTRY.action("delete", Audience.USERS)
def delete(call: Call) -> None:
    """Delete an entry."""
    delete_entry(call, access.entry_for(call, call.text("entryId")))


@MEDIA.action("get", Audience.VIEWERS)
def get_media(call: Call) -> Record:
    """One media entry."""
    return access.entry_for(call, call.text("entryId"), TYPE_MEDIA).record


@MEDIA.action("list", Audience.VIEWERS)
def list_media(call: Call) -> Record:
    """Media entries."""
    return list_entries(call, "KalturaMediaEntryFilter", "KalturaMediaListResponse", TYPE_MEDIA)


@MEDIA.action("update", Audience.USERS)
def update_media(call: Call) -> Record:
    """Change a media entry."""
    entry = access.entry_for(call, call.text("entryId"), TYPE_MEDIA)
    return update_entry(call, entry, call.record("mediaEntry", "KalturaMediaEntry"))


@MEDIA.action("delete", Audience.USERS)
def delete_media(call: Call) -> None:
    """Delete a media entry."""
    delete_entry(call, access.entry_for(call, call.text("entryId"), TYPE_MEDIA))


@LIVE_STREAM.action("get", Audience.VIEWERS)
def get_live(call: Call) -> Record:
    """One live entry."""
    return access.entry_for(call, call.text("entryId"), TYPE_LIVE).record


@LIVE_STREAM.action("list", Audience.VIEWERS)
def list_live(call: Call) -> Record:
    """Live entries, on air or not."""
    return list_entries(call, "KalturaLiveStreamEntryFilter", "KalturaLiveStreamListResponse", TYPE_LIVE)


@LIVE_STREAM.action("isLive", Audience.ANYONE)
def is_live(call: Call) -> bool:
    """Whether a live entry is on air; needs no KS."""
    return _live_entry(call).is_live


@LIVE_STREAM.action("getDetails", Audience.ANYONE)
def get_details(call: Call) -> dict[str, Any]:
    """The state of a live entry's streams."""
    entry = _live_entry(call)
    return {
        "objectType": "KalturaLiveStreamDetails",
        "primaryStreamStatus": 1 if entry.is_live else 0,
        "secondaryStreamStatus": 0,
        "viewMode": entry.record.get("viewMode", 1),
        "wasBroadcast": bool(entry.record.get("firstBroadcast")),
        "broadcastStatus": 2 if entry.is_live else 1,
    }


def _live_entry(call: Call) -> StoredEntry:
    return access.entry_for(call, call.text("id"), TYPE_LIVE)
