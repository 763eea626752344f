"""What a month costs more with a variable of Terraform's that is off by default. Pure."""

from collections.abc import Callable, Mapping

from infra.costs import assumptions as assumed
from infra.costs.bill import Price, Use, dollars, used
from infra.costs.flows import Flow
from infra.costs.workloads import Workload

Option = Callable[[Use, Workload, assumed.Deployment], None]
"""Adds to what is used."""


def _full_monitoring(use: Use, _: Workload, __: assumed.Deployment) -> None:
    use["alarm"] += assumed.FULL_ALARMS - assumed.ALARMS
    use["composite_alarm"] += assumed.FULL_COMPOSITE_ALARMS
    use["dashboard"] += assumed.FULL_DASHBOARDS - assumed.DASHBOARDS


def _secrets_manager(use: Use, _: Workload, place: assumed.Deployment) -> None:
    use["secret"] += place.secret_readers


def _tracing(use: Use, work: Workload, _: assumed.Deployment) -> None:
    first_of_each_second = min(use["function_request"], work.minutes * 60)
    use["trace"] += first_of_each_second + (use["function_request"] - first_of_each_second) * assumed.TRACED_SHARE


OPTIONS: Mapping[str, Option] = {
    'monitoring = "full"': _full_monitoring,
    'secret_store = "secrets_manager"': _secrets_manager,
    "tracing = true": _tracing,
}


def extra(
    option: Option, work: Workload, flows: Mapping[str, Flow], place: assumed.Deployment, listed: Mapping[str, Price]
) -> float:
    """Dollars that a month of this size costs more, less what is free."""
    use = used(work, flows, place)
    before = sum(dollars(use, listed, with_allowances=True).values())
    option(use, work, place)
    return sum(dollars(use, listed, with_allowances=True).values()) - before
