"""An administrator changes what channels are told, sees it before it is saved, tries it, and takes it back."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Opener
from tests.browser.discord_page import DiscordPage

WORDS = "Come in: **{{title}}**, with {{creator}}"
DEFAULT = "A new {{type}} has started: **{{title}}**"


def form_for(window: DiscordPage, message: str) -> Locator:
    """The form in which the words of a message are written."""
    window.choose_command("kaltura-config template")
    window.pick(message)
    window.run()
    form = window.page.get_by_role("dialog")
    expect(form).to_contain_text(message)
    return form


def send(form: Locator, words: str) -> None:
    """Write the words and send the form."""
    form.get_by_label("What is said").fill(words)
    form.get_by_role("button", name="Submit").click()


def test_words_are_changed_seen_saved_tried_and_taken_back(window: Opener) -> None:
    ann, hugo = window("Ann"), window("Hugo", "general", "Northwind")
    ann.choose_command("kaltura-config channel")
    ann.pick("A meeting starts")
    ann.page.get_by_role("button", name="optional").click()
    ann.pick("channel")
    ann.pick("lessons")
    ann.run()
    expect(ann.message_with("from now on")).to_contain_text("lessons")
    ann.photograph("config-1-channel")

    form = form_for(ann, "A meeting starts")
    expect(form.get_by_label("What is said")).to_have_value(DEFAULT)
    expect(form).to_contain_text("{{creator}}")
    ann.photograph("config-2-form")

    send(form, "Come in: {{titel}}")
    refusal = ann.message_with("There is no variable")
    ann.photograph("config-3-refused")
    refusal.get_by_role("button", name="Edit again").click()
    form = ann.page.get_by_role("dialog")
    expect(form.get_by_label("What is said")).to_have_value("Come in: {{titel}}")
    send(form, WORDS)

    preview = ann.message_with("Not saved yet")
    expect(preview).to_contain_text("Come in: Weekly design review, with Ann")
    expect(preview.get_by_role("button", name="Join")).to_be_disabled()
    ann.photograph("config-4-preview")
    preview.get_by_role("button", name="Save").click()

    saved = ann.message_with("Saved for this server")
    expect(saved).to_contain_text(WORDS)
    ann.photograph("config-5-saved")
    saved.get_by_role("button", name="Send a test").click()
    expect(ann.message_with("A test of")).to_contain_text("lessons")
    dana = window("Dana", "lessons")
    told = dana.message_with("Come in: Weekly design review")
    expect(told).to_contain_text("A test that")
    dana.photograph("config-6-test")

    form = form_for(hugo, "A meeting starts")
    expect(form.get_by_label("What is said")).to_have_value(DEFAULT)
    form.get_by_role("button", name="Cancel").click()

    saved.get_by_role("button", name="Undo").click()
    expect(ann.message_with("Undone")).to_be_visible()
    ann.photograph("config-7-undone")
    expect(form_for(ann, "A meeting starts").get_by_label("What is said")).to_have_value(DEFAULT)


def test_what_a_first_role_means_is_said_to_whoever_lists_it(window: Opener) -> None:
    emil = window("Herr Emil")
    emil.choose_command("kaltura-config role")
    emil.pick("Teachers")
    emil.pick("Moderator")
    emil.run()

    told = emil.message_with("From now on only the listed roles count")
    expect(told).to_contain_text("This makes you a moderator; you were an admin before.")
    emil.photograph("config-8-role")
    told.get_by_role("button", name="Undo").click()
    expect(emil.message_with("Undone")).to_contain_text("Teachers")
