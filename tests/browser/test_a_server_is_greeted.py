"""A server is greeted, and its administrator takes the steps in the page, and takes them back."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.discord_page import DiscordPage

PATIENCE_MS = 15_000
INTRODUCTION = "Hold Kaltura meetings from this server"


def choose(page: DiscordPage, name: str, what: str) -> None:
    """Choose one from the newest list that is called so, and close it."""
    page.page.get_by_role("combobox", name=name).last.click()
    page.page.get_by_role("listbox", name=name).get_by_role("option", name=what).click()
    page.page.keyboard.press("Escape")


def says(greeting: Locator, what: str) -> None:
    expect(greeting).to_contain_text(what, timeout=PATIENCE_MS)


def undo(page: DiscordPage, said: str) -> None:
    """Take back what a message says was changed."""
    page.message_with(said).get_by_role("button", name="Undo").click()


def test_the_steps_are_taken_before_everybodys_eyes_and_taken_back(window: Opener) -> None:
    emil, chen = window("Herr Emil"), window("Chen")
    greeting, as_chen_sees_it = emil.message_with(INTRODUCTION), chen.message_with(INTRODUCTION)
    expect(greeting).to_be_visible()

    as_chen_sees_it.get_by_role("button", name="Choose roles").click()
    expect(chen.message_with("can use /kaltura-config")).to_be_visible(timeout=PATIENCE_MS)
    chen.photograph("greeting-1-not-for-everybody")

    greeting.get_by_role("button", name="Choose a channel").click()
    expect(emil.message_with("Meetings that start, recordings and new videos")).to_be_visible(timeout=PATIENCE_MS)
    choose(emil, "Choose a channel", "lessons")
    for each in (greeting, as_chen_sees_it):
        says(each, "✓ Where to tell · #lessons")
    # One step stays open throughout, as a greeting that is finished does not change any more.
    undo(emil, "notifications.channels.default")
    says(as_chen_sees_it, "○ Where to tell")

    greeting.get_by_role("button", name="Choose roles").click()
    suggested = emil.message_with("By their names, that could be @Teachers or @Staff")
    expect(suggested).to_be_visible(timeout=PATIENCE_MS)
    choose(emil, "Choose roles", "Teachers")
    for each in (greeting, as_chen_sees_it):
        says(each, "✓ Who moderates · @Teachers")
    emil.photograph("greeting-2-ticked")
    undo(emil, "roles.mapping")
    says(greeting, "○ Who moderates")
