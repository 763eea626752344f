"""The simulated Discord as a person uses it, in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.integration.running_stack import Member, Stack

# Where each step is kept to be looked at.
SCREENSHOTS = Path(__file__).resolve().parents[2] / ".local" / "screenshots"


class DiscordPage:
    """One person's window."""

    def __init__(self, browser: Browser, stack: Stack, member: Member, channel: str, server: str = "Riverside") -> None:
        self.stack = stack
        self.member = member
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        guild_id = stack.server(server)["guild_id"]
        origin = stack.rest_url.removesuffix("/api/v10")
        self.page.goto(f"{origin}/#/{guild_id}/{stack.channel(channel, server)}?as={member.user_id}")
        expect(self.composer).to_be_visible()

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name="Message #")

    @property
    def messages(self) -> Locator:
        """All messages."""
        return self.page.get_by_role("log", name="Messages").get_by_role("article")

    def message_with(self, text: str) -> Locator:
        """The newest message that says this."""
        return self.messages.filter(has_text=text).last

    def card(self, title: str) -> Locator:
        """The newest card of the meeting with this title."""
        return self.messages.filter(has=self.page.get_by_role("heading", name=title)).last

    def choose_command(self, name: str) -> None:
        """Type a slash and the command's name, and take it from the picker."""
        self.composer.click()
        self.page.keyboard.type(f"/{name}")
        self.page.get_by_role("option", name=f"/{name}").first.click()
        expect(self.page.get_by_role("group", name=f"Command /{name}")).to_be_visible()

    def fill(self, option: str, text: str) -> None:
        """Write an option's value."""
        box = self.page.get_by_role("textbox", name=option, exact=True)
        box.click()
        self.page.keyboard.type(text)

    def pick(self, name: str) -> None:
        """Take a choice or a suggestion."""
        self.page.get_by_role("option", name=name).first.click()

    def run(self) -> None:
        """Send the command."""
        self.page.get_by_role("button", name="Run command").click()

    def themes(self) -> Iterator[str]:
        """Show the page in Discord's dark theme and in its light one, and be dark again afterwards."""
        yield "dark"
        self.page.get_by_role("button", name="Use the light theme").click()
        yield "light"
        self.page.get_by_role("button", name="Use the dark theme").click()

    def photograph(self, name: str) -> None:
        """Keep what is on the screen, to be looked at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
