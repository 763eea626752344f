"""A stage with two servers, where each setting is set in server A and both do the same thing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer
from tests.unit.domain.sent_by_discord import Place, snowflake
from tests.unit.domain.stage import Stage
from tests.unit.domain.words import text_of

Json = dict[str, Any]
Result = TypeVar("Result")
FILM = "1_abcdefgh"
TEACHERS = "5000000000000000001"
OWN_PLAYER = 51234567


@dataclass
class Two:
    """A stage with two servers that may see the same content."""

    stage: Stage
    a: Place
    b: Place

    async def set_in_a(self, document: Json) -> None:
        await self.stage.set(document, GuildId(self.a.guild_id))

    async def each(self, act: Callable[[], Awaitable[Result]]) -> tuple[Result, Result]:
        """What comes of `act` in A and in B; in A again at last, after B was looked up."""
        results = []
        for place in (self.a, self.b, self.a):
            self.stage.place = place
            results.append(await act())
        assert results[0] == results[2]
        return results[0], results[1]

    async def told(self, payload: Callable[[], Json]) -> tuple[str, str]:
        """What people read in A and in B."""

        async def read() -> str:
            answer = await self.stage.acknowledged(payload())
            return text_of(answer.body["data"]) if answer.body is not None else str(answer.status)

        return await self.each(read)


async def two_servers(stage: Stage) -> Two:
    """Both, allowed the same videos."""
    # Kaltura's users are another story.
    stage.services.environment = {**stage.services.environment, "CONFIG__FEATURES__USER_SYNC": "false"}
    other = Place(snowflake(), snowflake())
    await stage.services.servers.allow(AllowedServer(GuildId(other.guild_id), (7,), ("biology",)))
    return Two(stage, stage.place, other)
