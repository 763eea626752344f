"""The service `elasticsearch_esearch`: the door to esearch.py."""

from local_stack.kaltura import access
from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.esearch import Found, SearchedEntry, SpokenLine, search_entries
from local_stack.kaltura.filtering import page_bounds
from local_stack.kaltura.models import STATUS_READY, StoredCaption
from local_stack.kaltura.objects import Record

from .captions import captions_of

ESEARCH = ActionTable("elasticsearch_esearch")


@ESEARCH.action("searchEntry", Audience.VIEWERS)
def search_entry(call: Call) -> Record:
    """Entries that match, best first or in the order asked for, with highlights and caption lines."""
    wanted = call.record("searchParams", "KalturaESearchEntryParams")
    pager = call.optional_record("pager", "KalturaPager")
    statuses = {word.strip() for word in str(wanted.get("objectStatuses") or STATUS_READY).split(",")}
    candidates = [
        SearchedEntry(entry, [line for asset in captions_of(call, entry.id) for line in _lines(asset)])
        for entry in access.listable(call)
        if entry.record["status"] in statuses and _is_named(entry.id, wanted)
    ]
    found = search_entries(candidates, wanted, call.world.library.categories)
    first, last = page_bounds(pager)
    return {
        "objectType": "KalturaESearchEntryResponse",
        "totalCount": len(found),
        "objects": [_result(one) for one in found[first:last]],
    }


def _lines(asset: StoredCaption) -> list[SpokenLine]:
    record = asset.record
    return [SpokenLine(line, str(record["id"]), str(record["language"])) for line in asset.lines]


def _is_named(entry_id: str, wanted: Record) -> bool:
    for name in ("objectId", "objectIds"):
        if wanted.get(name) and entry_id not in str(wanted[name]).split(","):
            return False
    return True


def _result(found: Found) -> Record:
    return {
        "objectType": "KalturaESearchEntryResult",
        "object": found.entry.record,
        "highlight": [_highlight(name, values) for name, values in found.highlights.items()],
        "itemsData": [_spoken(found.lines)] if found.lines else [],
    }


def _highlight(name: str, values: list[str]) -> Record:
    hits = [{"objectType": "KalturaString", "value": value} for value in values]
    return {"objectType": "KalturaESearchHighlight", "fieldName": name, "hits": hits}


def _spoken(lines: list[SpokenLine]) -> Record:
    items = [
        {
            "objectType": "KalturaESearchCaptionItemData",
            "line": one.line.text,
            "startsAt": one.line.starts_at,
            "endsAt": one.line.ends_at,
            "language": one.language,
            "captionAssetId": one.caption_id,
        }
        for one in lines
    ]
    return {
        "objectType": "KalturaESearchItemDataResult",
        "totalCount": len(items),
        "itemsType": "caption",
        "items": items,
    }
