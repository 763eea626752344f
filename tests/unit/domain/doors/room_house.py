"""A room with a film behind the two doors of its sockets."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level
from kaltura_discord.watch.models import Media, NewRoom, RoomId
from kaltura_discord.watch.parts import WatchParts
from kaltura_discord.watch.tickets import TicketHolder
from local_stack.gateway.authorizer import read_verdict
from local_stack.gateway.socket_events import (
    ConnectionFacts,
    authorizer_event,
    message_event,
)
from local_stack.gateway.worker_process import Outcome
from tests.unit.domain.doors.door import opened
from tests.unit.domain.sent_by_discord import snowflake

Json = dict[str, Any]
Result = TypeVar("Result")
Handler = Callable[[Json, None], Json]
GUILD = GuildId("700")
SECRET = "a secret that is long enough to sign with"


@dataclass
class House:
    """A room, the two doors, and the table behind them."""

    environment: dict[str, str]
    room_id: RoomId
    authorizer: Handler
    socket: Handler

    def behind(self, deed: Callable[[WatchParts], Awaitable[Result]], now: Callable[[], float] = time.time) -> Result:
        return behind_the_doors(self.environment, deed, now)

    def ticket(self, name: str = "Ann", user_id: str = "100", now: Callable[[], float] = time.time) -> str:
        holder = TicketHolder(self.room_id, GUILD, UserId(user_id), name, "hash", Level.VIEWER, "discord")
        return self.behind(lambda parts: parts.tickets.issue(holder), now)

    def facts(self, ticket: str) -> ConnectionFacts:
        query = f"ticket={ticket}" if ticket else ""
        return ConnectionFacts(f"L0SM{snowflake()}=", "ws.example", "192.0.2.1", "browser", (), query, time.time())

    def let_in(self, **holder: Any) -> ConnectionFacts:
        """A connection that the authorizer allowed, as the gateway remembers it."""
        facts = self.facts(self.ticket(**holder))
        verdict = read_verdict(Outcome("request", self.authorizer(authorizer_event(facts), None)))
        assert verdict.status == 200
        facts.authorizer = verdict.context
        return facts

    def say(self, facts: ConnectionFacts, message: Json | str) -> Json | None:
        body = message if isinstance(message, str) else json.dumps(message)
        result = self.socket(message_event(facts, "$default", body), None)
        assert result["statusCode"] == 200
        return json.loads(result["body"]) if "body" in result else None


def behind_the_doors(
    environment: dict[str, str], deed: Callable[[WatchParts], Awaitable[Result]], now: Callable[[], float]
) -> Result:
    async def run() -> Result:
        caller = SignedCaller("dynamodb", environment)
        try:
            return await deed(WatchParts(environment, Table(caller, environment["TABLE_NAME"], now), now))
        finally:
            await caller.close()

    # Not asyncio.run, which would take the door's own loop away.
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(run())
    finally:
        loop.close()


@contextmanager
def living_house(environment: dict[str, str]) -> Iterator[House]:
    """The room, just opened, and both doors."""
    known = {**environment, "SOCKET_CALLBACK_URL": "http://127.0.0.1:9/ws", "JWT_SECRET": SECRET}
    room_id = RoomId(snowflake())
    film = Media("1_abcd1234", "A film", 600.0, "video")
    new_room = NewRoom(room_id, GUILD, ChannelId("9"), UserId("100"), film)
    assert behind_the_doors(known, lambda parts: parts.store.create(new_room), time.time)
    with opened("room_authorizer", known) as authorizer, opened("room_socket", known) as socket:
        yield House(known, room_id, authorizer.handler, socket.handler)


def hello(house: House, facts: ConnectionFacts) -> Json:
    """What somebody is welcomed with."""
    answer = house.say(facts, {"type": "hello", "version": 1, "c0": 5})
    assert answer is not None
    return answer
