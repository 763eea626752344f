import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest

from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.commands.services import Services
from kaltura_discord.kaltura.videos import VideoLibrary
from kaltura_discord.server_config.allowed_servers import AllowedServer
from local_stack.embedded_aws.json_api import AwsJson
from local_stack.embedded_aws.ministack import REGION, EmbeddedAws
from local_stack.embedded_aws.resources import create_resources
from local_stack.gateway.manifest import read_manifest
from local_stack.places import REPOSITORY
from tests.unit.domain.calendar_double import CalendarDouble
from tests.unit.domain.discord_double import APPLICATION, DiscordDouble
from tests.unit.domain.rooms_double import RoomsDouble
from tests.unit.domain.sent_by_discord import ADMINISTRATOR, ANN, BO, MODERATOR, Place, snowflake
from tests.unit.domain.stage import Clock, Pauses, Stage, rest_over
from tests.unit.domain.steps import CountedAws, Steps
from tests.unit.domain.tasks_double import TasksDouble
from tests.unit.kaltura.scripted_kaltura import ADDRESSES, ScriptedKaltura

PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded AWS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with asyncio.Runner() as runner:
        embedded = runner.run(EmbeddedAws.start(port, tmp_path_factory.mktemp("embedded_aws")))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            runner.run(embedded.stop())


@pytest.fixture(scope="module")
def environment(embedded_aws: str) -> dict[str, str]:
    """What the functions find in their environment, with a table of this test module's own."""
    manifest = read_manifest(REPOSITORY / "infra" / "functions.json")
    table = replace(manifest.table, name=f"table-{uuid.uuid4().hex}")

    async def create() -> None:
        async with AwsJson(embedded_aws) as aws:
            await create_resources(aws, replace(manifest, table=table))

    with asyncio.Runner() as runner:
        runner.run(create())
    return {
        "AWS_ENDPOINT_URL": embedded_aws,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "TABLE_NAME": table.name,
        "TASKS_QUEUE_URL": f"{embedded_aws}/000000000000/tasks",
        "NOTIFICATIONS_QUEUE_URL": f"{embedded_aws}/000000000000/notifications.fifo",
        "PUBLIC_BASE_URL": "https://kaltura.example",
        "JWT_SECRET": "a secret of 32 characters, or more",
        "DISCORD_APPLICATION_ID": APPLICATION,
        "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
        "DISCORD_BOT_TOKEN": "bot-token",
        "DISCORD_API_URL": "https://discord.test/api/v10",
        "KALTURA_PARTNER_ID": "12345",
        "KALTURA_ADMIN_SECRET": "0123456789abcdef0123456789abcdef",
    }


@pytest.fixture
def kaltura() -> ScriptedKaltura:
    """Kaltura's API, for what is asked of videos."""
    return ScriptedKaltura()


@pytest.fixture
async def stage(environment: dict[str, str], kaltura: ScriptedKaltura) -> AsyncIterator[Stage]:
    """A stage whose server the operator has allowed; at the end, nothing of ours was refused by Discord's rules."""
    steps, clock, pauses, tasks = Steps(), Clock(), Pauses(), TasksDouble()
    caller = SignedCaller("dynamodb", environment)
    dynamodb = CountedAws(caller, steps)
    services = Services(environment, lambda service: dynamodb if service == "dynamodb" else tasks, clock)
    discord, rooms = DiscordDouble(steps), RoomsDouble(steps)
    discord.now = clock
    services.calendar = CalendarDouble(steps)
    discord.member_roles = {member.user_id: list(member.roles) for member in (ANN, BO, MODERATOR, ADMINISTRATOR)}
    place = Place(snowflake(), snowflake(), now=clock)
    async with httpx.AsyncClient(transport=httpx.MockTransport(discord.answer)) as http:
        services.rest = rest_over(discord, http, pauses, services.suspicions.suspect, clock)
        services.rooms = rooms
        services.videos = VideoLibrary(kaltura.transport(), ADDRESSES)
        stage = Stage(services, dynamodb, tasks, discord, rooms, clock, steps, pauses, place)
        await services.servers.allow(AllowedServer(stage.guild_id, (7,), ("biology",)))
        # Nobody is greeted unless a test is about that.
        for is_allowed in (True, False):
            services.first_uses.remember(stage.guild_id, is_allowed=is_allowed)
        steps.taken = 0
        yield stage
    await caller.close()
    assert [refusal for refusal in discord.refusals if "50035" in refusal] == []
