"""A simulated Kaltura on ports of its own, and the few ways in which tests talk to it."""

import json
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from local_stack.faults import FaultTable
from local_stack.kaltura.server import create_kaltura_app, create_media_app
from local_stack.kaltura.session import ADMIN, USER
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places

NOON = 1_795_176_000


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class RunningKaltura:
    """The world, its clock and faults, and a client session to call it with."""

    world: KalturaWorld
    clock: Clock
    faults: FaultTable
    http: aiohttp.ClientSession

    @property
    def url(self) -> str:
        return self.world.places.kaltura_url

    def session(self, type_: int = ADMIN, user_id: str = "admin", seconds: int = 3600, privileges: str = "") -> str:
        """A KS as a holder of the admin secret writes it."""
        return self.world.mint(type_, user_id, int(self.clock.now) + seconds, privileges)

    def person(self, user_id: str = "discord_42", privileges: str = "", seconds: int = 3600) -> str:
        """A KS of type USER."""
        return self.session(USER, user_id, seconds, privileges)

    async def call(self, service: str, action: str, **parameters: Any) -> Any:
        """The JSON answer to a JSON call."""
        body = json.dumps({"format": 1, **parameters}).encode()
        address = f"{self.url}/api_v3/service/{service}/action/{action}"
        async with self.http.post(address, data=body, headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 200
            return await answer.json()

    async def admin(self, service: str, action: str, **parameters: Any) -> Any:
        """A call with an ADMIN KS."""
        return await self.call(service, action, ks=self.session(), **parameters)

    async def room(self, **fields: Any) -> dict[str, Any]:
        """A new room."""
        entry = {"objectType": "KalturaRoomEntry", "name": "Standup", "roomType": 1, **fields}
        room: dict[str, Any] = await self.admin("room_room", "add", entry=entry)
        return room


def _free_offset() -> int:
    dice = random.SystemRandom()
    while True:
        offset = dice.randrange(20_000, 55_000)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", 3334 + offset))
                second.bind(("127.0.0.1", 3335 + offset))
            except OSError:
                continue
            return offset


@asynccontextmanager
async def running_kaltura() -> AsyncIterator[RunningKaltura]:
    """A simulated Kaltura for the length of a test."""
    places = Places(port_offset=_free_offset())
    clock = Clock()
    faults = FaultTable()
    world = KalturaWorld.seeded(places, clock)
    front = TestServer(create_kaltura_app(world, faults), host="127.0.0.1", port=places.kaltura_port)
    media = TestServer(create_media_app(world), host="127.0.0.1", port=places.media_port)
    async with front, media, aiohttp.ClientSession() as http:
        yield RunningKaltura(world, clock, faults, http)
