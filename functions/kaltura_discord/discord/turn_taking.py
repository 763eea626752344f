"""How a process takes part in the turns that all processes have at a bucket (`turns`).

Alone at a bucket, a process knows all that there is to know, and asks nobody. Where others have left (almost) nothing
within the last minute, who could wait in the queue asks for its turn before it calls Discord: one call to the table,
and none in quiet times. What has waited for its turn and comes back asks no more.

    nobody else noticed         0 calls to the table
    others were noticed         1 a message, at most one a second while it is free
    it has to wait              1, or 2 for whoever is the first to wait
"""

from dataclasses import dataclass

from kaltura_discord.discord.buckets import Buckets
from kaltura_discord.discord.errors import DiscordHeldBack, DiscordRateLimited
from kaltura_discord.discord.routes import Route
from kaltura_discord.discord.turns import Turns, comes_back
from kaltura_discord.observation.metrics import count

# A bucket that is full again sooner than others would hear of it is not told of.
_WORTH_TELLING_SECONDS = 0.5

# What was free a moment ago is not asked for again.
_STILL_FREE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class TurnTaking:
    """Takes turns, and tells of what is empty."""

    buckets: Buckets
    turns: Turns

    async def check(self, route: Route) -> None:
        """Let a call go that could wait in the queue, or not.

        Raises:
            DiscordHeldBack: it is not its turn; until when is that of it alone.
        """
        try:
            self.buckets.check(route)
        except DiscordHeldBack as held:
            raise await self.instead_of(held, route) from held
        if comes_back():
            return
        for is_global in (True, False):
            if self._is_to_be_asked(route, is_global=is_global):
                seconds = await self._take(route, 0.0, is_global=is_global)
                if seconds > 0:
                    count("DiscordTurns")
                    raise DiscordHeldBack(seconds, is_global=is_global)
                self.buckets.hear_free(route, is_global=is_global)

    async def instead_of(self, limited: DiscordRateLimited, route: Route) -> DiscordHeldBack:
        """The same, until its turn: not all that wait for a bucket can go when it is full again."""
        count("DiscordTurns")
        seconds = await self._take(route, limited.retry_after, is_global=limited.is_global)
        return DiscordHeldBack(max(seconds, limited.retry_after), is_global=limited.is_global)

    async def tell_others(self, route: Route) -> None:
        """Where a bucket is empty that others are at, let them know."""
        try:
            self.buckets.check(route)
        except DiscordHeldBack as held:
            is_contended = self.buckets.is_contended(route, is_global=held.is_global)
            if is_contended and held.retry_after > _WORTH_TELLING_SECONDS:
                await self.turns.tell(self.buckets.key(route, is_global=held.is_global), held.retry_after)

    def _is_to_be_asked(self, route: Route, *, is_global: bool) -> bool:
        if is_global and not route.counts_globally:
            return False
        if self.buckets.was_free(route, _STILL_FREE_SECONDS, is_global=is_global):
            return False
        return self.buckets.is_contended(route, is_global=is_global)

    async def _take(self, route: Route, seconds: float, *, is_global: bool) -> float:
        pace = self.buckets.pace(route, is_global=is_global)
        return await self.turns.take(self.buckets.key(route, is_global=is_global), seconds, pace)
