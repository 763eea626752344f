"""Start, join as somebody else, list, end: in the page, with the mouse and the keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Opener


def test_start_join_list_and_end(window: Opener) -> None:
    ann, dana = window("Ann"), window("Dana")

    ann.choose_command("kaltura-start")
    ann.photograph("1-choosing-the-type")
    ann.pick("Interactive room")
    ann.fill("title", "Weekly design review")
    ann.photograph("2-filled-in")
    ann.run()
    card = ann.card("Weekly design review")
    expect(card).to_contain_text("LIVE")
    expect(ann.message_with("is live in")).to_contain_text("Only you can see this")
    ann.photograph("3-the-card")

    seen_by_dana = dana.card("Weekly design review")
    expect(seen_by_dana).to_contain_text("Started by Ann")
    expect(dana.messages.filter(has_text="is live in")).to_have_count(0)
    seen_by_dana.get_by_role("button", name="Join").click()
    way_in = dana.message_with("Your way into")
    expect(way_in).to_contain_text("Only you can see this")
    dana.photograph("4-the-way-in")
    with dana.page.context.expect_page() as opened:
        way_in.get_by_role("link", name="Open the meeting").click()
    room = opened.value
    expect(room.get_by_text("Weekly design review").first).to_be_visible()
    expect(room.get_by_text(re.compile("Dana")).first).to_be_visible()
    dana.photograph("5-after-joining")
    expect(card).to_contain_text("1 joined: Dana")

    dana.choose_command("kaltura-list")
    dana.run()
    listed = dana.message_with("running")
    expect(listed.get_by_role("button", name="Join")).to_be_visible()
    dana.photograph("6-the-list")

    seen_by_dana.get_by_role("button", name="End").click()
    expect(dana.message_with("Only Ann")).to_contain_text("moderators")
    dana.photograph("7-refused")

    card.get_by_role("button", name="End").click()
    expect(ann.card("Weekly design review")).to_contain_text("ENDED")
    expect(dana.card("Weekly design review").get_by_role("button", name="Start again")).to_be_visible()
    ann.photograph("8-ended")


def test_a_meeting_is_found_by_typing(window: Opener) -> None:
    bo = window("Bo", "lessons")
    bo.choose_command("kaltura-start")
    bo.pick("Webinar")
    bo.fill("title", "Cells, part 2")
    bo.run()
    expect(bo.card("Cells, part 2")).to_contain_text("LIVE")

    bo.choose_command("kaltura-join")
    bo.fill("meeting", "cells")
    bo.pick("Cells, part 2 · Webinar · Bo")
    bo.run()

    expect(bo.message_with("Your way into")).to_contain_text("Cells, part 2")


def test_an_ended_meeting_is_started_again_in_a_form(window: Opener) -> None:
    bo = window("Bo", "lessons")
    bo.choose_command("kaltura-start")
    bo.pick("Virtual classroom")
    bo.fill("title", "Geometry")
    bo.run()
    bo.card("Geometry").get_by_role("button", name="End").click()
    bo.card("Geometry").get_by_role("button", name="Start again").click()

    form = bo.page.get_by_role("dialog")
    expect(form.get_by_label("Title")).to_have_value("Geometry")
    bo.photograph("9-the-form")
    form.get_by_label("Title").fill("Geometry, second hour")
    form.get_by_role("button", name="Submit").click()

    expect(bo.card("Geometry, second hour")).to_contain_text("LIVE")


def test_video_results_have_pictures_and_open_the_player(window: Opener) -> None:
    bo = window("Bo")
    bo.choose_command("kaltura-video-search")
    bo.fill("query", "cell")
    bo.run()

    results = bo.message_with("Videos for")
    expect(results.get_by_role("img").first).to_be_visible()
    bo.photograph("10-video-results")
    with bo.page.context.expect_page() as opened:
        results.get_by_role("link", name="Watch").first.click()
    expect(opened.value.locator("video")).to_be_attached()


def test_a_server_that_is_not_allowed_is_told_so(window: Opener) -> None:
    stack = window("Ann").stack
    name = stack.server("Corner")["members"][0]["name"]
    somebody = window(name, "general", "Corner")
    somebody.choose_command("kaltura-help")
    somebody.run()

    expect(somebody.message_with("can't use Kaltura yet")).to_be_visible()
    somebody.photograph("11-not-allowed")


def test_kaltura_being_down_is_one_sentence_and_a_button(window: Opener) -> None:
    ann = window("Ann")
    ann.stack.order_fault(target="kaltura", match="POST /api_v3/*", kind="status", value=503)
    ann.choose_command("kaltura-start")
    ann.pick("Interactive room")
    ann.fill("title", "Unlucky")
    ann.run()

    expect(ann.message_with("wasn't created")).to_contain_text("Try again in a minute")
    expect(ann.card("Unlucky").get_by_role("button", name="Try again")).to_be_visible()
    ann.photograph("12-kaltura-down")
