"""What Watch Together does when somebody is to be forgotten.

    CONNECTION   they leave the room, as if their page had been closed, and go from its list at once
    RELAY        nobody tells their connection anything any more
    ROOM         if they are its host, nobody is, and whoever is there may take over; it forgets whom it kept from the
                 remote and whom it waited for
    INSTANCE     stays, so that those who come later find the same room; it no longer says who opened it
    LAUNCH, LINK, TICKET   go

Whoever is watching at this very moment comes in anew, like after a broken connection.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Key, Table, Update
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.watch.models import ConnectionId, RoomId
from kaltura_discord.watch.presence import Presence
from kaltura_discord.watch.room_items import CONNECTION_PREFIX, connections_of_shard, shard_attribute

NOBODY = UserId("0")
"""No user of Discord's has this id, and the protocol takes it for one."""

_THERE = "attribute_exists(pk)"
_MARKED = ("barred_users", "waiting_users", "tired_users")


class WatchForgets:
    """Has the items of Watch Together mention somebody no longer."""

    def __init__(self, table: Table, presence: Presence) -> None:
        self._table = table
        self._presence = presence

    def rules(self) -> Mapping[str, Callable[[Item, UserId, Deadline], Awaitable[None]]]:
        """What to do with an item, by its kind."""
        return {
            "CONNECTION": self.connection,
            "RELAY": self.shard,
            "ROOM": self.room,
            "INSTANCE": self.instance,
            "LAUNCH": self.way_in,
            "LINK": self.way_in,
            "TICKET": self.way_in,
        }

    async def connection(self, item: Item, _: UserId, __: Deadline) -> None:
        """Of somebody in a room."""
        room_id = RoomId(item["pk"].removeprefix("ROOM#"))
        connection_id = ConnectionId(item["sk"].removeprefix(CONNECTION_PREFIX))
        if "gone_at_ms" not in item:
            await self._presence.leave(room_id, connection_id)
        await self._table.delete(Key(item["pk"], item["sk"]))

    async def shard(self, item: Item, user_id: UserId, _: Deadline) -> None:
        """Of a part of a large room's connections."""
        theirs = [shard_attribute(one) for one, whose in connections_of_shard(item).items() if whose == user_id]
        names = {f"#connection{number}": name for number, name in enumerate(theirs)}
        if names:
            await self._change(Key(item["pk"], item["sk"]), f"REMOVE {', '.join(names)}", _THERE, names, {})

    async def room(self, item: Item, user_id: UserId, _: Deadline) -> None:
        """Of a room."""
        key = Key(item["pk"], item["sk"])
        marked = [f"{name}.#user" for name in _MARKED if user_id in item.get(name, {})]
        if marked:
            await self._change(key, f"REMOVE {', '.join(marked)}", _THERE, {"#user": user_id}, {})
        theirs = [one for one, whose in item.get("relay_to", {}).items() if whose == user_id]
        if theirs:
            names = {f"#connection{number}": one for number, one in enumerate(theirs)}
            removed = ", ".join(f"relay_to.{name}" for name in names)
            await self._change(key, f"REMOVE {removed}", _THERE, names, {})
        if item["host_user_id"] == user_id:
            await self._without_host(key, user_id)

    async def instance(self, item: Item, user_id: UserId, _: Deadline) -> None:
        """Of a place in Discord and its room."""
        values: dict[str, Value] = {":nobody": NOBODY, ":user": user_id}
        key = Key(item["pk"], item["sk"])
        await self._change(key, "SET launched_by = :nobody", "launched_by = :user", {}, values)

    async def way_in(self, item: Item, _: UserId, __: Deadline) -> None:
        """Of what lets somebody in, or says what they came for."""
        await self._table.delete(Key(item["pk"], item["sk"]))

    async def _without_host(self, key: Key, user_id: UserId) -> None:
        values: dict[str, Value] = {":nobody": NOBODY, ":user": user_id, ":now": 0, ":yes": True, ":one": 1}
        expression = (
            "SET host_user_id = :nobody, host_left = :yes, lease_until_ms = :now, "
            "control_revision = control_revision + :one"
        )
        await self._change(key, expression, "host_user_id = :user", {}, values)

    async def _change(
        self, key: Key, expression: str, condition: str, names: dict[str, str], values: dict[str, Any]
    ) -> None:
        # It says so no longer, or is not there any more: which is what was wanted.
        with suppress(ConditionNotMet):
            await self._table.update(Update(key, expression, condition, names, values))
