"""What watches over the deployment and the code say the same: alarms, runbook, metrics, dashboards."""

import re
from pathlib import Path

from kaltura_discord.observation.metrics import DIMENSION
from tests.unit.docs.test_operations_page import measured
from tests.unit.infrastructure.configuration import REPOSITORY, TERRAFORM, Json, named_values, unquoted

FUNCTIONS = REPOSITORY / "functions"
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
    assert (shown | set(alarmed)) - measured(FUNCTIONS) == set()


def test_a_name_that_merely_stands_in_the_code_is_no_metric_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text('count("Written")\nsection = ("Commands", {"Named": [1], "Posts": (2, COUNT)})\n')
    assert measured(tmp_path) == {"Written", "Posts"}


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


# The metrics that AWS measures by itself (each service's guide, "CloudWatch metrics"), as far as they are used here.
_OF_AWS = {
    "AWS/ApiGateway": {
        *("4xx", "5xx", "Count"),
        *("ClientError", "ConnectCount", "ExecutionError", "IntegrationError", "MessageCount"),
    },
    "AWS/DynamoDB": {
        *("ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"),
    },
    "AWS/Lambda": {"Duration", "Errors", "Invocations", "Throttles"},
    "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
}


def test_metrics_of_aws_are_called_as_aws_calls_them() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in MONITORING.glob("*.tf"))
    alarmed = re.findall(r'namespace\s+= "(AWS/\w+)",?\s+metric\s+= "(\w+)"', text)
    drawn = re.findall(r'\["(AWS/\w+)", "(\w+)"', text)
    listed = re.findall(r'for metric in \[([^\]]+)\] :\s*\["(AWS/\w+)", metric', text)
    used = {*alarmed, *drawn, *((space, name) for names, space in listed for name in re.findall(r'"(\w+)"', names))}
    assert len(alarmed) + len(drawn) + len(listed) == text.count('"AWS/')
    assert used == {(space, name) for space, names in _OF_AWS.items() for name in names}


def test_a_socket_function_that_fails_is_looked_for_where_it_is_counted() -> None:
    """What the function answers itself is an `IntegrationError`, and it answers 200, or 403 to nobody's."""
    alarm = named_values(MONITORING / "alarms.tf")["base_alarms"]
    (socket_errors,) = [body for name, body in alarm.items() if unquoted(name) == "socket-errors"]
    assert unquoted(socket_errors["metric"]) == "ExecutionError"


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
