"""Each right that a function's code uses is granted to it (`access` in infra/functions.json), and none besides.

What the code uses is found by following it from the handler (`reached_code`), which finds a little more than can really
happen; what it finds too much is named here, with its reason.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest

from infra.packaging.tracing import ImportTracer
from tests.unit.infrastructure.configuration import REPOSITORY, TERRAFORM, Json, description
from tests.unit.infrastructure.reached_code import ReachedCode

FUNCTIONS = REPOSITORY / "functions"
BY_NAME: dict[str, Json] = {function["name"]: function for function in description()["functions"]}
SECRETS = {secret for function in BY_NAME.values() for secret in function.get("access", {}).get("secrets", [])}
QUEUES = {f"{queue['name'].upper()}_QUEUE_URL": queue["name"] for queue in description()["queues"]}

# By which right of DynamoDB each method of `Table` works; a write in a transaction needs the write's own (DynamoDB
# guide, "Using IAM with DynamoDB transactions").
METHODS = {
    "get": "GetItem",
    "get_all": "BatchGetItem",
    "put_new": "PutItem",
    "put": "PutItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "take": "DeleteItem",
    "query": "Query",
    "query_index": "Query",
    "walk": "Query",
    "walk_all": "Scan",
    "scan": "Scan",
}
WRITES = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}

# Found, and yet never done there.
_NEVER_DONE = {
    # Commands are declared with their slow half, which is done by `tasks` alone.
    "interactions": {"table: Scan", "queue: notifications", "secret: JWT_SECRET", "sockets"},
    # NotificationStore.failed is the operator's; other things have a `failed`, too. The queue is only looked after.
    "api": {"table: Scan", "queue: notifications"},
}


TRACER = ImportTracer(FUNCTIONS, None)


@dataclass(frozen=True, slots=True)
class Code:
    """What stands in the code that a function may come to."""

    texts: set[str]
    names: set[str]
    attributes: set[str]
    table_rights: set[str]


@cache
def code_of(function: str) -> Code:
    """Of the table's own module, nothing: it can do everything that a table can."""
    door = BY_NAME[function]["handler"].rpartition(".")[0]
    own = {name: path for name, path in TRACER.trace(door).own.items() if name != "kaltura_discord.aws.table"}
    code = Code(set(), set(), set(), set())
    for node in ReachedCode(own, door).nodes:
        match node:
            case ast.Constant(value=str(text)):
                code.texts.add(text)
            case ast.Name(id=name):
                code.names.add(name)
            case ast.Attribute(attr=attribute, value=receiver):
                code.attributes.add(attribute)
                if attribute in METHODS and last_name(receiver).endswith("table"):
                    code.table_rights.add(METHODS[attribute])
            case ast.Call(func=called) if last_name(called) in WRITES:
                code.table_rights.add(WRITES[last_name(called)])
    return code


def last_name(expression: ast.expr) -> str:
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")


def used(function: str) -> set[str]:
    """What the code of a function needs."""
    code = code_of(function)
    queues = {QUEUES[text] for text in code.texts & set(QUEUES)}
    return {
        *(f"table: {right}" for right in code.table_rights),
        *(f"queue: {queue}" for queue in queues if "SendMessage" in code.texts),
        *(f"secret: {secret}" for secret in code.texts & SECRETS),
        *(["sockets"] if "SocketPoster" in code.names else []),
    }


def granted(function: str) -> set[str]:
    """What the list lets a function do."""
    access = BY_NAME[function].get("access", {})
    return {
        *(f"table: {right}" for right in access.get("table", [])),
        *(f"queue: {queue}" for queue in access.get("queues", [])),
        *(f"secret: {secret}" for secret in access.get("secrets", [])),
        *(["sockets"] if access.get("sockets") else []),
    }


@pytest.mark.parametrize("function", sorted(BY_NAME))
def test_each_right_that_is_used_is_granted_and_none_besides(function: str) -> None:
    assert used(function) - _NEVER_DONE.get(function, set()) == granted(function)


@pytest.mark.parametrize("function", sorted(_NEVER_DONE))
def test_what_is_found_too_much_is_still_found_and_is_not_granted(function: str) -> None:
    assert _NEVER_DONE[function] <= used(function)
    assert not _NEVER_DONE[function] & granted(function)


@pytest.mark.parametrize("function", sorted(BY_NAME))
def test_who_looks_after_queues_may_and_nobody_else(function: str) -> None:
    looks = "kaltura_discord.http_api.readiness" in TRACER.trace(BY_NAME[function]["handler"].rpartition(".")[0]).own
    assert looks == bool(BY_NAME[function].get("access", {}).get("queues_seen"))


@pytest.mark.parametrize("function", sorted(BY_NAME))
def test_who_reads_secrets_is_told_where_they_are_and_nobody_else(function: str) -> None:
    reads = "with_secrets" in code_of(function).names
    assert reads == bool(BY_NAME[function].get("access", {}).get("secrets"))


@pytest.mark.parametrize("function", sorted(name for name in BY_NAME if "queue" in BY_NAME[name]))
def test_who_reads_a_queue_puts_messages_off(function: str) -> None:
    """As that is granted to all readers: `WorkOffQueue` in access.tf."""
    assert "show_again_in" in code_of(function).attributes


def test_each_method_of_the_table_is_known_here_with_its_right() -> None:
    tree = ast.parse((FUNCTIONS / "kaltura_discord" / "aws" / "table.py").read_text(encoding="utf-8"))
    (table,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Table"]
    methods = {part.name: part for part in table.body if isinstance(part, ast.AsyncFunctionDef)}
    public = {name for name in methods if not name.startswith("_")}
    assert public == set(METHODS) | {"transact"}
    for name, right in METHODS.items():
        own = {node.value for node in ast.walk(methods[name]) if isinstance(node, ast.Constant)}
        assert right in own or (right == "Query" and "_pages" in ast.unparse(methods[name])), name


def test_rights_are_made_of_the_list_alone() -> None:
    """What else stands in a role is what Lambda does itself, or follows from a switch; each is named here once."""
    text = (TERRAFORM / "access.tf").read_text(encoding="utf-8")
    text += (TERRAFORM / "modules" / "function" / "main.tf").read_text(encoding="utf-8")
    actions = set(re.findall(r'"((?!arn:|aws:)[a-z][a-z0-9-]*:[\w$*]+)', text))
    of_the_list = {"sqs:SendMessage", "sqs:GetQueueAttributes", "execute-api:ManageConnections"}
    of_secrets = {"ssm:GetParametersByPath", "secretsmanager:GetSecretValue"}
    of_readers = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}
    of_logs_and_traces = {
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
    }
    with_a_key = {"kms:Decrypt", "kms:GenerateDataKey"}
    with_a_fixed_address = {
        *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
        *("ec2:DescribeSubnets", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
    }
    assert actions == {
        "dynamodb:$",  # which ones is said by the list
        "sts:AssumeRole",  # as Lambda, which is no right of the function's
        *of_the_list,
        *of_secrets,
        *of_readers,
        *of_logs_and_traces,
        *with_a_key,
        *with_a_fixed_address,
    }
