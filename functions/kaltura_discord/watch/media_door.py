"""Manifests, keys and captions of one entry, for whoever holds its play token.

What a player fetches through us is small and has to be rewritten or kept secret; segments come straight from Kaltura's
hosts. Kaltura is asked with a session of ours in a header, so no address that a viewer ever sees bears one.
"""

import base64
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kaltura_discord.identity.tokens import PlayToken, TokenRefused, Tokens
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.manifests import (
    Destination,
    NotAPlaylist,
    PlaylistNotSupported,
    is_complete,
    rewritten,
    without_mark,
)
from kaltura_discord.watch.media_fetcher import Fetched, MediaFetcher, MediaRefused, MediaUnavailable
from kaltura_discord.watch.media_hosts import BadAddress, HostedAddress, HostNotMapped, MediaHosts
from kaltura_discord.watch.media_paths import MediaPaths, SealBroken, Sealed
from kaltura_discord.watch.playback_desks import PlaybackDesks
from kaltura_discord.watch.refusals import (
    AccessDenied,
    HostNotListed,
    MediaNotFound,
    MediaNotSupported,
    NotNow,
    NotPlayable,
    SignedOut,
)
from kaltura_discord.watch.screening import Screening
from kaltura_discord.watch.short_memory import ShortMemory

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"

_PLAYLIST_TYPES = frozenset(
    {
        PLAYLIST_TYPE,
        "application/x-mpegurl",
        "application/mpegurl",
        "audio/mpegurl",
        "audio/x-mpegurl",
        "application/octet-stream",
        "binary/octet-stream",
        "text/plain",
        "",
    }
)
# AES-128 (RFC 8216, 4.3.2.4): a key is sixteen bytes, and nothing else is fetched through the key door.
_KEY_BYTES = 16
_ENDED_SECONDS = 300
_LIVE_SECONDS = 1.0
# What a player may add to the address of a live playlist (HLS, second edition, 6.2.5: Delivery Directives).
_DIRECTIVES = {
    "_HLS_msn": re.compile("[0-9]{1,12}"),
    "_HLS_part": re.compile("[0-9]{1,6}"),
    "_HLS_skip": re.compile("YES|v2"),
}
# How Kaltura's sessions begin, in base64: `v2|`, and three signs of the account's number. Four letters alone stand in
# one of thirty playlists by chance, whose addresses are signed at length.
_MAYBE_A_SESSION = re.compile("djJ8([A-Za-z0-9+/_-]{4})")
_SIGNS_OF_AN_ACCOUNT = frozenset(b"0123456789|")
# With the largest playlists, 80 MB of a function's memory.
_PLAYLISTS_REMEMBERED = 40
# Kaltura server, KExternalErrors: NOT_SCHEDULED_NOW, ACCESS_CONTROL_RESTRICTED.
_ACCESS_CONTROL = frozenset({2, 3})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Served:
    """What the player gets; `keep_seconds` 0 means that it must not keep it."""

    body: bytes
    content_type: str
    keep_seconds: int = 0


