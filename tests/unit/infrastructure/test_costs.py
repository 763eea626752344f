"""What a deployment costs: DynamoDB's units, bills that add up, and a page that says what the sum is."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.costs import assumptions as assumed
from infra.costs.bill import SERVICES, dollars, prices, used
from infra.costs.capacity import item_bytes, read_units, write_units
from infra.costs.flows import counted_flows
from infra.costs.options import OPTIONS, extra
from infra.costs.page import PAGE, page_of
from infra.costs.peaks import peak, quotas
from infra.costs.workloads import WORKLOADS, of_servers, of_viewers
from kaltura_discord.aws.attributes import to_item
from local_stack.places import REPOSITORY
from tests.unit.infrastructure.configuration import TERRAFORM, Json, description, named_values

LISTED, FLOWS, PLACE = prices(), counted_flows(), assumed.deployment()
AMOUNTS = st.dictionaries(st.sampled_from(sorted(LISTED)), st.floats(0, 1e12))


def total(use: Mapping[str, float], *, with_allowances: bool = False) -> float:
    return sum(dollars(use, LISTED, with_allowances=with_allowances).values())


# --- DynamoDB's units ------------------------------------------------------------------------------------------------


def test_an_item_is_as_large_as_its_names_and_values() -> None:
    item: dict[str, dict[str, Any]] = {
        "pk": {"S": "ä"},
        "n": {"N": "-1234.5"},
        "yes": {"BOOL": True},
        "m": {"M": {"a": {"S": "bc"}}},
    }
    assert item_bytes(item) == (2 + 2) + (1 + 4) + (3 + 1) + (1 + 3 + 1 + 2 + 1)


@pytest.mark.parametrize(("size", "units"), [(1, 1), (1000, 1), (1025, 2), (6 * 1024, 6)])
def test_a_write_costs_a_unit_for_each_kilobyte_begun(size: int, units: int) -> None:
    item = {"p": {"S": "x" * (size - 1)}}
    assert write_units(None, item, "gsi1pk") == units
    assert write_units(item, {"p": {"S": ""}}, "gsi1pk") == units, "the larger of before and after"


def test_a_copy_in_the_index_costs_a_write_of_its_own() -> None:
    there = {"gsi1pk": {"S": "ALLOWED"}}
    assert write_units(None, there, "gsi1pk") == 2
    assert write_units(there, {}, "gsi1pk") == 2, "it is taken out of the index"
    assert write_units(there, there, "gsi1pk") == 1, "nothing changed there"


@pytest.mark.parametrize(("size", "units"), [(0, 0.5), (4096, 0.5), (4097, 1.0)])
def test_an_older_state_is_read_at_half_the_price(size: int, units: float) -> None:
    assert read_units(size, is_consistent=False) == units
    assert read_units(size, is_consistent=True) == units * 2


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1), st.text() | st.booleans() | st.integers(-(10**30), 10**30)))
def test_whatever_is_stored_has_a_size(item: dict[str, str | bool | int]) -> None:
    assert item_bytes(to_item(item)) >= sum(len(name.encode()) for name in item)


# --- bills -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTED)
def test_each_price_says_where_it_is_from_and_is_in_the_sum_once(name: str) -> None:
    price = LISTED[name]
    assert price.source
    assert date.fromisoformat(price.seen) <= date.today()  # noqa: DTZ011 - a day, wherever one is
    assert sum(names.count(name) for names in SERVICES.values()) == 1


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS)
def test_more_is_never_cheaper_and_what_is_free_never_dearer(some: dict[str, float], more: dict[str, float]) -> None:
    both = {name: some.get(name, 0) + more.get(name, 0) for name in {*some, *more}}
    assert total(both) >= total(some) >= total(some, with_allowances=True) >= 0
    assert total(both, with_allowances=True) >= total(some, with_allowances=True)


def test_an_idle_deployment_costs_less_than_a_dollar_a_month() -> None:
    assert total(used(of_servers(0), FLOWS, PLACE), with_allowances=True) < 1


def test_a_hundred_times_the_servers_cost_no_more_than_a_hundred_times_as_much() -> None:
    few, many = (total(used(of_servers(servers), FLOWS, PLACE)) for servers in (10, 1_000))
    assert 10 * few < many < 100 * few


def test_half_the_viewers_need_half_of_each_quota() -> None:
    whole, half = (peak(of_viewers(people, 10), FLOWS, PLACE) for people in (100_000, 50_000))
    assert whole == pytest.approx({name: need * 2 for name, need in half.items()})


def test_the_figures_of_the_page_about_scaling_are_those_of_the_sum() -> None:
    page = (REPOSITORY / "docs" / "scaling.md").read_text(encoding="utf-8")
    work = of_viewers(100_000, 10)
    need = peak(work, FLOWS, PLACE)
    for name in ("gateway_requests", "table_writes"):
        assert f"**{round(need[name], -3):,.0f}**" in page, name
    assert f"about ${round(total(used(work, FLOWS, PLACE)), -1):.0f}." in page


def test_what_an_idle_deployment_pays_for_is_what_the_page_says() -> None:
    bill = dollars(used(of_servers(0), FLOWS, PLACE), LISTED, with_allowances=False)
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert f"costs ${bill['SQS']:.2f}" in text
    assert round(bill["Lambda"] + bill["Scheduler"] + bill["DynamoDB"], 1) == 0.4, "forty cents"
    assert f"up to ${bill['CloudWatch'] - bill_of_logs():.2f} more" in text


def test_each_quota_has_its_need() -> None:
    assert {quota.name for quota in quotas()} == set(peak(WORKLOADS[0], FLOWS, PLACE))


def bill_of_logs() -> float:
    use = used(of_servers(0), FLOWS, PLACE)
    return use["log_gigabyte"] * LISTED["log_gigabyte"].usd


def test_what_is_switched_on_costs_what_the_pages_say() -> None:
    pages = [(REPOSITORY / "docs" / name).read_text(encoding="utf-8") for name in ("cost.md", "deployment.md")]
    for page in pages:
        for name, option in OPTIONS.items():
            assert f"`{name}`" in page, name
            assert extra(option, of_servers(0), FLOWS, PLACE, LISTED) >= 0
    full, secrets = (
        extra(OPTIONS[name], of_servers(0), FLOWS, PLACE, LISTED)
        for name in ('monitoring = "full"', 'secret_store = "secrets_manager"')
    )
    assert f"about ${full:.0f};" in pages[1]
    assert f"${secrets:.2f}" in pages[1]


def test_full_monitoring_has_as_many_alarms_as_are_paid_for() -> None:
    monitoring = TERRAFORM / "modules" / "monitoring"
    basic, full = named_values(monitoring / "alarms.tf"), named_values(monitoring / "full_alarms.tf")
    objectives = named_values(monitoring / "objectives.tf")
    of_queues = len(re.findall(r"\$\{key\}-[a-z-]+", str(basic["queue_alarms"]))) * len(description()["queues"])
    assert len(entries(basic["base_alarms"])) + of_queues == assumed.ALARMS

    promises, severities = entries(objectives["objectives"]), entries(objectives["severities"])
    metrics_of_promises = sum(1 + len(promise["bad"]) for promise in promises.values())
    of_promises = metrics_of_promises * len(severities) * len(("long", "short"))
    dependencies = entries(full["dependency_alarms"])
    of_dependencies = len(dependencies) + len([1 for alarm in dependencies.values() if "share" in alarm])
    of_functions = len(description()["functions"])
    assert assumed.ALARMS + of_dependencies + of_functions + of_promises == assumed.FULL_ALARMS
    assert len(promises) * len(severities) == assumed.FULL_COMPOSITE_ALARMS


def test_each_short_span_of_a_burn_rate_is_a_twelfth_of_the_long_one() -> None:
    severities = entries(named_values(TERRAFORM / "modules" / "monitoring" / "objectives.tf")["severities"])
    spans = {name: (pace["rate"], pace["long"], pace["short"]) for name, pace in severities.items()}
    seconds = {
        name: (rate, *(span["period"] * span["periods"] for span in both)) for name, (rate, *both) in spans.items()
    }
    # Google, "The Site Reliability Workbook", chapter 5, table "Recommended parameters", and one graver in between.
    hour, day = 3600, 86400
    assert seconds == {
        "critical": (14.4, hour, hour / 12),
        "high": (6, 6 * hour, 6 * hour / 12),
        "medium": (3, day, day / 12),
        "low": (1, 3 * day, 3 * day / 12),
    }


def entries(values: Json) -> Json:
    return {name.strip('"'): value for name, value in values.items() if not name.startswith("__")}


def test_our_own_metrics_are_about_as_many_as_are_paid_for() -> None:
    operations, watching = (
        (REPOSITORY / "docs" / page).read_text(encoding="utf-8").split(heading, 1)[1].split("\n#", 1)[0]
        for page, heading in (
            ("operations.md", "### What is measured"),
            ("watch-together.md", "## Numbers for operators"),
        )
    )
    written = re.findall(r"^\| `[A-Z]\w+` \|", operations + watching, re.MULTILINE)
    assert assumed.METRICS - 3 <= len(written) <= assumed.METRICS


# --- what it is made of ----------------------------------------------------------------------------------------------


def test_each_function_has_a_time() -> None:
    assert set(assumed.MILLISECONDS) == set(PLACE.gigabytes)


def test_each_happening_is_counted_and_each_count_is_used() -> None:
    happening = {name for work in WORKLOADS for name in work.happenings} | {"minute"}
    assert happening <= set(FLOWS)
    # In a room of ten every report reads the roster, so the first one is like all others.
    assert set(FLOWS) - happening == {"first_report_10"}


def test_the_schedules_are_the_minute_that_is_counted_and_the_canarys() -> None:
    manifest = json.loads((REPOSITORY / "infra" / "functions.json").read_text(encoding="utf-8"))
    schedules = {each["name"]: each["schedule_seconds"] for each in manifest["functions"] if "schedule_seconds" in each}
    assert schedules == {"housekeeping": 60, "canary": PLACE.canary_seconds}


def test_the_page_says_what_the_sum_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page_of(text) == text, "`make costs` writes its tables anew"
