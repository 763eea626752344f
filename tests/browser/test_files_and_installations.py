"""Files saved and handed over, and the application removed and added, in a real Chromium."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import Opener

PATIENCE_MS = 15_000


def test_exported_settings_are_saved_and_handed_over_again(window: Opener) -> None:
    ann = window("Ann")
    ann.choose_command("kaltura-config export")
    ann.run()
    card = ann.message_with("kaltura-config.json")
    save = card.get_by_role("link", name="Download kaltura-config.json")
    expect(save).to_be_visible(timeout=PATIENCE_MS)
    with ann.page.expect_download() as saving:
        save.click()
    content = saving.value.path().read_bytes()
    assert "settings" in json.loads(content)
    ann.photograph("files-1-from-the-application")

    ann.choose_command("kaltura-config import")
    with ann.page.expect_file_chooser() as choosing:
        ann.page.get_by_role("button", name="file: choose a file").click()
    choosing.value.set_files({"name": "my settings.json", "mimeType": "application/json", "buffer": content})
    expect(ann.page.get_by_role("button", name="file, my_settings.json")).to_be_focused()
    ann.photograph("files-2-in-a-command")
    ann.page.keyboard.press("Enter")
    expect(ann.message_with("Nothing would change")).to_be_visible(timeout=PATIENCE_MS)


def test_whoever_manages_a_server_removes_the_application_and_adds_it_again(window: Opener) -> None:
    kai = window("Kai", "general", "Corner Cafe")
    menu = kai.page.get_by_role("button", name="Corner Cafe, server actions")
    menu.click()
    kai.page.get_by_role("menuitem", name="Remove Kaltura").click()
    kai.composer.fill("/")
    expect(kai.page.get_by_text("Kaltura isn’t in this server")).to_be_visible()
    kai.photograph("installation-removed")
    menu.click()
    kai.page.get_by_role("menuitem", name="Add Kaltura", exact=True).click()
    kai.composer.fill("/kaltura-help")
    expect(kai.page.get_by_role("option", name="/kaltura-help")).to_be_visible()


def test_a_member_finds_no_such_menu_and_no_command_for_managers(window: Opener) -> None:
    chen = window("Chen")
    expect(chen.page.get_by_role("button", name="Riverside School, server actions")).to_have_count(0)
    chen.composer.fill("/kaltura-config")
    expect(chen.page.get_by_text("No command has that name")).to_be_visible()