@dataclass(frozen=True, slots=True)
class MediaDoor:
    """Serves them.

    Everything raises:
        WatchRefusal: SignedOut for a play token that is not good (any more), ServerNotAllowed for a server that is
            allowed no longer, VideoNotFound for a video that was taken away from it, MediaNotFound for an address
            that we did not write, HostNotListed, MediaNotSupported, AccessDenied, NotPlayable, NotNow.
        KalturaError: Kaltura could not be asked.
    """

    tokens: Tokens
    paths: MediaPaths
    hosts: MediaHosts
    fetcher: MediaFetcher
    desks: PlaybackDesks
    screening: Screening
    _playlists: ShortMemory[tuple[str, str, str], Fetched] = field(
        default_factory=lambda: ShortMemory(_PLAYLISTS_REMEMBERED), repr=False
    )

    async def master(self, token: str, deadline: Deadline) -> Served:
        """The entry's master playlist."""
        play = self._play(token)
        await self.screening.playable(play.guild_id, play.entry_id, deadline)
        address = self.hosts.place(self.desks.addresses.hls_manifest(play.entry_id))
        return await self._playlist(token, play, address, deadline)

    async def playlist(self, token: str, key: str, sealed: str, query: Mapping[str, str], deadline: Deadline) -> Served:
        """A playlist that we wrote into one of this entry's; `query` may hold a live player's directives."""
        play = self._play(token)
        address = self._opened("playlist", play, key, sealed)
        await self.screening.shelf.check_still_here(play.guild_id, play.entry_id, deadline)
        return await self._playlist(token, play, _with_directives(address, query), deadline)

    async def key(self, token: str, key: str, sealed: str, deadline: Deadline) -> Served:
        """A key that we wrote into one of this entry's playlists."""
        play = self._play(token)
        address = self._opened("key", play, key, sealed)
        await self.screening.shelf.check_still_here(play.guild_id, play.entry_id, deadline)
        fetched = await self._fetched(play, address, deadline)
        if len(fetched.body) != _KEY_BYTES:
            raise MediaNotSupported
        return Served(fetched.body, "application/octet-stream")

    async def captions(self, token: str, asset_id: str, deadline: Deadline) -> Served:
        """One of the entry's captions."""
        play = self._play(token)
        _, captions = await self.screening.playable(play.guild_id, play.entry_id, deadline)
        if asset_id not in {caption.asset_id for caption in captions}:
            raise MediaNotFound
        desk = await self.desks.of(play.guild_id)
        served = await desk.web_vtt(play.entry_id, asset_id, deadline)
        return Served(served, "text/vtt; charset=utf-8", _ENDED_SECONDS)

    def _play(self, token: str) -> PlayToken:
        try:
            return self.tokens.read_play(token)
        except TokenRefused:
            raise SignedOut from None

    def _opened(self, purpose: Sealed, play: PlayToken, key: str, sealed: str) -> HostedAddress:
        try:
            path = self.paths.opened(purpose, play, key, sealed)
            return self.hosts.place(self.hosts.origin_of(key) + path)
        except (SealBroken, HostNotMapped, BadAddress):
            raise MediaNotFound from None

    async def _playlist(self, token: str, play: PlayToken, address: HostedAddress, deadline: Deadline) -> Served:
        async def ask() -> Fetched:
            return await self._fetched(play, address, deadline)

        # By server, since what Kaltura gives depends on the session that it is asked with.
        fetched = await self._playlists.of((play.guild_id, play.entry_id, address.url), _lifetime, ask)
        text = _text(fetched)
        written = self._rewritten(token, play, fetched, text)
        return Served(written.encode(), PLAYLIST_TYPE, _ENDED_SECONDS if is_complete(text) else 0)

    def _rewritten(self, token: str, play: PlayToken, fetched: Fetched, text: str) -> str:
        def place(destination: Destination, url: str) -> str:
            address = self.hosts.place(url)
            if destination != "content":
                return self.paths.sealed(destination, token, play, address)
            return address.mapped if play.via == "discord" else address.url

        try:
            written = rewritten(text, fetched.address.url, place)
        except HostNotMapped as unknown:
            log.error("media host not mapped", extra={"host": unknown.host, "entry": play.entry_id})
            raise HostNotListed(unknown.host) from None
        except (NotAPlaylist, PlaylistNotSupported, BadAddress) as odd:
            log.error("manifest not supported", extra={"reason": type(odd).__name__, "entry": play.entry_id})
            raise MediaNotSupported from None
        return written

    async def _fetched(self, play: PlayToken, address: HostedAddress, deadline: Deadline) -> Fetched:
        desk = await self.desks.of(play.guild_id)
        try:
            return await self.fetcher.fetch(address, desk.session(play.entry_id), deadline)
        except HostNotMapped as unknown:
            log.error("media host not mapped", extra={"host": unknown.host, "entry": play.entry_id})
            raise HostNotListed(unknown.host) from None
        except MediaRefused as refused:
            if refused.number in _ACCESS_CONTROL or refused.status in (401, 403):
                raise AccessDenied(
                    "Kaltura's rules for this video don't allow it to be watched here. Choose another one."
                ) from None
            raise NotPlayable(
                "Kaltura doesn't have this part of the video at the moment. Try again in a minute."
            ) from None
        except MediaUnavailable:
            raise NotNow("The video doesn't come from Kaltura at the moment. Try again in a minute.") from None


def _with_directives(address: HostedAddress, query: Mapping[str, str]) -> HostedAddress:
    asked = [f"{name}={query[name]}" for name, form in _DIRECTIVES.items() if form.fullmatch(query.get(name, ""))]
    if not asked:
        return address
    joint = "&" if "?" in address.path else "?"
    return HostedAddress(address.origin, address.key, address.path + joint + "&".join(asked))


def _text(fetched: Fetched) -> str:
    """The playlist as text.

    Raises:
        MediaNotSupported: it is none, or it would show viewers a Kaltura session.
    """
    try:
        if fetched.content_type not in _PLAYLIST_TYPES:
            raise NotAPlaylist(fetched.content_type)
        text = without_mark(fetched.body.decode("utf-8"))
    except ValueError:
        log.error("no playlist came", extra={"host": fetched.address.origin, "type": fetched.content_type[:60]})
        raise MediaNotSupported from None
    if _bears_a_session(text):
        log.error("a manifest holds a session", extra={"host": fetched.address.origin})
        raise MediaNotSupported
    return text


def _bears_a_session(text: str) -> bool:
    beginnings = (base64.b64decode(found[1], altchars=b"-_") for found in _MAYBE_A_SESSION.finditer(text))
    return any(_SIGNS_OF_AN_ACCOUNT.issuperset(beginning) for beginning in beginnings)


def _lifetime(fetched: Fetched) -> float:
    return 60.0 if b"#EXT-X-ENDLIST" in fetched.body else _LIVE_SECONDS
