"""`make pictures`: takes the pictures of the README and the docs anew, from a running stack of its own."""

import sys
import tempfile
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.card_life import card_states
from tests.browser.chromium import ARGUMENTS, FRONT_PORT, discord_stands_at, find_chromium
from tests.browser.discord_page import DiscordPage
from tests.browser.watch_window import PATIENCE_MS, ActivityWindow
from tests.integration.running_stack import Stack, buttons, start_stack, stop_stack

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PORT_OFFSET = 23000
HALL = "Assembly hall"
FILM = "The river, from source to sea"
SHEET_STYLE = "body { margin: 0; display: grid; grid-template-columns: 1fr 1fr; gap: 1px } img { width: 100% }"


def take_pictures(browser: Browser, stack: Stack) -> None:
    """A meeting with people in it, seen by a member; the card alone; the room; search results."""
    bo, chen = DiscordPage(browser, stack, stack.member("Bo"), "lessons"), stack.member("Chen")
    stack.use(
        stack.member("Bo"),
        stack.channel("lessons"),
        "kaltura-start",
        type="classroom",
        title="How cells divide, part 2",
        description="Bring your drawings from Tuesday.",
    )
    title = "How cells divide, part 2"
    for name in ("Bo", "Chen", "Dana", "Ann"):
        member = stack.member(name)
        shown = stack.press(member, stack.card(stack.channel("lessons"), title, member), "Join")
        url = next(b["url"] for b in buttons(shown["message"]) if b.get("url"))
        stack.http.get(url, follow_redirects=True)
    card = bo.card(title)
    expect(card).to_contain_text("4 joined")
    bo.page.screenshot(path=IMAGES / "simulated-discord.png")
    card.screenshot(path=IMAGES / "meeting-card.png")

    card.get_by_role("button", name="Join").click()
    way_in = bo.page.get_by_role("link", name="Open the meeting").last
    with bo.page.context.expect_page() as opened:
        way_in.click()
    expect(opened.value.get_by_text(title).first).to_be_visible()
    opened.value.screenshot(path=IMAGES / "room.png")

    chens = DiscordPage(browser, stack, chen, "general")
    stack.use(chen, stack.channel("general"), "kaltura-video-search", query="biology", limit=3)
    expect(chens.message_with("Videos for")).to_be_visible()
    chens.page.wait_for_timeout(500)
    chens.page.screenshot(path=IMAGES / "video-search.png")


def take_picture_of_greeting(browser: Browser, stack: Stack) -> None:
    """What a server is greeted with, when one step is done."""
    stack.have_the_school_greeted()
    ann = DiscordPage(browser, stack, stack.member("Ann"), "general")
    greeting = ann.message_with("Kaltura is here")
    expect(greeting).to_be_visible()
    where = {"command": "kaltura-config channel", "options": {"type": "default", "channel": stack.channel("lessons")}}
    stack.interact(stack.member("Ann"), stack.channel("general"), 45, **where)
    expect(greeting).to_contain_text("✓ Where to tell")
    greeting.screenshot(path=IMAGES / "greeting.png")
    nowhere = {"command": "kaltura-config channel", "options": {"type": "default"}}
    stack.interact(stack.member("Ann"), stack.channel("general"), 45, **nowhere)


def take_picture_of_planning(browser: Browser, stack: Stack) -> None:
    """A meeting that is scheduled: its card, and the server's list of events."""
    bo, general = stack.member("Bo"), stack.channel("general")
    stack.use(stack.member("Ann"), general, "kaltura-config set", key="features.scheduled_events", value="on")
    preview = stack.use(
        bo,
        general,
        "kaltura-start",
        type="room",
        title="Parents’ evening",
        description="Questions beforehand, please.",
        when="tomorrow 18:30",
        duration="1h30",
    )["message"]
    stack.press(bo, preview, "Schedule it")
    page = DiscordPage(browser, stack, bo, "general")
    card = page.card("Parents’ evening")
    expect(card.get_by_role("link", name="Interested")).to_be_visible()
    page.page.get_by_role("button", name="Events, 1").click()
    page.page.get_by_role("button", name="Interested").click()
    expect(page.page.get_by_text("1 person is interested")).to_be_visible()
    page.page.screenshot(path=IMAGES / "scheduled-meeting.png")
    stack.use(stack.member("Ann"), general, "kaltura-config set", key="features.scheduled_events", value="off")


def take_picture_of_a_cards_life(browser: Browser, stack: Stack) -> None:
    """The card in each of its states, in Discord's dark theme beside its light one."""
    page = DiscordPage(browser, stack, stack.member("Bo"), "lessons")
    rows = []
    for shown in card_states(page, stack.channel("lessons")):
        pictures = [b64encode(shown.card.screenshot()).decode() for _ in page.themes()]
        rows += [f'<img src="data:image/png;base64,{picture}">' for picture in pictures]
    sheet = browser.new_page(viewport={"width": 1360, "height": 800})
    sheet.set_content(f"<style>{SHEET_STYLE}</style>{''.join(rows)}")
    sheet.screenshot(path=IMAGES / "card-states.png", full_page=True)


def take_pictures_of_watching(browser: Browser, stack: Stack) -> None:
    """Two people in a room: with the people's panel, bare on a phone, and choosing a video."""
    ann = ActivityWindow(browser, stack, stack.member("Ann"), HALL)
    ann.run("kaltura-watch")
    ann.agree()
    ann.says("What shall we watch?")
    ann.page.wait_for_timeout(1500)
    ann.page.screenshot(path=IMAGES / "watch-choosing.png")
    ann.place.locator(".video-card", has_text=FILM).first.click(timeout=PATIENCE_MS)
    dana = ActivityWindow(browser, stack, stack.member("Dana"), HALL)
    dana.join()
    dana.agree()
    ann.press(ann.button("Play (space)"))
    ann.page.keyboard.press("c")
    ann.is_in_sync()
    dana.is_in_sync()
    expect(ann.place.locator(".captions p").first).to_be_visible(timeout=PATIENCE_MS)
    ann.stir()
    ann.page.wait_for_timeout(500)
    ann.page.screenshot(path=IMAGES / "watch-together.png")
    ann.press(ann.place.get_by_title("Who is here"))
    ann.page.wait_for_timeout(500)
    ann.page.screenshot(path=IMAGES / "watch-people.png")
    dana.arrange("On a phone")
    dana.is_in_sync()
    dana.page.screenshot(path=IMAGES / "watch-phone.png")


def main() -> int:
    """Take them; the exit status."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        process, stack = start_stack(PORT_OFFSET, Path(directory))
        try:
            discord = discord_stands_at(FRONT_PORT + PORT_OFFSET)
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*ARGUMENTS, discord])
            take_picture_of_greeting(browser, stack)
            take_pictures(browser, stack)
            take_picture_of_planning(browser, stack)
            take_picture_of_a_cards_life(browser, stack)
            take_pictures_of_watching(browser, stack)
        finally:
            stop_stack(process)
    print(f"Pictures are in {IMAGES.relative_to(Path.cwd())}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
