"""The peers: what they are called, and how they keep together, in a few words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.bench_sync.peer_servers.broadcast import BroadcastServer
from tests.bench_sync.peer_servers.jellyfin import JellyfinServer
from tests.bench_sync.peer_servers.open_together_tube import OpenTogetherTubeServer
from tests.bench_sync.peer_servers.peer_server import PeerServer
from tests.bench_sync.peer_servers.syncplay import SyncplayServer
from tests.bench_sync.peer_servers.watch_party import WatchPartyServer


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them."""

    algorithm: str
    title: str
    how: str
    make_server: Callable[[], PeerServer]


PEERS: Final = {
    peer.algorithm: peer
    for peer in (
        Peer("syncplay", "Syncplay", "slow to 0.95 from 1.5 s ahead, rewind from 4 s", SyncplayServer),
        Peer("open_together_tube", "OpenTogetherTube", "seek above 1 s", OpenTogetherTubeServer),
        Peer("watch_party", "WatchParty", "up to 1.1x from 0.5 s behind", WatchPartyServer),
        Peer("jellyfin", "Jellyfin SyncPlay, correcting", "rate from 60 ms, skip from 400 ms", JellyfinServer),
        Peer("broadcast", "a broadcast every 5 s", "seek above 2 s", BroadcastServer),
    )
}
