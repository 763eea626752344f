"""The peers' servers do what their sources say."""

import pytest

from tests.bench_sync.peer_servers.broadcast import BroadcastServer
from tests.bench_sync.peer_servers.jellyfin import JellyfinServer
from tests.bench_sync.peer_servers.open_together_tube import OpenTogetherTubeServer
from tests.bench_sync.peer_servers.peer_server import Message, Post
from tests.bench_sync.peer_servers.syncplay import Ping, SyncplayServer
from tests.bench_sync.peer_servers.watch_party import WatchPartyServer


def only(posts: list[Post], to: str) -> Message:
    (message,) = [post.message for post in posts if post.to == to]
    return message


def test_broadcast_tells_the_others_and_who_comes_later() -> None:
    server = BroadcastServer()
    assert only(server.joined("ann", 0), "ann") == {"kind": "you_are_host"}
    assert server.joined("bob", 0) == []
    word = {"kind": "position", "seconds": 4.0, "paused": False}
    assert server.received("ann", word, 1) == [Post("bob", word)]
    assert server.joined("cat", 2) == [Post("cat", word)]


def test_open_together_tube_lets_the_position_run_on() -> None:
    server = OpenTogetherTubeServer()
    server.joined("ann", 0)
    server.received("ann", {"kind": "seek", "seconds": 10}, 5)
    assert len(server.received("ann", {"kind": "play"}, 6)) == 1
    late = only(server.joined("bob", 9), "bob")
    assert late == {"kind": "sync", "is_playing": True, "seconds": 13.0}
    paused = server.received("bob", {"kind": "pause"}, 10)
    assert {post.to for post in paused} == {"ann", "bob"}
    assert paused[0].message["seconds"] == 14.0


def test_watch_party_moves_positions_to_the_next_map() -> None:
    server = WatchPartyServer()
    server.joined("ann", 0)
    server.joined("bob", 0)
    server.ticked(100.0)
    server.received("ann", {"kind": "ts", "seconds": 20.0}, 100.2)
    server.received("bob", {"kind": "ts", "seconds": 20.0}, 100.7)
    positions = only(server.ticked(101.0), "ann")["positions"]
    assert positions == pytest.approx({"ann": 20.8, "bob": 20.3})
    assert only(server.joined("cat", 101.5), "cat")["seconds"] == 20.0


def state(position: float | None, **more: object) -> Message:
    return {
        "kind": "state",
        "position": position,
        "paused": False,
        "do_seek": False,
        "change": 0,
        "server_stamp": 0,
        "client_stamp": 0,
        "client_rtt": 0,
    } | more


def test_syncplay_takes_the_slowest_and_says_whose_it_is() -> None:
    server = SyncplayServer()
    for viewer in ("ann", "bob"):
        server.joined(viewer, 0)
    forced = server.received("ann", state(50.0, change=1), 10)
    assert only(forced, "bob")["position"] == 50.0
    assert only(forced, "ann")["changes_seen"] == 1
    server.received("ann", state(51.0), 11)
    server.received("bob", state(49.0), 11)
    told = server.ticked(11.5)
    assert only(told, "ann")["position"] == 49.5
    assert (only(told, "ann")["set_by_you"], only(told, "bob")["set_by_you"]) == (False, True)


def test_syncplay_adds_the_age_of_a_message() -> None:
    ping = Ping()
    ping.receive(10.1, 10.0, 0.1)
    assert abs(ping.age - 0.05) < 1e-9
    ping.receive(20.0, 0, 0.1)
    assert abs(ping.age - 0.05) < 1e-9


def ready(server: JellyfinServer, viewer: str, now: float) -> list[Post]:
    return server.received(viewer, {"kind": "ready", "seconds": 0}, now)


def test_jellyfin_starts_when_all_are_ready_after_twice_the_highest_ping() -> None:
    server = JellyfinServer()
    server.joined("ann", 0)
    server.joined("bob", 0)
    assert server.received("ann", {"kind": "unpause"}, 1) == []
    assert ready(server, "ann", 2) == []
    start = ready(server, "bob", 3)
    assert only(start, "ann") == {"kind": "unpause", "seconds": 0.0, "when": 4000.0}
    server.received("bob", {"kind": "ping", "milliseconds": 40}, 3)
    server.received("ann", {"kind": "ping", "milliseconds": 400}, 3)
    server.received("ann", {"kind": "seek", "seconds": 30}, 5)
    ready(server, "ann", 6)
    assert only(ready(server, "bob", 6), "bob")["when"] == 6800.0


def test_jellyfin_stops_everybody_for_who_joins() -> None:
    server = JellyfinServer()
    server.joined("ann", 0)
    ready(server, "ann", 0)
    server.received("ann", {"kind": "unpause"}, 0)
    # It had said at 0 that it plays from 1 on: twice the ping that it takes for granted.
    posts = server.joined("bob", 10.5)
    assert only(posts, "ann") == {"kind": "pause", "seconds": 9.5, "when": 10_500.0}
    assert only(posts, "bob") == {"kind": "queue", "seconds": 9.5}
    assert {post.message["kind"] for post in ready(server, "bob", 12)} == {"unpause"}
