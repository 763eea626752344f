"""Viewers come in as different people, and their browsers find Discord at once and everything else through links."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from playwright.async_api import Browser, Page

from tests.bench_sync.entrances import Members, activity_in
from tests.bench_sync.network import ViewerNetwork
from tests.bench_sync.viewers import Viewer, resolver_rules
from tests.integration.running_stack import Stack

DESCRIPTION = {
    "base_url": "http://127.0.0.1:3333",
    "discord": {"rest_url": "http://localhost:3333/discord-sim/api/v10"},
    "kaltura": {"service_url": "http://localhost:3334"},
    "dynamodb": {"endpoint_url": "http://127.0.0.1:3336"},
    "servers": [
        {"name": "Riverside School", "members": [{"user_id": "1", "name": "Ann"}, {"user_id": "2", "name": "Bo"}]}
    ],
}


@pytest.fixture
def stack() -> Iterator[Stack]:
    described = Stack(DESCRIPTION)
    yield described
    described.http.close()


def viewer(name: str) -> Viewer:
    return Viewer(name, cast("Browser", None), cast("ViewerNetwork", None), sampler="")


def page(*addresses: str) -> Page:
    return cast("Page", SimpleNamespace(frames=[SimpleNamespace(url=address) for address in addresses]))


def test_each_viewer_is_a_person_of_their_own_and_stays_it(stack: Stack) -> None:
    members = Members(stack)
    assert members.of(viewer("first")).name == "Ann"
    assert members.of(viewer("second")).name == "Bo"
    assert members.of(viewer("first")).name == "Ann"


def test_discord_is_reached_at_once_and_the_rest_through_links() -> None:
    switch = resolver_rules({29333: 41001}, {"localhost:3333": 29333})
    assert switch == (
        "--host-resolver-rules=MAP localhost:3333 127.0.0.1:29333, "
        "MAP 127.0.0.1:29333 127.0.0.1:41001, MAP localhost:29333 127.0.0.1:41001"
    )


def test_the_film_is_in_the_frame_that_discord_made() -> None:
    outside, activity = "http://localhost:3333/discord-sim/", "http://127.0.0.1:29333/?instance_id=i-1&frame_id=f-1"
    assert activity_in(page(outside)) is None
    found = activity_in(page(outside, "about:blank", activity))
    assert found is not None
    assert found.url == activity
