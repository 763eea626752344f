"""What has to be known of an entry before anybody is told of it, by one request to Kaltura.

    1  baseEntry.get         what it is, and whether it is ready
    2  categoryEntry.list    where it stands, with all categories above (`categoryFullIds`: `100>101`)
    3  flavorAsset.list      how large its files are
    4  user.get              the name of who made it

The entry is needed. The others are asked in the same breath, and what this account may not know is left out: Kaltura
carries out the parts of a multirequest one by one, and one that fails stops no other. Kaltura may remember answers, and
an entry that is put into a category right after it was asked about would miss it for good; so it is asked to look anew
(Kaltura server: kApiCache, `nocache`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kaltura_discord.kaltura.answers import Answer, Fields, fields_of, listed, number, text
from kaltura_discord.kaltura.errors import KalturaBusy, KalturaError, KalturaUnavailable, NotFound
from kaltura_discord.kaltura.search_terms import EXACT, field_item, operator
from kaltura_discord.kaltura.text import as_read
from kaltura_discord.kaltura.transport import Call, KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

EntryKind = Literal["video", "audio", "image", "live", "room", "other"]

READY = 2

_ENTRY_ID = re.compile(r"[A-Za-z0-9_]{4,20}")
_MEDIA: Mapping[int, EntryKind] = {
    1: "video",
    2: "image",
    5: "audio",
    201: "live",
    202: "live",
    203: "live",
    204: "live",
}
_LIVE_TYPES = frozenset({"7", "8"})
_ROOM_TYPE = "room.room"
_ANEW = {"nocache": 1}
_PAGE = {"objectType": "KalturaFilterPager", "pageSize": 100, "pageIndex": 1}

# Kaltura: KalturaCategoryEntryStatus, KalturaFlavorAssetStatus.
_ACTIVE, _FLAVOR_READY = 2, 2

# Kaltura user ids of ours are no names; who somebody is in Discord, Kaltura need not say.
_OURS = "discord_"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """An entry, as it is now.

    Attributes:
        entry_id: Kaltura's id.
        title: a stranger's words: escape before showing. Never empty.
        status: `READY`, or anything else.
        kind: what sort of entry.
        duration_seconds: 0 for live ones and rooms.
        tags: as they are written.
        category_ids: where it stands, with all categories above.
        root_entry_id: what it was recorded from: a room or a live stream; empty where from nothing.
        recorded_entry_id: the recording of a room or a live stream; empty where there is none.
        reference_id: an id that others gave it: ours for what we made.
        source_type: where it comes from (Kaltura: KalturaSourceType), a number as text.
        creator: the name of who made it, a stranger's words; empty where nobody knows, and for members of ours.
        created_at: epoch seconds; 0 where Kaltura does not say.
        on_air_since: when a live stream went on air, epoch seconds; 0 where it is not, or Kaltura does not say.
        admin_tags: tags that only the account's administrators see and set.
        size_bytes: of its original file, or else of its best; 0 where unknown.
        file_format: of the same file, such as `MP4`; may be empty.
    """

    entry_id: str
    title: str
    status: int
    kind: EntryKind = "video"
    duration_seconds: int = 0
    tags: tuple[str, ...] = ()
    category_ids: frozenset[int] = frozenset()
    root_entry_id: str = ""
    recorded_entry_id: str = ""
    reference_id: str = ""
    source_type: str = ""
    creator: str = ""
    created_at: int = 0
    on_air_since: int = 0
    admin_tags: tuple[str, ...] = ()
    size_bytes: int = 0
    file_format: str = ""

    @property
    def is_ready(self) -> bool:
        """Whether it can be watched."""
        return self.status == READY


@dataclass(frozen=True, slots=True)
class EntryDesk:
    """Answers questions about single entries, whoever's they are. Every coroutine raises `KalturaError`."""

    transport: KalturaTransport

    async def facts_of(self, entry_id: str, deadline: Deadline) -> EntryFacts | None:
        """The entry; None where there is none, or where it was deleted."""
        if not _ENTRY_ID.fullmatch(entry_id):
            return None
        entry, places, flavors, owner = await self.transport.multi(
            _questions(entry_id), deadline=deadline, repeatable=True
        )
        if isinstance(entry, NotFound):
            return None
        _raise_unless_known(entry, places, flavors, owner)
        if isinstance(entry, KalturaError):
            raise entry
        return _facts(fields_of(entry), _rows(places), _rows(flavors), owner)

    async def claim(self, entry: EntryFacts, own_tag: str, deadline: Deadline) -> None:
        """Have the entry bear an administrators' tag; nothing happens where it does."""
        if own_tag in entry.admin_tags:
            return
        change = {"objectType": "KalturaBaseEntry", "adminTags": ",".join((*entry.admin_tags, own_tag))}
        parameters = {"entryId": entry.entry_id, "baseEntry": change}
        await self.transport.call("baseentry", "update", parameters, deadline=deadline, repeatable=True)

    async def recorded_in(self, entry_id: str, deadline: Deadline) -> str:
        """The room or live stream that names the entry as its recording; empty where none does."""
        search = {
            "objectType": "KalturaESearchEntryParams",
            "objectStatuses": "2,7",
            "searchOperator": operator(1, [field_item("recorded_entry_id", entry_id, EXACT)]),
        }
        pager = {"objectType": "KalturaPager", "pageSize": 1, "pageIndex": 1}
        parameters = {"searchParams": search, "pager": pager}
        answer = await self.transport.call(
            "elasticsearch_esearch", "searchEntry", parameters, deadline=deadline, repeatable=True
        )
        for result in listed(answer)[0]:
            room = result.get("object")
            if isinstance(room, dict) and text(room, "recordedEntryId") == entry_id:
                return text(room, "id")
        return ""


