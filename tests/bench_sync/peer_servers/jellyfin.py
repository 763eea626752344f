"""Jellyfin SyncPlay's group: it waits until everybody has said that they are ready, then lets them start together.

Source: jellyfin/jellyfin, MediaBrowser.Controller/SyncPlay/GroupStates/WaitingGroupState.cs and PlayingGroupState.cs
(who joins while the group plays stops it until they are ready; unpause after twice the highest ping, 500 ms at
least), Emby.Server.Implementations/SyncPlay/Group.cs (`DefaultPing` 500, which also stands for a ping never told).
"""

from dataclasses import dataclass, field
from typing import Literal

from tests.bench_sync.peer_servers.peer_server import Message, Post, number

_DEFAULT_PING_MS = 500.0


@dataclass(slots=True)
class JellyfinServer:
    """`position` is of the moment `since`, which may still be ahead."""

    pings: dict[str, float] = field(default_factory=dict)
    buffering: set[str] = field(default_factory=set)
    state: Literal["paused", "waiting", "playing"] = "paused"
    resumes: bool = False
    position: float = 0.0
    since: float = 0.0
    tick_seconds: float | None = None

    def joined(self, viewer: str, now: float) -> list[Post]:
        others = list(self.pings)
        self.pings[viewer] = _DEFAULT_PING_MS
        self._stop_the_clock(now)
        self.buffering.add(viewer)
        self.state = "waiting"
        queue = Post(viewer, {"kind": "queue", "seconds": self.position})
        return [queue, *(self._command("pause", other, now) for other in others if other not in self.buffering)]

    def left(self, viewer: str, now: float) -> list[Post]:
        del self.pings[viewer]
        self.buffering.discard(viewer)
        return self._go_on_when_all_are_ready(now)

    def received(self, viewer: str, message: Message, now: float) -> list[Post]:
        match message["kind"]:
            case "time":
                sent, at = message["sent"], now * 1000
                return [Post(viewer, {"kind": "time", "sent": sent, "arrived": at, "answered": at})]
            case "ping":
                self.pings[viewer] = number(message, "milliseconds")
                return []
            case "ready":
                self.buffering.discard(viewer)
                return self._go_on_when_all_are_ready(now)
            case "unpause":
                self.resumes = True
                return self._unpause(now) if self.state == "paused" else []
            case "pause":
                self._stop_the_clock(now)
                self.state, self.resumes = "paused", False
                return [self._command("pause", one, now) for one in self.pings]
            case "seek":
                return self._seek(number(message, "seconds"), now)
            case _:
                return []

    def ticked(self, now: float) -> list[Post]:
        return []

    def _stop_the_clock(self, now: float) -> None:
        if self.state == "playing":
            self.resumes = True
            self.position += max(0.0, now - self.since)
        self.since = now

    def _seek(self, seconds: float, now: float) -> list[Post]:
        self._stop_the_clock(now)
        self.position = seconds
        self.state = "waiting"
        self.buffering = set(self.pings)
        return [self._command("seek", one, now) for one in self.pings]

    def _go_on_when_all_are_ready(self, now: float) -> list[Post]:
        if self.state != "waiting" or self.buffering:
            return []
        if self.resumes:
            return self._unpause(now)
        self.state = "paused"
        return []

    def _unpause(self, now: float) -> list[Post]:
        delay_ms = max(2 * max(self.pings.values(), default=0.0), _DEFAULT_PING_MS)
        self.state = "playing"
        self.since = now + delay_ms / 1000
        return [self._command("unpause", one, self.since) for one in self.pings]

    def _command(self, kind: str, viewer: str, when: float) -> Post:
        return Post(viewer, {"kind": kind, "seconds": self.position, "when": when * 1000})
