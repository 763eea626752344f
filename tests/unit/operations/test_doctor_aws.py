"""The doctor looks at the table, the queue, and who may use the deployment."""

from pathlib import Path

import pytest

from infra.operations.examination.aws import (
    AwsAccess,
    NoAccess,
    environment_with_secrets,
    examine_aws,
    examine_resources,
)
from infra.operations.examination.observations import Observation
from kaltura_discord.aws.caller import AwsError, AwsUnavailable
from kaltura_discord.aws.table import Table
from kaltura_discord.discord.identifiers import GuildId
from kaltura_discord.server_config.allowed_servers import AllowedServer, AllowedServers
from kaltura_discord.settings import AwsSettings
from tests.unit.operations.small_cloud import SmallCloud

NAMED = {"TABLE_NAME": "t", "TASKS_QUEUE_URL": "q", "PUBLIC_BASE_URL": "https://meet.example.org"}
SETTINGS = AwsSettings("the-table", "https://sqs.test/000000000000/tasks", "https://meet.example.org")


@pytest.fixture
def cloud() -> SmallCloud:
    return SmallCloud()


async def seen(cloud: SmallCloud) -> dict[str, Observation]:
    observations = await examine_resources(SETTINGS, cloud, cloud)
    return {each.area: each for each in observations}


async def allow(cloud: SmallCloud, *servers: AllowedServer) -> None:
    for server in servers:
        await AllowedServers(Table(cloud, "the-table")).allow(server)


async def test_a_deployment_in_order(cloud: SmallCloud) -> None:
    await allow(cloud, AllowedServer(GuildId("1"), (12,)), AllowedServer(GuildId("2")))
    cloud.waiting = 3
    observations = await seen(cloud)
    assert {each.status for each in observations.values()} == {"ok"}
    assert "the-table" in observations["table"].sentence
    assert "about 3 messages" in observations["tasks queue"].sentence
    assert "2 servers" in observations["allowed servers"].sentence
    assert "1 of them for meetings only" in observations["allowed servers"].sentence


async def test_the_doctor_only_reads(cloud: SmallCloud) -> None:
    await seen(cloud)
    assert sorted(cloud.operations) == ["GetQueueAttributes", "Query"]


async def test_no_server_may_use_it_yet(cloud: SmallCloud) -> None:
    servers = (await seen(cloud))["allowed servers"]
    assert servers.status == "failed"
    assert "make allow-server" in servers.advice


@pytest.mark.parametrize(
    ("error", "advised"),
    [
        (AwsError("Query", "ResourceNotFoundException", "Requested resource not found"), "TABLE_NAME"),
        (AwsError("Query", "AccessDeniedException", "not authorized"), "credentials"),
        (AwsUnavailable("Query", "TimeoutError"), "make run"),
    ],
)
async def test_a_table_that_cannot_be_read(cloud: SmallCloud, error: AwsError, advised: str) -> None:
    cloud.trouble["Query"] = error
    observations = await seen(cloud)
    assert observations["table"].status == "failed"
    assert error.code in observations["table"].sentence
    assert advised in observations["table"].advice
    assert "allowed servers" not in observations
    assert observations["tasks queue"].status == "ok"


async def test_a_queue_that_is_not_there(cloud: SmallCloud) -> None:
    cloud.trouble["GetQueueAttributes"] = AwsError("GetQueueAttributes", "AWS.SimpleQueueService.NonExistentQueue")
    observations = await seen(cloud)
    assert observations["tasks queue"].status == "failed"
    assert "TASKS_QUEUE_URL" in observations["tasks queue"].advice
    assert observations["table"].status == "ok"


@pytest.mark.parametrize("missing", ["TABLE_NAME", "TASKS_QUEUE_URL"])
async def test_resources_that_nothing_names(missing: str) -> None:
    (only,) = await examine_aws({**NAMED, missing: ""})
    assert only.status == "failed"
    assert missing in only.sentence
    assert "make run" in only.advice


@pytest.fixture
def no_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that was never set up for AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("no_profile")
class TestAccess:
    async def test_needs_credentials(self) -> None:
        (only,) = await examine_aws({**NAMED, "AWS_REGION": "eu-west-1"})
        assert (only.area, only.status) == ("access", "failed")
        assert "AWS_PROFILE" in only.advice

    async def test_needs_a_profile_that_exists(self) -> None:
        (only,) = await examine_aws({**NAMED, "AWS_PROFILE": "nobody"})
        assert (only.area, only.status) == ("access", "failed")
        assert "nobody" in only.sentence

    async def test_needs_a_region(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOWN")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")
        with pytest.raises(NoAccess, match="region"):
            await AwsAccess.found_in({})

    async def test_uses_a_profile(self, tmp_path: Path) -> None:
        profile = "[profile operator]\nregion = eu-west-1\naws_access_key_id = AKIAOWN\naws_secret_access_key = own\n"
        (tmp_path / "config").write_text(profile, encoding="utf-8")
        async with await AwsAccess.found_in({"AWS_PROFILE": "operator"}) as access:
            assert access.caller("dynamodb")

    async def test_secrets_that_cannot_be_read_are_told(self) -> None:
        environment = {"SECRETS_PATH": "/kaltura-discord/prod", "A": "1"}
        known, (trouble,) = await environment_with_secrets(environment)
        assert known == environment
        assert trouble.status == "failed"
        assert "/kaltura-discord/prod" in trouble.sentence


async def test_without_a_folder_of_secrets_none_are_looked_for() -> None:
    assert await environment_with_secrets({"A": "1"}) == ({"A": "1"}, [])
