"""The clips that entries play: folders of media/, and two that are made of them while they are served.

`film` is one folder played sixty times, an hour with one unbroken clock. `vault` is encrypted (AES-128; RFC 8216
4.3.2.4).
Playlists of real accounts write addresses in all ways that there are, so these do too.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from .transport_stream import TICKS_A_SECOND, moved

MEDIA: Final = Path(__file__).with_name("media")
_DURATION: Final = re.compile(r"#EXTINF:([0-9.]+)")
_BLOCK_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip.

    Attributes:
        folder: of media/.
        seconds: how long the folder's segments run.
        rounds: how often they are played.
        encrypted: whether its segments are.
        addresses: how its playlists name segments and key: with their host, from the root, or beside the playlist.
    """

    folder: str
    seconds: int
    rounds: int = 1
    encrypted: bool = False
    addresses: Literal["absolute", "rooted", "relative"] = "absolute"

    @property
    def renditions(self) -> list[str]:
        """Its renditions, lowest first, such as 240p and 360p."""
        names = [folder.name for folder in (MEDIA / self.folder).iterdir() if folder.is_dir()]
        return sorted(names, key=lambda name: int(name.rstrip("p")))

    def segment_seconds(self, rendition: str) -> Iterator[float]:
        """How long each segment of a rendition runs, in seconds."""
        for _ in range(self.rounds):
            yield from _folder_seconds(self.folder, rendition)

    def segment(self, rendition: str, number: int) -> bytes | None:
        """A segment as it is served; None where there is none."""
        count = len(_folder_seconds(self.folder, rendition))
        if not 0 <= number < count * self.rounds:
            return None
        turn, index = divmod(number, count)
        data = (MEDIA / self.folder / rendition / f"{index:03}.ts").read_bytes()
        if turn:
            data = moved(data, turn * self.seconds * TICKS_A_SECOND)
        return _encrypted(data, self.key, number) if self.encrypted else data

    @property
    def key(self) -> bytes:
        """The 16 bytes of an encrypted clip's key."""
        return hashlib.sha256(f"key of {self.folder}".encode()).digest()[:16]

    @property
    def whole_file(self) -> Path | None:
        """The clip as one mp4; None where there is none."""
        if self.rounds > 1 or self.encrypted:
            return None
        return MEDIA / self.folder / f"{self.renditions[0]}.mp4"


CLIPS: Final = {
    "orbit": Clip("orbit", 60),
    "meadow": Clip("meadow", 60, addresses="relative"),
    "ember": Clip("ember", 75, addresses="rooted"),
    "harbour": Clip("harbour", 105),
    "film": Clip("orbit", 60, rounds=60),
    "vault": Clip("ember", 75, encrypted=True, addresses="relative"),
}


@cache
def _folder_seconds(folder: str, rendition: str) -> tuple[float, ...]:
    playlist = (MEDIA / folder / rendition / "index.m3u8").read_text(encoding="utf-8")
    return tuple(float(match) for match in _DURATION.findall(playlist))


def _encrypted(data: bytes, key: bytes, number: int) -> bytes:
    """AES-128-CBC, padded, with the segment's number as initialization vector, as a playlist without IV means it."""
    padder = PKCS7(_BLOCK_BITS).padder()
    padded = padder.update(data) + padder.finalize()
    encryptor = Cipher(algorithms.AES128(key), modes.CBC(number.to_bytes(16, "big"))).encryptor()
    return encryptor.update(padded) + encryptor.finalize()
