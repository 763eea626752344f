"""What people do, as operations: `flows.json`, which tests/unit/domain/costs writes and holds true."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("flows.json")


@dataclass(frozen=True, slots=True)
class Flow:
    """What one happening costs: what the table charges, what the gateways and queues pass on, which functions run.

    `socket_messages` go both ways, answers and `posts` to others included; `posts` says how many of them those are.
    """

    read_units: float
    write_units: int
    table_calls: Mapping[str, int]
    functions: Mapping[str, int]
    http_requests: int = 0
    socket_messages: int = 0
    posts: int = 0
    tasks_sent: int = 0
    notifications_sent: int = 0

    def as_json(self) -> dict[str, Any]:
        """What stands in the file, without what is nought."""
        numbers = {
            "http_requests": self.http_requests,
            "socket_messages": self.socket_messages,
            "posts": self.posts,
            "tasks_sent": self.tasks_sent,
            "notifications_sent": self.notifications_sent,
        }
        return {
            "read_units": self.read_units,
            "write_units": self.write_units,
            "table_calls": dict(sorted(self.table_calls.items())),
            "functions": dict(sorted(self.functions.items())),
            **{name: number for name, number in numbers.items() if number},
        }


def counted_flows() -> dict[str, Flow]:
    """All that has been counted, by name."""
    return {name: Flow(**counts) for name, counts in json.loads(FILE.read_text(encoding="utf-8")).items()}


def file_of(flows: Mapping[str, Flow]) -> str:
    """What stands in the file for these counts."""
    return json.dumps({name: flow.as_json() for name, flow in sorted(flows.items())}, indent=2) + "\n"
