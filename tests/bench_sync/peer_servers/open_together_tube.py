"""OpenTogetherTube's room: it knows where the film is and says so when that changes.

Source: dyc3/opentogethertube, server/room.ts (`play`, `pause`, `seek`, `realPlaybackPosition`, `sync`).
"""

from dataclasses import dataclass, field

from tests.bench_sync.peer_servers.peer_server import Message, Post, number


@dataclass(slots=True)
class OpenTogetherTubeServer:
    """`position` is of the moment `since`."""

    viewers: list[str] = field(default_factory=list)
    is_playing: bool = False
    position: float = 0.0
    since: float = 0.0
    tick_seconds: float | None = None

    def joined(self, viewer: str, now: float) -> list[Post]:
        self.viewers.append(viewer)
        return [Post(viewer, self._state(now))]

    def left(self, viewer: str, now: float) -> list[Post]:
        self.viewers.remove(viewer)
        return []

    def received(self, viewer: str, message: Message, now: float) -> list[Post]:
        kind = message["kind"]
        if kind not in ("play", "pause", "seek"):
            return []
        self.position = number(message, "seconds") if kind == "seek" else self._real_position(now)
        self.since = now
        if kind != "seek":
            self.is_playing = kind == "play"
        state = self._state(now)
        return [Post(one, state) for one in self.viewers]

    def ticked(self, now: float) -> list[Post]:
        return []

    def _real_position(self, now: float) -> float:
        return self.position + (now - self.since if self.is_playing else 0.0)

    def _state(self, now: float) -> Message:
        return {"kind": "sync", "is_playing": self.is_playing, "seconds": self._real_position(now)}
