"""What servers are called, as far as Discord tells: operators know names, and the table knows ids only."""

from typing import Protocol

from kaltura_discord.commands.services import Services
from kaltura_discord.discord.errors import DiscordError, DiscordRefused
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.settings import MissingSetting
from kaltura_discord.templates.plain_text import one_line

_PATIENCE_SECONDS = 3.0


class Names(Protocol):
    """Tells names."""

    async def of(self, guild_id: GuildId) -> str:
        """The server's name on one line; empty where nobody tells."""
        ...


class ServerNames:
    """Asks Discord, each time once. Without a bot token, or once Discord does not answer, nobody is asked."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[GuildId, str] = {}
        self._is_silent = False

    async def of(self, guild_id: GuildId) -> str:
        """The server's name on one line; empty where the bot is not in it."""
        if guild_id not in self._known:
            self._known[guild_id] = await self._asked(guild_id)
        return self._known[guild_id]

    async def _asked(self, guild_id: GuildId) -> str:
        if self._is_silent:
            return ""
        try:
            answer = await self._services.rest.look_up(f"/guilds/{guild_id}", Deadline.after(_PATIENCE_SECONDS))
        except DiscordRefused:
            return ""
        except (MissingSetting, DiscordError):
            self._is_silent = True
            return ""
        name = answer.get("name") if isinstance(answer, dict) else None
        return one_line(name) if isinstance(name, str) else ""
