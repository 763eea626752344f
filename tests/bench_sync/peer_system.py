"""A peer's algorithm with Kaltura's player, as a system to measure."""

from dataclasses import dataclass
from urllib.parse import urlencode

from tests.bench_sync.film import Film
from tests.bench_sync.peer_servers.all_peers import Peer
from tests.bench_sync.systems import CouldNotEnter
from tests.bench_sync.viewers import Viewer, now_ms

_ENTER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class PeerSystem:
    """`relay_port` is where the peers' servers and their page are."""

    peer: Peer
    relay_port: int
    film: Film

    @property
    def name(self) -> str:
        return self.peer.algorithm

    @property
    def title(self) -> str:
        return self.peer.title

    async def enter(self, viewer: Viewer, room: int) -> None:
        base = f"127.0.0.1:{self.relay_port}"
        query = {
            "algorithm": self.peer.algorithm,
            "server": f"ws://{base}/server/{self.peer.algorithm}/{room}",
            "script": self.film.script,
            "manifest": self.film.manifest,
            "entry_id": self.film.entry_id,
            "partner_id": self.film.partner_id,
            "duration": self.film.seconds,
        }
        visit = await viewer.open(f"http://{base}/peer_page.html?{urlencode(query)}")
        try:
            await visit.until("window.viewer?.isInRoom()", _ENTER_SECONDS)
        except TimeoutError:
            raise CouldNotEnter(f"{viewer.name} in {self.title}: {visit.errors}") from None

    async def play(self, viewer: Viewer) -> float:
        pressed_at = now_ms()
        await viewer.page.evaluate("window.viewer.play()")
        return pressed_at

    async def seek(self, viewer: Viewer, seconds: float) -> float:
        pressed_at = now_ms()
        await viewer.page.evaluate("seconds => window.viewer.seek(seconds)", seconds)
        return pressed_at
