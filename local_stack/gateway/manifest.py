"""What `infra/functions.json` says: the functions, their routes and triggers, the queues, the table.

The same file feeds Terraform, so a function exists locally exactly when it exists in AWS.

    "functions"[]  name, handler, timeout_seconds, memory_megabytes, local_workers, and at least one trigger:
                   "routes": ["ANY /api/v1/{proxy+}"], "queue": "tasks" with "batch_size",
                   "schedule_seconds": 60, "websocket": one of or a list of "authorizer", "connect",
                   "disconnect", "default" or a custom route key;
                   an authorizer may name "identity_sources": ["route.request.querystring.ticket"]
    "queues"[]     name, fifo, visibility_timeout_seconds, maximum_receives
    "table"        name, index, ttl_attribute
    "stages"       optional: {"http": {"rate", "burst"}, "websocket": {"rate", "burst"}}, requests per second
    "websocket_route_selection"  optional, such as "$request.body.action"
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# API Gateway's account-wide default (API Gateway guide, "Quotas"): 10,000 requests per second, bursts of 5,000.
ACCOUNT_RATE = 10_000.0
ACCOUNT_BURST = 5_000


class ManifestInvalid(ValueError):
    """`functions.json` contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class FunctionPlan:
    """One Lambda function and what sets it off."""

    name: str
    handler: str
    timeout_seconds: float
    memory_megabytes: int
    local_workers: int
    routes: tuple[str, ...] = ()
    queue: str | None = None
    batch_size: int = 10
    schedule_seconds: float | None = None
    websocket: tuple[str, ...] = ()
    identity_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """One SQS queue and its dead-letter queue."""

    name: str
    fifo: bool
    visibility_timeout_seconds: int
    maximum_receives: int

    @property
    def full_name(self) -> str:
        """The name in SQS; FIFO queues must end in `.fifo`."""
        return f"{self.name}.fifo" if self.fifo else self.name

    @property
    def dead_letter_name(self) -> str:
        """Where messages go that failed `maximum_receives` times."""
        return f"{self.name}-dead-letters.fifo" if self.fifo else f"{self.name}-dead-letters"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """The DynamoDB table."""

    name: str
    index: str
    ttl_attribute: str


@dataclass(frozen=True, slots=True)
class StagePlan:
    """The throttle of one API stage, in requests per second and requests at once."""

    rate: float = ACCOUNT_RATE
    burst: int = ACCOUNT_BURST


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole file."""

    functions: tuple[FunctionPlan, ...]
    queues: tuple[QueuePlan, ...]
    table: TablePlan
    http_stage: StagePlan = StagePlan()
    websocket_stage: StagePlan = StagePlan()
    websocket_route_selection: str = "$request.body.action"

    def with_websocket_role(self, role: str) -> FunctionPlan | None:
        """The function behind one WebSocket route, such as `connect`."""
        for function in self.functions:
            if role in function.websocket:
                return function
        return None


def read_manifest(path: Path) -> Manifest:
    """Read `functions.json`.

    Raises:
        ManifestInvalid: something is missing or points nowhere.
    """
    return parse_manifest(json.loads(path.read_text(encoding="utf-8")))


def parse_manifest(described: dict[str, Any]) -> Manifest:
    """Like `read_manifest`, from the parsed file."""
    try:
        stages = described.get("stages", {})
        manifest = Manifest(
            functions=tuple(_function(entry) for entry in described["functions"]),
            queues=tuple(_queue(entry) for entry in described.get("queues", [])),
            table=TablePlan(
                name=described["table"]["name"],
                index=described["table"]["index"],
                ttl_attribute=described["table"]["ttl_attribute"],
            ),
            http_stage=_stage(stages.get("http", {})),
            websocket_stage=_stage(stages.get("websocket", {})),
            websocket_route_selection=described.get("websocket_route_selection", "$request.body.action"),
        )
    except KeyError as missing:
        raise ManifestInvalid(f"functions.json lacks {missing}") from missing
    _check(manifest)
    return manifest


def _function(entry: dict[str, Any]) -> FunctionPlan:
    websocket = entry.get("websocket", ())
    schedule = entry.get("schedule_seconds")
    return FunctionPlan(
        name=entry["name"],
        handler=entry["handler"],
        timeout_seconds=float(entry["timeout_seconds"]),
        memory_megabytes=int(entry["memory_megabytes"]),
        local_workers=int(entry.get("local_workers", 1)),
        routes=tuple(entry.get("routes", ())),
        queue=entry.get("queue"),
        batch_size=int(entry.get("batch_size", 10)),
        schedule_seconds=None if schedule is None else float(schedule),
        websocket=(websocket,) if isinstance(websocket, str) else tuple(websocket),
        identity_sources=tuple(entry.get("identity_sources", ())),
    )


def _queue(entry: dict[str, Any]) -> QueuePlan:
    return QueuePlan(
        name=entry["name"],
        fifo=bool(entry.get("fifo", False)),
        visibility_timeout_seconds=int(entry["visibility_timeout_seconds"]),
        maximum_receives=int(entry["maximum_receives"]),
    )


def _stage(entry: dict[str, Any]) -> StagePlan:
    return StagePlan(rate=float(entry.get("rate", ACCOUNT_RATE)), burst=int(entry.get("burst", ACCOUNT_BURST)))


def _check(manifest: Manifest) -> None:
    names = [function.name for function in manifest.functions]
    if len(set(names)) != len(names):
        raise ManifestInvalid("two functions of functions.json have one name")
    queues = {queue.name: queue for queue in manifest.queues}
    for function in manifest.functions:
        if function.queue is None:
            continue
        if function.queue not in queues:
            raise ManifestInvalid(f"function {function.name} reads queue {function.queue}, which does not exist")
        if queues[function.queue].visibility_timeout_seconds < function.timeout_seconds:
            # Lambda refuses the event source mapping: "Queue visibility timeout ... is less than Function timeout".
            raise ManifestInvalid(f"queue {function.queue} shows messages again before {function.name} times out")
