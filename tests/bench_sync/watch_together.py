"""Watch Together itself: the Activity, which viewers come into by an entrance.

Everything is as it is in use: the command through the simulated Discord, the session API, tickets, the socket, the
functions, the table; the page's own buttons are pressed.
"""

from dataclasses import dataclass

from playwright.async_api import Frame, Locator, Page, expect

from tests.bench_sync.entrances import Entrance
from tests.bench_sync.systems import CouldNotEnter
from tests.bench_sync.viewers import Viewer, now_ms

_ENTER_SECONDS = 30.0
# Presses the slider where it says that the pointer let it go.
_SLIDE = """(slider, seconds) => {
    slider.value = String(seconds);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    slider.dispatchEvent(new Event('change', { bubbles: true }));
}"""


@dataclass(slots=True)
class WatchTogether:
    """All of one run come in by the same kind of entrance."""

    entrance: Entrance
    name: str = "ours"
    title: str = "Watch Together"

    async def enter(self, viewer: Viewer, room: int) -> None:
        visit = await self.entrance.open(viewer, room)
        try:
            await expect(_slider(visit.place)).to_be_visible(timeout=_ENTER_SECONDS * 1000)
            await visit.until("(document.querySelector('video')?.readyState ?? 0) >= 2", _ENTER_SECONDS)
        except (AssertionError, TimeoutError) as failed:
            shown = await visit.place.locator("body").inner_text()
            raise CouldNotEnter(f"{viewer.name}: {shown!r} {visit.errors} {failed}") from None

    async def play(self, viewer: Viewer) -> float:
        pressed_at = now_ms()
        # The key goes to whatever has the focus: in Discord that is Discord's page, until one has been in the frame.
        await _slider(viewer.place).focus()
        await viewer.page.keyboard.press("k")
        return pressed_at

    async def seek(self, viewer: Viewer, seconds: float) -> float:
        pressed_at = now_ms()
        await _slider(viewer.place).evaluate(_SLIDE, seconds)
        return pressed_at


def _slider(place: Page | Frame) -> Locator:
    return place.get_by_label("Position in the video")
