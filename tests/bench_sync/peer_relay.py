"""The peers' servers on one port, and the page that their viewers open."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import WSMsgType, web

from tests.bench_sync.peer_servers.all_peers import PEERS
from tests.bench_sync.peer_servers.peer_server import PeerServer, Post


@dataclass(slots=True)
class Room:
    """One room: a peer's server and the sockets of its viewers."""

    server: PeerServer
    sockets: dict[str, web.WebSocketResponse] = field(default_factory=dict)
    ticking: asyncio.Task[None] | None = None
    visits: int = 0

    async def visit(self, socket: web.WebSocketResponse) -> None:
        """One viewer's connection, from its hello to its end."""
        self.visits += 1
        viewer = f"viewer{self.visits}"
        async for received in socket:
            if received.type != WSMsgType.TEXT:
                continue
            message = json.loads(received.data)
            if message["kind"] == "hello":
                self.sockets[viewer] = socket
                await self._send(self.server.joined(viewer, time.time()))
            else:
                await self._send(self.server.received(viewer, message, time.time()))
        if self.sockets.pop(viewer, None) is not None:
            await self._send(self.server.left(viewer, time.time()))

    async def tick(self, seconds: float) -> None:
        """Call the server's `ticked` for ever."""
        while True:
            await asyncio.sleep(seconds)
            await self._send(self.server.ticked(time.time()))

    async def _send(self, posts: list[Post]) -> None:
        for post in posts:
            socket = self.sockets.get(post.to)
            if socket is not None and not socket.closed:
                await socket.send_json(post.message)


@asynccontextmanager
async def peer_relay(pages: Path) -> AsyncIterator[int]:
    """Run it; the port. Rooms are made by who first opens `/server/{algorithm}/{room}`."""
    rooms: dict[str, Room] = {}

    async def visit(request: web.Request) -> web.WebSocketResponse:
        name = request.path
        if name not in rooms:
            rooms[name] = Room(PEERS[request.match_info["algorithm"]].make_server())
            seconds = rooms[name].server.tick_seconds
            if seconds is not None:
                rooms[name].ticking = asyncio.create_task(rooms[name].tick(seconds))
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        await rooms[name].visit(socket)
        return socket

    application = web.Application()
    application.router.add_get("/server/{algorithm}/{room}", visit)
    application.router.add_static("/", pages)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port: int = runner.addresses[0][1]
        yield port
    finally:
        for room in rooms.values():
            if room.ticking is not None:
                room.ticking.cancel()
        await runner.cleanup()
