"""A meeting's card says in each state what people need then, has the buttons for it, and is read in both themes."""

from tests.browser.card_life import card_states
from tests.browser.conftest import Opener
from tests.browser.discord_page import SCREENSHOTS

BUTTONS = {
    "STARTING": [],
    "LIVE": ["Join", "Share", "End"],
    "LIVE 3 joined": ["Join", "Share", "End"],
    "ENDED": ["Start again"],
    "RECORDING READY": ["Watch", "Watch Together", "Start again"],
    "NOT STARTED": ["Try again"],
    "SCHEDULED": ["Interested", "Edit", "Cancel"],
    "CANCELLED": [],
}


def test_each_state_has_its_buttons_in_dark_and_in_light(window: Opener) -> None:
    page = window("Bo", "lessons")
    found = {}
    for shown in card_states(page, page.stack.channel("lessons")):
        found[shown.state] = shown.buttons
        for theme in page.themes():
            name = shown.state.lower().replace(" ", "-")
            shown.card.screenshot(path=SCREENSHOTS / f"card-{name}-{theme}.png")
    assert found == BUTTONS
