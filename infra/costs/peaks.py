"""The busiest second of a size, beside what AWS allows before it is asked for more."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.costs import assumptions as assumed
from infra.costs.flows import Flow
from infra.costs.workloads import Workload

_FILE = Path(__file__).with_name("quotas.json")

# When rooms begin, people come within so long; in a month, the busiest hour has so much of what a month has.
_COMING_IN_SECONDS = 300
_BUSIEST_HOUR = 0.02

_ONCE = ("room_entered", "room_opened", "socket_opened_10", "socket_opened_1000")


@dataclass(frozen=True, slots=True)
class Quota:
    """How much AWS allows of what in a second (or at once), and where one asks for more."""

    name: str
    title: str
    default: int
    where: str
    source: str
    seen: str


def quotas() -> list[Quota]:
    """All of them."""
    return [Quota(**quota) for quota in json.loads(_FILE.read_text(encoding="utf-8"))["quotas"]]


def peak(work: Workload, flows: Mapping[str, Flow], place: assumed.Deployment) -> dict[str, float]:
    """What the busiest second asks of each quota."""
    rates = {name: _rate(work, name, times) for name, times in work.happenings.items()}
    coming = sum(rates.get(name, 0) for name in ("socket_opened_10", "socket_opened_1000"))
    messages = sum(flows[name].socket_messages * rate for name, rate in rates.items())
    clocks = work.loose_messages / max(1.0, work.page_loads) * coming
    requests = sum(flows[name].http_requests * rate for name, rate in rates.items())
    seconds = sum(_busy_seconds(flows[name]) * rate for name, rate in rates.items())
    return {
        # An answer to a message is no request of its own.
        "gateway_requests": requests + messages / 2 + clocks / 2 + _posts(flows, rates) / 2 + coming,
        "new_connections": coming,
        "environments": seconds + clocks / 2 * assumed.MILLISECONDS["room_socket"] / 1000,
        "table_writes": sum(flows[name].write_units * rate for name, rate in rates.items()),
        "table_reads": sum(flows[name].read_units * rate for name, rate in rates.items()),
    }


def _rate(work: Workload, name: str, times: float) -> float:
    hourly = times if work.span == "an hour" else times * _BUSIEST_HOUR
    return hourly / (_COMING_IN_SECONDS if name in _ONCE else 3600)


def _posts(flows: Mapping[str, Flow], rates: Mapping[str, float]) -> float:
    return sum(flows[name].posts * rate for name, rate in rates.items())


def _busy_seconds(flow: Flow) -> float:
    own = sum(assumed.MILLISECONDS[name] * count for name, count in flow.functions.items())
    return (own + flow.posts * assumed.MILLISECONDS_OF_A_POST) / 1000
