"""The stack's own doors: faults, health, schedules."""

from pathlib import Path

import pytest

from local_stack.gateway.schedule import Schedule, scheduled_event
from tests.unit.gateway.harness import Gateway, eventually, function, manifest, pool_for

CLOCKWORK = function("clockwork", "echo.handler", schedule_seconds=60)


async def test_faults_are_ordered_seen_and_lifted(state: Path) -> None:
    wish = {"target": "kaltura", "match": "POST /api_v3/*", "kind": "delay", "value": 30_000, "times": 2}
    async with Gateway(manifest(CLOCKWORK), state) as gateway:
        async with gateway.client.post("/_local/faults", json=wish) as response:
            assert response.status == 201
        async with gateway.client.get("/_local/faults") as response:
            (fault,) = (await response.json())["faults"]
        assert (fault["target"], fault["kind"], fault["value"], fault["remaining"]) == ("kaltura", "delay", 30_000, 2)
        async with gateway.client.delete("/_local/faults") as response:
            assert response.status == 204
        assert gateway.faults.faults == []


@pytest.mark.parametrize("body", ["not json", "[]", '{"target": "mars"}', '{"target": "sqs", "kind": "explode"}'])
async def test_a_fault_that_makes_no_sense_is_refused_with_a_sentence(state: Path, body: str) -> None:
    async with (
        Gateway(manifest(CLOCKWORK), state) as gateway,
        gateway.client.post("/_local/faults", data=body) as response,
    ):
        assert response.status == 400
        assert (await response.json())["message"]


async def test_a_scheduled_function_can_be_run_now(state: Path) -> None:
    async with (
        Gateway(manifest(CLOCKWORK), state) as gateway,
        gateway.client.post("/_local/schedule/clockwork") as response,
    ):
        event = (await response.json())["result"]
    assert event["detail-type"] == "Scheduled Event"
    assert event["source"] == "aws.events"
    assert event["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/clockwork"]


async def test_a_failing_run_is_told_and_an_unknown_one_is_not_found(state: Path) -> None:
    broken = function("broken", "broken.handler", schedule_seconds=60)
    async with Gateway(manifest(broken), state) as gateway:
        async with gateway.client.post("/_local/schedule/broken") as response:
            assert response.status == 502
            assert (await response.json())["error"]["error_type"] == "Runtime.ImportModuleError"
        async with gateway.client.post("/_local/schedule/nobody") as response:
            assert response.status == 404


def test_the_event_carries_the_time_of_the_tick() -> None:
    assert scheduled_event("clockwork", 0.0)["time"] == "1970-01-01T00:00:00Z"


async def test_the_clock_runs_the_function_again_and_again(state: Path) -> None:
    plan = manifest(function("room", "room.disconnect", schedule_seconds=0.2)).functions
    pools = {"room": pool_for(plan[0], state)}
    schedule = Schedule(plan, pools)
    schedule.start()
    diary_file = state / "diary.jsonl"
    await eventually(lambda: diary_file.exists() and diary_file.read_text().count("\n") >= 2)
    await schedule.stop()
    await pools["room"].stop()
