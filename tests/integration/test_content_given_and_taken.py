"""A server has nothing until the operator gives it something, and has it no longer once that is taken away."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stack.kaltura.library_titles import ENGINEERING_CATEGORY_ID
from tests.integration.pressure import by_hand, command, eventually, signed, what_is_said
from tests.integration.running_stack import REPOSITORY, Stack, start_stack, stop_stack
from tests.integration.test_session_api import Json, Page, entry_of

OWN_PORT_OFFSET = 21_440

NO_CONTENT = "has not been given any videos yet"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack for what changes what servers are allowed, which every process remembers for half a minute."""
    process, stack = start_stack(OWN_PORT_OFFSET, tmp_path_factory.mktemp("own_stack"))
    yield stack
    stack.http.close()
    assert stop_stack(process) == 0


def operate(stack: Stack, module: str, *arguments: str) -> str:
    """What the operator's command says, carried out on the stack's table."""
    described = stack.description["dynamodb"]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"functions{os.pathsep}.",
        "TABLE_NAME": described["table"],
        "TASKS_QUEUE_URL": f"{described['endpoint_url']}/000000000000/tasks",
        "PUBLIC_BASE_URL": stack.base_url,
        "AWS_ENDPOINT_URL": described["endpoint_url"],
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "DISCORD_APPLICATION_ID": stack.description["discord"]["application_id"],
        "DISCORD_PUBLIC_KEY": stack.description["discord"]["public_key"],
        "DISCORD_BOT_TOKEN": stack.description["discord"]["bot_token"],
        "DISCORD_API_URL": stack.rest_url,
    }
    run = [sys.executable, "-m", f"infra.operations.{module}", *arguments]
    done = subprocess.run(run, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def operated(stack: Stack, guild_id: str, *content: str) -> str:
    """What the operator reads who allows a server."""
    return operate(stack, "allow_server", "--guild", guild_id, *content)


def asked_by_hand(stack: Stack, guild_id: str, kind: int, data: Json) -> Json:
    """An interaction of Kai's in any server."""
    kai, channel = stack.member("Kai", "Corner"), stack.channel("general", "Corner")
    return {**by_hand(stack, kai, channel, kind, data, "Corner"), "guild_id": guild_id}


def test_a_server_that_is_not_allowed_is_told_one_sentence(stack: Stack) -> None:
    searching = asked_by_hand(stack, "1320000000000000091", 2, command("kaltura-video-search", query="a"))
    assert "can't use Kaltura yet" in what_is_said(stack, searching)


def test_a_server_that_was_given_nothing_sees_nothing(stack: Stack) -> None:
    new = "1320000000000000092"
    assert "videos: none (meetings only)" in operated(stack, new)
    searching = asked_by_hand(stack, new, 2, command("kaltura-video-search", query="a"))
    assert NO_CONTENT in what_is_said(stack, searching)
    watching = asked_by_hand(stack, new, 2, command("kaltura-watch", video=entry_of("Cell division")))
    assert NO_CONTENT in what_is_said(stack, watching)
    option = {"name": "video", "type": 3, "value": "", "focused": True}
    typing = asked_by_hand(stack, new, 4, {"id": "1", "name": "kaltura-watch", "type": 1, "options": [option]})
    assert signed(stack, typing).json()["data"]["choices"] == []


def test_what_is_taken_away_while_a_room_plays_is_gone_within_half_a_minute(own_stack: Stack, tmp_path: Path) -> None:
    cafe = own_stack.server("Corner")["guild_id"]
    kai = Page(own_stack, own_stack.member("Kai", "Corner"))
    operated(own_stack, cafe, "--categories", str(ENGINEERING_CATEGORY_ID))
    instance = kai.launch(own_stack.channel("general", "Corner"))
    token = kai.enter(instance)["room_token"]
    [video, *_] = kai.ask("GET", "/videos", token).json()["videos"]
    manifest = kai.ask("GET", f"/videos/{video['id']}/playback", token).json()["manifest"]
    [variant, *_] = [line for line in kai.ask("GET", manifest).text.splitlines() if not line.startswith("#")]
    assert kai.ask("GET", variant).status_code == 200

    assert f"- category {ENGINEERING_CATEGORY_ID}" in operated(own_stack, cafe)

    # Each process remembers for half a minute; a busy machine may take a little longer to say so.
    paths = [f"/videos/{video['id']}", f"/videos/{video['id']}/playback"]
    assert eventually(lambda: is_gone(own_stack, kai, token, [*paths, manifest, variant]), seconds=40)
    assert kai.ask("GET", "/videos", token).json()["videos"] == []

    said = operate(own_stack, "allow_server", "--guild", cafe, "--revoke", "--yes")
    assert "Once it is allowed no longer" in said
    # Whether somebody may come in is never remembered.
    assert kai.enter(instance, expected=403)["type"] == "/problems/server-not-allowed"
    kai.leave(instance)
    assert audited(own_stack, cafe, tmp_path / "audit.csv") == ["server_allowed", "server_allowed", "server_revoked"]


def is_gone(stack: Stack, page: Page, token: str, paths: list[str]) -> bool:
    """Whether none of it is served any more, whichever process answers."""
    stack.forget_limits()
    return all(page.ask("GET", path, token).status_code == 404 for path in paths for _ in range(3))


def audited(stack: Stack, guild_id: str, out: Path) -> list[str]:
    """What the audit of a server holds of the operator, as they export it."""
    operate(stack, "audit_export", "--guild", guild_id, "--out", str(out))
    kinds = [line.split(",")[2] for line in out.read_text().splitlines()]
    return [kind for kind in kinds if kind in ("server_allowed", "server_revoked")]
