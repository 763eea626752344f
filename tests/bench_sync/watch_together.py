"""Watch Together itself: the Activity in browser tabs, let in by the links that Discord's people are given.

Everything is as it is in use: the command through the simulated Discord, the session API, tickets, the socket, the
functions, the table; the page's own buttons are pressed.
"""

import asyncio
from dataclasses import dataclass, field

from playwright.async_api import Locator, Page, expect

from tests.bench_sync.film import Film
from tests.bench_sync.systems import CouldNotEnter
from tests.bench_sync.viewers import Viewer, now_ms
from tests.integration.running_stack import Member, Stack, link_in

_ENTER_SECONDS = 30.0
_SERVER = "Riverside"
# Those that every member sees; a room that everybody has left is no room of its channel any more.
_CHANNELS = ("general", "lessons", "Assembly hall", "Study room")
_BUTTON = "Watch Together in a browser tab"
# Presses the slider where it says that the pointer let it go.
_SLIDE = """(slider, seconds) => {
    slider.value = String(seconds);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    slider.dispatchEvent(new Event('change', { bubbles: true }));
}"""


@dataclass(slots=True)
class WatchTogether:
    """Each room is a channel of the simulated Discord; each viewer is a member of its server."""

    stack: Stack
    film: Film
    name: str = "ours"
    title: str = "Watch Together"
    _members: dict[str, Member] = field(default_factory=dict)

    async def enter(self, viewer: Viewer, room: int) -> None:
        link = await asyncio.to_thread(self._link, viewer, room)
        visit = await viewer.open(link)
        try:
            await expect(_slider(visit.page)).to_be_visible(timeout=_ENTER_SECONDS * 1000)
            await visit.until("(document.querySelector('video')?.readyState ?? 0) >= 2", _ENTER_SECONDS)
        except (AssertionError, TimeoutError) as failed:
            shown = await visit.page.locator("body").inner_text()
            raise CouldNotEnter(f"{viewer.name}: {shown!r} {visit.errors} {failed}") from None

    async def play(self, viewer: Viewer) -> float:
        pressed_at = now_ms()
        await viewer.page.keyboard.press("k")
        return pressed_at

    async def seek(self, viewer: Viewer, seconds: float) -> float:
        pressed_at = now_ms()
        await _slider(viewer.page).evaluate(_SLIDE, seconds)
        return pressed_at

    def _link(self, viewer: Viewer, room: int) -> str:
        self.stack.forget_limits()
        channel = self.stack.channel(_CHANNELS[room % len(_CHANNELS)], _SERVER)
        shown = self.stack.use(self._member(viewer), channel, "kaltura-watch", video=self.film.entry_id)
        return link_in(shown, _BUTTON)

    def _member(self, viewer: Viewer) -> Member:
        if viewer.name not in self._members:
            known = self.stack.server(_SERVER)["members"]
            found = known[len(self._members)]
            self._members[viewer.name] = Member(found["user_id"], found["name"])
        return self._members[viewer.name]


def _slider(page: Page) -> Locator:
    return page.get_by_label("Position in the video")
