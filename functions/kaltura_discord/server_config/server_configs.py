"""The settings of one server, looked up: its overrides over the defaults. Remembered for 30 seconds in this process.

What grants a level reads past what is remembered (`now=True`), so that a right that was taken away is gone at once.
Importing this does not import pydantic; only `whole` does.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.overlay import merged
from kaltura_discord.server_config.override_store import Overrides, OverrideStore
from kaltura_discord.server_config.quick_settings import QuickSettings

if TYPE_CHECKING:
    from kaltura_discord.server_config.models import ServerConfig

CACHE_SECONDS = 30.0

# A process forgets what has run out once it knows so many servers.
_MOST_REMEMBERED = 1000


@dataclass(slots=True)
class _Known:
    until: float
    overrides: Overrides
    quick: QuickSettings
    whole: "ServerConfig | None" = None


class ServerConfigs:
    """Looks settings up.

    Args:
        store: where overrides are kept.
        written: the defaults as they are written (`written_defaults.merged_defaults`).
        clock: seconds that never go back.
    """

    def __init__(
        self, store: OverrideStore, written: Mapping[str, Any], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._written = written
        self._clock = clock
        self._known: dict[GuildId, _Known] = {}

    def remembers(self, guild_id: GuildId) -> bool:
        """Whether a lookup answers without asking the table."""
        known = self._known.get(guild_id)
        return known is not None and known.until > self._clock()

    async def quick(self, guild_id: GuildId, *, now: bool = False) -> QuickSettings:
        """What the quick half of a command needs; with `now` as it is at this moment, else up to 30 seconds old.

        Raises:
            NewerSettings: a newer version of this app wrote the server's settings.
        """
        return (await self._find(guild_id, now=now)).quick

    async def whole(self, guild_id: GuildId, *, now: bool = False) -> "ServerConfig":
        """All settings.

        Raises:
            NewerSettings: a newer version of this app wrote the server's settings.
            InvalidSetting: an override that was stored does not fit any more; the sentence names it.
        """
        known = await self._find(guild_id, now=now)
        if known.whole is None:
            from kaltura_discord.server_config.defaults import with_overrides

            known.whole = with_overrides(self._written, known.overrides.document)
        return known.whole

    def forget(self, guild_id: GuildId) -> None:
        """Look the server up again next time; for whoever has just changed its settings."""
        self._known.pop(guild_id, None)

    async def _find(self, guild_id: GuildId, *, now: bool) -> _Known:
        known = self._known.get(guild_id)
        if known is not None and not now and known.until > self._clock():
            return known
        return self._take(guild_id, await self._store.read(guild_id))

    def take(self, guild_id: GuildId, overrides: Overrides) -> QuickSettings:
        """The settings under overrides that were read just now; they are remembered."""
        return self._take(guild_id, overrides).quick

    def _take(self, guild_id: GuildId, overrides: Overrides) -> _Known:
        known = self._known.get(guild_id)
        if known is None or known.overrides != overrides:
            values = merged(self._written, overrides.document)
            known = _Known(0.0, overrides, QuickSettings.of(values))
        known.until = self._clock() + CACHE_SECONDS
        self._remember(guild_id, known)
        return known

    def _remember(self, guild_id: GuildId, known: _Known) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            moment = self._clock()
            self._known = {guild: each for guild, each in self._known.items() if each.until > moment}
        self._known[guild_id] = known
