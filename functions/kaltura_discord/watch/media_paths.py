"""Our own addresses for what a player fetches through us, sealed so that nobody can write one but us.

    /api/v1/media/{play token}/playlist/{host key}/{what is asked of the host}.{seal}.m3u8

The path at the host stands in it as base64url, and the seal is an HMAC over it, the host, the purpose, and the server
and entry of the play token. So a viewer can ask for what we wrote into a manifest of this entry, and for nothing else:
no other path at Kaltura, no other entry's playlist, no key by way of the playlist door. A path in base64url also comes
through every proxy and gateway as it was written, percent signs and all.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Literal

from kaltura_discord.identity.tokens import PlayToken
from kaltura_discord.watch.media_hosts import HostedAddress

PREFIX = "/api/v1/media"

Sealed = Literal["playlist", "key"]
_ENDINGS: dict[Sealed, str] = {"playlist": ".m3u8", "key": ".key"}
_SEAL_BYTES = 16


class SealBroken(Exception):
    """The address was not written by us for this play token."""


@dataclass(frozen=True, slots=True)
class MediaPaths:
    """Writes and reads the addresses; `secret` is the one that our tokens are signed with."""

    secret: str = field(repr=False)

    def master(self, token: str) -> str:
        """Where a player begins."""
        return f"{PREFIX}/{token}/master.m3u8"

    def captions(self, token: str, asset_id: str) -> str:
        """Captions, as WebVTT."""
        return f"{PREFIX}/{token}/captions/{asset_id}.vtt"

    def sealed(self, purpose: Sealed, token: str, play: PlayToken, address: HostedAddress) -> str:
        """Our address for a playlist or a key."""
        path = base64.urlsafe_b64encode(address.path.encode()).decode().rstrip("=")
        seal = self._seal(purpose, play, address.key, address.path)
        return f"{PREFIX}/{token}/{purpose}/{address.key}/{path}.{seal}{_ENDINGS[purpose]}"

    def opened(self, purpose: Sealed, play: PlayToken, key: str, sealed: str) -> str:
        """The path at the host, from the last part of one of our addresses.

        Raises:
            SealBroken: it is none of ours.
        """
        encoded, _, seal = sealed.removesuffix(_ENDINGS[purpose]).partition(".")
        try:
            path = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True).decode()
        except (ValueError, binascii.Error):
            raise SealBroken from None
        if not hmac.compare_digest(seal.encode(), self._seal(purpose, play, key, path).encode()):
            raise SealBroken
        return path

    def _seal(self, purpose: Sealed, play: PlayToken, key: str, path: str) -> str:
        # A key of its own, so that no seal is ever a signature of a token.
        own_key = hmac.digest(self.secret.encode(), b"media paths", hashlib.sha256)
        sealed = "\n".join([purpose, play.guild_id, play.entry_id, key, path]).encode()
        return base64.urlsafe_b64encode(hmac.digest(own_key, sealed, hashlib.sha256)[:_SEAL_BYTES]).decode().rstrip("=")
