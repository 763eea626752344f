"""What `make test-terraform-apply` sees in a plan, and what it must not overlook."""

import json
import zipfile
from pathlib import Path
from typing import Any

from infra.terraform.checks.plan_changes import beyond, bytes_with, changes, places_of
from tests.unit.infrastructure.configuration import TERRAFORM

Json = dict[str, Any]


def change(address: str, actions: list[str], before: Json | None, after: Json | None, **unknown: bool) -> Json:
    said = {"actions": actions, "before": before, "after": after, "after_unknown": unknown}
    return {"address": address, "change": said}


def test_what_stays_as_it_is_is_no_change() -> None:
    unchanged = [change("aws_a.b", ["no-op"], {"x": 1}, {"x": 1}), change("data.aws_c.d", ["read"], None, {})]
    assert changes({"resource_changes": unchanged}) == {}


def test_a_resource_that_is_replaced_is_not_merely_changed() -> None:
    replaced = change("aws_dynamodb_table.this", ["delete", "create"], {"name": "a"}, {"name": "b"})
    assert changes({"resource_changes": [replaced]}) == {"aws_dynamodb_table.this": "delete create"}


def test_a_resource_that_goes_is_told() -> None:
    gone = change('aws_cloudwatch_metric_alarm.this["errors"]', ["delete"], {"period": 300}, None)
    assert changes({"resource_changes": [gone]}) == {'aws_cloudwatch_metric_alarm.this["errors"]': "delete"}


def test_of_a_resource_that_changes_it_is_told_what() -> None:
    changed = change("aws_a.b", ["update"], {"x": 1, "y": 2, "z": 3}, {"x": 1, "y": 5}, w=True, z=False)
    assert changes({"resource_changes": [changed]}) == {"aws_a.b": "update w, y, z"}


def test_a_secret_is_found_wherever_it_stands() -> None:
    secrets = {"TOKEN": 'a$b "c"\n', "OTHER": "another one"}
    kept: Json = {
        "the plan": {"variables": [{"value": 'Bot a$b "c"\n'}]},
        "the state": {"resources": [{"policy": json.dumps({"deep": json.dumps(["another one"])})}]},
        "its names": {"another one": None},
        "the rest": {"resources": ["{no JSON", 5, None, True]},
    }
    assert places_of(secrets, kept) == ["TOKEN in the plan", "OTHER in the state", "OTHER in its names"]


def test_a_secret_is_found_in_the_file_of_a_plan(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "plan", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("tfplan", b"\x00\x01" + "zöe 😀".encode() + b"\xff")
        file.writestr("tfconfig/m-/main.tf", "nothing" * 50)
    assert bytes_with({"TOKEN": "zöe 😀", "OTHER": "another one"}, tmp_path / "plan") == ["TOKEN in tfplan"]


def test_with_another_provider_other_attributes_may_come_back_and_no_other_resources() -> None:
    written = {"aws_a.b": "update x", "aws_c.d": "update y"}
    assert beyond({"aws_a.b": "update z"}, written) == {}
    found = {"aws_a.b": "delete create", "aws_e.f": "update x"}
    assert beyond(found, written) == found


def test_what_may_come_back_otherwise_is_updated_at_most() -> None:
    written = json.loads((TERRAFORM / "checks" / "not_given_back.json").read_text(encoding="utf-8"))
    assert written["changes"]
    assert beyond(written["changes"], written["changes"]) == {}
