"""What the notifications queue brings: everything about one meeting or video in one server in its order."""

import logging
from collections.abc import Mapping
from typing import Any

from kaltura_discord.commands.services import Services
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.discord.turns import note_whether_it_comes_back
from kaltura_discord.meetings.models import MeetingId
from kaltura_discord.notifications.models import DIGEST
from kaltura_discord.notifications.outbox import CARD, NOTIFICATION
from kaltura_discord.resilience.deadline import Deadline

log = logging.getLogger(__name__)


async def tell(message: Mapping[str, Any], services: Services, receives: int, deadline: Deadline) -> None:
    """Do what a message of the queue asks for; `receives` is how often the queue has brought it.

    Raises:
        NotNow: it has to come again later.
        AwsError, DiscordError: the same, soon.
    """
    note_whether_it_comes_back(receives > 1)
    guild_id = GuildId(message["guild_id"])
    kind = message.get("kind")
    if kind == NOTIFICATION:
        await services.telling.deliverer.deliver(guild_id, message["key"], deadline)
    elif kind == CARD:
        await services.telling.card_editor.show(guild_id, MeetingId(message["meeting_id"]), receives, deadline)
    elif kind == DIGEST:
        await services.telling.digests.deliver(guild_id, int(message["until"]), deadline)
    else:
        log.error("unknown message", extra={"kind": kind})