def _questions(entry_id: str) -> Sequence[Call]:
    places = {"objectType": "KalturaCategoryEntryFilter", "entryIdEqual": entry_id, "statusEqual": _ACTIVE}
    flavors = {"objectType": "KalturaFlavorAssetFilter", "entryIdEqual": entry_id}
    return (
        Call("baseentry", "get", {"entryId": entry_id, **_ANEW}),
        Call("categoryentry", "list", {"filter": places, "pager": _PAGE, **_ANEW}),
        Call("flavorasset", "list", {"filter": flavors, "pager": _PAGE, **_ANEW}),
        Call("user", "get", {"userId": "{1:result:userId}", **_ANEW}),
    )


def _raise_unless_known(*answers: Answer | KalturaError) -> None:
    """What could not be answered at the moment is not the same as what is not so."""
    for answer in answers:
        if isinstance(answer, KalturaUnavailable | KalturaBusy):
            raise answer


def _rows(answer: Answer | KalturaError) -> list[Fields]:
    return [] if isinstance(answer, KalturaError) else listed(answer)[0]


def _facts(entry: Fields, places: list[Fields], flavors: list[Fields], owner: Answer | KalturaError) -> EntryFacts:
    entry_id = text(entry, "id")
    kind = _kind(entry)
    size, file_format = _file(flavors)
    return EntryFacts(
        entry_id,
        as_read(text(entry, "name")) or entry_id,
        number(entry, "status"),
        kind,
        max(0, number(entry, "duration")) if kind in ("video", "audio") else 0,
        _listed(text(entry, "tags")),
        _categories(entry, places),
        _other(entry, "rootEntryId"),
        _other(entry, "recordedEntryId"),
        text(entry, "referenceId"),
        text(entry, "sourceType"),
        _creator(entry, owner),
        number(entry, "createdAt"),
        number(entry, "currentBroadcastStartTime") if kind == "live" else 0,
        _listed(text(entry, "adminTags")),
        size,
        file_format,
    )


def _listed(tags: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in tags.split(",") if each.strip())


def _kind(entry: Fields) -> EntryKind:
    entry_type = text(entry, "type")
    if entry_type == _ROOM_TYPE:
        return "room"
    if entry_type in _LIVE_TYPES:
        return "live"
    return _MEDIA.get(number(entry, "mediaType"), "other")


def _other(entry: Fields, name: str) -> str:
    """The id of another entry; Kaltura names the entry itself as its own root where it has none."""
    value = text(entry, name)
    return "" if value == text(entry, "id") else value


def _categories(entry: Fields, places: list[Fields]) -> frozenset[int]:
    """From the list of places, and from the entry itself, which says nothing of what is above: either may be late."""
    paths = [text(place, "categoryFullIds") or text(place, "categoryId") for place in places]
    paths += text(entry, "categoriesIds").split(",")
    names = [each.strip() for path in paths for each in path.split(">")]
    return frozenset(int(name) for name in names if name.isascii() and name.isdigit())


def _file(flavors: list[Fields]) -> tuple[int, str]:
    files = [flavor for flavor in flavors if number(flavor, "status") == _FLAVOR_READY]
    if not files:
        return 0, ""
    best = max(files, key=lambda flavor: (_is_original(flavor), number(flavor, "bitrate")))
    return number(best, "sizeInBytes") or number(best, "size") * 1024, text(best, "fileExt").upper()[:10]


def _is_original(flavor: Fields) -> bool:
    return flavor.get("isOriginal") in (True, 1, "1")


def _creator(entry: Fields, owner: Answer | KalturaError) -> str:
    if isinstance(owner, KalturaError) or not isinstance(owner, dict):
        return ""
    # Asked for nobody, Kaltura answers with who asks.
    if text(owner, "id").lower() != text(entry, "userId").lower() or text(owner, "id").startswith(_OURS):
        return ""
    return as_read(text(owner, "fullName") or text(owner, "screenName"))
