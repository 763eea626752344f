"""What happens at Kaltura without a call of its API: uploads are converted, rooms are recorded, streams go on air.

Whatever changes an entry goes through here or through the services, and both tell `KalturaWorld.tell`, from where it
goes out as notifications. A media server's changes (on air, off air) are not dispatched, as at Kaltura.
"""

from typing import Final, Literal

from .library import category_full_name, entry_record, poster_of
from .library_titles import CLIP_SECONDS, RIVERSIDE_CATEGORY_ID
from .models import STATUS_READY, TYPE_MEDIA, StoredEntry
from .notification_templates import CATEGORY_ENTRY, ENTRY, OBJECT_CHANGED, OBJECT_CREATED, OBJECT_REPLACED, Happening
from .objects import Record
from .world import KalturaWorld

CONVERTING: Final = "1"
_BROADCASTING, _STOPPED = 1, 0
_KALTURA_RECORDED: Final = "36"
_UPLOADED: Final = "1"
_CLIP: Final = next(iter(CLIP_SECONDS))

Naming = Literal["root", "recorded", "reference"]
"""How a recording says which room it is of: by its root, by the room's recordedEntryId, or by the referenceId."""


def set_status(world: KalturaWorld, entry: StoredEntry, status: str) -> None:
    """An entry becomes ready (2), fails (-1), is deleted (3), or anything else."""
    if str(entry.record["status"]) == status:
        return
    entry.record["status"] = status
    if status == STATUS_READY and entry.clip is None and entry.record["type"] == TYPE_MEDIA:
        _give_content(entry)
    _touch(world, entry)
    world.tell(Happening(OBJECT_CHANGED, ENTRY, entry, frozenset({"status"})))


def replace_content(world: KalturaWorld, entry: StoredEntry) -> None:
    """The final content of a recording takes the place of what was there while it was recorded."""
    _give_content(entry)
    _touch(world, entry)
    world.tell(Happening(OBJECT_REPLACED, ENTRY, entry))


def put_into_category(world: KalturaWorld, entry: StoredEntry, category_id: int) -> None:
    """An entry is put into a category that exists."""
    if category_id in entry.category_ids:
        return
    numbers = [*entry.category_ids, category_id]
    entry.record["categoriesIds"] = ",".join(str(number) for number in numbers)
    full_names = [str(world.library.categories[number]["fullName"]) for number in numbers]
    entry.record["categories"] = ",".join(full_names)
    _touch(world, entry)
    world.tell(Happening(OBJECT_CREATED, CATEGORY_ENTRY, entry, category_id=category_id))


def go_on_air(world: KalturaWorld, entry: StoredEntry, on_air: bool) -> None:
    """A live stream starts or stops; nobody is notified of that."""
    entry.is_live = on_air
    entry.record["liveStatus"] = _BROADCASTING if on_air else _STOPPED
    if on_air:
        entry.record["currentBroadcastStartTime"] = world.seconds()
    else:
        entry.record["currentBroadcastStartTime"] = None
        entry.record["lastBroadcastEndTime"] = world.seconds()
    _touch(world, entry)


def upload(world: KalturaWorld, fields: Record) -> StoredEntry:
    """Somebody uploads a video: `{name, category_id, tags, owner}`; it is being converted."""
    category_id = int(fields.get("category_id") or RIVERSIDE_CATEGORY_ID)
    entry = _new_media(world, str(fields.get("name") or "New video"), str(fields.get("owner") or "ms.alvarez"))
    entry.poster = poster_of([category_id])
    entry.record.update(
        sourceType=_UPLOADED,
        tags=str(fields.get("tags") or ""),
        categoriesIds=str(category_id),
        categories=category_full_name(category_id),
    )
    return entry


def record_room(world: KalturaWorld, room: StoredEntry, naming: Naming = "root") -> StoredEntry:
    """What was recorded of a room appears as an entry that is being converted."""
    recording = _new_media(world, str(room.record["name"]), str(room.record.get("userId") or ""))
    recording.record["sourceType"] = _KALTURA_RECORDED
    if naming == "root":
        recording.record["rootEntryId"] = room.id
        room.record["recordedEntryId"] = recording.id
    if naming == "recorded":
        room.record["recordedEntryId"] = recording.id
    if naming == "reference":
        recording.record["referenceId"] = room.record.get("referenceId")
    return recording


def record_resource(world: KalturaWorld, resource: Record) -> StoredEntry:
    """What was recorded of an older room, of which the recording bears the name."""
    recording = _new_media(world, str(resource["name"]), "")
    recording.record.update(sourceType=_UPLOADED, referenceId=resource.get("systemName"))
    return recording


def _new_media(world: KalturaWorld, name: str, owner: str) -> StoredEntry:
    entry_id = world.new_text_id()
    record = entry_record("KalturaMediaEntry", entry_id, world.addresses, world.seconds())
    record.update(
        name=name,
        userId=owner,
        creatorId=owner,
        type=TYPE_MEDIA,
        mediaType=1,
        status=CONVERTING,
        rootEntryId=entry_id,
        plays=0,
        views=0,
        searchText=name,
        dataUrl=world.addresses.play_manifest(entry_id, "url", "a.mp4"),
    )
    entry = StoredEntry(record, poster="room")
    world.library.entries[entry_id] = entry
    return entry


def _give_content(entry: StoredEntry) -> None:
    entry.clip = entry.clip or _CLIP
    seconds = CLIP_SECONDS[entry.clip]
    entry.record.update(duration=seconds, msDuration=seconds * 1000, width=426, height=240)


def _touch(world: KalturaWorld, entry: StoredEntry) -> None:
    entry.record["updatedAt"] = world.seconds()
