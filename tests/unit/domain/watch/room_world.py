"""A world in which rooms are lived in and everything goes wrong: what the laws of rooms are tried in.

People come, speak, leave and vanish; messages are lost, doubled, overtaken by others and handled side by side; answers
of the table get lost on the way; hosts die. One seed decides all of it, so a world that broke a law can be had again.

After every write of a room's item, and after every step, the laws are looked at. A law that is broken is an
`AssertionError` that names it.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from kaltura_discord.aws.caller import AwsAnswer, AwsCaller, AwsRequest, ConditionNotMet
from kaltura_discord.aws.post_lanes import Posted
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.conversation import SENTENCES, Conversation
from kaltura_discord.watch.flood_gate import FloodGate
from kaltura_discord.watch.models import Actor, ConnectionId, Media, NewRoom, Room, RoomId, Viewer
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.protocol import PROTOCOL, compiled
from kaltura_discord.watch.room_items import room_of
from kaltura_discord.watch.rules import why_not_control, why_not_host_things
from tests.unit.domain.watch.memory_table import MemoryTable, Place

Json = dict[str, Any]

GUILD = GuildId("700")
NOT_REACHED = SENTENCES["unavailable"]
FILM = Media("1_abcd1234", "A film", 600.0, "video")
_SERVER_CHECKS = {kind: compiled(schema) for kind, schema in PROTOCOL["x-server-messages"].items()}

# Who is spoken for while a message is handled; None while nobody is.
_speaker: ContextVar[Actor | None] = ContextVar("speaker", default=None)


def speaks(actor: Actor | None) -> None:
    """What is done from now on, is done by `actor`; the laws look at who it was."""
    _speaker.set(actor)


@dataclass
class Clock:
    """Epoch seconds that move only when the world moves them."""

    seconds: float

    def __call__(self) -> float:
        return self.seconds


@dataclass
class RestlessCaller:
    """Lets other tasks in between any two calls, and loses answers: then the call is made again, as callers do."""

    inner: AwsCaller
    dice: random.Random
    losses: float = 0.0

    async def call(self, operation: str, request: AwsRequest) -> AwsAnswer:
        for _ in range(self.dice.randrange(3)):
            await asyncio.sleep(0)
        if self.losses and self.dice.random() < self.losses:
            with suppress(ConditionNotMet):
                await self.inner.call(operation, request)
            await asyncio.sleep(0)
        return await self.inner.call(operation, request)


# API Gateway quotas for WebSocket APIs: the duration of a connection.
LONGEST_CONNECTION_SECONDS = 2 * 3600


@dataclass
class Socket:
    """One connection as its client sees it: the newest that it was told of timeline and control."""

    viewer: Viewer
    opened_at: float
    is_open: bool = True
    has_said_hello: bool = False
    misses: bool = False
    revision: int = 0
    control_revision: int = 0
    timeline: Json | None = None
    was_told_goodbye: bool = False
    received: list[Json] = field(default_factory=list)

    def hear(self, message: Json) -> None:
        self.received.append(message)
        for part in (message, message.get("state"), message.get("current")):
            if isinstance(part, dict):
                self._apply(part)
        if message["type"] == "goodbye":
            self.was_told_goodbye = True

    def _apply(self, part: Json) -> None:
        timeline = part.get("timeline")
        if timeline is not None and timeline["revision"] > self.revision:
            self.revision, self.timeline = timeline["revision"], timeline
        if part.get("control_revision", 0) > self.control_revision:
            self.control_revision = part["control_revision"]


class Network:
    """The poster's double: what it is given arrives, late or never; who has hung up is gone."""

    def __init__(self, world: "RoomWorld") -> None:
        self._world = world
        self.posts = 0

    async def post(self, body: bytes, connection_ids: Iterable[str]) -> Posted:
        posted, message = Posted(), json.loads(body)
        assert _SERVER_CHECKS[message["type"]](message), f"not in the protocol: {message}"
        await asyncio.sleep(0)
        for connection_id in connection_ids:
            self.posts += 1
            socket = self._world.sockets.get(connection_id)
            if socket is None or not socket.is_open:
                posted.gone.append(connection_id)
                self._world.seen_gone.add(connection_id)
                continue
            posted.sent += 1
            self._world.deliver(socket, message)
        return posted

    async def hang_up(self, connection_ids: Iterable[str]) -> None:
        for connection_id in connection_ids:
            socket = self._world.sockets.get(connection_id)
            if socket is not None:
                # Whom we hang up on, after a flood for one, may be forgotten too.
                socket.is_open = False
                self._world.seen_gone.add(connection_id)


class Silence:
    """Metrics that nobody reads."""

    def write(self, _: object) -> None:
        return


