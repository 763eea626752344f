"""The links that let people in: `/j/{token}`, made for one member, good for ten minutes, openable more than once.

A message never holds a Kaltura session. Join makes a random token, of which only the hash is kept; what happens when
the link is opened is in `join_door`. Link previews and prefetchers may open it too, so opening does not use it up.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from kaltura_discord.aws.attributes import Value
from kaltura_discord.aws.table import Key, Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import MeetingId, Person

LINK_SECONDS = 600


@dataclass(frozen=True, slots=True)
class JoinLinks:
    """Makes links for members."""

    table: Table
    public_base_url: str
    now: Callable[[], float] = time.time

    async def make(self, guild_id: GuildId, meeting_id: MeetingId, person: Person, locale: str) -> str:
        """A link for `person` into the meeting."""
        token = secrets.token_urlsafe(24)
        key = link_key(token)
        ticket: dict[str, Value] = {
            "pk": key.pk,
            "sk": key.sk,
            "guild_id": guild_id,
            "meeting_id": meeting_id,
            "user_id": person.user_id,
            "name": person.name,
            "locale": locale,
            "expires_at": int(self.now()) + LINK_SECONDS,
        }
        await self.table.put(ticket)
        return f"{self.public_base_url}/j/{token}"


def link_key(token: str) -> Key:
    """Where a link is kept: under its token's hash, so that nobody who reads the table can open one."""
    return Key(f"JOIN#{hashlib.sha256(token.encode()).hexdigest()}", "JOIN")
