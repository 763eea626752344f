"""What happens to a meeting reaches its card and the channels that its server has set, through the real functions."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.integration.running_stack import Member, Stack, buttons, link_in, words

SCHOOL = "Riverside"


@pytest.fixture
def ann(stack: Stack) -> Member:
    return stack.member("Ann")


@pytest.fixture
def general(stack: Stack) -> str:
    return stack.channel("general")


@pytest.fixture
def lessons(stack: Stack) -> str:
    return stack.channel("lessons")


@pytest.fixture(autouse=True)
def as_before(stack: Stack) -> Iterator[None]:
    """What a test sets is gone afterwards."""
    yield
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    table.delete_item(Key={"pk": f"SERVER#{stack.server(SCHOOL)['guild_id']}", "sk": "CONFIG"})


def configure(stack: Stack, ann: Member, where: str, subcommand: str, **options: str) -> str:
    """What an administrator reads."""
    shown = stack.interact(ann, where, 45, command=f"kaltura-config {subcommand}", options=options)
    return words(shown["message"])


def wait_for(what: Callable[[], Any], seconds: float = 20) -> Any:
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "it never came"
        time.sleep(0.2)
    return found


def said(stack: Stack, channel: str, ann: Member, sentence: str) -> list[str]:
    return [words(message) for message in stack.messages(channel, ann) if sentence in words(message)]


def end_until_told(stack: Stack, ann: Member, general: str, title: str, where: str) -> None:
    """End the meeting, and again a few seconds later: whoever tells may remember settings for half a minute."""
    for _ in range(8):
        ended = stack.press(ann, stack.wait_for_card(general, title, ann, "LIVE"), "End")
        until = time.monotonic() + 5
        while time.monotonic() < until:
            if said(stack, where, ann, f"**{title}** has ended"):
                return
            time.sleep(0.2)
        stack.press(ann, ended["message"], "Open it again")
    raise AssertionError("it was never told")


def room_of(stack: Stack, title: str) -> str:
    return next(str(room["id"]) for room in stack.kaltura("rooms") if room["name"] == title)


def test_an_end_is_told_in_the_channel_that_is_set_and_listed(
    stack: Stack, ann: Member, general: str, lessons: str
) -> None:
    configure(stack, ann, general, "channel", type="meeting_end", channel=lessons)
    stack.use(ann, general, "kaltura-start", type="room", title="Told elsewhere")
    end_until_told(stack, ann, general, "Told elsewhere", lessons)
    stack.wait_for_card(general, "Told elsewhere", ann, "ENDED")
    assert said(stack, general, ann, "**Told elsewhere** has ended after") == []
    listed = wait_for(lambda: "see the message" in (page := configure(stack, ann, general, "notifications")) and page)
    assert "**A meeting has ended**: Told elsewhere" in listed


def test_the_card_shows_that_the_recording_is_ready_and_leads_to_it(stack: Stack, ann: Member, general: str) -> None:
    stack.use(ann, general, "kaltura-start", type="room", title="Recorded on its card")
    stack.press(ann, stack.card(general, "Recorded on its card", ann), "End")
    stack.wait_for_card(general, "Recorded on its card", ann, "ENDED")
    room = room_of(stack, "Recorded on its card")
    happened = stack.http.post(f"{stack.kaltura_url}/_sim/rooms/{room}/recording", json={"ready": True})
    entry_id = happened.json()["id"]

    card = stack.wait_for_card(general, "Recorded on its card", ann, "RECORDING READY")
    assert "Recording ready" in words(card)
    assert [each["label"] for each in buttons(card)] == ["Watch", "Watch Together", "Start again"]
    watch, together, _ = buttons(card)
    assert entry_id in watch["url"]
    assert entry_id in together["custom_id"]
    assert entry_id in json.dumps(card), "its picture"


def test_many_who_come_in_are_one_change_of_the_card(stack: Stack, ann: Member, general: str) -> None:
    people = [stack.member(name) for name in ("Bo", "Dana", "Chen")]
    stack.use(ann, general, "kaltura-start", type="room", title="Well attended")
    for person in people:
        shown = stack.press(person, stack.card(general, "Well attended", person), "Join")
        httpx.get(link_in(shown, "Open the meeting"), follow_redirects=False)
    stack.wait_for_card(general, "Well attended", ann, "3 joined")
