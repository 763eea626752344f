"""What can't be counted without an account, assumed: how long functions run, what they log, how queues are asked.

CloudWatch knows better once a deployment has run for a week: `Duration` of each function, `IncomingBytes` of the logs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.costs.flows import Flow

_MANIFEST = Path(__file__).resolve().parents[1] / "functions.json"

# Billed milliseconds of one invocation: our own work, and what Kaltura, Discord and DynamoDB take to answer.
MILLISECONDS: Mapping[str, float] = {
    "interactions": 60,
    "discord_events": 30,
    "kaltura_webhooks": 60,
    "api": 250,
    "room_authorizer": 15,
    "room_socket": 15,
    "tasks": 900,
    "notifier": 500,
    "housekeeping": 150,
    "canary": 2_000,
}

# One round of the canary, by reading `canary_round` and what it knocks at: a look at what everything depends on, a bad
# signature, an unknown webhook, a refused socket, and a command that goes through the queue and comes back.
CANARY_ROUND = Flow(
    read_units=4,
    write_units=2,
    table_calls={"GetItem": 4, "UpdateItem": 2},
    functions={"canary": 1, "api": 1, "interactions": 2, "kaltura_webhooks": 1, "room_authorizer": 1, "tasks": 1},
    http_requests=4,
    tasks_sent=1,
)

# A post to another connection: our share of a broadcast in which a thousand take 350 ms (docs/benchmarks.md).
MILLISECONDS_OF_A_POST = 0.35

# START, END and REPORT of Lambda, and about one line of ours.
LOG_BYTES_OF_AN_INVOCATION = 600
LOG_BYTES_OF_A_REQUEST = 300

# Lambda asks a queue with five waiting requests of 20 seconds each, and with two where little comes (Lambda Developer
# Guide, "Configuring scaling behavior for SQS event source mappings"). The dearer case is assumed.
QUEUE_ASKERS = 5
QUEUE_WAIT_SECONDS = 20

# The Activity's files, once for each visit: page, script, styles, icon.
PAGE_BYTES = 150_000
PAGE_FILES = 4

# An answer of the API, and a message of a socket; both leave through CloudFront.
ANSWER_BYTES = 3_000
MESSAGE_BYTES = 500

# What `monitoring = "basic"` has, and what "full" has: metrics in alarms, as AWS counts alarms by them; alarms made of
# others; dashboards.
ALARMS = 10
DASHBOARDS = 1
FULL_ALARMS = 102
FULL_COMPOSITE_ALARMS = 16
FULL_DASHBOARDS = 2

# Metrics of our own in a deployment that is used (docs/operations.md and docs/watch-together.md list them), and those
# that the canary makes: its own two, a command, a bad signature.
METRICS = 26
IDLE_METRICS = 4

# X-Ray's default rule: the first request of each second, and of the others this share (X-Ray guide, "Sampling").
TRACED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the list of functions says: memory, how many queues of either kind there are, how often the canary flies.

    `secret_readers` is how many functions read secrets.
    """

    gigabytes: Mapping[str, float]
    standard_queues: int
    fifo_queues: int
    canary_seconds: float
    secret_readers: int


def deployment() -> Deployment:
    """Our own, by infra/functions.json."""
    manifest: dict[str, Any] = json.loads(_MANIFEST.read_text(encoding="utf-8"))
    fifo = sum(1 for queue in manifest["queues"] if queue["fifo"])
    gigabytes = {each["name"]: each["memory_megabytes"] / 1024 for each in manifest["functions"]}
    (canary_seconds,) = (each["schedule_seconds"] for each in manifest["functions"] if each["name"] == "canary")
    readers = sum(1 for each in manifest["functions"] if each["access"].get("secrets"))
    return Deployment(gigabytes, len(manifest["queues"]) - fifo, fifo, canary_seconds, readers)
