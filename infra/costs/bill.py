"""From what happens to what is used, and from there to dollars. Pure."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.costs import assumptions as assumed
from infra.costs.flows import Flow
from infra.costs.workloads import MINUTES_OF_A_MONTH, Workload

Use = defaultdict[str, float]

_FILE = Path(__file__).with_name("prices.json")
_GIGABYTE = 10**9

# How the lines of prices.json are summed up for people.
SERVICES: Mapping[str, tuple[str, ...]] = {
    "DynamoDB": ("table_write", "table_read", "table_storage", "table_backup"),
    "Lambda": ("function_request", "function_time"),
    "HTTP API": ("http_request",),
    "WebSocket API": ("socket_message", "socket_minute"),
    "SQS": ("queue_request", "fifo_request"),
    "CloudFront": ("edge_request", "edge_gigabyte"),
    "CloudWatch": ("log_gigabyte", "alarm", "composite_alarm", "dashboard", "metric"),
    "Scheduler": ("schedule_run",),
    "Secrets Manager": ("secret",),
    "X-Ray": ("trace",),
}


@dataclass(frozen=True, slots=True)
class Price:
    """What AWS asks: `usd` for `per` units, of which `free` are given to every account each month, for ever."""

    name: str
    usd: float
    per: int
    unit: str
    free: float
    source: str
    seen: str


def prices() -> dict[str, Price]:
    """All prices, by name."""
    listed = json.loads(_FILE.read_text(encoding="utf-8"))["prices"]
    return {price["name"]: Price(**price) for price in listed}


def used(work: Workload, flows: Mapping[str, Flow], place: assumed.Deployment) -> Use:
    """What a size uses of everything that has a price."""
    use: Use = defaultdict(float)
    _add_idle(use, work, flows["minute"], place)
    for name, times in work.happenings.items():
        _add_flow(use, flows[name], times, place)
    use["socket_message"] += work.loose_messages
    use["socket_minute"] += work.connection_minutes
    _add_functions(use, {"room_socket": 1}, work.loose_messages / 2, place)
    use["edge_request"] += use["http_request"] + work.page_loads * (assumed.PAGE_FILES + 1)
    sent = work.page_loads * assumed.PAGE_BYTES + use["http_request"] * assumed.ANSWER_BYTES
    use["edge_gigabyte"] += (sent + use["socket_message"] * assumed.MESSAGE_BYTES) / _GIGABYTE
    requests = use["http_request"] + use["socket_message"]
    use["log_gigabyte"] += (
        use["function_request"] * assumed.LOG_BYTES_OF_AN_INVOCATION + requests * assumed.LOG_BYTES_OF_A_REQUEST
    ) / _GIGABYTE
    return use


def dollars(use: Mapping[str, float], listed: Mapping[str, Price], *, with_allowances: bool) -> dict[str, float]:
    """What is paid for each service; with what is free every month taken off, or not."""
    return {
        service: sum(_price_of(listed[name], use.get(name, 0), with_allowances=with_allowances) for name in names)
        for service, names in SERVICES.items()
    }


def _price_of(price: Price, amount: float, *, with_allowances: bool) -> float:
    billed = max(0.0, amount - price.free) if with_allowances else amount
    return billed / price.per * price.usd


def _add_idle(use: Use, work: Workload, minute: Flow, place: assumed.Deployment) -> None:
    """What a deployment uses while nobody is there."""
    _add_flow(use, minute, work.minutes, place)
    flights = work.minutes * 60 / place.canary_seconds
    _add_flow(use, assumed.CANARY_ROUND, flights, place)
    use["schedule_run"] += work.minutes + flights
    asked = assumed.QUEUE_ASKERS * work.minutes * 60 / assumed.QUEUE_WAIT_SECONDS
    use["queue_request"] += asked * place.standard_queues
    use["fifo_request"] += asked * place.fifo_queues
    of_month = work.minutes / MINUTES_OF_A_MONTH
    use["alarm"] += assumed.ALARMS * of_month
    use["dashboard"] += assumed.DASHBOARDS * of_month
    use["table_storage"] += work.stored_gigabytes * of_month
    use["table_backup"] += work.stored_gigabytes * of_month
    metrics = assumed.METRICS if work.happenings.get("room_opened") else assumed.IDLE_METRICS
    use["metric"] += metrics * of_month


def _add_flow(use: Use, flow: Flow, times: float, place: assumed.Deployment) -> None:
    use["table_read"] += flow.read_units * times
    use["table_write"] += flow.write_units * times
    use["http_request"] += flow.http_requests * times
    use["socket_message"] += flow.socket_messages * times
    # Each message is sent, received and deleted.
    use["queue_request"] += 3 * flow.tasks_sent * times
    use["fifo_request"] += 3 * flow.notifications_sent * times
    _add_functions(use, flow.functions, times, place)
    seconds = flow.posts * assumed.MILLISECONDS_OF_A_POST / 1000
    use["function_time"] += seconds * place.gigabytes["room_socket"] * times


def _add_functions(use: Use, functions: Mapping[str, int], times: float, place: assumed.Deployment) -> None:
    for name, count in functions.items():
        use["function_request"] += count * times
        use["function_time"] += assumed.MILLISECONDS[name] / 1000 * place.gigabytes[name] * count * times
