"""The whole stack: what it writes, what it opens, and that nothing of it stays."""

import asyncio
import json
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local_stack.gateway.env_file import choose
from local_stack.gateway.operator_steps import OperatorStep, OperatorStepFailed
from local_stack.gateway.ports import PortTaken
from local_stack.places import REPOSITORY, Places
from local_stack.stack import FunctionsBroken, LocalStack, Sources
from tests.unit.gateway.harness import HANDLERS, eventually, function

PORTS = range(3333, 3338)

# However busy the machine is, what takes as long as this hangs.
GIVE_UP_SECONDS = 120


def places(state: Path) -> Places:
    """Five free ports in a row, below those that the system gives to outgoing connections; and a folder."""
    while True:
        offset = random.randrange(17_000, 29_000)
        if all(_is_free(port + offset) for port in PORTS):
            return Places(port_offset=offset, state_directory=state / "state")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def sources(state: Path, *functions: dict[str, Any]) -> Sources:
    """A small manifest of the tests' handlers."""
    described = {
        "functions": list(functions),
        "queues": [{"name": "tasks", "visibility_timeout_seconds": 30, "maximum_receives": 3}],
        "table": {"name": "test-table", "index": "gsi1", "ttl_attribute": "expires_at"},
    }
    path = state / "functions.json"
    path.write_text(json.dumps(described))
    return Sources(manifest_path=path, functions=HANDLERS, activity=state / "site")


ANSWERS = function(routes=["POST /do", "ANY /discord/interactions"])
TASKS = function("tasks", "tasks.handler", queue="tasks")


async def test_a_ready_stack_describes_itself_and_leaves_nothing_behind(state: Path) -> None:
    where = places(state)
    stack = LocalStack(where, sources=sources(state, ANSWERS, TASKS), operator_steps=(), console=lambda _line: None)
    async with stack, aiohttp.ClientSession() as client:
        described = json.loads((where.state_directory / "stack.json").read_text())
        await _check_doors(client, described, where)
        workers = [process for pool in stack.pools.values() for process in pool.process_ids]
        assert len(workers) == 2
    assert not (where.state_directory / "stack.json").exists()
    assert not any(_runs(worker) for worker in workers)
    assert all(_is_free(port + where.port_offset) for port in PORTS)


async def _check_doors(client: aiohttp.ClientSession, described: dict[str, Any], where: Places) -> None:
    assert set(described) == {
        "base_url",
        "interactions_url",
        "websocket_url",
        "discord",
        "servers",
        "kaltura",
        "dynamodb",
        "faults_url",
    }
    assert described["interactions_url"] == f"{described['base_url']}/discord/interactions"
    assert {"application_id", "public_key", "signing_key", "rest_url", "bot_token"} <= set(described["discord"])
    assert {"service_url", "partner_id", "admin_secret", "webhook_url"} == set(described["kaltura"])
    assert described["dynamodb"]["table"] == "test-table"
    server = described["servers"][0]
    assert {"guild_id", "name", "channels", "members"} <= set(server)
    for name in ("127.0.0.1", "localhost"):
        async with client.get(f"http://{name}:{where.front_port}/_local/health") as response:
            assert await response.json() == {"ready": True}
    async with client.get(f"{described['discord']['rest_url']}/_sim/world") as response:
        assert response.status == 200
    async with client.post(f"{described['base_url']}/do", json={"do": "facts"}) as response:
        environment = (await response.json())["environment"]
    assert environment["DISCORD_PUBLIC_KEY"] == described["discord"]["public_key"]
    assert environment["KALTURA_SERVICE_URL"] == described["kaltura"]["service_url"]
    assert described["kaltura"]["webhook_url"].endswith("/kaltura/webhooks/" + environment["KALTURA_WEBHOOK_TOKEN"])
    ping = f"{described['kaltura']['service_url']}/api_v3/service/system/action/ping?format=1"
    async with client.get(ping) as response:
        assert response.status == 200


async def test_a_taken_port_stops_the_start_before_anything_runs(state: Path) -> None:
    where = places(state)
    with (
        socket.create_server(("127.0.0.1", where.media_port)),
        pytest.raises(PortTaken, match=str(where.media_port)),
    ):
        async with LocalStack(where, sources=sources(state, ANSWERS), operator_steps=()):
            pass
    assert _is_free(where.front_port)


