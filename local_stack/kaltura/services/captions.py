"""The service `caption_captionasset`: captions in WebVTT and SRT."""

from local_stack.kaltura import access
from local_stack.kaltura.calls import ActionTable, Audience, Call, ServedText
from local_stack.kaltura.errors import ApiError
from local_stack.kaltura.filtering import list_response
from local_stack.kaltura.models import CaptionLine, StoredCaption
from local_stack.kaltura.objects import Record

CAPTION_ASSET = ActionTable("caption_captionasset")


def web_vtt(lines: list[CaptionLine]) -> str:
    """The lines as WebVTT."""
    cues = [f"{_clock(line.starts_at, '.')} --> {_clock(line.ends_at, '.')}\n{line.text}\n" for line in lines]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(milliseconds: int, point: str) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{fraction:03}"


def captions_of(call: Call, entry_id: str) -> list[StoredCaption]:
    """The caption assets of an entry."""
    assets = call.world.library.captions.values()
    return [asset for asset in assets if asset.record["entryId"] == entry_id]


def _asset(call: Call, name: str = "captionAssetId") -> StoredCaption:
    caption_id = call.text(name)
    asset = call.world.library.captions.get(caption_id)
    if asset is None:
        raise ApiError("CAPTION_ASSET_ID_NOT_FOUND", ID=caption_id)
    entry = access.entry_for(call, str(asset.record["entryId"]))
    if not access.may_play(call.session, entry):
        raise ApiError("CAPTION_ASSET_ID_NOT_FOUND", ID=caption_id)
    return asset


@CAPTION_ASSET.action("list", Audience.VIEWERS)
def list_assets(call: Call) -> Record:
    """Caption assets of the entries that the filter names."""
    wanted = call.optional_record("filter", "KalturaAssetFilter")
    pager = call.optional_record("pager", "KalturaFilterPager")
    if wanted.get("entryIdEqual") is None and wanted.get("entryIdIn") is None and wanted.get("idIn") is None:
        raise ApiError("MISSING_MANDATORY_PARAMETER", PARAM_NAME="KalturaAssetFilter::entryIdEqual")
    records = [asset.record for asset in call.world.library.captions.values()]
    return list_response(records, wanted, pager, "KalturaCaptionAssetListResponse")


@CAPTION_ASSET.action("get", Audience.VIEWERS)
def get(call: Call) -> Record:
    """One caption asset."""
    return _asset(call).record


@CAPTION_ASSET.action("serve", Audience.ANYONE)
def serve(call: Call) -> ServedText:
    """The file as it was given: WebVTT."""
    return ServedText(web_vtt(_asset(call).lines), "text/vtt")


@CAPTION_ASSET.action("serveWebVTT", Audience.ANYONE)
def serve_web_vtt(call: Call) -> ServedText:
    """The captions as WebVTT."""
    return ServedText(web_vtt(_asset(call).lines), "text/vtt")


@CAPTION_ASSET.action("getUrl", Audience.VIEWERS)
def get_url(call: Call) -> str:
    """Where the file is served from."""
    asset = _asset(call, "id")
    return call.world.addresses.caption(str(asset.record["id"]), "serve")
