"""Which servers may use this deployment, and what they may see of the Kaltura account. The operator's to decide.

Anyone can install a Discord app, but one deployment has one Kaltura account. So a server works only once the
operator has allowed it (`make allow-server`), and sees only the categories and tags that it was given.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.caller import ConditionNotMet
from kaltura_discord.aws.table import Delete, Key, Put, Table, Update
from kaltura_discord.discord.identifiers import ChannelId, GuildId

CACHE_SECONDS = 30.0

_LOST = "lost#"

MOST_REMEMBERED = 1000
"""A process forgets what has run out once it knows so many: anyone can add the app to servers without end."""


@dataclass(frozen=True, slots=True)
class AllowedServer:
    """A server that may use this deployment, and the content that it may see: nothing until given.

    `lost_channels` are those that did not take a message lately (`notifications.lost_channels`). That is no decision of
    the operator's: it stands here because this is read with each message anyway.
    """

    guild_id: GuildId
    category_ids: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    lost_channels: frozenset[ChannelId] = field(default=frozenset(), compare=False)


class AllowedServers:
    """Looks servers up, and remembers the answer for 30 seconds in this process."""

    def __init__(self, table: Table, clock: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._clock = clock
        self._known: dict[GuildId, tuple[float, AllowedServer | None]] = {}

    def remembers(self, guild_id: GuildId) -> bool:
        """Whether `find` answers without asking the table."""
        known = self._known.get(guild_id)
        return known is not None and known[0] > self._clock()

    async def find(self, guild_id: GuildId) -> AllowedServer | None:
        """The server, or None where the operator has not allowed it; possibly 30 seconds old."""
        known = self._known.get(guild_id)
        if known is not None and known[0] > self._clock():
            return known[1]
        return await self.find_now(guild_id)

    async def find_now(self, guild_id: GuildId) -> AllowedServer | None:
        """The same, read from the table now."""
        return self.take(guild_id, await self._table.get(allowed_key(guild_id), consistent=True))

    def take(self, guild_id: GuildId, item: Item | None) -> AllowedServer | None:
        """The same from an item that was read just now, at `allowed_key`; it is remembered."""
        server = _server(guild_id, item) if item else None
        moment = self._clock()
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {each: known for each, known in self._known.items() if known[0] > moment}
        self._known[guild_id] = (moment + CACHE_SECONDS, server)
        return server

    async def allow(self, server: AllowedServer, *told: Put) -> None:
        """Allow a server, or give it other content; `told` is what the audit holds of it, written with it."""
        key = allowed_key(server.guild_id)
        # Which channels are lost stays.
        allowed = Update(
            key,
            "SET category_ids = :categories, tags = :tags, gsi1pk = :all, gsi1sk = :pk",
            values={
                ":categories": list(server.category_ids),
                ":tags": list(server.tags),
                # A list of all allowed servers is one query of the index.
                ":all": "ALLOWED",
                ":pk": key.pk,
            },
        )
        await self._table.transact([allowed, *told])

    async def note_lost(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        """A channel of a server that is allowed does not take messages; a server that is not, stays so."""
        await self._change(guild_id, channel_id, "SET #lost = :yes", {":yes": True})

    async def note_found(self, guild_id: GuildId, channel_id: ChannelId) -> None:
        """It does again."""
        await self._change(guild_id, channel_id, "REMOVE #lost")

    async def _change(
        self, guild_id: GuildId, channel_id: ChannelId, expression: str, values: Mapping[str, Value] | None = None
    ) -> None:
        # Without the condition, this would allow a server that is not.
        is_allowed, names = "attribute_exists(pk)", {"#lost": f"{_LOST}{channel_id}"}
        try:
            item = await self._table.update(Update(allowed_key(guild_id), expression, is_allowed, names, values or {}))
        except ConditionNotMet:
            return
        self.take(guild_id, item)

    async def revoke(self, guild_id: GuildId, *told: Put) -> None:
        """Allow a server no longer; its meetings stay, and nobody can join them. `told` as in `allow`."""
        await self._table.transact([Delete(allowed_key(guild_id)), *told])

    async def all(self) -> list[AllowedServer]:
        """Every allowed server."""
        items = await self._table.query_index("ALLOWED")
        return [_server(GuildId(item["pk"].removeprefix("SERVER#")), item) for item in items]


def allowed_key(guild_id: GuildId) -> Key:
    """Where it stands whether the server is allowed."""
    return Key(f"SERVER#{guild_id}", "ALLOWED")


def _server(guild_id: GuildId, item: Item) -> AllowedServer:
    lost = frozenset(ChannelId(name.removeprefix(_LOST)) for name in item if name.startswith(_LOST))
    return AllowedServer(guild_id, tuple(item.get("category_ids", ())), tuple(item.get("tags", ())), lost)
