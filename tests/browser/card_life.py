"""A meeting's card in each state that it can be in, brought about as people bring it about."""

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.discord_page import DiscordPage
from tests.integration.running_stack import Stack, buttons

TITLE = "How cells divide"
# Long enough for a picture of a card that is still starting.
KALTURA_TAKES_MS = 4000
PATIENCE_MS = 20_000


@dataclass(frozen=True)
class ShownCard:
    """A card in a state, and the labels of its buttons from left to right."""

    state: str
    card: Locator
    buttons: list[str]


def card_states(page: DiscordPage, channel: str) -> Iterator[ShownCard]:
    """The states one after the other, each once its card shows it; what is set for them is as before afterwards."""
    yield from _a_life(page, channel)
    yield from _a_failure(page)
    yield from _a_plan(page, channel)


def _a_life(page: DiscordPage, channel: str) -> Iterator[ShownCard]:
    stack = page.stack
    stack.order_fault(target="kaltura", match="POST /api_v3/*", kind="delay", value=KALTURA_TAKES_MS, times=1)
    _begin_to_start(page)
    yield _shown(page, "STARTING")
    yield _shown(page, "LIVE")
    for name in ("Bo", "Chen", "Dana"):
        _come_in(stack, channel, name)
    yield _shown(page, "LIVE", "3 joined")
    page.card(TITLE).get_by_role("button", name="End").click()
    yield _shown(page, "ENDED")
    room = next(room["id"] for room in stack.kaltura("rooms") if room["name"] == TITLE)
    stack.http.post(f"{stack.kaltura_url}/_sim/rooms/{room}/recording", json={"ready": True}).raise_for_status()
    ready = _shown(page, "RECORDING READY")
    expect(ready.card.get_by_role("img").first).to_be_visible(timeout=PATIENCE_MS)
    yield ready


def _a_failure(page: DiscordPage) -> Iterator[ShownCard]:
    page.stack.order_fault(target="kaltura", match="POST /api_v3/*", kind="status", value=503)
    _begin_to_start(page)
    yield _shown(page, "NOT STARTED")
    page.stack.lift_faults()


def _a_plan(page: DiscordPage, channel: str) -> Iterator[ShownCard]:
    stack = page.stack
    _let_plan(stack, channel, "on")
    preview = stack.use(
        page.member, channel, "kaltura-start", type="classroom", title=TITLE, when="tomorrow 18:30", duration="1h30"
    )["message"]
    stack.press(page.member, preview, "Schedule it")
    yield _shown(page, "SCHEDULED")
    page.card(TITLE).get_by_role("button", name="Cancel").click()
    page.page.get_by_role("button", name="Cancel the meeting").last.click()
    yield _shown(page, "CANCELLED")
    _let_plan(stack, channel, "off")


def _let_plan(stack: Stack, channel: str, value: str) -> None:
    stack.use(stack.member("Ann"), channel, "kaltura-config set", key="features.scheduled_events", value=value)


def _begin_to_start(page: DiscordPage) -> None:
    page.choose_command("kaltura-start")
    page.pick("Virtual classroom")
    page.fill("title", TITLE)
    page.run()


def _come_in(stack: Stack, channel: str, name: str) -> None:
    member = stack.member(name)
    shown = stack.press(member, stack.card(channel, TITLE, member), "Join")
    url = next(each["url"] for each in buttons(shown["message"]) if each.get("url"))
    stack.http.get(url, follow_redirects=True)


def _shown(page: DiscordPage, state: str, says: str = "") -> ShownCard:
    card = page.card(TITLE)
    expect(card).to_contain_text(state, timeout=PATIENCE_MS)
    expect(card).to_contain_text(says, timeout=PATIENCE_MS)
    # A card's own button line, whose links look like buttons too.
    labels = card.locator(".action-row").locator("button, a").all_inner_texts()
    return ShownCard(f"{state} {says}".strip(), card, [label.strip() for label in labels])
