"""The service `flavorasset`: the files of an entry. An entry that plays has its original and one for the web."""

from local_stack.kaltura import access
from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.models import StoredEntry
from local_stack.kaltura.objects import Record

FLAVOR_ASSET = ActionTable("flavorasset")

_READY = 2
_ORIGINAL_BYTES_A_SECOND, _WEB_BYTES_A_SECOND = 650_000, 110_000


def _flavors(entry: StoredEntry) -> list[Record]:
    if entry.clip is None:
        return []
    rows = (("0", True, _ORIGINAL_BYTES_A_SECOND), ("1", False, _WEB_BYTES_A_SECOND))
    return [_flavor(entry, suffix, is_original, rate) for suffix, is_original, rate in rows]


def _flavor(entry: StoredEntry, suffix: str, is_original: bool, bytes_a_second: int) -> Record:
    size = int(entry.record.get("duration") or 0) * bytes_a_second
    return {
        "objectType": "KalturaFlavorAsset",
        "id": f"1_f{entry.id[-6:]}{suffix}",
        "entryId": entry.id,
        "partnerId": entry.record["partnerId"],
        "version": 1,
        "size": size // 1024,
        "sizeInBytes": size,
        "tags": "source,web" if is_original else "web,mbr",
        "fileExt": "mp4",
        "createdAt": entry.record["createdAt"],
        "updatedAt": entry.record["updatedAt"],
        "flavorParamsId": 0 if is_original else 487041,
        "width": 1920 if is_original else 640,
        "height": 1080 if is_original else 360,
        "bitrate": bytes_a_second // 125,
        "isOriginal": is_original,
        "isWeb": True,
        "containerFormat": "isom",
        "status": _READY,
    }


@FLAVOR_ASSET.action("list", Audience.VIEWERS)
def list_flavors(call: Call) -> Record:
    """Files; a session that lists everything sees those of all entries."""
    wanted = call.optional_record("filter", "KalturaFlavorAssetFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    flavors = [flavor for entry in access.listable(call) for flavor in _flavors(entry)]
    return list_response(flavors, wanted, pager, "KalturaFlavorAssetListResponse")


@FLAVOR_ASSET.action("getByEntryId", Audience.USERS)
def get_by_entry_id(call: Call) -> list[Record]:
    """The files of one entry."""
    return _flavors(access.entry_for(call, call.text("entryId")))
