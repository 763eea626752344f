"""Tickets for the socket: a browser cannot set a header on a WebSocket, so its address bears one.

It is good once and for a minute, and only its hash is kept: whoever reads the table cannot come in with it.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Table
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.identity.levels import Level, level_named
from kaltura_discord.watch.models import ConnectionId, RoomId, Viewer
from kaltura_discord.watch.protocol import TICKET_SECONDS

_BYTES = 24
_LENGTH = 32
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """Whom a ticket lets in, into which room. `via` is discord or browser."""

    room_id: RoomId
    guild_id: GuildId
    user_id: UserId
    name: str
    avatar: str | None
    level: Level
    via: str


class Tickets:
    """All tickets. `now` is epoch seconds."""

    def __init__(self, table: Table, now: Callable[[], float]) -> None:
        self._table = table
        self._now = now

    async def issue(self, holder: TicketHolder) -> str:
        """A ticket, good for `TICKET_SECONDS`."""
        ticket = secrets.token_urlsafe(_BYTES)
        key = _key(ticket)
        item: dict[str, Value] = {
            "pk": key.pk,
            "sk": key.sk,
            "room_id": holder.room_id,
            "guild_id": holder.guild_id,
            "user_id": holder.user_id,
            "display_name": holder.name,
            "avatar": holder.avatar,
            "user_level": holder.level.word,
            "via": holder.via,
            "expires_at": int(self._now()) + TICKET_SECONDS,
        }
        await self._table.put(item)
        return ticket

    async def redeem(self, ticket: str) -> TicketHolder | None:
        """Whose ticket it is, once; None for one that is used, expired or none of ours."""
        if len(ticket) != _LENGTH or not _LETTERS.issuperset(ticket):
            return None
        item = await self._table.take(_key(ticket))
        if item is None:
            return None
        return TicketHolder(
            room_id=RoomId(item["room_id"]),
            guild_id=GuildId(item["guild_id"]),
            user_id=UserId(item["user_id"]),
            name=item["display_name"],
            avatar=item.get("avatar"),
            level=level_named(item["user_level"]),
            via=item["via"],
        )


def context_of(holder: TicketHolder, expires_at_ms: int) -> dict[str, str]:
    """What the authorizer tells all later events of a connection: ASCII strings, and no null, as API Gateway wants it.

    Names are percent-encoded, since they are whatever people write.
    """
    return {
        "room_id": holder.room_id,
        "guild_id": holder.guild_id,
        "user_id": holder.user_id,
        "name": quote(holder.name, safe=""),
        "avatar": holder.avatar or "",
        "level": holder.level.word,
        "via": holder.via,
        "expires_at_ms": str(expires_at_ms),
    }


def viewer_of(connection_id: str, context: dict[str, str]) -> Viewer:
    """Whose connection it is, as the authorizer said.

    Raises:
        KeyError: the context is not the authorizer's.
    """
    return Viewer(
        connection_id=ConnectionId(connection_id),
        room_id=RoomId(context["room_id"]),
        guild_id=GuildId(context["guild_id"]),
        user_id=UserId(context["user_id"]),
        name=unquote(context["name"]),
        avatar=context["avatar"] or None,
        level=level_named(context["level"]),
        via=context["via"],
    )


def _key(ticket: str) -> Key:
    return Key(f"TICKET#{hashlib.sha256(ticket.encode()).hexdigest()}", "TICKET")
