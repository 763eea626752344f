"""A relay: what the host says about its position is told to everybody else, and to who comes later."""

from dataclasses import dataclass, field

from tests.bench_sync.peer_servers.peer_server import Message, Post


@dataclass(slots=True)
class BroadcastServer:
    """Holds the host's last word."""

    viewers: list[str] = field(default_factory=list)
    last: Message | None = None
    tick_seconds: float | None = None

    def joined(self, viewer: str, now: float) -> list[Post]:
        self.viewers.append(viewer)
        if len(self.viewers) == 1:
            return [Post(viewer, {"kind": "you_are_host"})]
        return [] if self.last is None else [Post(viewer, self.last)]

    def left(self, viewer: str, now: float) -> list[Post]:
        self.viewers.remove(viewer)
        return []

    def received(self, viewer: str, message: Message, now: float) -> list[Post]:
        if message["kind"] != "position":
            return []
        self.last = message
        return [Post(other, message) for other in self.viewers if other != viewer]

    def ticked(self, now: float) -> list[Post]:
        return []
