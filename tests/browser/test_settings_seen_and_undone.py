"""An administrator sees the settings of a server, changes one as suggested, and takes it back; another server sees none
of it."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.discord_page import DiscordPage


def settings_of(window: DiscordPage, section: str) -> Locator:
    """The settings, turned to a section by the list below them."""
    window.choose_command("kaltura-config view")
    window.run()
    shown = window.messages.filter(has=window.page.get_by_role("combobox", name="Go to a section")).last
    expect(shown.get_by_role("combobox")).to_have_text("All that is changed here")
    shown.get_by_role("combobox").click()
    window.page.get_by_role("option", name=section, exact=True).click()
    expect(shown.get_by_role("heading", name=section)).to_be_visible()
    return shown


def test_a_setting_is_changed_as_suggested_and_taken_back(window: Opener) -> None:
    ann, grace = window("Ann"), window("Grace", "general", "Northwind")
    ann.choose_command("kaltura-config set")
    ann.page.keyboard.type("auto end")
    ann.pick("meetings.auto_end_hours · now 4")
    ann.fill("value", "soon")
    expect(ann.page.get_by_role("option", name="soon · takes a number of hours from 1 to 72").first).to_be_visible()
    ann.photograph("settings-1-suggestions")
    for _ in "soon":
        ann.page.keyboard.press("Backspace")
    ann.page.keyboard.type("7")
    ann.run()
    changed = ann.message_with("Saved for this server")
    expect(changed).to_contain_text("4 (default) → 7")
    ann.photograph("settings-2-changed")

    expect(settings_of(ann, "Meetings")).to_contain_text("7 · changed, by default 4")
    ann.photograph("settings-3-section")
    expect(settings_of(grace, "Meetings")).not_to_contain_text("changed")

    ann.choose_command("kaltura-config history")
    ann.run()
    history = ann.message_with("History of the settings")
    expect(history).to_contain_text("4 (default) → 7")
    history.get_by_role("button", name="Undo").first.click()
    expect(ann.message_with("undid a change")).to_contain_text("7 → 4 (default)")
    ann.photograph("settings-4-undone")
    expect(settings_of(ann, "Meetings")).not_to_contain_text("changed")


def test_everything_goes_back_once_it_is_confirmed(window: Opener) -> None:
    emil = window("Herr Emil")
    emil.choose_command("kaltura-config set")
    emil.page.keyboard.type("buffering")
    emil.pick("watch.wait_for_buffering")
    emil.fill("value", "ho")
    emil.pick("host")
    emil.run()
    expect(emil.message_with("Saved for this server")).to_contain_text("nobody (default) → host")

    emil.choose_command("kaltura-config reset")
    emil.pick("Watch Together · 1 changed")
    emil.run()
    question = emil.message_with("This goes back to the defaults")
    expect(question).to_contain_text("host → nobody (default)")
    emil.photograph("settings-5-reset")
    question.get_by_role("button", name="Reset 1 setting").click()
    expect(emil.message_with("Back to the defaults.")).to_contain_text("host → nobody (default)")


def test_a_member_is_not_offered_the_settings(window: Opener) -> None:
    chen = window("Chen")
    chen.composer.click()
    chen.page.keyboard.type("/kaltura-")
    expect(chen.page.get_by_role("option", name="/kaltura-start").first).to_be_visible()
    expect(chen.page.get_by_role("option", name="/kaltura-config")).to_have_count(0)
