"""The deployment and the code say the same: routes, environment, rights, queues, metrics, alarms."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging.tracing import ImportTracer
from kaltura_discord.observation.metrics import DIMENSION
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


def test_the_tables_actions_are_those_that_our_code_knows() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (FUNCTIONS / "kaltura_discord" / "aws").glob("*.py"))
    known = set(re.findall(r'"((?:Batch)?(?:Get|Put|Update|Delete|Write)Item|Query|Scan)"', code))
    granted = {action for function in BY_NAME for action in access(function).get("table", [])}
    assert granted <= known
    # A transaction is no right of its own: each of its writes is (DynamoDB guide, "IAM and transactions").
    assert known - granted <= {"Scan"}


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
    assert {f"${role}" for role in socket["websocket"]} >= set(re.findall(r'case "(\$\w+)"', text))
    assert set(socket["websocket"]) >= {"connect", "disconnect", "default"}


# --- Watching over it ------------------------------------------------------------------------------------------------


MONITORING = TERRAFORM / "modules" / "monitoring"


def named(values: Json) -> set[str]:
    return {name.strip('"') for name in values if not name.startswith("__")}


def alarms() -> set[str]:
    basic, full = named_values(MONITORING / "alarms.tf"), named_values(MONITORING / "full_alarms.tf")
    objectives = named_values(MONITORING / "objectives.tf")
    of_queues = re.findall(r"\$\{key\}-([a-z-]+)", str(basic["queue_alarms"]))
    of_functions = re.findall(r"\$\{key\}-([a-z-]+)", str(full["function_alarms"]))
    assert of_queues
    assert of_functions
    return (
        named(basic["base_alarms"])
        | named(full["dependency_alarms"])
        | {f"…-{name}" for name in (*of_queues, *of_functions)}
        | {f"{name}-burn-…" for name in named(objectives["objectives"])}
    )


def test_each_alarm_has_an_entry_in_the_runbook_and_each_entry_an_alarm() -> None:
    page = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    runbook = page.split("## An alarm rings", 1)[1].split("\n### ", 1)[0]
    assert set(re.findall(r"^\| `([^`]+)`", runbook, re.MULTILINE)) == alarms()


def test_our_own_metrics_in_alarms_and_dashboards_are_those_that_the_code_writes() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in MONITORING.glob("*.tf")}
    drawn = re.findall(r'for (?:id, )?metric in [\[{]([^\]}]+)[\]}] :\s*\["KalturaDiscord"', texts["dashboard.tf"])
    alarmed = [
        name for text in texts.values() for name in re.findall(r'"KalturaDiscord"[,\s]+metric\s+= "(\w+)"', text)
    ]
    shown = {name for metrics in drawn for name in re.findall(r'"(\w+)"', metrics)}
    assert {"CommandFailures", "CanaryFailures", "Posts"} <= set(alarmed)
    assert {"Commands", "CanaryDuration", "RoomChanges"} <= shown
    code = "".join(file.read_text(encoding="utf-8") for file in FUNCTIONS.rglob("*.py"))
    assert [name for name in shown | set(alarmed) if f'"{name}"' not in code] == []


def test_each_of_our_own_metrics_is_asked_for_this_deployment_only() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in MONITORING.glob("*.tf"))
    alarmed = re.findall(
        r'namespace\s+= "KalturaDiscord",?\s+metric\s+= "\w+",?\s+(?:statistic = "\w+", )?dimensions = (\S+)', text
    )
    drawn = re.findall(r'\["KalturaDiscord", metric, ("\w+", [\w.]+)[\],]', text)
    assert len(alarmed) + len(drawn) == text.count('"KalturaDiscord"')
    assert set(alarmed) == {"local.deployment"}
    assert set(drawn) == {'"Deployment", var.deployment'}
    assert f"{{ {DIMENSION} = var.deployment }}" in text


def test_what_is_asked_of_the_log_is_what_the_code_writes_there() -> None:
    usage = (MONITORING / "usage.tf").read_text(encoding="utf-8")
    code = "".join(file.read_text(encoding="utf-8") for file in FUNCTIONS.rglob("*.py"))
    fields = set(re.findall(r"(?:count_distinct|avg|pct)\((\w+)", usage)) | set(re.findall(r" by (\w+) \|", usage))
    assert {"person", "guild_id", "duration_ms", "is_cached", "command"} <= fields
    assert [name for name in fields if f'"{name}": ' not in code] == []
    for happening in re.findall(r'usage = \\"(\w+)\\"', usage):
        assert f'"usage": "{happening}"' in code
    messages = re.findall(r'message (?:= \\"|like /\^)([\w ]+)', usage)
    assert {"interaction", "told", "discord call"} == set(messages)
    assert [message for message in messages if not re.search(rf'log\.info\(\s*"{message}"', code)] == []
    assert [name for name in ("kaltura_service", "kaltura_action", "kaltura_code") if f'"{name}": ' not in code] == []
