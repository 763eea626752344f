"""More than Discord lets through, for one channel, by several notifiers at once: what cannot go waits for its turn."""

import json
import time
from collections.abc import Iterator

import pytest

from local_stack.gateway.manifest import read_manifest
from local_stack.places import REPOSITORY
from tests.integration.pressure import at_once, eventually
from tests.integration.running_stack import Member, Stack, words

ALL_HANDS = 203
VIDEOS = 16

# Five at once, then four in each five seconds, each up to a second late as the queue counts whole ones.
_SECONDS = 60


@pytest.fixture
def grace(stack: Stack) -> Member:
    return stack.member("Grace", "Northwind")


@pytest.fixture
def channel(stack: Stack, grace: Member) -> Iterator[str]:
    """A channel that is told of all that is new for all hands, with buckets that are full."""
    channel = stack.channel("general", "Northwind")
    for subcommand, options in (
        ("channel", {"type": "default", "channel": channel}),
        ("set", {"key": "notifications.subscriptions.categories", "value": str(ALL_HANDS)}),
    ):
        stack.interact(grace, channel, 45, command=f"kaltura-config {subcommand}", options=options)
    # Our functions remember for half a minute how it was before.
    assert eventually(lambda: _is_told_of_a_video(stack, channel, grace), 45)
    stack.http.delete(f"{stack.rest_url}/_sim/rate-limits")
    yield channel
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    table.delete_item(Key={"pk": f"SERVER#{stack.server('Northwind')['guild_id']}", "sk": "CONFIG"})


def publish(stack: Stack, title: str) -> None:
    """A new video for all hands."""
    wish = {"name": title, "category_id": ALL_HANDS, "ready": True}
    assert stack.http.post(f"{stack.kaltura_url}/_sim/entries", json=wish).status_code == 200


def told_of(stack: Stack, channel: str, grace: Member, title: str) -> int:
    """How many messages tell of it."""
    return sum(f"A new video is ready: **{title}**" in words(message) for message in stack.messages(channel, grace))


def _is_told_of_a_video(stack: Stack, channel: str, grace: Member) -> bool:
    title = f"Before the crowd {time.monotonic()}"
    publish(stack, title)
    return eventually(lambda: told_of(stack, channel, grace, title) == 1, 4)


def test_many_videos_at_once_are_told_once_each_and_no_notifier_is_refused_twice(
    stack: Stack, grace: Member, channel: str
) -> None:
    begun_ms = time.time() * 1000
    titles = [f"Crowd {number:02d}" for number in range(VIDEOS)]
    at_once(*(lambda title=title: publish(stack, title) for title in titles))
    assert eventually(lambda: all(told_of(stack, channel, grace, title) for title in titles), _SECONDS)
    asked = [
        call
        for call in stack.http.get(f"{stack.rest_url}/_sim/requests").json()
        if (call["method"], call["path"]) == ("POST", f"/channels/{channel}/messages") and call["at_ms"] >= begun_ms
    ]
    told = [call for call in asked if call["status"] == 200 and "Crowd " in json.dumps(call["body"])]
    assert len(told) == VIDEOS
    (notifiers,) = (
        plan.local_workers
        for plan in read_manifest(REPOSITORY / "infra" / "functions.json").functions
        if plan.name == "notifier"
    )
    # Whoever takes the last that the bucket has knows; each other may have to find out, once.
    assert sum(call["status"] == 429 for call in asked) <= notifiers
    assert [told_of(stack, channel, grace, title) for title in titles] == [1] * VIDEOS
