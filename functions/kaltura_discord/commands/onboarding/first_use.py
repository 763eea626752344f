"""The quick half notices that a server uses the app: it may have to be greeted, or have come back.

Discord's own event may be missed, or not be subscribed to. So the first use in a process puts a task on the queue, once
an hour and server, and once more when the server has been allowed meanwhile. That is a call to SQS now and then, and
nobody waits for it longer than a moment; where it fails, the next use in another process makes up for it.
"""

import asyncio
import logging
from dataclasses import asdict, dataclass
from typing import Any

from kaltura_discord.aws.caller import AwsError
from kaltura_discord.aws.queues import Queue
from kaltura_discord.commands.model import Body
from kaltura_discord.commands.told_lately import ToldLately
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import AnswerType
from kaltura_discord.discord.permissions import Permission, holds
from kaltura_discord.server_config.allowed_servers import AllowedServers

FIRST_USE = "first_use"

REMEMBERED_SECONDS = 3600.0

_PATIENCE_SECONDS = 0.3

# Discord has to have taken the answer before it takes another one for the same token.
_DELAY_SECONDS = 2

# After these, a further answer is one of its own (Discord docs: Receiving and Responding, Followup Messages).
_MAY_BE_FOLLOWED = frozenset({AnswerType.MESSAGE, AnswerType.DEFERRED_MESSAGE})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FirstUse:
    """A use of the app, as the queue is told of it.

    Attributes:
        may_configure: whether the person may manage the server, as Discord says.
        token: for a further answer to them; empty where none is possible.
        is_answered_later: whether their own answer comes from the queue as well, and must come first.
    """

    guild_id: GuildId
    user_id: UserId
    interaction_id: str
    may_configure: bool
    token: str
    is_answered_later: bool
    received_at: int

    def as_task(self) -> dict[str, Any]:
        """The message for the queue."""
        return {"kind": FIRST_USE, **asdict(self)}


class FirstUses:
    """Tells the queue of uses, by what this process knows."""

    def __init__(self, tasks: Queue, servers: AllowedServers, told: ToldLately) -> None:
        self._tasks = tasks
        self._servers = servers
        self._told = told

    def remember(self, guild_id: GuildId, *, is_allowed: bool = True) -> None:
        """The queue need not be told of this server for an hour."""
        self._told.add(f"{guild_id}|{is_allowed:d}")

    async def note(self, interaction: Interaction, answer: Body | None, now: float) -> None:
        """Tell the queue, where it was not told lately; `answer` is what the person was answered. Never raises."""
        guild_id = interaction.guild_id
        # What is not remembered could not be looked up, so the use itself has failed as well.
        if guild_id is None or not self._servers.remembers(guild_id):
            return
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                is_allowed = await self._servers.find(guild_id) is not None
                if f"{guild_id}|{is_allowed:d}" in self._told:
                    return
                await self._tasks.send(_first_use(interaction, guild_id, answer, now).as_task(), _DELAY_SECONDS)
        except (AwsError, TimeoutError) as error:
            log.warning("first use not told", extra={"guild_id": guild_id, "reason": type(error).__name__})
            return
        self.remember(guild_id, is_allowed=is_allowed)


def _first_use(interaction: Interaction, guild_id: GuildId, answer: Body | None, now: float) -> FirstUse:
    kind = answer["type"] if answer is not None else None
    may_configure = holds(interaction.caller.permissions, Permission.MANAGE_GUILD)
    return FirstUse(
        guild_id,
        interaction.caller.user_id,
        interaction.interaction_id,
        may_configure,
        interaction.token if may_configure and kind in _MAY_BE_FOLLOWED else "",
        kind == AnswerType.DEFERRED_MESSAGE,
        int(now),
    )
