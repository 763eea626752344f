"""The deployment and the code agree on environment, queues and routes; test_rights and test_watching say the rest."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging.tracing import ImportTracer
from tests.unit.infrastructure.configuration import (
    REPOSITORY,
    TERRAFORM,
    Json,
    blocks,
    description,
    named_values,
    unquoted,
)

FUNCTIONS = REPOSITORY / "functions"
BY_NAME: dict[str, Json] = {function["name"]: function for function in description()["functions"]}
QUEUES: dict[str, Json] = {queue["name"]: queue for queue in description()["queues"]}
TRACER = ImportTracer(FUNCTIONS, None)

# What Lambda itself sets (AWS Lambda guide, "Defined runtime environment variables").
_LAMBDA_SETS = re.compile(r"AWS_(REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_\w+)")
# What only the local stack sets.
_LOCAL_ONLY = {"AWS_ENDPOINT_URL"}

_READS = re.compile(
    r"""(?:environ(?:ment)?\w*|known)(?:\[|\.get\(\s*)"([A-Z][A-Z0-9_]+)"|_\w+\(\s*environment,\s*"([A-Z][A-Z0-9_]+)\""""
)


def own_modules(function: str) -> set[str]:
    return set(TRACER.trace(BY_NAME[function]["handler"].rpartition(".")[0]).own)


def access(function: str) -> Json:
    granted: Json = BY_NAME[function].get("access", {})
    return granted


def read_names() -> dict[str, Path]:
    found = {}
    for file in sorted(FUNCTIONS.rglob("*.py")):
        for groups in _READS.findall(file.read_text(encoding="utf-8")):
            found.update({name: file for name in groups if name})
    return found


def known_secrets() -> set[str]:
    return {secret for function in BY_NAME for secret in access(function).get("secrets", [])}


# --- The environment -------------------------------------------------------------------------------------------------


def test_each_variable_that_a_function_reads_is_set() -> None:
    common = str(named_values(TERRAFORM / "main.tf")["common_environment"])
    settings = set(re.findall(r"^([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    queue_urls = {f"{name.upper().replace('-', '_')}_QUEUE_URL" for name in QUEUES}
    set_by_us = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+) = ", common)) | queue_urls | {"SECRETS_PATH"}
    assert {"TABLE_NAME", "PUBLIC_BASE_URL", "SOCKET_CALLBACK_URL", "LOG_LEVEL"} <= set_by_us
    read = read_names()
    assert {"DISCORD_PUBLIC_KEY", "TABLE_NAME", "KALTURA_PARTNER_ID", "SECRETS_PATH"} <= set(read) | {"SECRETS_PATH"}
    for name, file in read.items():
        is_set = name in set_by_us | settings | known_secrets() | _LOCAL_ONLY or _LAMBDA_SETS.fullmatch(name)
        assert is_set, f"{file.relative_to(REPOSITORY)} reads {name}"


def test_what_is_granted_as_a_secret_is_read_and_is_explained() -> None:
    example = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
    for secret in known_secrets():
        assert secret in read_names(), secret
        assert f"\n{secret}=" in example, secret


def test_no_secret_is_taken_for_a_setting() -> None:
    (settings,) = [body for _, name, body in blocks("variable") if name == "settings"]
    assert "TOKEN|SECRET" in json.dumps(settings)
    assert all(re.search("TOKEN|SECRET", secret) for secret in known_secrets())


# --- Rights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", sorted(BY_NAME))
def test_a_function_says_what_it_may_touch_and_its_code_leads_there(function: str) -> None:
    granted = access(function)
    assert set(granted) <= {"table", "queues", "queues_seen", "secrets", "sockets"}
    assert set(granted.get("queues", [])) <= set(QUEUES)
    assert set(granted.get("queues_seen", [])) <= set(QUEUES)
    assert not granted.get("queues_seen") or "kaltura_discord.http_api.readiness" in own_modules(function)
    modules = own_modules(function)
    assert bool(granted.get("table")) == ("kaltura_discord.aws.table" in modules)
    assert not granted.get("queues") or "kaltura_discord.aws.queues" in modules
    assert not granted.get("secrets") or "kaltura_discord.aws.secrets" in modules
    assert not granted.get("sockets") or "kaltura_discord.aws.socket_poster" in modules


def test_who_works_off_a_queue_does_so_alone() -> None:
    readers = [function["queue"] for function in BY_NAME.values() if "queue" in function]
    assert len(readers) == len(set(readers))
    assert set(readers) <= set(QUEUES)


def test_whoever_connects_is_looked_at_by_one_authorizer() -> None:
    authorizers = [function for function in BY_NAME.values() if function.get("websocket") == "authorizer"]
    assert len(authorizers) == 1
    assert authorizers[0]["identity_sources"]


# --- Queues ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("queue", sorted(QUEUES))
def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_take(queue: str) -> None:
    timeouts = [function["timeout_seconds"] for function in BY_NAME.values() if function.get("queue") == queue]
    for timeout in timeouts:
        assert QUEUES[queue]["visibility_timeout_seconds"] >= 6 * timeout


def test_each_queue_has_dead_letters() -> None:
    text = (TERRAFORM / "modules" / "queue" / "main.tf").read_text(encoding="utf-8")
    assert "deadLetterTargetArn = aws_sqs_queue.dead_letters.arn" in text
    assert all(queue["maximum_receives"] >= 5 for queue in QUEUES.values())


# --- Routes ----------------------------------------------------------------------------------------------------------

_LIST_ROUTES = """
import importlib, json, sys
app = importlib.import_module(sys.argv[1]).app
# A door with one route may have it as it is, with no application around it.
print(json.dumps([route.path for route in getattr(app, "routes", [app])]))
"""
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_REGION": "us-east-1",
    "AWS_SECRET_ACCESS_KEY": "none",
    "DISCORD_PUBLIC_KEY": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "TABLE_NAME": "none",
    "TASKS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/1/tasks",
}


def routes_in_the_code(module: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _LIST_ROUTES, module],
        cwd=FUNCTIONS,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths: list[str] = json.loads(done.stdout)
    return paths


def covers(route: str, path: str) -> bool:
    """Whether a route of the gateway takes a path of the code; `{proxy+}` is the rest of a path (API Gateway guide)."""
    pattern = re.escape(route.split(" ", 1)[1])
    pattern = re.sub(r"\\\{\w+\\\+\\\}", ".+", pattern)
    pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", pattern)
    return re.fullmatch(pattern, path) is not None


def doors() -> dict[str, str]:
    """What is in `functions/` beside our own package: a door for each function."""
    return {file.stem: file.read_text(encoding="utf-8") for file in FUNCTIONS.glob("*.py")}


def test_each_door_is_in_the_list_and_each_function_of_the_list_is_a_door() -> None:
    assert {f"{door}.handler" for door in doors()} == {function["handler"] for function in BY_NAME.values()}


def test_whoever_answers_http_has_routes_and_nobody_else() -> None:
    answering = {door for door, text in doors().items() if "Mangum(app" in text}
    assert answering == {name for name, function in BY_NAME.items() if function.get("routes")}


def test_a_function_is_called_in_one_way() -> None:
    for name, function in BY_NAME.items():
        ways = [way for way in ("routes", "queue", "schedule_seconds", "websocket") if function.get(way)]
        assert len(ways) == 1, name


@pytest.mark.parametrize("function", sorted(name for name, function in BY_NAME.items() if function.get("routes")))
def test_each_route_of_the_gateway_is_in_the_code_and_the_other_way_round(function: str) -> None:
    routes: list[str] = BY_NAME[function]["routes"]
    paths = routes_in_the_code(BY_NAME[function]["handler"].rpartition(".")[0])
    assert [path for path in paths if not any(covers(route, path) for route in routes)] == []
    assert [route for route in routes if not any(covers(route, path) for path in paths)] == []


def test_each_route_is_reached_through_the_one_address() -> None:
    values = named_values(TERRAFORM / "modules" / "static_site" / "main.tf")
    prefixes = [pattern.strip('"').removesuffix("*") for pattern in values["behaviours_to_the_http_api"]]
    routes = [route.split(" ", 1)[1] for function in BY_NAME.values() for route in function.get("routes", [])]
    assert routes
    assert [route for route in routes if not route.startswith(tuple(prefixes))] == []


def test_the_pages_socket_is_the_stage_of_the_api() -> None:
    (stage,) = [
        body for file, name, body in blocks("variable") if name == "stage" and file.parent.name == "websocket_api"
    ]
    page = (REPOSITORY / "activity_client" / "src" / "visit" / "open_socket.ts").read_text(encoding="utf-8")
    assert f"/{unquoted(stage['default'])}?ticket=" in page


def test_what_the_socket_answers_has_a_route() -> None:
    (socket,) = [function for function in BY_NAME.values() if isinstance(function.get("websocket"), list)]
    text = (FUNCTIONS / "room_socket.py").read_text(encoding="utf-8")
    # Whatever is said goes to `$default`, which the door tells from the two that API Gateway says itself.
    assert set(re.findall(r'case "\$(\w+)"', text)) == {"connect", "disconnect"}
    assert set(socket["websocket"]) == {"connect", "disconnect", "default"}
