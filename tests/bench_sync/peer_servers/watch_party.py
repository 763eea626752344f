"""WatchParty's room: positions come in once a second and go out together once a second.

Source: howardchung/watchparty, server/room.ts (`setTimestamp` moves each position to the moment of the next map and
lets `videoTS` only grow; `tsInterval` 1000 ms; `playVideo`, `pauseVideo`, `seekVideo` tell the others).
"""

from dataclasses import dataclass, field

from tests.bench_sync.peer_servers.peer_server import Message, Post, number


@dataclass(slots=True)
class WatchPartyServer:
    """`position` is the furthest that anybody told since the last seek."""

    viewers: list[str] = field(default_factory=list)
    positions: dict[str, float] = field(default_factory=dict)
    paused: bool = True
    position: float = 0.0
    map_sent_at: float = 0.0
    tick_seconds: float | None = 1.0

    def joined(self, viewer: str, now: float) -> list[Post]:
        self.viewers.append(viewer)
        return [Post(viewer, {"kind": "host", "you": viewer, "seconds": self.position, "paused": self.paused})]

    def left(self, viewer: str, now: float) -> list[Post]:
        self.viewers.remove(viewer)
        self.positions.pop(viewer, None)
        return []

    def received(self, viewer: str, message: Message, now: float) -> list[Post]:
        match message["kind"]:
            case "ts":
                told = number(message, "seconds")
                self.position = max(self.position, told)
                self.positions[viewer] = told - (now - self.map_sent_at) + 1
                return []
            case "play" | "pause":
                self.paused = message["kind"] == "pause"
            case "seek":
                self.position = number(message, "seconds")
            case _:
                return []
        return [Post(other, message) for other in self.viewers if other != viewer]

    def ticked(self, now: float) -> list[Post]:
        self.map_sent_at = now
        return [Post(viewer, {"kind": "ts_map", "positions": dict(self.positions)}) for viewer in self.viewers]