class RoomWorld:
    """One room, the people around it, and the laws."""

    def __init__(
        self,
        seed: int,
        *,
        memory: MemoryTable | None = None,
        aws: AwsCaller | None = None,
        name: str = "room",
        # Far ahead, since a real engine takes away what has expired by the machine's own clock.
        begins_at: float = 2_000_000_000.0,
        people: int = 6,
        most_in_room_item: int = 4,
    ) -> None:
        self.dice = random.Random(seed)
        self.name = name
        self.clock = Clock(begins_at)
        self.memory = memory or MemoryTable()
        self.memory.on_write = self._look_at_write
        self.caller = RestlessCaller(aws or self.memory, self.dice)
        table = Table(self.caller, "table", self.clock)
        self.parts = WatchParts({}, table, self.clock, most_in_room_item)
        # Where the parts would make a poster to API Gateway, and metrics, of their own.
        self.network = Network(self)
        self.parts.__dict__["poster"] = self.network
        self.parts.__dict__["metrics"] = Silence()
        # The world's time stands still while a message is handled, so nobody is ever answered too late.
        self.conversation = Conversation(
            self.parts, FloodGate(table, self.clock), self._read_grant, self.clock, answer_within_seconds=60
        )
        self.sockets: dict[str, Socket] = {}
        self.seen_gone: set[str] = set()
        self.left: set[str] = set()
        self.late: list[tuple[Socket, Json]] = []
        self.users = [UserId(str(100 + number)) for number in range(people)]
        self.room_id = RoomId("none")
        self.rooms = 0
        self.connections = 0
        self.refs = 0
        self.written: list[tuple[Room, Room]] = []
        self.broken_law: AssertionError | None = None
        self.table_is_down = False

    # --- what happens ------------------------------------------------------------------------------------------------

    async def open_room(self, host: UserId, media: Media | None = FILM, **rules: Any) -> None:
        """A new room; everybody is out of the one before."""
        self.rooms += 1
        self.room_id = RoomId(f"{self.name}-{self.rooms}")
        self.sockets, self.late, self.left, self.seen_gone = {}, [], set(), set()
        for pk in [pk for pk in self.memory.items if pk.startswith("ROOM#")]:
            del self.memory.items[pk]
        assert await self.parts.store.create(NewRoom(self.room_id, GUILD, ChannelId("9"), host, media, **rules))

    def connect(self, user_id: UserId, level: Level = Level.VIEWER) -> Socket:
        """A socket is open; nothing has been said over it."""
        self.connections += 1
        viewer = Viewer(
            ConnectionId(f"{self.name}{self.connections}="),
            self.room_id,
            GUILD,
            user_id,
            f"User {user_id}",
            None,
            level,
            "discord",
        )
        socket = Socket(viewer, self.clock.seconds)
        self.sockets[viewer.connection_id] = socket
        return socket

    def pass_time(self, seconds: float) -> None:
        """Time passes; who has been connected for as long as API Gateway lets anybody is so no more."""
        self.clock.seconds += seconds
        for socket in self.sockets.values():
            if self.clock.seconds - socket.opened_at >= LONGEST_CONNECTION_SECONDS:
                socket.is_open = False

    async def say(self, socket: Socket, message: Json) -> Json | None:
        """One message is handled; the answer, which the client hears unless it is lost."""
        _speaker.set(socket.viewer.actor)
        if message["type"] == "leave":
            self.left.add(socket.viewer.connection_id)
        now_ms = self.clock.seconds * 1000
        answer = await self.conversation.answer(socket.viewer, json.dumps(message), now_ms, now_ms + 1e9)
        if self.broken_law is not None:
            raise self.broken_law
        if answer is not None:
            # What goes wrong inside is answered with one sentence, as it should be; here it shall be seen.
            assert self.table_is_down or answer.get("message") != NOT_REACHED, "a mistake of ours"
            assert _SERVER_CHECKS[answer["type"]](answer), f"not in the protocol: {answer}"
            self._look_at_answer(socket, message, answer)
            if socket.is_open:
                self.deliver(socket, answer)
        return answer

    async def disconnect(self, socket: Socket) -> None:
        """The socket closed, and API Gateway tells."""
        socket.is_open = False
        self.left.add(socket.viewer.connection_id)
        _speaker.set(None)
        await self.conversation.ended(socket.viewer)

    def deliver(self, socket: Socket, message: Json) -> None:
        """To be heard now, or after something else."""
        if not socket.misses:
            socket.hear(message)
        elif self.dice.random() < 0.5:
            self.late.append((socket, message))

    def deliver_late(self) -> None:
        """What was late arrives, in any order, and some of it twice."""
        self.dice.shuffle(self.late)
        for socket, message in self.late:
            for _ in range(self.dice.choice((1, 1, 2))):
                socket.hear(message)
        self.late = []

    def ref(self) -> int:
        self.refs += 1
        return self.refs

    # --- what is true ------------------------------------------------------------------------------------------------

    @property
    def room(self) -> Room | None:
        """The room, as it is in the table."""
        item = self.memory.items.get(f"ROOM#{self.room_id}", {}).get("ROOM")
        return room_of(item) if item else None

    def relayed_to(self) -> set[str]:
        """Every connection that a change would be told."""
        room = self.room
        if room is None:
            return set()
        shards = self.memory.items[f"ROOM#{self.room_id}"]
        in_shards = {
            name.removeprefix("CONNECTION#")
            for sk, item in shards.items()
            if sk.startswith("RELAY#")
            for name in item
            if name.startswith("CONNECTION#")
        }
        return set(room.connections) | in_shards

    async def all_together(self, doings: Iterable[Awaitable[Any]]) -> list[Any]:
        """Side by side, each as itself."""
        return await asyncio.gather(*(asyncio.create_task(_of(doing)) for doing in doings))

    def look(self) -> None:
        """The laws that hold whenever nothing is under way."""
        if self.broken_law is not None:
            raise self.broken_law
        room = self.room
        if room is None or room.is_closed:
            return
        relayed = self.relayed_to()
        for connection_id, socket in self.sockets.items():
            if socket.is_open and socket.has_said_hello and not socket.was_told_goodbye:
                assert connection_id in relayed, f"{connection_id} is here, and is told nothing"
            assert socket.revision <= room.timeline.revision, "somebody knows a revision that there never was"
        self.written = []

    def look_at_knowledge(self) -> None:
        """Everybody here who missed nothing knows the newest timeline."""
        room = self.room
        if room is None or room.is_closed:
            return
        for socket in self.sockets.values():
            if socket.is_open and socket.has_said_hello and not socket.misses and not socket.was_told_goodbye:
                assert socket.revision == room.timeline.revision, "a change was not told to everybody"

    async def _read_grant(self, grant: str, _: Viewer) -> Media | None:
        return Media(grant, "Another film", 100.0, "video") if grant.startswith("1_") else None

    def _look_at_answer(self, socket: Socket, message: Json, answer: Json) -> None:
        if answer["type"] == "welcome":
            socket.has_said_hello = True
        if "ref" in message and "ref" in answer:
            assert answer["ref"] == message["ref"], "an answer to something else"

    def _look_at_write(self, place: Place, was: Json | None, now: Json) -> None:
        if place[1] != "ROOM" or was is None:
            return
        try:
            self._look_at_change(room_of(was), room_of(now), _speaker.get())
        except AssertionError as broken:
            # Whoever writes may catch it; whoever looks after the step shall not miss it.
            self.broken_law = broken
            raise

    def _look_at_change(self, before: Room, after: Room, actor: Actor | None) -> None:
        now_ms = self.clock.seconds * 1000
        self.written.append((before, after))
        moved = after.timeline != before.timeline or after.media != before.media
        grown = after.timeline.revision - before.timeline.revision
        assert grown == (1 if moved else 0), f"revision moved by {grown}"
        assert not before.is_closed, "a closed room changed"
        ruled = after.host_user_id != before.host_user_id or after.control != before.control
        turned = after.control_revision - before.control_revision
        assert turned in (0, 1), "control_revision jumped"
        assert turned == 1 or not ruled, "control changed, and its revision did not"
        is_hold = (
            moved and (after.held_at_ms is not None or before.held_at_ms is not None) and _same_video(before, after)
        )
        if _hold_begins(before, after):
            assert abs(after.timeline.position - before.position_at(now_ms)) < 1e-6, "waiting moved the film"
        if moved and not is_hold:
            assert actor is not None, "nobody changed playback"
            assert why_not_control(before, actor) is None, f"{actor} changed playback"
        if after.control != before.control and after.host_user_id == before.host_user_id:
            assert actor is not None, "nobody set control"
            assert why_not_host_things(before, actor) is None, f"{actor} set control"
        if after.host_user_id != before.host_user_id:
            assert actor is not None, "nobody changed the host"
            is_claim = after.host_user_id == actor.user_id and before.lease_until_ms <= now_ms
            assert is_claim or why_not_host_things(before, actor) is None, "a host was displaced"
        if after.is_closed:
            assert actor is not None, "nobody closed the room"
            assert why_not_host_things(before, actor) is None, f"{actor} closed the room"
        assert after.host_user_id not in after.control.barred, "the host is barred"
        for connection_id in before.connections.keys() - after.connections.keys():
            assert connection_id in self.seen_gone | self.left, f"{connection_id} was forgotten, and is here"


async def _of(doing: Awaitable[Any]) -> Any:
    return await doing


def _hold_begins(before: Room, after: Room) -> bool:
    return before.held_at_ms is None and after.held_at_ms is not None


def _same_video(before: Room, after: Room) -> bool:
    return before.media == after.media
