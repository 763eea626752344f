"""A viewer's page without a page: it comes into a room of the running stack and speaks over a real socket."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import Media, NewRoom, RoomId
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.tickets import TicketHolder
from tests.integration.running_stack import Stack

Json = dict[str, Any]

GUILD = GuildId("700")
FILM = Media("1_abcd1234", "A film", 600.0, "video")
PATIENCE_SECONDS = 15


class Visitor:
    """Somebody in a room."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, user_id: str) -> None:
        self.socket = socket
        self.user_id = user_id
        self.connection_id = ""
        self._ref = 0

    async def hello(self) -> Json:
        """Come in; the welcome, or what is said instead."""
        await self.socket.send_json({"type": "hello", "version": 1, "c0": time.time() * 1000})
        answer = await self.hears("welcome", "goodbye")
        if answer["type"] == "welcome":
            self.connection_id = answer["you"]["connection_id"]
        return answer

    async def asks(self, kind: str, **more: Any) -> Json:
        """Wish for something; what becomes of it."""
        ref = await self.wishes(kind, **more)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message: Json = await self.socket.receive_json()
                if message.get("ref") == ref or message["type"] == "goodbye":
                    return message

    async def wishes(self, kind: str, **more: Any) -> int:
        """Wish for something, and do not wait."""
        self._ref += 1
        await self.socket.send_json({"type": kind, "ref": self._ref, **more})
        return self._ref

    async def plays(self, base: int, **more: Any) -> Json:
        wish = {"paused": False, "position": 3, "rate": 1, "cause": "play", **more}
        return await self.asks("playback.set", base_revision=base, **wish)

    async def hears(self, *kinds: str) -> Json:
        """The next message of one of these types."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message: Json = await self.socket.receive_json()
                if message["type"] in kinds:
                    return message

    async def reports(self, revision: int, **more: Any) -> Json:
        report = {
            "type": "report",
            "c0": time.time() * 1000,
            "revision": revision,
            "control_revision": 1,
            "roster_stamp_ms": 0,
            "state": "playing",
            "activity": "active",
            "position": 1,
            "drift_ms": 3,
            "clock_bound_ms": 3,
            "one_way_ms": 20,
            "corrections": 0,
            "seeks": 0,
            "buffering_ms": 0,
            **more,
        }
        await self.socket.send_json(report)
        return await self.hears("roster")

    async def is_hung_up_on(self) -> int | None:
        """Wait until the other end closes; the code in its close frame, None where it sent none."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.socket.closed:
                message = await self.socket.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return int(message.data)
        return None


class RoomOfTests:
    """A room in the running stack."""

    def __init__(self, stack: Stack, parts: WatchParts, session: aiohttp.ClientSession) -> None:
        self.room_id = RoomId(f"room-{secrets.token_hex(6)}")
        self.parts = parts
        self.address = stack.base_url.replace("http", "ws", 1) + "/ws"
        self._session = session

    async def open(self, host: str = "100", **rules: Any) -> Self:
        assert await self.parts.store.create(NewRoom(self.room_id, GUILD, ChannelId("9"), UserId(host), FILM, **rules))
        return self

    async def ticket(self, user_id: str, level: Level = Level.VIEWER) -> str:
        holder = TicketHolder(self.room_id, GUILD, UserId(user_id), f"User {user_id}", None, level, "browser")
        return await self.parts.tickets.issue(holder)

    async def knocks(self, ticket: str | None) -> aiohttp.ClientWebSocketResponse:
        """A socket with this ticket; refused, it raises aiohttp's error with the status."""
        query = "" if ticket is None else f"?ticket={ticket}"
        return await self._session.ws_connect(self.address + query)

    async def comes(self, user_id: str, level: Level = Level.VIEWER) -> Visitor:
        """Somebody is in the room."""
        visitor = Visitor(await self.knocks(await self.ticket(user_id, level)), user_id)
        assert (await visitor.hello())["type"] == "welcome"
        return visitor


@asynccontextmanager
async def room_of_tests(stack: Stack, **rules: Any) -> AsyncIterator[RoomOfTests]:
    """An open room, and the means to come in."""
    environment = {
        "AWS_ENDPOINT_URL": stack.description["dynamodb"]["endpoint_url"],
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "SOCKET_CALLBACK_URL": stack.base_url,
    }
    caller = SignedCaller("dynamodb", environment)
    table = Table(caller, stack.description["dynamodb"]["table"])
    try:
        async with aiohttp.ClientSession() as session:
            yield await RoomOfTests(stack, WatchParts(environment, table, time.time), session).open(**rules)
    finally:
        await caller.close()
