"""Where no channel of a server takes what is told, that is said where its greeting stands, once a week.

The greeting stands in the server's system channel, or in the direct messages of whoever installed the app, so somebody
reads it who can help. What was to be told is not said there, as not everybody may read every channel. Where there is no
such place, or it is closed as well, it stays in the list of `/kaltura-config notifications`.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import DiscordError
from kaltura_discord.discord.identifiers import ChannelId, GuildId
from kaltura_discord.discord.markers import mark_of
from kaltura_discord.discord.messages import note
from kaltura_discord.discord.single_messages import SingleMessages
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

# Discord allows a server's name 100 characters.
_NAME_LIMIT = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Greeted:
    """Where a server's greeting stands.

    Attributes:
        channel_id: in which channel.
        server_name: a stranger's words; empty where whoever reads it there is in the server anyway.
    """

    channel_id: ChannelId
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class LastResort:
    """Says it.

    Attributes:
        rest: Discord.
        greeted_in: where a server's greeting stands, if anywhere.
        now: epoch seconds.
    """

    rest: "DiscordRest"
    greeted_in: Callable[[GuildId], Awaitable[Greeted | None]]
    now: Callable[[], float] = time.time

    async def say(
        self, guild_id: GuildId, sentence: str, closed: frozenset[ChannelId], since: int, deadline: Deadline
    ) -> bool:
        """Say once since an epoch second why nothing can be told; whether it stands there.

        Args:
            guild_id: to whom.
            sentence: what.
            closed: channels that are known not to take messages.
            since: since when it may have been said.
            deadline: until when.
        """
        greeted = await self.greeted_in(guild_id)
        if greeted is None or greeted.channel_id in closed:
            return False
        mark = mark_of(f"{guild_id}#lost#{since}#{min(closed)}")
        about = f"About {inline(greeted.server_name, _NAME_LIMIT)}: " if greeted.server_name else ""
        message = note(f"{about}{sentence}", ephemeral=False)
        try:
            messages = SingleMessages(self.rest, self.now)
            await messages.post(greeted.channel_id, message, mark, since, deadline, tries=1)
        except DiscordError as error:
            log.warning("nowhere said that nothing is told", extra={"guild_id": guild_id, "reason": str(error)})
            return False
        return True
