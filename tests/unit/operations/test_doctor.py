"""The whole examination, as `make doctor` runs it, of services on this machine."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from infra.operations.doctor import Surroundings, examine
from infra.operations.environment import REPOSITORY
from infra.operations.examination.observations import Group, any_failed
from infra.operations.examination.report import SECRET_NAMES, as_json, as_text
from infra.operations.register_commands import register
from local_stack.faults import FaultTable
from local_stack.kaltura.server import create_kaltura_app
from local_stack.kaltura.world import KalturaWorld
from local_stack.places import Places
from tests.unit.operations.running_server import served
from tests.unit.operations.scripted_discord import APPLICATION_ID, BOT_TOKEN, PUBLIC_KEY, ScriptedDiscord

ALLOWED = {"pk": {"S": "SERVER#1"}, "sk": {"S": "ALLOWED"}, "tags": {"L": [{"S": "biology"}]}}
TARGETS = {"DynamoDB_20120810.Query": {"Items": [ALLOWED]}, "AmazonSQS.GetQueueAttributes": {"Attributes": {}}}


async def aws_answer(request: web.Request) -> web.Response:
    return web.json_response(TARGETS[request.headers["X-Amz-Target"]])


async def discord_application() -> tuple[web.Application, ScriptedDiscord]:
    discord = ScriptedDiscord()
    await register(discord.rest(), lambda: True, dry=False)

    async def me(_: web.Request) -> web.Response:
        return web.json_response(discord.application)

    async def commands(_: web.Request) -> web.Response:
        return web.json_response(discord.commands)

    application = web.Application()
    application.router.add_get("/api/v10/applications/@me", me)
    application.router.add_get(f"/api/v10/applications/{APPLICATION_ID}/commands", commands)
    return application, discord


@pytest.fixture
async def settings() -> AsyncIterator[dict[str, str]]:
    """Of a deployment in order, all of it on this machine."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    ours, aws = web.Application(), web.Application()
    for path in ("/api/v1/health", "/privacy", "/terms"):
        ours.router.add_get(path, health)
    aws.router.add_post("/", aws_answer)
    discord_app, discord = await discord_application()
    world = KalturaWorld.seeded(Places())
    async with AsyncExitStack() as running:
        base_url = await running.enter_async_context(served(ours))
        aws_url = await running.enter_async_context(served(aws))
        discord_url = await running.enter_async_context(served(discord_app))
        kaltura_url = await running.enter_async_context(served(create_kaltura_app(world, FaultTable())))
        discord.application["interactions_endpoint_url"] = f"{base_url}/discord/interactions"
        discord.application["event_webhooks_url"] = f"{base_url}/discord/events"
        discord.application["privacy_policy_url"] = f"{base_url}/privacy"
        discord.application["terms_of_service_url"] = f"{base_url}/terms"
        yield {
            "DISCORD_APPLICATION_ID": APPLICATION_ID,
            "DISCORD_PUBLIC_KEY": PUBLIC_KEY,
            "DISCORD_BOT_TOKEN": BOT_TOKEN,
            "DISCORD_API_URL": f"{discord_url}/api/v10",
            "KALTURA_SERVICE_URL": kaltura_url,
            "KALTURA_CDN_URL": kaltura_url,
            "KALTURA_KAF_URL": f"{kaltura_url}/kaf",
            "KALTURA_PARTNER_ID": str(world.partner_id),
            "KALTURA_ADMIN_SECRET": world.admin_secret,
            "KALTURA_PLAYER_ID": str(world.player_id),
            "JWT_SECRET": "a secret of 32 characters, or more",
            "PUBLIC_BASE_URL": base_url,
            "TABLE_NAME": "the-table",
            "TASKS_QUEUE_URL": f"{aws_url}/000000000000/tasks",
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIAOWN",
            "AWS_SECRET_ACCESS_KEY": "the-secret-access-key",
        }


def write(folder: Path, settings: dict[str, str]) -> Surroundings:
    lines = [f"{name}='{value}'" for name, value in settings.items()]
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8")
    return Surroundings(folder / ".env", folder / "stack.json", {})


def shown_of(groups: list[Group]) -> str:
    return as_text(groups, coloured=False) + as_json(groups)


def unwell(groups: list[Group]) -> dict[str, list[str]]:
    return {
        group.title: [seen.area for seen in group.observations if seen.status == "failed"]
        for group in groups
        if any_failed([group])
    }


async def test_a_deployment_in_order(settings: dict[str, str], tmp_path: Path) -> None:
    groups = await examine(write(tmp_path, settings))
    assert [group.title for group in groups] == ["Settings", "Discord", "Kaltura", "AWS"]
    assert unwell(groups) == {}


WRONG = {
    "DISCORD_APPLICATION_ID": "1234567890123456780",
    "DISCORD_PUBLIC_KEY": "not a key",
    "KALTURA_ADMIN_SECRET": "a-wrong-secret",
    "JWT_SECRET": "short",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
}


@pytest.mark.parametrize("names", [(), *((name,) for name in WRONG), tuple(WRONG)], ids="+".join)
async def test_each_complaint_says_what_to_do_next(
    settings: dict[str, str], tmp_path: Path, names: tuple[str, ...]
) -> None:
    groups = await examine(write(tmp_path, settings | {name: WRONG[name] for name in names}))
    complaints = [seen for group in groups for seen in group.observations if seen.status in ("failed", "warning")]
    assert any(seen.status == "failed" for seen in complaints) is bool(names)
    assert [seen for seen in complaints if not seen.advice] == []


