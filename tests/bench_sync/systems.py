"""What is measured: Watch Together itself, or a peer. Each knows how to let viewers in and press buttons."""

from typing import Protocol

from tests.bench_sync.viewers import Viewer


class CouldNotEnter(Exception):
    """A viewer's page did not come so far that it could play; the message says what it showed."""


class System(Protocol):
    """One way of watching together. A room is a number: each is entered anew."""

    @property
    def name(self) -> str:
        """In file names and options."""

    @property
    def title(self) -> str:
        """In tables."""

    async def enter(self, viewer: Viewer, room: int) -> None:
        """Open the page and wait until this viewer is in the room with a film that can play.

        Raises:
            CouldNotEnter: they are not.
        """

    async def play(self, viewer: Viewer) -> float:
        """Press play; when, in epoch milliseconds."""

    async def seek(self, viewer: Viewer, seconds: float) -> float:
        """Go somewhere else; when, in epoch milliseconds."""
