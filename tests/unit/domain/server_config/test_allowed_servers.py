"""Which servers may use this deployment."""

from dataclasses import dataclass

from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import CACHE_SECONDS, MOST_REMEMBERED, AllowedServer, AllowedServers
from tests.unit.domain.sent_by_discord import snowflake
from tests.unit.domain.stage import Stage


@dataclass
class Monotonic:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_a_server_is_unknown_until_the_operator_allows_it(stage: Stage) -> None:
    servers = AllowedServers(stage.services.table)
    guild_id = GuildId(snowflake())
    assert await servers.find_now(guild_id) is None
    server = AllowedServer(guild_id, (12, 34), ("biology", "history"))
    await servers.allow(server)
    assert await servers.find_now(guild_id) == server


async def test_what_it_may_see_is_nothing_until_given(stage: Stage) -> None:
    server = AllowedServer(GuildId(snowflake()))
    await stage.services.servers.allow(server)
    found = await stage.services.servers.find_now(server.guild_id)
    assert found is not None
    assert (found.category_ids, found.tags) == ((), ())


async def test_an_answer_is_remembered_for_thirty_seconds(stage: Stage) -> None:
    clock = Monotonic()
    servers = AllowedServers(stage.services.table, clock)
    guild_id = GuildId(snowflake())
    assert await servers.find(guild_id) is None
    await AllowedServers(stage.services.table).allow(AllowedServer(guild_id))
    assert await servers.find(guild_id) is None
    clock.seconds += CACHE_SECONDS
    assert await servers.find(guild_id) is not None


async def test_a_look_past_the_memory_sees_the_truth_and_refreshes_it(stage: Stage) -> None:
    servers = AllowedServers(stage.services.table, Monotonic())
    assert await servers.find(stage.guild_id) is not None
    await servers.revoke(stage.guild_id)
    assert await servers.find(stage.guild_id) is not None
    assert await servers.find_now(stage.guild_id) is None
    assert await servers.find(stage.guild_id) is None


async def test_servers_without_end_do_not_fill_the_memory(stage: Stage) -> None:
    clock = Monotonic()
    servers = AllowedServers(stage.services.table, clock)
    for number in range(MOST_REMEMBERED):
        servers.take(GuildId(str(number + 1)), None)
    clock.seconds += CACHE_SECONDS
    servers.take(stage.guild_id, None)
    assert servers.remembers(stage.guild_id)
    assert len(servers._known) == 1


async def test_all_allowed_servers_can_be_listed(stage: Stage) -> None:
    listed = await stage.services.servers.all()
    assert AllowedServer(stage.guild_id, (7,), ("biology",)) in listed
    await stage.services.servers.revoke(stage.guild_id)
    assert stage.guild_id not in [server.guild_id for server in await stage.services.servers.all()]
