"""Watch Together as a person has it before them: in a window of the simulated Discord, or in a browser tab."""

import re
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from tests.browser.discord_page import SCREENSHOTS
from tests.integration.running_stack import Member, Stack

# Where the SDK expects Discord while it is developed with; Chromium is told that our stack is there (conftest.py).
DISCORD = "http://localhost:3333/discord-sim"

# An entry, a first player and a busy machine.
PATIENCE_MS = 60_000


class WatchWindow:
    """What a viewer sees and does, wherever the page is: `place` holds the page's own elements."""

    def __init__(self, browser: Browser, name: str, viewport: tuple[int, int] = (1280, 800)) -> None:
        self.name = name
        size = {"width": viewport[0], "height": viewport[1]}
        # The frame follows Discord's theme, unless the browser is told otherwise.
        context = browser.new_context(viewport=size, locale="en-US", color_scheme="null")  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    @property
    def place(self) -> FrameLocator | Page:
        """Where the Activity's elements are."""
        return self.page

    # --- what they see -------------------------------------------------------------------------------------------

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button of the page."""
        return self.place.get_by_role("button", name=name)

    def says(self, words: str | re.Pattern[str]) -> None:
        """Wait until the page says so."""
        expect(self.place.get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)

    def is_in_sync(self) -> None:
        """Wait until the page says that this viewer is in step, with a number."""
        sync = self.place.locator(".sync-mark")
        expect(sync).to_contain_text("in sync", timeout=PATIENCE_MS)
        expect(sync).to_contain_text(re.compile(r"\d+ ms"), timeout=PATIENCE_MS)

    @property
    def film(self) -> Locator:
        """The video element itself."""
        return self.place.locator("#film video")

    def film_seconds(self) -> float:
        """Where the video stands."""
        seconds: float = self.film.evaluate("video => video.currentTime")
        return seconds

    def film_began(self) -> float:
        """When, by the machine's clock, the playing video would have stood at its beginning; in seconds."""
        began: float = self.film.evaluate("video => Date.now() / 1000 - video.currentTime")
        return began

    def film_is_paused(self) -> bool:
        """Whether it stands still."""
        paused: bool = self.film.evaluate("video => video.paused")
        return paused

    # --- what they do --------------------------------------------------------------------------------------------

    def press(self, target: Locator) -> None:
        """Go there with the mouse, which brings faded controls back, and press."""
        expect(target).to_be_attached(timeout=PATIENCE_MS)
        box = target.bounding_box()
        assert box is not None, f"{target} is not on the screen"
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x - 4, y - 4)
        self.page.mouse.move(x, y, steps=3)
        target.click(timeout=PATIENCE_MS)

    def stir(self) -> None:
        """Move the mouse a little over the picture."""
        box = self.film.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
        self.page.mouse.move(x, y)
        self.page.mouse.move(x + 8, y + 3, steps=2)

    def photograph(self, step: str) -> None:
        """Keep what is on the screen, to be looked at."""
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"watch-{step}-{self.name.lower()}.png")

    def close(self) -> None:
        """Close the window."""
        self.page.context.close()


class ActivityWindow(WatchWindow):
    """In Discord: the Activity in its frame."""

    def __init__(self, browser: Browser, stack: Stack, member: Member, channel: str, server: str = "Riverside") -> None:
        super().__init__(browser, member.name)
        guild_id = stack.server(server)["guild_id"]
        self.page.goto(f"{DISCORD}/#/{guild_id}/{stack.channel(channel, server)}?as={member.user_id}")
        expect(self.page.get_by_role("textbox", name="Message #")).to_be_visible()

    @property
    def place(self) -> FrameLocator:
        """The frame."""
        return self.page.frame_locator("section[aria-label=Activity] iframe")

    def run(self, command: str) -> None:
        """Type a command without options, and send it."""
        self.page.get_by_role("textbox", name="Message #").click()
        self.page.keyboard.type(f"/{command}")
        self.page.get_by_role("option", name=f"/{command}").first.click()
        self.page.get_by_role("button", name="Run command").click()

    def join(self) -> None:
        """Go where others watch already."""
        self.page.get_by_role("button", name="Join Activity").click(timeout=PATIENCE_MS)

    def agree(self) -> None:
        """Discord asks, at the first time, whether the app may know who one is."""
        self.page.get_by_role("button", name="Authorize").click(timeout=PATIENCE_MS)

    def arrange(self, layout: str) -> None:
        """One of Discord's own buttons around the frame."""
        self.page.get_by_role("region", name="Activity").get_by_role("button", name=layout).click()
        self.page.mouse.move(5, 5)


# What browsers do before anybody has touched a page. Chromium would, too, were it not that every look which Playwright
# takes into a page counts as a touch.
REFUSING_SOUND = """
let isTouched = false;
const play = HTMLMediaElement.prototype.play;
document.addEventListener("pointerdown", (event) => { isTouched ||= event.isTrusted; }, { capture: true });
HTMLMediaElement.prototype.play = function () {
  return isTouched ? play.call(this) : Promise.reject(new DOMException("not touched yet", "NotAllowedError"));
};
"""


class TabWindow(WatchWindow):
    """In a browser tab that nobody has touched yet, by a link."""

    def __init__(self, browser: Browser, member: Member, address: str, viewport: tuple[int, int] = (1280, 800)) -> None:
        super().__init__(browser, f"{member.name}-tab".replace(" ", "-"), viewport)
        self.page.add_init_script(REFUSING_SOUND)
        self.page.goto(address)
