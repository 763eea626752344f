"""The way onto the queue of what is to be told: written down first, so that it is told once however often it is sent.

{"kind": "notification", "guild_id", "key"}      in the group of its meeting or video, in its server
{"kind": "card", "guild_id", "meeting_id"}       in the same group, so that a card never shows an older state again
{"kind": "digest", "guild_id", "until"}          in the group of its server's digests
"""

import os
from typing import Any

from kaltura_discord.aws.queues import OrderedQueue
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.notifications.models import DIGEST, Notification
from kaltura_discord.notifications.store import NotificationStore

NOTIFICATION = "notification"
CARD = "card"


class Outbox:
    """Sends notifications and refreshments of cards."""

    def __init__(self, store: NotificationStore, queue: OrderedQueue) -> None:
        self._store = store
        self._queue = queue

    async def tell(self, notification: Notification) -> None:
        """Have the server told, unless it has been already. Harmless to repeat.

        Raises:
            AwsError: it is not known to be on its way.
        """
        if await self._store.begin(notification):
            await self.send_again(notification)

    async def send_again(self, notification: Notification) -> None:
        """Put a notification that is written down on the queue (again)."""
        await self._send({"kind": NOTIFICATION, "key": notification.key}, notification.guild_id, notification.group)

    async def refresh_card(self, guild_id: GuildId, meeting_id: MeetingId) -> None:
        """Have a meeting's card show the meeting as it then is."""
        await self._send({"kind": CARD, "meeting_id": meeting_id}, guild_id, f"{guild_id}#{meeting_id}")

    async def tell_digest(self, guild_id: GuildId, until: int) -> None:
        """Have told what was held until an epoch second. Harmless to repeat."""
        await self._send({"kind": DIGEST, "until": until}, guild_id, f"{guild_id}#{DIGEST}")

    async def _send(self, message: dict[str, Any], guild_id: GuildId, group: str) -> None:
        # Never taken for a repetition: a second look at a card shows what has happened since the first, and a
        # notification that has been told is told no more anyway.
        await self._queue.send_in_order({**message, "guild_id": guild_id}, group, os.urandom(16).hex())
