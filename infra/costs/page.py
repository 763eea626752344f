"""The tables of docs/cost.md, between their marks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from infra.costs.assumptions import Deployment, deployment
from infra.costs.bill import SERVICES, Price, dollars, prices, used
from infra.costs.flows import Flow, counted_flows
from infra.costs.options import OPTIONS, extra
from infra.costs.peaks import Quota, peak, quotas
from infra.costs.workloads import OF_A_SERVER, WORKLOADS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cost.md"


def page_of(text: str) -> str:
    """The page with its tables as they should be."""
    tables = _tables(counted_flows(), deployment(), prices())

    def filled(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- begin {name} -->\n{tables[name]}<!-- end {name} -->"

    pattern = re.compile(r"<!-- begin (?P<name>\w+) -->\n.*?<!-- end (?P=name) -->", re.DOTALL)
    return pattern.sub(filled, text)


def _tables(flows: Mapping[str, Flow], place: Deployment, listed: Mapping[str, Price]) -> dict[str, str]:
    return {
        "dollars": _dollars(flows, place, listed),
        "options": _options(flows, place, listed),
        "peaks": _peaks(flows, place, quotas()),
        "flows": _flows(flows),
        "server": _table(
            ("in a month", "times"), [(_words(name), f"{times:,.0f}") for name, times in OF_A_SERVER.items()]
        ),
        "prices": _table(
            ("what", "price", "free each month", "source", "seen"),
            [(price.unit, _unit_price(price), _free(price), price.source, price.seen) for price in listed.values()],
        ),
    }


def _dollars(flows: Mapping[str, Flow], place: Deployment, listed: Mapping[str, Price]) -> str:
    uses = [used(work, flows, place) for work in WORKLOADS]
    plain = [dollars(use, listed, with_allowances=False) for use in uses]
    allowed = [dollars(use, listed, with_allowances=True) for use in uses]
    paid = [service for service in SERVICES if any(bill[service] for bill in plain)]
    rows = [(service, *(_usd(bill[service]) for bill in plain)) for service in paid]
    rows.append(("**at list prices**", *(f"**{_usd(sum(bill.values()))}**" for bill in plain)))
    is_month = [work.span == "a month" for work in WORKLOADS]
    free = (f"**{_usd(sum(bill.values()))}**" if month else "" for bill, month in zip(allowed, is_month, strict=True))
    rows.append(("**less what is free every month**", *free))
    return _table(("", *(f"{work.name}, {work.span}" for work in WORKLOADS)), rows)


def _options(flows: Mapping[str, Flow], place: Deployment, listed: Mapping[str, Price]) -> str:
    months = [work for work in WORKLOADS if work.span == "a month"]
    rows = [
        (f"`{name}`", *(_usd(extra(option, work, flows, place, listed)) for work in months))
        for name, option in OPTIONS.items()
    ]
    return _table(("more a month, less what is free", *(work.name for work in months)), rows)


def _peaks(flows: Mapping[str, Flow], place: Deployment, all_quotas: Sequence[Quota]) -> str:
    needs = [peak(work, flows, place) for work in WORKLOADS]
    rows = [
        (quota.title, f"{quota.default:,}", *(_need(need[quota.name], quota) for need in needs), quota.where)
        for quota in all_quotas
    ]
    return _table(("in the busiest second", "AWS allows", *(work.name for work in WORKLOADS), "where to ask"), rows)


def _need(need: float, quota: Quota) -> str:
    shown = f"{need:,.0f}" if need >= 10 else f"{need:.1f}"
    return f"**{shown}**" if need > quota.default else shown


def _flows(flows: Mapping[str, Flow]) -> str:
    rows = [
        (
            _words(name),
            f"{flow.read_units:g}",
            str(flow.write_units),
            ", ".join(f"{count}× {function}" for function, count in sorted(flow.functions.items())),
            str(flow.tasks_sent + flow.notifications_sent),
            str(flow.socket_messages),
        )
        for name, flow in sorted(flows.items())
    ]
    return _table(("", "read units", "write units", "functions", "queued", "WebSocket messages"), rows)


def _words(name: str) -> str:
    """`viewer_reports_1000` as `viewer reports, in a room of 1,000`."""
    words, _, size = name.rpartition("_")
    if size.isdecimal():
        return f"{words.replace('_', ' ')}, in a room of {int(size):,}"
    return name.replace("_", " ")


def _usd(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 100 else f"${amount:,.2f}"


def _unit_price(price: Price) -> str:
    amount = f"${price.usd:,.2f}" if price.usd * 100 == int(price.usd * 100) else f"${price.usd:.10f}".rstrip("0")
    return amount if price.per == 1 else f"{amount} for {price.per:,}"


def _free(price: Price) -> str:
    return f"{price.free:,}" if price.free else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
