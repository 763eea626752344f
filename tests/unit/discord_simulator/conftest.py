from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local_stack.discord.server import create_discord_app
from local_stack.faults import FaultTable
from tests.unit.discord_simulator.stage import Application, Stage, TravellingClock, seeded_world


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = TravellingClock()
    world = seeded_world(clock)
    faults = FaultTable()
    application = Application(world.public_key)
    endpoint = web.Application()
    endpoint.router.add_post("/interactions", application.handle)
    async with TestServer(endpoint) as application_server:
        application.url = str(application_server.make_url("/interactions"))
        (tmp_path / "index.html").write_text("<title>Discord</title>")
        outer = web.Application()
        outer.add_subapp("/discord-sim", create_discord_app(world, faults, application.url, tmp_path))
        async with TestClient(TestServer(outer)) as client:
            yield Stage(world, clock, faults, application, client)
