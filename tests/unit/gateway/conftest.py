"""MiniStack once per session, on a port of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from local_stack.embedded_aws.json_api import AwsJson
from local_stack.embedded_aws.ministack import EmbeddedAws
from tests.unit.gateway.harness import free_port


@pytest.fixture(scope="session")
def embedded_aws_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a running MiniStack."""
    port = free_port()
    loop = asyncio.new_event_loop()
    embedded = loop.run_until_complete(EmbeddedAws.start(port, tmp_path_factory.mktemp("aws")))
    yield port
    loop.run_until_complete(embedded.stop())
    loop.close()


@pytest.fixture
async def aws(embedded_aws_port: int) -> AsyncIterator[AwsJson]:
    """A client of that MiniStack."""
    async with AwsJson(f"http://127.0.0.1:{embedded_aws_port}") as client:
        yield client


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Logs and diaries of one test."""
    return tmp_path
