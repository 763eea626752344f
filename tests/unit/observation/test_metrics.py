"""A metric is a line that CloudWatch understands (embedded metric format), and says nothing of anybody."""

import json
import logging
from collections.abc import Iterator

import pytest
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from kaltura_discord.aws.json_log import start_logging
from kaltura_discord.observation.metrics import COUNT, MILLISECONDS, NAMESPACE, Metrics, embedded


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    product = logging.getLogger("kaltura_discord")
    handlers, root_level, product_level = logging.root.handlers, logging.root.level, product.level
    yield
    logging.root.handlers = handlers
    logging.root.setLevel(root_level)
    product.setLevel(product_level)


def test_a_line_names_its_metrics_and_their_units(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO")
    Metrics(lambda: 1_790_000_000.5).write({"Posts": (3, COUNT), "Drift": ([1.5, 4.0], MILLISECONDS)})
    line = json.loads(capsys.readouterr().out)
    assert line["_aws"] == {
        "Timestamp": 1_790_000_000_500,
        "CloudWatchMetrics": [
            {
                "Namespace": NAMESPACE,
                "Dimensions": [["Deployment"]],
                "Metrics": [{"Name": "Posts", "Unit": "Count"}, {"Name": "Drift", "Unit": "Milliseconds"}],
            }
        ],
    }
    assert (line["Posts"], line["Drift"]) == (3, [1.5, 4.0])


def test_a_line_is_what_powertools_would_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own library says what the format is; we only come to the same without its price in a cold start."""
    monkeypatch.setenv("DEPLOYMENT_NAME", "prod")
    theirs = EphemeralMetrics(namespace=NAMESPACE)
    theirs.add_dimension(name="Deployment", value="prod")
    theirs.add_metric(name="Posts", unit=MetricUnit.Count, value=3)
    for milliseconds in (1.5, 4.0):
        theirs.add_metric(name="Drift", unit=MetricUnit.Milliseconds, value=milliseconds)
    expected = theirs.serialize_metric_set()
    now = expected["_aws"]["Timestamp"] / 1000
    assert embedded({"Posts": ([3], COUNT), "Drift": ([1.5, 4.0], MILLISECONDS)}, now) == expected


def test_metrics_are_written_however_little_else_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("ERROR")
    Metrics().write({"Posts": (1, COUNT)})
    assert json.loads(capsys.readouterr().out)["Posts"] == 1


def test_a_metric_has_at_most_a_hundred_values_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO")
    Metrics().write({"Drift": (list(range(500)), MILLISECONDS)})
    assert len(json.loads(capsys.readouterr().out)["Drift"]) == 100


def test_metrics_of_two_deployments_are_not_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEPLOYMENT_NAME", raising=False)
    assert embedded({"Posts": (1, COUNT)}, 0)["Deployment"] == "local"
    monkeypatch.setenv("DEPLOYMENT_NAME", "prod")
    line = embedded({"Posts": (1, COUNT)}, 0)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert [{name: line[name] for name in names} for names in directive["Dimensions"]] == [{"Deployment": "prod"}]
