"""The two ways into a room, as people have them: the Activity in Discord, and the link into a browser tab.

discord   the first uses the command, which launches the Activity; each opens Discord's page, presses Join Activity,
          agrees once that the app may know who they are, and has the Activity in a frame with Discord's SDK
tab       each uses the command where Activities are off, and opens the link that is the answer
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Final, Protocol

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from tests.bench_sync.film import Film
from tests.bench_sync.systems import CouldNotEnter
from tests.bench_sync.viewers import Viewer, Visit
from tests.browser.watch_window import DISCORD
from tests.integration.running_stack import Member, Stack, link_in

WHERE: Final = ("discord", "tab")
# What the functions must be told; links into browser tabs are given only where Activities are off.
SETTINGS_OF: Final[dict[str, dict[str, str]]] = {"discord": {}, "tab": {"CONFIG__FEATURES__ACTIVITIES": "false"}}

_SERVER = "Riverside"
_COMMAND = "kaltura-watch"
_STEP_SECONDS = 30.0
_LOOK_SECONDS = 0.1


class Entrance(Protocol):
    """Lets viewers in; each of them is a member of the simulated Discord's server."""

    async def open(self, viewer: Viewer, room: int) -> Visit:
        """Open the Activity for somebody, in the room of that number; the film need not be there yet.

        Raises:
            CouldNotEnter: it did not come so far.
        """


def make_entrance(where: str, stack: Stack, film: Film) -> Entrance:
    """The one of that name in `WHERE`."""
    return DiscordEntrance(stack, film) if where == "discord" else TabEntrance(stack, film)


@dataclass(slots=True)
class Members:
    """Who of the server is which viewer, in order of coming."""

    stack: Stack
    _known: dict[str, Member] = field(default_factory=dict)

    def of(self, viewer: Viewer) -> Member:
        """Always the same one for the same viewer."""
        if viewer.name not in self._known:
            found = self.stack.server(_SERVER)["members"][len(self._known)]
            self._known[viewer.name] = Member(found["user_id"], found["name"])
        return self._known[viewer.name]


class TabEntrance:
    """By the links that people are given where Activities are off."""

    # Those that every member sees; a room that everybody has left is no room of its channel any more.
    _CHANNELS = ("general", "lessons", "Assembly hall", "Study room")
    _BUTTON = "Watch Together in a browser tab"

    def __init__(self, stack: Stack, film: Film) -> None:
        self._stack = stack
        self._film = film
        self._members = Members(stack)

    async def open(self, viewer: Viewer, room: int) -> Visit:
        return await viewer.open(await asyncio.to_thread(self._link, viewer, room))

    def _link(self, viewer: Viewer, room: int) -> str:
        self._stack.forget_limits()
        channel = self._stack.channel(self._CHANNELS[room % len(self._CHANNELS)], _SERVER)
        shown = self._stack.use(self._members.of(viewer), channel, _COMMAND, video=self._film.entry_id)
        return link_in(shown, self._BUTTON)


class DiscordEntrance:
    """By Discord's page, in a voice channel; each room is a new instance of the Activity there."""

    _CHANNEL = "Assembly hall"
    # Discord's page beside the frame takes its part of it.
    _SIZE = (1280, 800)

    def __init__(self, stack: Stack, film: Film) -> None:
        self._stack = stack
        self._film = film
        self._members = Members(stack)
        self._room: int | None = None
        self._agreed: set[str] = set()

    async def open(self, viewer: Viewer, room: int) -> Visit:
        if room != self._room:
            await asyncio.to_thread(self._launch, viewer)
            self._room = room

        async def way_in(page: Page) -> Frame:
            return await self._go_in(page, viewer.name)

        guild_id, channel = self._stack.server(_SERVER)["guild_id"], self._stack.channel(self._CHANNEL, _SERVER)
        member = self._members.of(viewer)
        try:
            return await viewer.open(f"{DISCORD}/#/{guild_id}/{channel}?as={member.user_id}", way_in, self._SIZE)
        except (PlaywrightError, TimeoutError) as failed:
            raise CouldNotEnter(f"{viewer.name} in Discord: {failed}") from None

    def _launch(self, viewer: Viewer) -> None:
        self._stack.forget_limits()
        self._wait_until_nobody_watches()
        channel = self._stack.channel(self._CHANNEL, _SERVER)
        shown = self._stack.use(self._members.of(viewer), channel, _COMMAND, video=self._film.entry_id)
        if shown["outcome"] != "launch":
            raise CouldNotEnter(f"{viewer.name}: the command launched nothing: {shown}")

    def _wait_until_nobody_watches(self) -> None:
        """The instance of the room before ends when its last window has been closed for a moment."""
        until = time.monotonic() + _STEP_SECONDS
        while self._stack.http.get(f"{self._stack.rest_url}/_sim/activities").json()["instances"]:
            if time.monotonic() > until:
                raise CouldNotEnter("the Activity of the room before is still running")
            time.sleep(_LOOK_SECONDS)

    async def _go_in(self, page: Page, name: str) -> Frame:
        await page.get_by_role("button", name="Join Activity").click(timeout=_STEP_SECONDS * 1000)
        if name not in self._agreed:
            await page.get_by_role("button", name="Authorize").click(timeout=_STEP_SECONDS * 1000)
            self._agreed.add(name)
        async with asyncio.timeout(_STEP_SECONDS):
            while (frame := activity_in(page)) is None:  # noqa: ASYNC110 - nothing tells us
                await asyncio.sleep(_LOOK_SECONDS)
        return frame


def activity_in(page: Page) -> Frame | None:
    """The frame that Discord made for the Activity."""
    return next((frame for frame in page.frames if "frame_id=" in frame.url), None)
