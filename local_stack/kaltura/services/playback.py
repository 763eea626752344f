"""`baseEntry.getPlaybackContext`: whether and from where an entry can be played.

Kaltura does not refuse what access control blocks: it answers with an action of type 1 (BLOCK) and no sources.
"""

from local_stack.kaltura import access
from local_stack.kaltura.calls import ActionTable, Audience, Call
from local_stack.kaltura.models import STATUS_READY, TYPE_LIVE, StoredEntry
from local_stack.kaltura.objects import Record

from .captions import captions_of

BASE_ENTRY = ActionTable("baseentry")

_BLOCK = 1


@BASE_ENTRY.action("getPlaybackContext", Audience.VIEWERS)
def get_playback_context(call: Call) -> Record:
    """Sources and captions of an entry, or why it is blocked."""
    entry = access.entry_for(call, call.text("entryId"))
    call.record("contextDataParams", "KalturaPlaybackContextOptions")
    context: Record = {
        "objectType": "KalturaPlaybackContext",
        "sources": [],
        "playbackCaptions": [],
        "flavorAssets": [],
        "actions": [],
        "messages": [],
        "bumperData": [],
    }
    if not access.may_play(call.session, entry):
        context["actions"] = [{"objectType": "KalturaAccessControlBlockAction", "type": _BLOCK}]
        context["messages"] = [_message("SCHEDULED_RESTRICTED", "Un authorized access to this content.")]
        return context
    if not is_playable(entry):
        context["messages"] = [_message("NO_CONTENT", "No content")]
        return context
    context["sources"] = _sources(call, entry)
    context["flavorAssets"] = _flavors(entry)
    context["playbackCaptions"] = [_caption(call, asset.record) for asset in captions_of(call, entry.id)]
    return context


def is_playable(entry: StoredEntry) -> bool:
    """Whether there is anything to play now: ready, with a clip, and on air where it is live."""
    ready = entry.record["status"] == STATUS_READY and entry.clip is not None
    return ready and (entry.record["type"] != TYPE_LIVE or entry.is_live)


def _message(code: str, text: str) -> Record:
    return {"objectType": "KalturaAccessControlMessage", "message": text, "code": code}


def _sources(call: Call, entry: StoredEntry) -> list[Record]:
    addresses = call.world.addresses
    forms = [("19023", "applehttp", "a.m3u8")]
    if entry.record["type"] != TYPE_LIVE:
        forms.append(("19043", "url", "a.mp4"))
    return [
        {
            "objectType": "KalturaPlaybackSource",
            "deliveryProfileId": profile,
            "format": form,
            "protocols": "http",
            "flavorIds": ",".join(str(flavor["id"]) for flavor in _flavors(entry)),
            "url": addresses.play_manifest(entry.id, form, file_name),
            "drm": [],
        }
        for profile, form, file_name in forms
    ]


def _flavors(entry: StoredEntry) -> list[Record]:
    heights = (240, 360) if entry.clip == "orbit" else (240,)
    return [
        {
            "objectType": "KalturaFlavorAsset",
            "id": f"1_f{height}{entry.id[-4:]}",
            "entryId": entry.id,
            "partnerId": entry.record["partnerId"],
            "width": 426 if height == 240 else 640,
            "height": height,
            "bitrate": 60 if height == 240 else 90,
            "frameRate": 25,
            "containerFormat": "mpegts",
            "videoCodecId": "avc1",
            "status": 2,
        }
        for height in heights
    ]


def _caption(call: Call, asset: Record) -> Record:
    return {
        "objectType": "KalturaCaptionPlaybackPluginData",
        "label": asset["label"],
        "format": asset["format"],
        "language": asset["language"],
        "languageCode": asset["languageCode"],
        "isDefault": bool(asset["isDefault"]),
        "url": call.world.addresses.caption(str(asset["id"]), "serve"),
        "webVttUrl": call.world.addresses.caption(str(asset["id"]), "serveWebVTT"),
    }