async def test_no_secret_is_shown_whether_all_is_well_or_not(settings: dict[str, str], tmp_path: Path) -> None:
    shown = shown_of(await examine(write(tmp_path, settings)))
    wrong = {**settings, "DISCORD_BOT_TOKEN": "MTIz.a-wrong-token", "KALTURA_ADMIN_SECRET": "a-wrong-secret"}
    shown += shown_of(await examine(write(tmp_path, wrong)))
    secrets = {each[name] for each in (settings, wrong) for name in SECRET_NAMES if name in each}
    assert len(secrets) == 6
    assert not [secret for secret in secrets if secret in shown]


async def test_trouble_in_one_place_leaves_the_others_to_be_looked_at(settings: dict[str, str], tmp_path: Path) -> None:
    groups = await examine(write(tmp_path, {**settings, "KALTURA_ADMIN_SECRET": "a-wrong-secret"}))
    assert unwell(groups) == {"Kaltura": ["secret"]}


async def test_nothing_is_waited_for_longer_than_promised(settings: dict[str, str], tmp_path: Path) -> None:
    async def sleep(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    silent = web.Application()
    silent.router.add_route("*", "/{path:.*}", sleep)
    async with served(silent) as address:
        hanging = {name: address for name in settings if name.endswith("_URL")}
        started = time.monotonic()
        groups = await examine(write(tmp_path, {**settings, **hanging}), patience_seconds=0.5)
        assert time.monotonic() - started < 5
    assert set(unwell(groups)) == {"Discord", "Kaltura", "AWS"}


async def test_an_examination_that_breaks_is_told_and_the_others_go_on(
    settings: dict[str, str], tmp_path: Path
) -> None:
    # An address that no client of ours can make anything of.
    groups = await examine(write(tmp_path, {**settings, "AWS_ENDPOINT_URL": "http://127.0.0.1:port"}))
    assert unwell(groups) == {"AWS": ["doctor"]}


async def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("NAME=Müller".encode("latin-1"))
    (only,) = await examine(Surroundings(tmp_path / ".env", tmp_path / "stack.json", {}))
    assert "UTF-8" in only.observations[0].sentence


async def test_without_any_setting_everything_missing_is_named(tmp_path: Path) -> None:
    groups = await examine(Surroundings(tmp_path / ".env", tmp_path / "stack.json", {}))
    assert "cp .env.example .env" in groups[0].observations[0].advice
    missing = [seen.area for seen in groups[0].observations if seen.status == "failed"]
    assert missing == [
        "DISCORD_APPLICATION_ID",
        "DISCORD_PUBLIC_KEY",
        "DISCORD_BOT_TOKEN",
        "KALTURA_PARTNER_ID",
        "KALTURA_ADMIN_SECRET",
        "JWT_SECRET",
        "PUBLIC_BASE_URL",
    ]


async def test_the_address_of_a_running_stack_is_none_that_discord_reaches(
    settings: dict[str, str], tmp_path: Path
) -> None:
    described = {
        "base_url": "http://127.0.0.1:3333",
        "dynamodb": {"endpoint_url": settings["AWS_ENDPOINT_URL"], "table": "kaltura-discord"},
    }
    (tmp_path / "stack.json").write_text(json.dumps(described), encoding="utf-8")
    names = ("PUBLIC_BASE_URL", "TABLE_NAME", "TASKS_QUEUE_URL")
    groups = await examine(write(tmp_path, {name: settings[name] for name in settings if name not in names}))
    assert unwell(groups) == {"Settings": ["PUBLIC_BASE_URL"]}
    table = groups[-1].observations[0]
    assert "kaltura-discord" in table.sentence


class TestTheCommand:
    """In a process of its own."""

    async def run(self, folder: Path, settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        file = write(folder, settings).environment_file
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{REPOSITORY / 'functions'}{os.pathsep}{REPOSITORY}",
            "PYTHONIOENCODING": settings.get("PYTHONIOENCODING", "utf-8"),
        }
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "infra.operations.doctor", "--env-file", str(file), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=40,
        )

    async def test_succeeds_where_nothing_failed(self, settings: dict[str, str], tmp_path: Path) -> None:
        ended = await self.run(tmp_path, settings)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
        assert "✓ ok       bot token: It belongs to the application Kaltura." in ended.stdout

    async def test_is_readable_on_a_terminal_without_the_signs(self, settings: dict[str, str], tmp_path: Path) -> None:
        ended = await self.run(tmp_path, {**settings, "PYTHONIOENCODING": "ascii"})
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
        assert "? ok       bot token: It belongs to the application Kaltura." in ended.stdout

    async def test_fails_where_something_failed_and_logs_nothing_beside_the_report(
        self, settings: dict[str, str], tmp_path: Path
    ) -> None:
        ended = await self.run(tmp_path, {**settings, "KALTURA_ADMIN_SECRET": "a-wrong-secret"})
        assert (ended.returncode, ended.stderr) == (1, "")
        assert "✗ failed   secret" in ended.stdout

    async def test_speaks_json(self, settings: dict[str, str], tmp_path: Path) -> None:
        ended = await self.run(tmp_path, settings, "--json")
        document: dict[str, Any] = json.loads(ended.stdout)
        assert document["ok"] is True
        assert [group["title"] for group in document["groups"]] == ["Settings", "Discord", "Kaltura", "AWS"]
