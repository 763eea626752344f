"""Syncplay's room: once a second everybody is told where the slowest is.

Source: Syncplay/syncplay, syncplay/server.py (`Room.getPosition`: older than a second, the least of all watchers;
`Watcher.updateState`; `SyncFactory.forcePositionUpdate`), SERVER_STATE_INTERVAL 1 s.
"""

from dataclasses import dataclass, field

from tests.bench_sync.peer_servers.peer_server import Message, Post, number

_STATE_SECONDS = 1.0
_AVERAGE_WEIGHT = 0.85


@dataclass(slots=True)
class Ping:
    """The age of a viewer's messages by a moving average of round trips (protocols.py, `PingService`)."""

    round_trip: float = 0.0
    average: float = 0.0
    age: float = 0.0

    def receive(self, now: float, stamp: float, other_round_trip: float) -> None:
        """Learn from a message that answers what was sent at `stamp`; 0 where it answers nothing."""
        if stamp == 0:
            return
        self.round_trip = now - stamp
        self.average = self.average or self.round_trip
        self.average = self.average * _AVERAGE_WEIGHT + self.round_trip * (1 - _AVERAGE_WEIGHT)
        self.age = self.average / 2 + max(0.0, self.round_trip - other_round_trip)


@dataclass(slots=True)
class Watcher:
    """A viewer as the server knows it; `position` is of the moment `since`."""

    position: float | None = None
    since: float = 0.0
    changes: int = 0
    client_stamp: float = 0.0
    ping: Ping = field(default_factory=Ping)

    def run_on(self, now: float, paused: bool) -> float:
        """Where they are now."""
        return (self.position or 0.0) + (0.0 if paused else now - self.since)


@dataclass(slots=True)
class SyncplayServer:
    """The room and its watchers, each in a timer of its own in Syncplay; here told at the same ticks."""

    watchers: dict[str, Watcher] = field(default_factory=dict)
    paused: bool = True
    position: float = 0.0
    since: float = 0.0
    set_by: str = ""
    tick_seconds: float | None = _STATE_SECONDS

    def joined(self, viewer: str, now: float) -> list[Post]:
        self.watchers[viewer] = Watcher()
        return [Post(viewer, {"kind": "hello", "may_control": True}), self._state(viewer, now, is_seek=False)]

    def left(self, viewer: str, now: float) -> list[Post]:
        del self.watchers[viewer]
        return []

    def received(self, viewer: str, message: Message, now: float) -> list[Post]:
        if message["kind"] != "state":
            return []
        watcher = self.watchers[viewer]
        watcher.client_stamp = number(message, "client_stamp")
        watcher.ping.receive(now, number(message, "server_stamp") / 1000, number(message, "client_rtt"))
        watcher.changes = int(number(message, "change"))
        paused = message["paused"]
        has_paused_changed = isinstance(paused, bool) and paused != self.paused
        if message["position"] is not None and isinstance(paused, bool):
            watcher.position = number(message, "position") + (0.0 if paused else watcher.ping.age)
            watcher.since = now
        if has_paused_changed:
            self.paused = bool(paused)
            self.set_by = viewer
        is_seek = message["do_seek"] is True
        if not (is_seek or has_paused_changed) or watcher.position is None:
            return []
        return self._force(viewer, watcher.position, now, is_seek=is_seek)

    def ticked(self, now: float) -> list[Post]:
        return [self._state(viewer, now, is_seek=False) for viewer in self.watchers]

    def _force(self, viewer: str, position: float, now: float, *, is_seek: bool) -> list[Post]:
        """Somebody changed something: all stand where they stand, and are told at once."""
        self.position, self.since, self.set_by = position, now, viewer
        for watcher in self.watchers.values():
            watcher.position, watcher.since = position, now
        return [self._state(one, now, is_seek=is_seek) for one in self.watchers]

    def _room_position(self, now: float) -> float:
        known = {name: watcher for name, watcher in self.watchers.items() if watcher.position is not None}
        if known and now - self.since > 1:
            slowest = min(known, key=lambda name: known[name].run_on(now, self.paused))
            self.set_by = slowest
            self.position = known[slowest].run_on(now, self.paused)
            self.since = now
            return self.position
        return self.position + (0.0 if self.paused else now - self.since)

    def _state(self, viewer: str, now: float, *, is_seek: bool) -> Post:
        watcher = self.watchers[viewer]
        state = {
            "kind": "state",
            "position": self._room_position(now),
            "paused": self.paused,
            "do_seek": is_seek,
            "set_by_you": self.set_by == viewer,
            "changes_seen": watcher.changes,
            "server_stamp": now * 1000,
            "server_rtt": watcher.ping.round_trip,
            "your_stamp": watcher.client_stamp,
        }
        watcher.client_stamp = 0.0
        return Post(viewer, state)