async def test_a_function_that_cannot_be_imported_stops_the_start_with_its_name(state: Path) -> None:
    where = places(state)
    broken = function("broken", "broken.handler", routes=["GET /x"])
    with pytest.raises(FunctionsBroken, match=r"(?s)broken: .*no_such_package"):
        async with LocalStack(where, sources=sources(state, broken), operator_steps=(), console=lambda _line: None):
            pass
    assert _is_free(where.embedded_aws_port)


async def test_a_failing_operator_step_stops_the_start(state: Path) -> None:
    steps = (OperatorStep("do the impossible", ("no_such_module",)),)
    with pytest.raises(OperatorStepFailed, match="do the impossible"):
        async with LocalStack(places(state), sources=sources(state, ANSWERS), operator_steps=steps):
            pass


async def test_a_dead_embedded_aws_is_reported(state: Path) -> None:
    where = places(state)
    async with LocalStack(where, sources=sources(state, ANSWERS), operator_steps=()) as stack:
        failure = asyncio.create_task(stack.failure())
        await asyncio.sleep(0)
        assert stack.embedded_aws_pid is not None
        os.kill(stack.embedded_aws_pid, signal.SIGKILL)
        assert "MiniStack died" in str(await asyncio.wait_for(failure, GIVE_UP_SECONDS))


@asynccontextmanager
async def command(where: Places) -> AsyncIterator[asyncio.subprocess.Process]:
    """What `make run` starts; whatever becomes of the test, it does not outlive it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local_stack",
        "--simulated",
        "--port-offset",
        str(where.port_offset),
        "--state-directory",
        str(where.state_directory),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _until_ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if line.startswith(b"Ready in"):
            return
    raise AssertionError(f"it ended before it was ready: {(await process.communicate())[1].decode()}")


async def test_the_command_says_where_to_click_and_stops_cleanly(state: Path) -> None:
    where = places(state)
    async with command(where) as process:
        await _until_ready(process)
        assert (where.state_directory / "stack.json").exists()
        process.send_signal(signal.SIGINT)
        output, errors = await process.communicate()
    assert process.returncode == 0
    assert where.discord_page_url in output.decode()
    assert b"Traceback" not in errors
    assert all(_is_free(port + where.port_offset) for port in PORTS)


async def test_the_command_names_the_program_on_a_taken_port(state: Path) -> None:
    where = places(state)
    with socket.create_server(("127.0.0.1", where.kaltura_port)):
        async with command(where) as process:
            _, errors = await process.communicate()
    assert process.returncode == 1
    assert f"Port {where.kaltura_port} is taken" in errors.decode()
    assert f"(pid {os.getpid()})" in errors.decode()
    assert b"Traceback" not in errors


async def test_a_signal_while_starting_stops_just_as_cleanly(state: Path) -> None:
    where = places(state)
    async with command(where) as process:
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(0.4)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in errors
    assert all(_is_free(port + where.port_offset) for port in PORTS)


def _runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_killed_stack_leaves_no_process_behind(state: Path) -> None:
    where = places(state)
    async with command(where) as process:
        await _until_ready(process)
        process.kill()
        await process.communicate()
    await eventually(lambda: all(_is_free(port + where.port_offset) for port in PORTS), GIVE_UP_SECONDS)


async def test_with_real_services_nothing_stands_in_for_them(state: Path) -> None:
    where = places(state)
    choice = choose(
        {
            "DISCORD_BOT_TOKEN": "real-bot-token",
            "DISCORD_APPLICATION_ID": "77",
            "DISCORD_PUBLIC_KEY": "ab" * 32,
            "KALTURA_PARTNER_ID": "42",
            "KALTURA_ADMIN_SECRET": "real-admin-secret",
            "PUBLIC_BASE_URL": "https://demo.example.org/",
        }
    )
    async with LocalStack(where, choice, sources=sources(state, ANSWERS)) as stack, aiohttp.ClientSession() as client:
        assert _is_free(where.kaltura_port)
        assert _is_free(where.media_port)
        async with client.get(where.discord_page_url) as response:
            assert response.status == 404
        assert stack.environment["DISCORD_BOT_TOKEN"] == "real-bot-token"
        assert stack.environment["PUBLIC_BASE_URL"] == "https://demo.example.org"
        written = stack.description_path.read_text()
    assert "real-bot-token" not in written
    assert "real-admin-secret" not in written
    assert json.loads(written)["discord"]["rest_url"] == "https://discord.com/api/v10"
