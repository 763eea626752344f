"""Kaltura down, slow, busy or talking nonsense: one clear sentence, nothing half-made, and the next command works."""

import time
from typing import Any

import pytest

from tests.integration.running_stack import Stack, buttons, words

ROOM_ADD = "POST /api_v3/service/room_room/action/add"
EVERYTHING = "POST /api_v3/*"

UNWELL: dict[str, dict[str, Any]] = {
    "down": {"match": EVERYTHING, "kind": "cut"},
    "broken": {"match": EVERYTHING, "kind": "status", "value": 503},
    "slow": {"match": EVERYTHING, "kind": "delay", "value": 30_000},
    "talking nonsense": {"match": EVERYTHING, "kind": "garbage"},
    "asking to slow down": {"match": EVERYTHING, "kind": "throttle"},
}


@pytest.mark.parametrize("state", UNWELL)
def test_one_sentence_nothing_half_made_and_the_next_command_works(stack: Stack, state: str) -> None:
    bo = stack.member("Bo")
    channel = stack.channel("lessons")
    title = f"While Kaltura is {state}"
    stack.order_fault(target="kaltura", **UNWELL[state])

    began = time.monotonic()
    shown = stack.use(bo, channel, "kaltura-start", wait_seconds=60, type="room", title=title)
    took = time.monotonic() - began

    sentence = words(shown["message"])
    assert "wasn't created. Try again in a minute." in sentence
    assert title in sentence
    assert "\n" not in sentence
    assert took < 45
    card = stack.card(channel, title, bo)
    assert "NOT STARTED" in words(card)
    assert [b["label"] for b in buttons(card)] == ["Try again"]
    running = stack.type_in(bo, channel, "kaltura-join", "meeting", title)
    assert running == []

    stack.lift_faults()
    _wait_until_kaltura_is_asked_again(stack)
    assert not any(room["name"] == title for room in stack.kaltura("rooms"))
    again = stack.press(bo, stack.card(channel, title, bo), "Try again")
    assert again["outcome"] == "modal"
    started = stack.interact(
        bo, channel, 45, modal=again["modal"]["custom_id"], fields={"title": title, "description": ""}
    )
    assert "is live" in words(started["message"])


def _wait_until_kaltura_is_asked_again(stack: Stack) -> None:
    """After several failures in a row Kaltura is left alone for a moment; a person would wait that minute, too."""
    ann = stack.member("Ann")
    for _ in range(40):
        shown = stack.use(ann, stack.channel("lessons"), "kaltura-video-search", query="cell")
        if "Kaltura" not in words(shown["message"]):
            return
        time.sleep(3)
    raise AssertionError("Kaltura was never asked again")


def test_a_room_made_after_we_stopped_waiting_is_found_instead_of_made_twice(stack: Stack) -> None:
    chen = stack.member("Chen")
    channel = stack.channel("lessons")
    # The room is made, but the answer never arrives.
    stack.order_fault(target="kaltura", match=ROOM_ADD, kind="drop", times=1)

    shown = stack.use(chen, channel, "kaltura-start", type="room", title="Made once")

    assert "is live" in words(shown["message"])
    assert len([room for room in stack.kaltura("rooms") if room["name"] == "Made once"]) == 1


def test_an_end_counts_at_once_even_if_kaltura_hears_of_it_later(stack: Stack) -> None:
    chen = stack.member("Chen")
    channel = stack.channel("lessons")
    stack.use(chen, channel, "kaltura-start", type="room", title="Ends anyway")
    stack.order_fault(target="kaltura", match="POST /api_v3/service/session/action/end", kind="status", value=503)

    shown = stack.use(chen, channel, "kaltura-end", meeting="Ends anyway")

    assert "I keep trying" in words(shown["message"])
    stack.wait_for_card(channel, "Ends anyway", chen, "ENDED")
