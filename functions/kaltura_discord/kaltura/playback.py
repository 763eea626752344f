"""Whether an entry can be played, why not, and what for (Kaltura: `baseEntry.getPlaybackContext`).

Access control does not refuse the call. It answers with an action of type BLOCK, and messages whose codes say why
(Kaltura server: `kPlaybackContextDataHelper`, `RuleRestrictions`). Conditions on place and address are judged for
whoever asks, and that is our server: a video for one country only is judged by where the server stands.

The session is of type USER, for one entry and ten minutes, and can do nothing but watch it, narrowed further where an
operator says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kaltura_discord.kaltura.account import SERVICE_USER
from kaltura_discord.kaltura.answers import Fields, fields_of, items, number, text
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.kaltura.session import SessionGrant, SessionType, with_further
from kaltura_discord.kaltura.text import as_read
from kaltura_discord.kaltura.transport import KalturaTransport
from kaltura_discord.resilience.deadline import Deadline

SESSION_SECONDS = 600

_BLOCK = 1
_HLS = "applehttp"
_ASSET = re.compile(r"/captionAssetId/([A-Za-z0-9_]{1,40})(?:/|$)")

_NOT_ALLOWED = "Kaltura's rules for this video don't allow it to be watched here. Choose another one."
_REASONS: Mapping[str, str] = {
    "SCHEDULED_RESTRICTED": "Kaltura shows this video at certain times only, and not now. Try again later.",
    "COUNTRY_RESTRICTED": "This video is for certain countries only, not for this one. Choose another one.",
    "IP_RESTRICTED": "This video is for certain networks only, not for this one. Choose another one.",
    "SITE_RESTRICTED": "This video is for certain websites only, and can't be watched in Discord. Choose another one.",
    "SESSION_RESTRICTED": "This video is for invited viewers only. Ask its owner for access.",
    "USER_AGENT_RESTRICTED": "This video is for certain devices or apps only, not for this one. Choose another one.",
}


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """Captions of an entry: the asset's id, the words that people choose by, and the language's code, such as `en`."""

    asset_id: str
    label: str
    language: str
    is_default: bool


class NotPlayable(Exception):
    """The entry cannot be played; `sentence` says why. `is_blocked` where access control does not allow it."""

    def __init__(self, sentence: str, *, is_blocked: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.is_blocked = is_blocked


@dataclass(frozen=True, slots=True)
class PlaybackDesk:
    """Asks about playback.

    Attributes:
        transport: calls to Kaltura.
        referrer: the site that access control is told we are.
        privileges: what else the sessions carry; it cannot replace what they are for.
    """

    transport: KalturaTransport
    referrer: str
    privileges: Mapping[str, str] = field(default_factory=dict)

    def with_privileges(self, privileges: Mapping[str, str]) -> "PlaybackDesk":
        """The same with sessions that carry these as well."""
        return replace(self, privileges=privileges) if privileges else self

    def session(self, entry_id: str) -> str:
        """A session that may watch this entry, for ten minutes, and do nothing else; never to be shown or logged."""
        account = self.transport.account
        own = {"sview": entry_id, "disableentitlementforentry": entry_id, "appid": SERVICE_USER}
        privileges = with_further(own, self.privileges)
        expires_at = account.seconds_from_now(SESSION_SECONDS)
        return account.mint(SessionGrant(SERVICE_USER, SessionType.USER, expires_at, privileges))

    async def captions(self, entry_id: str, deadline: Deadline, *, is_live: bool = False) -> tuple[CaptionFile, ...]:
        """Make sure that the entry can be played by HLS, and tell its captions.

        Raises:
            NotPlayable: it cannot.
            KalturaError: Kaltura could not be asked.
        """
        parameters: dict[str, object] = {
            "entryId": entry_id,
            "contextDataParams": {
                "objectType": "KalturaPlaybackContextOptions",
                "referrer": self.referrer,
                "flavorTags": "all",
            },
        }
        session = self.session(entry_id)
        answer = await self.transport.call(
            "baseentry", "getPlaybackContext", parameters, deadline=deadline, repeatable=True, session=session
        )
        context = fields_of(answer)
        _require_playable(context, is_live=is_live)
        found = [_caption(data) for data in items(context, "playbackCaptions")]
        return tuple(caption for caption in found if caption is not None)

    async def web_vtt(self, entry_id: str, asset_id: str, deadline: Deadline) -> bytes:
        """The captions of an asset as one WebVTT file, converted where they are kept in another format.

        Segment -1 is the whole file; without a segment Kaltura answers with a playlist of them
        (Kaltura server: CaptionAssetService, serveWebVTT).

        Raises:
            KalturaError: Kaltura could not be asked, or does not give it.
        """
        asked = {"captionAssetId": asset_id, "segmentIndex": -1}
        session = self.session(entry_id)
        served = await self.transport.file(
            "caption_captionasset", "serveWebVTT", asked, deadline=deadline, session=session
        )
        if not served.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
            raise KalturaUnavailable("GARBAGE", "WebVTT was expected")
        return served


def _require_playable(context: Fields, *, is_live: bool) -> None:
    if any(number(action, "type") == _BLOCK for action in items(context, "actions")):
        codes = [text(message, "code") for message in items(context, "messages")]
        reasons = [_REASONS[code] for code in codes if code in _REASONS]
        raise NotPlayable(reasons[0] if reasons else _NOT_ALLOWED, is_blocked=True)
    sources = items(context, "sources")
    if not sources:
        reason = "This broadcast is not on air." if is_live else "This video is still being prepared."
        raise NotPlayable(f"{reason} Try again in a few minutes.", is_blocked=False)
    streams = [source for source in sources if text(source, "format") == _HLS]
    if not streams:
        raise NotPlayable(
            "This video has no stream that can be watched together. Choose another one.", is_blocked=False
        )
    if all(items(stream, "drm") for stream in streams):
        raise NotPlayable("This video is copy-protected. Choose another one to watch together.", is_blocked=True)


def _caption(data: Fields) -> CaptionFile | None:
    """One caption file; None where its address does not name the asset."""
    asset = _ASSET.search(text(data, "webVttUrl")) or _ASSET.search(text(data, "url"))
    if asset is None:
        return None
    language = text(data, "languageCode") or "und"
    label = as_read(text(data, "label")) or as_read(text(data, "language")) or language
    return CaptionFile(asset[1], label, language, data.get("isDefault") is True)
