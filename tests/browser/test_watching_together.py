"""Two people watch together, as they would: in two windows of Discord, and in a browser tab."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.watch_window import PATIENCE_MS, ActivityWindow, TabWindow, WatchWindow
from tests.integration.running_stack import Member, Stack, buttons

HALL = "Assembly hall"
FILM = "The river, from source to sea"
# How exact it really is, bench-sync measures; here the machine is busy with two browsers and a cloud.
CLOSE_SECONDS = 0.25


@pytest.fixture
def keep(running: Stack) -> Iterator[list[WatchWindow]]:
    """The windows of a test; at the end, none of them may have thrown an error."""
    running.lift_faults()
    running.forget_limits()
    wait_until_nobody_watches(running)
    opened: list[WatchWindow] = []
    yield opened
    for window in opened:
        assert window.problems == [], window.name
        if window.page.context.pages:
            window.close()


def wait_until_nobody_watches(stack: Stack) -> None:
    """An Activity ends when its last window has been closed for a moment; until then a launch would lead into it."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while stack.http.get(f"{stack.rest_url}/_sim/activities").json()["instances"]:
        assert time.monotonic() < until, "somebody still watches"
        time.sleep(0.2)


def launch(keep: list[WatchWindow], browser: Browser, stack: Stack, name: str, *, is_first: bool) -> ActivityWindow:
    """Somebody comes in: the first by the command, others by the card in the channel."""
    member = stack.member(name)
    window = ActivityWindow(browser, stack, member, HALL)
    keep.append(window)
    if is_first:
        window.run("kaltura-watch")
    else:
        window.join()
    if name not in AGREED:
        AGREED.add(name)
        window.agree()
    return window


# Discord asks everybody once, and the stack lives as long as the session.
AGREED: set[str] = set()


def link_for(stack: Stack, member: Member, channel: str) -> str:
    """The address of the room for a browser tab, for somebody who may not use Activities there."""
    shown = stack.use(member, stack.channel(channel), "kaltura-watch", video="1_film0001")
    return next(str(button["url"]) for button in buttons(shown["message"]) if button.get("url"))


def choose(window: WatchWindow, title: str) -> None:
    """Search for a video and put it on."""
    window.says("What shall we watch?")
    window.place.get_by_role("searchbox", name="Search videos").fill(title.split(",")[0])
    window.place.locator(".video-card", has_text=title).first.click(timeout=PATIENCE_MS)
    expect(window.place.get_by_role("heading", name=title)).to_be_visible(timeout=PATIENCE_MS)


def shows_the_film(window: WatchWindow) -> None:
    """The player has its first picture, and the poster is gone."""
    expect(window.place.locator(".cover-loading")).to_have_count(0, timeout=PATIENCE_MS)


def test_two_people_in_two_windows(running: Stack, browser: Browser, keep: list[WatchWindow]) -> None:
    ann = launch(keep, browser, running, "Ann", is_first=True)
    dana = launch(keep, browser, running, "Dana", is_first=False)
    dana.says("Ann is choosing a video")
    dana.photograph("01-waiting")
    ann.says("What shall we watch?")
    ann.photograph("02-choosing")

    choose(ann, FILM)
    shows_the_film(ann)
    shows_the_film(dana)
    ann.photograph("03-ready")
    ann.press(ann.button("Play (space)"))
    ann.is_in_sync()
    dana.is_in_sync()
    ann.photograph("04-playing")
    are_together(ann, dana)

    # Whoever has no right is told why, and asks with one tap; the host answers with one.
    dana.press(dana.button("Pause (space)"))
    dana.says("Ann has the remote.")
    dana.press(dana.button("Ask for it"))
    assert not ann.film_is_paused()
    ann.says("Dana asks for the remote.")
    ann.photograph("06-asked")
    ann.press(ann.button("Hand it over"))
    dana.says("You have the remote now.")

    # The remote works in the new hand: pause settles both on one frame, a jump takes both along.
    dana.press(dana.button("Pause (space)"))
    expect(ann.button("Play (space)")).to_be_attached(timeout=PATIENCE_MS)
    wait_for(dana, lambda: ann.film_is_paused() and dana.film_is_paused())
    wait_for(dana, lambda: abs(ann.film_seconds() - dana.film_seconds()) < 0.002)
    dana.photograph("07-paused")
    dana.page.keyboard.press("l")
    dana.page.keyboard.press("l")
    dana.page.keyboard.press("ArrowRight")
    before = dana.film_seconds()
    wait_for(dana, lambda: abs(ann.film_seconds() - dana.film_seconds()) < 0.002 and ann.film_seconds() > 20)
    assert ann.film_seconds() > before - 0.1
    dana.page.keyboard.press("k")
    ann.is_in_sync()

    # The host's window closes; the other one gets the remote by itself.
    dana.close()
    ann.says(re.compile("You have the remote now"))
    ann.photograph("08-successor")


