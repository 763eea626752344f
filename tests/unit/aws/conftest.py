import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from moto import mock_aws

from kaltura_discord.aws.boto_caller import BotoCaller
from kaltura_discord.aws.caller import AwsCaller
from kaltura_discord.aws.signed_caller import SignedCaller
from kaltura_discord.aws.table import Table
from local_stack.embedded_aws.json_api import AwsJson
from local_stack.embedded_aws.ministack import REGION, EmbeddedAws
from local_stack.embedded_aws.resources import create_resources, queue_url, table_definition
from local_stack.gateway.manifest import read_manifest
from local_stack.places import REPOSITORY
from tests.unit.aws.scripted_server import ScriptedServer

MANIFEST = read_manifest(REPOSITORY / "infra" / "functions.json")

CallerFor = Callable[[str], AwsCaller]


@dataclass
class Clock:
    """Epoch seconds that move only when a test moves them; the reads of the table believe it too.

    In 2033: the embedded AWS has the machine's clock, and once a minute it takes away what has expired by that one.
    """

    now: float = 2_000_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Cloud:
    """The embedded AWS with the product's own table and queues in it."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
        }

    @property
    def tasks_url(self) -> str:
        return queue_url(self.url, "tasks")


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    port = _free_port()
    logs: Path = tmp_path_factory.mktemp("embedded_aws")
    with asyncio.Runner() as runner:
        embedded = runner.run(EmbeddedAws.start(port, logs))
        url = f"http://127.0.0.1:{port}"
        try:
            runner.run(_create_resources(url))
            yield Cloud(url)
        finally:
            runner.run(embedded.stop())


@pytest.fixture(params=["signed", "boto"])
async def caller_for(request: pytest.FixtureRequest, cloud: Cloud) -> AsyncIterator[CallerFor]:
    """Makes callers; every test that uses it runs once with ours and once with boto3's, against the same cloud."""
    async with callers(request.param, cloud) as make:
        yield make


@asynccontextmanager
async def callers(kind: str, cloud: Cloud) -> AsyncIterator[CallerFor]:
    """Makes callers: ours (`signed`) or boto3's (`boto`) for the embedded AWS, or boto3's for `moto`.

    moto has a table and no queues; it does one call after the other and forgets which transactions it has done, so
    nothing that happens in the same moment is tried there.
    """
    signed: list[SignedCaller] = []

    def make(service: str) -> AwsCaller:
        if kind == "moto":
            return BotoCaller(service, {**cloud.environment, "AWS_ENDPOINT_URL": ""})
        if kind == "boto":
            return BotoCaller(service, cloud.environment)
        signed.append(SignedCaller(service, cloud.environment))
        return signed[-1]

    with mock_aws() if kind == "moto" else nullcontext():
        if kind == "moto":
            await make("dynamodb").call("CreateTable", table_definition(MANIFEST.table))
        yield make
    for caller in signed:
        await caller.close()


@pytest.fixture
def pk() -> str:
    """A partition of its own for each test, since all share one table."""
    return f"TEST#{secrets.token_hex(8)}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(caller_for: CallerFor, clock: Clock) -> Table:
    return Table(caller_for("dynamodb"), MANIFEST.table.name, clock)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as scripted:
        yield scripted


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _create_resources(url: str) -> None:
    async with AwsJson(url) as aws:
        await create_resources(aws, MANIFEST)
