"""What a line says of those who joined: their names, and of somebody alone their id and roles."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaltura_discord.discord.errors import DiscordError, DiscordRateLimited
from kaltura_discord.discord.identifiers import GuildId, UserId
from kaltura_discord.notifications.errors import NotNow
from kaltura_discord.notifications.join_lines import Joined
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.templates.discord_markdown import inline
from kaltura_discord.templates.message_template import Formatted

if TYPE_CHECKING:
    from kaltura_discord.discord.rest import DiscordRest

_NAMED_AT_MOST = 3
# Discord docs, User Object: names have at most 32 characters.
_LONGEST_NAME = 32

_PATIENCE_SECONDS = 3.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LineWords:
    """Finds the words; Discord is asked only where a template wants to know roles."""

    rest: "DiscordRest"

    async def of(
        self, guild_id: GuildId, people: Sequence[Joined], template: str, deadline: Deadline
    ) -> Mapping[str, str]:
        """Values of the variables that are about people; there is somebody at least.

        Raises:
            NotNow: Discord has the line wait; nothing else keeps it from being told.
        """
        words: dict[str, str] = {"username": names_in_words([person.name for person in people])}
        if len(people) == 1:
            words["user_id"] = people[0].user_id
            if "roles" in template:
                words["roles"] = await self._roles(guild_id, people[0].user_id, deadline.sooner(_PATIENCE_SECONDS))
        return words

    async def _roles(self, guild_id: GuildId, user_id: UserId, deadline: Deadline) -> str:
        try:
            (_, roles), held = await asyncio.gather(
                self.rest.server_roles(guild_id, deadline, tries=1),
                self.rest.member_roles(guild_id, user_id, deadline, tries=1),
            )
        except DiscordRateLimited as limited:
            raise NotNow(limited.retry_after, is_attempt=False, reason=str(limited)) from limited
        except DiscordError as error:
            # They joined, and that is what is told.
            log.info("roles not known", extra={"guild_id": guild_id, "reason": str(error)})
            return ""
        return ", ".join(role.name for role in roles if role.role_id in held)


def names_in_words(names: Sequence[str]) -> Formatted:
    """`Ann`, `Ann and Bo`, `Ann, Bo and Chen`, `Ann, Bo and 5 more`: each name as it is, whatever is in it."""
    shown = [inline(name, _LONGEST_NAME) for name in names]
    if len(shown) > _NAMED_AT_MOST:
        shown = [*shown[: _NAMED_AT_MOST - 1], f"{len(shown) - _NAMED_AT_MOST + 1} more"]
    *first, last = shown
    return Formatted(f"{', '.join(first)} and {last}" if first else last)
