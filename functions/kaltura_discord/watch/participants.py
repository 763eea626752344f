"""How participants are kept, and the shards of connections that large rooms have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.watch.models import ConnectionId, Participant, Room, RoomId, Viewer
from kaltura_discord.watch.protocol import ROSTER_MOST
from kaltura_discord.watch.room_items import (
    CONNECTION_KEPT_SECONDS,
    CONNECTION_PREFIX,
    participant_item,
    participant_key,
    participant_of,
    room_key,
    room_of,
    shard_attribute,
    shard_key,
)

# Whoever is gone is remembered so long for the rosters of others: longer than a socket may be silent (10 minutes).
_GONE_KEPT_SECONDS = 900

# A room of 1,000 is 300 KB to read, 38 RRU; its 50 reports a second must not each read it (3,000 RRU/s a partition).
_CACHED_MS = 2_000

_STILL_HERE = "attribute_exists(pk) AND attribute_not_exists(gone_at_ms)"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A room and everybody in it, as read at `as_of_ms`."""

    room: Room
    participants: dict[ConnectionId, Participant]
    as_of_ms: float

    def of_user(self, user_id: str) -> list[Participant]:
        """The connections of one user that have not ended."""
        return [one for one in self.participants.values() if one.user_id == user_id and one.gone_at_ms is None]


class ParticipantStore:
    """The participants of all rooms. `now` is epoch seconds."""

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now
        self._large: dict[RoomId, Snapshot] = {}

    async def snapshot(self, room_id: RoomId) -> Snapshot | None:
        """The room and everybody in it, with one query; None where there is no open room.

        Of rooms with more people than are listed, it may be two seconds old.
        """
        now_ms = self._now() * 1000
        known = self._large.get(room_id)
        if known is not None and 0 <= now_ms - known.as_of_ms < _CACHED_MS:
            return known
        self._large.pop(room_id, None)
        items = await self._table.query(room_key(room_id).pk)
        room = next((room_of(item) for item in items if item["sk"] == "ROOM"), None)
        if room is None or room.is_closed:
            return None
        found = [participant_of(item) for item in items if item["sk"].startswith(CONNECTION_PREFIX)]
        snapshot = Snapshot(room, {one.connection_id: one for one in found}, now_ms)
        if len(found) > ROSTER_MOST:
            self._large[room_id] = snapshot
        return snapshot

    async def put(self, room_id: RoomId, participant: Participant) -> None:
        """Write somebody who entered."""
        await self._table.put(participant_item(room_id, participant, self._now() * 1000))

    async def report(self, room_id: RoomId, participant: Participant) -> bool:
        """Write down what somebody reported; False where they are not in the room."""
        values = {
            ":play_state": participant.play_state,
            ":activity": participant.activity,
            ":drift": participant.drift_ms,
            ":bound": participant.clock_bound_ms,
            ":one_way": participant.one_way_ms,
            ":reported": participant.reported_at_ms,
            ":changed": participant.changed_at_ms,
        }
        sets = (
            "play_state = :play_state, activity = :activity, drift_ms = :drift, clock_bound_ms = :bound, "
            "one_way_ms = :one_way, reported_at_ms = :reported, changed_at_ms = :changed"
        )
        return await self._update(participant_key(room_id, participant.connection_id), sets, values) is not None

    async def may_react(self, room_id: RoomId, connection_id: ConnectionId, every_ms: int) -> bool | None:
        """Whether somebody has not reacted for `every_ms`, and count this one; None where they are not in the room."""
        now_ms = self._now() * 1000
        update = Update(
            participant_key(room_id, connection_id),
            "SET reacted_at_ms = :now",
            f"{_STILL_HERE} AND (attribute_not_exists(reacted_at_ms) OR reacted_at_ms <= :before)",
            values={":now": now_ms, ":before": now_ms - every_ms},
            tells_current=True,
        )
        try:
            await self._table.update(update)
        except ConditionNotMet as refused:
            is_here = refused.current is not None and "gone_at_ms" not in refused.current
            return False if is_here else None
        return True

    async def end(self, room_id: RoomId, connection_id: ConnectionId) -> Participant | None:
        """A connection ended; whose it was, the first time that this is said."""
        now_ms = self._now() * 1000
        values = {":now": now_ms, ":expires": int(now_ms / 1000) + _GONE_KEPT_SECONDS}
        sets = "gone_at_ms = :now, changed_at_ms = :now, expires_at = :expires"
        return await self._update(participant_key(room_id, connection_id), sets, values)

    async def enter_shard(self, viewer: Viewer, shard: int) -> None:
        """One more connection in a shard, which there need not have been."""
        await self._table.update(
            Update(
                shard_key(viewer.room_id, shard),
                "SET #connection = :user, expires_at = :expires",
                names={"#connection": shard_attribute(viewer.connection_id)},
                values={":user": viewer.user_id, ":expires": int(self._now()) + CONNECTION_KEPT_SECONDS},
            )
        )

    async def leave_shard(self, room_id: RoomId, connection_id: ConnectionId, shard: int) -> None:
        """One connection less in a shard."""
        await self._table.update(
            Update(
                shard_key(room_id, shard), "REMOVE #connection", names={"#connection": shard_attribute(connection_id)}
            )
        )

    async def _update(self, key: Key, sets: str, values: Mapping[str, Value]) -> Participant | None:
        try:
            item = await self._table.update(Update(key, f"SET {sets}", _STILL_HERE, values=values))
        except ConditionNotMet:
            return None
        return participant_of(item)
