"""How rooms are kept: reads, and changes whose refusal says what was found instead.

A write whose answer got lost is sent again by the caller below, and is then refused, since the first one changed what
it asks for. Every change bears a mark, so that whoever finds their own mark in the refusal knows that it was theirs.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Table, found_instead
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.watch.models import ConnectionId, NewRoom, Room, RoomId
from kaltura_discord.watch.room_change import Change
from kaltura_discord.watch.room_items import (
    RELAY_PREFIX,
    channel_item,
    connections_of_shard,
    new_room_item,
    participant_key,
    room_key,
    room_of,
)

LOOKED_AT_IN_CHANNEL = 20


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a change: the room as it is now, or as it was found by a change that was refused.

    `room` is None where there is none, or none any more.
    """

    room: Room | None
    is_done: bool


class RoomStore:
    """The rooms of all servers. `now` is epoch seconds."""

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now

    async def create(self, room: NewRoom) -> bool:
        """Write a new room down; False where there was one with this id, even if it is closed."""
        now_ms = self._now() * 1000
        # Found first, there second: a room that cannot be found would be worse than a pointer to none.
        await self._table.put(channel_item(room, now_ms))
        return await self._table.put_new(new_room_item(room, now_ms))

    async def find(self, room_id: RoomId) -> Room | None:
        """The room as it is now; None where there is none, or it is closed."""
        item = await self._table.get(room_key(room_id), consistent=True)
        room = room_of(item) if item else None
        return None if room is None or room.is_closed else room

    async def was_closed(self, room_id: RoomId) -> bool:
        """Whether there was such a room, and somebody closed it."""
        item = await self._table.get(room_key(room_id), consistent=True)
        return item is not None and room_of(item).is_closed

    async def open_in_channel(self, guild_id: GuildId, channel_id: ChannelId) -> list[Room]:
        """The open rooms of a channel, newest first; one that was created a moment ago may be missing.

        Looks at the newest `LOOKED_AT_IN_CHANNEL` only: somebody waits for it, and pointers outlive their rooms.
        """
        pointers = await self._table.query_index(f"CHANNEL#{channel_id}", newest_first=True, limit=LOOKED_AT_IN_CHANNEL)
        rooms = await asyncio.gather(*(self.find(RoomId(pointer["room_id"])) for pointer in pointers))
        return [room for room in rooms if room is not None and room.guild_id == guild_id]

    async def attempt(self, room_id: RoomId, change: Change) -> Attempt:
        """Make a change, if its conditions hold."""
        attempt = await self._write(room_id, change)
        room, connection_id = attempt.room, change.connection_id
        if attempt.is_done or room is None or connection_id is None or not room.is_large:
            return attempt
        if connection_id in room.connections or not await self.is_participant(room_id, connection_id):
            return attempt
        # In a large room most connections are in shards, where the condition does not see them.
        return await self._write(room_id, change.of_anyone())

    async def _write(self, room_id: RoomId, change: Change) -> Attempt:
        now_ms, mark = self._now() * 1000, os.urandom(8).hex()
        try:
            item = await self._table.update(change.update(room_key(room_id), now_ms, mark))
        except ConditionNotMet as refused:
            found = found_instead(refused)
            is_ours = found is not None and found.get(change.mark_name) == mark
            if found is None or not (is_ours or _is_living(found, now_ms)):
                return Attempt(None, is_done=False)
            return Attempt(room_of(found), is_ours)
        return Attempt(room_of(item), is_done=True)

    async def is_participant(self, room_id: RoomId, connection_id: ConnectionId) -> bool:
        """Whether this connection said hello and has not left; for those that the room's own item does not hold."""
        item = await self._table.get(participant_key(room_id, connection_id), consistent=True)
        return item is not None and "gone_at_ms" not in item

    async def in_shards(self, room_id: RoomId) -> dict[ConnectionId, UserId]:
        """The connections of a large room that its own item does not hold, and whose they are."""
        shards = await self._table.query(room_key(room_id).pk, sk_prefix=RELAY_PREFIX, consistent=True)
        return {connection: user_id for shard in shards for connection, user_id in connections_of_shard(shard).items()}


def _is_living(item: dict[str, Any], now_ms: float) -> bool:
    return "closed_at_ms" not in item and bool(item["expires_at"] > now_ms / 1000)
