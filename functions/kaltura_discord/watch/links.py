"""Links into a room from an ordinary browser tab: `{our address}/#link={token}`, made for one member.

Good for ten minutes, openable more than once, as link previews and prefetchers open links too. The token stands after
the `#`, which browsers keep to themselves, so it is in no server's log.

A signed token with all that a link says (a name of 32 characters, four ids) would take 550 to 800 characters, and
Discord's link buttons hold 512 (Discord docs: Component Reference, Button). So the token is random, and what it stands
for is kept under its hash: nobody who reads the table can open a link.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Table
from kaltura_discord.discord.identifiers import ChannelId, GuildId, UserId
from kaltura_discord.identity.levels import Level, level_named

LINK_SECONDS = 600

_TOKEN_BYTES = 24
_TOKEN = re.compile("[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class RoomLink:
    """Whom a link lets in, and where.

    Attributes:
        avatar: Discord's hash of the picture; empty where there is none.
        level: the member's when the link was made; whoever opens it is looked up again.
        entry_id: the video that they came for; empty for the search page.
    """

    room_id: str
    guild_id: GuildId
    channel_id: ChannelId
    user_id: UserId
    name: str
    avatar: str
    level: Level
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class RoomLinks:
    """Makes links, and reads them."""

    table: Table
    public_base_url: str
    now: Callable[[], float] = time.time

    async def make(self, link: RoomLink) -> str:
        """The address that lets the member into the room."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        key = _key(token)
        kept: dict[str, Value] = {
            "pk": key.pk,
            "sk": key.sk,
            "room_id": link.room_id,
            "guild_id": link.guild_id,
            "channel_id": link.channel_id,
            "user_id": link.user_id,
            "name": link.name,
            "avatar": link.avatar,
            "level": link.level.word,
            "entry_id": link.entry_id,
            "expires_at": int(self.now()) + LINK_SECONDS,
        }
        await self.table.put(kept)
        return f"{self.public_base_url}/#link={token}"

    async def read(self, token: str) -> RoomLink | None:
        """What the link says; None where it was never made, or its ten minutes are over."""
        if not _TOKEN.fullmatch(token):
            return None
        # Consistent, as people open their link in the same second.
        item = await self.table.get(_key(token), consistent=True)
        if item is None:
            return None
        return RoomLink(
            room_id=item["room_id"],
            guild_id=GuildId(item["guild_id"]),
            channel_id=ChannelId(item["channel_id"]),
            user_id=UserId(item["user_id"]),
            name=item["name"],
            avatar=item["avatar"],
            level=level_named(item["level"]),
            entry_id=item["entry_id"],
        )


def _key(token: str) -> Key:
    return Key(f"LINK#{hashlib.sha256(token.encode()).hexdigest()}", "LINK")
