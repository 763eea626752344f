"""The operator decides which servers may use the deployment, and what they see."""

import pytest

from infra.operations.allow_server import carry_out, check_names_a_table, read_arguments
from kaltura_discord.aws.caller import AwsUnavailable
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from tests.unit.operations.small_cloud import SmallCloud

GUILD = GuildId("112233445566778899")


@pytest.fixture
def cloud() -> SmallCloud:
    return SmallCloud()


@pytest.fixture
def servers(cloud: SmallCloud) -> AllowedServers:
    return AllowedServers(Table(cloud, "t"))


async def run(servers: AllowedServers, *words: str) -> str:
    return await carry_out(read_arguments(words), servers)


async def test_a_server_is_allowed_with_what_it_may_see(servers: AllowedServers) -> None:
    said = await run(servers, "--guild", GUILD, "--categories", "12, 34", "--tags", "biology,world history")
    assert said == f"Allowed: server {GUILD}, videos: categories 12, 34 and tags biology, world history"
    assert await servers.find_now(GUILD) == AllowedServer(GUILD, (12, 34), ("biology", "world history"))


async def test_a_server_without_content_holds_meetings_only(servers: AllowedServers) -> None:
    # What `make allow-server GUILD=...` passes where the other two are left out.
    said = await run(servers, "--guild", GUILD, "--categories", "", "--tags", "")
    assert said.endswith("videos: none (meetings only)")
    assert await servers.find_now(GUILD) == AllowedServer(GUILD)


async def test_allowing_again_gives_other_content(servers: AllowedServers) -> None:
    await run(servers, "--guild", GUILD, "--categories", "12")
    await run(servers, "--guild", GUILD, "--tags", "biology")
    assert await servers.find_now(GUILD) == AllowedServer(GUILD, (), ("biology",))


async def test_a_server_is_allowed_no_longer(servers: AllowedServers) -> None:
    await run(servers, "--guild", GUILD)
    said = await run(servers, "--guild", GUILD, "--revoke")
    assert "not allowed any more" in said
    assert await servers.find_now(GUILD) is None


async def test_all_servers_are_listed(servers: AllowedServers) -> None:
    assert "No server is allowed yet" in await run(servers, "--list")
    await run(servers, "--guild", "222", "--categories", "5")
    await run(servers, "--guild", "111")
    listed = (await run(servers, "--list")).splitlines()
    assert listed == ["server 111, videos: none (meetings only)", "server 222, videos: categories 5"]


@pytest.mark.parametrize("guild", ["", "Riverside", "12 34", "-5", "123456789012345678901"])
async def test_a_server_is_named_by_its_id(servers: AllowedServers, cloud: SmallCloud, guild: str) -> None:
    with pytest.raises(ValueError, match="Copy Server ID"):
        await run(servers, f"--guild={guild}")
    assert cloud.operations == []


async def test_categories_are_numbers(servers: AllowedServers, cloud: SmallCloud) -> None:
    with pytest.raises(ValueError, match="CATEGORIES"):
        await run(servers, "--guild", GUILD, "--categories", "12,biology")
    assert cloud.operations == []


async def test_a_table_that_is_not_there_is_not_taken_for_success(servers: AllowedServers, cloud: SmallCloud) -> None:
    cloud.trouble["PutItem"] = AwsUnavailable("PutItem", "EndpointConnectionError")
    with pytest.raises(AwsUnavailable):
        await run(servers, "--guild", GUILD)


def test_without_a_table_the_operator_is_told_where_one_comes_from() -> None:
    check_names_a_table({"TABLE_NAME": "production"})
    with pytest.raises(ValueError, match=r"Start the local stack \(make run\), or set TABLE_NAME"):
        check_names_a_table({"AWS_REGION": "us-east-1"})
