"""What a peer's server does, free of sockets: who is told what, after somebody joined, said something, or time passed.

Times are epoch seconds, positions seconds of media.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Message = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Post:
    """A message to one viewer."""

    to: str
    message: Message


class PeerServer(Protocol):
    """The other half of an algorithm in `activity_client/bench/peers`; the first who joins is the host."""

    @property
    def tick_seconds(self) -> float | None:
        """How often `ticked` is called; None where nothing happens by itself."""

    def joined(self, viewer: str, now: float) -> list[Post]:
        """Somebody came in."""

    def left(self, viewer: str, now: float) -> list[Post]:
        """Somebody's connection is gone."""

    def received(self, viewer: str, message: Message, now: float) -> list[Post]:
        """Somebody said something."""

    def ticked(self, now: float) -> list[Post]:
        """Time passed."""


def number(message: Message, field: str) -> float:
    """A field that must be a number.

    Raises:
        TypeError: it is not.
    """
    value = message.get(field)
    if not isinstance(value, int | float):
        raise TypeError(f"{field} is {value!r}")
    return float(value)