def test_watching_freely_and_coming_back(running: Stack, browser: Browser, keep: list[WatchWindow]) -> None:
    ann = launch(keep, browser, running, "Ann", is_first=True)
    choose(ann, FILM)
    dana = launch(keep, browser, running, "Dana", is_first=False)
    ann.press(ann.button("Play (space)"))
    dana.is_in_sync()

    dana.press(dana.place.locator(".sync-mark"))
    dana.photograph("11-in-step")
    dana.press(dana.button("Watch freely"))
    dana.says("watching freely")
    dana.page.keyboard.press("Escape")
    dana.press(dana.button("Pause (space)"))
    wait_for(dana, dana.film_is_paused)
    assert not ann.film_is_paused()
    dana.photograph("12-freely")

    dana.press(dana.place.locator(".sync-mark"))
    dana.press(dana.button("Back to Ann"))
    dana.is_in_sync()
    are_together(ann, dana)


def test_the_shapes_of_the_page(running: Stack, browser: Browser, keep: list[WatchWindow]) -> None:
    ann = launch(keep, browser, running, "Ann", is_first=True)
    choose(ann, FILM)
    shows_the_film(ann)
    ann.press(ann.button("Play (space)"))
    ann.is_in_sync()
    chrome = ann.place.locator(".chrome-bottom")

    # Still for three seconds: nothing but the picture. A movement brings everything back.
    ann.stir()
    expect(chrome).to_have_css("opacity", "1")
    expect(chrome).to_have_css("opacity", "0", timeout=PATIENCE_MS)
    ann.photograph("21-still")
    ann.stir()
    expect(chrome).to_have_css("opacity", "1")

    # Captions stand above the controls.
    ann.page.keyboard.press("c")
    caption = ann.place.locator(".captions p").first
    expect(caption).to_be_visible(timeout=PATIENCE_MS)
    ann.stir()
    expect(chrome).to_have_css("opacity", "1")
    ann.page.wait_for_timeout(400)
    caption_box, bar_box = caption.bounding_box(), ann.place.locator(".control-bar").bounding_box()
    assert caption_box is not None
    assert bar_box is not None
    assert caption_box["y"] + caption_box["height"] <= bar_box["y"]
    ann.photograph("22-captions")

    ann.arrange("Picture in picture")
    expect(ann.place.locator("html")).to_have_attribute("data-shape", "pip")
    expect(ann.place.locator(".control-bar")).to_have_count(0)
    ann.page.wait_for_timeout(500)
    ann.photograph("23-pip")
    ann.arrange("Grid")
    expect(ann.place.locator("html")).to_have_attribute("data-shape", "grid")
    ann.page.wait_for_timeout(500)
    ann.photograph("24-grid")
    ann.arrange("Focused")
    expect(ann.place.locator(".control-bar")).to_be_attached()

    # A phone, upright and on its side: the frame is opened anew, and the room is where it was.
    ann.arrange("On a phone")
    expect(ann.place.locator("html")).to_have_attribute("data-shape", "portrait", timeout=PATIENCE_MS)
    ann.is_in_sync()
    ann.photograph("25-phone-upright")
    small = ann.place.locator("button:visible").evaluate_all(
        "all => all.filter(b => b.getBoundingClientRect().height < 43.5).map(b => b.className)"
    )
    assert small == []
    ann.arrange("Turn to landscape")
    expect(ann.place.locator("html")).to_have_attribute("data-shape", "landscape", timeout=PATIENCE_MS)
    ann.page.wait_for_timeout(500)
    ann.photograph("26-phone-on-its-side")


def test_a_browser_tab_where_activities_are_not_allowed(
    running: Stack, browser: Browser, keep: list[WatchWindow]
) -> None:
    bo = running.member("Bo")
    address = link_for(running, bo, "Study room")
    tab = TabWindow(browser, bo, address)
    keep.append(tab)
    tab.says(FILM)
    assert "link=" not in tab.page.url
    shows_the_film(tab)
    tab.press(tab.button("Play (space)"))
    # A tab that nobody has touched before plays no sound: this press was the touch.
    tab.is_in_sync()
    tab.photograph("31-tab")

    # A second one comes in while it plays, and hears nothing before the one tap.
    address = link_for(running, running.member("Herr Emil"), "Study room")
    other = TabWindow(browser, running.member("Herr Emil"), address, viewport=(420, 860))
    keep.append(other)
    other.photograph("32-tab-tap")
    other.press(other.button("Tap to join with sound"))
    other.is_in_sync()
    other.photograph("33-tab-upright")
    are_together(tab, other)


def test_a_link_that_is_no_longer_good(running: Stack, browser: Browser, keep: list[WatchWindow]) -> None:
    tab = TabWindow(browser, running.member("Bo"), f"{running.base_url}/#link=long-gone")
    keep.append(tab)
    expect(tab.place.get_by_role("alert")).to_contain_text("/kaltura-watch", timeout=PATIENCE_MS)
    tab.photograph("34-tab-expired")


def are_together(one: WatchWindow, other: WatchWindow) -> None:
    """Both play, and show the same moment of the film."""
    wait_for(one, lambda: abs(one.film_began() - other.film_began()) < CLOSE_SECONDS)
    assert not one.film_is_paused()
    assert not other.film_is_paused()


def wait_for(window: WatchWindow, holds: Callable[[], bool]) -> None:
    """Look again and again until it holds."""
    for _ in range(PATIENCE_MS // 100):
        if holds():
            return
        window.page.wait_for_timeout(100)
    window.photograph("never")
    raise AssertionError("it never became so")
