"""Execution environments: what a handler finds, and what ends it."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from local_stack.gateway.worker_process import Outcome
from local_stack.gateway.workers import EventTooLarge, WorkerPool
from tests.unit.gateway.harness import HANDLERS, eventually, function, manifest, pool_for


def order(**what: Any) -> dict[str, Any]:
    """An event for the handler `answers`."""
    return {"body": json.dumps(what)}


def pool(state: Path, console: list[str] | None = None, **plan: Any) -> WorkerPool:
    """A pool of the handler `answers`."""
    described = manifest(function(**plan)).functions[0]
    return pool_for(described, state, (console if console is not None else []).append)


async def test_a_handler_finds_its_folder_its_environment_and_nothing_of_ours(state: Path) -> None:
    workers = pool(state)
    facts = (await workers.invoke(order(do="facts"))).result
    await workers.stop()
    assert facts["cwd"] == str(HANDLERS)
    assert facts["path"][0] == str(HANDLERS)
    repository = str(HANDLERS.parents[3])
    assert repository not in facts["path"]
    assert facts["local_stack"] is False
    environment = facts["environment"]
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "answers"
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_EXECUTION_ENV"].startswith("AWS_Lambda_python")
    assert environment["AWS_REGION"] == "us-east-1"
    assert "HOME" not in environment


async def test_the_context_is_lambdas(state: Path) -> None:
    workers = pool(state)
    outcome = await workers.invoke(order(do="facts"))
    await workers.stop()
    facts = outcome.result
    assert facts["request_id"] == outcome.request_id
    assert facts["function_name"] == "answers"
    assert facts["memory"] == "256"
    assert facts["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:answers"
    assert facts["log_group"] == "/aws/lambda/answers"
    assert 4_000 < facts["remaining_ms"] <= 5_000


async def test_globals_survive_from_one_event_to_the_next(state: Path) -> None:
    workers = pool(state)
    counts = [(await workers.invoke(order(do="facts"))).result["invocations"] for _ in range(3)]
    await workers.stop()
    assert counts == [1, 2, 3]


async def test_events_side_by_side_get_environments_of_their_own_up_to_the_limit(state: Path) -> None:
    workers = pool(state, local_workers=2)
    await workers.warm_up()
    began = time.monotonic()
    await asyncio.gather(*(workers.invoke(order(do="sleep", seconds=0.3)) for _ in range(4)))
    took = time.monotonic() - began
    processes = workers.process_ids
    await workers.stop()
    assert len(processes) == 2
    assert took >= 0.6, "two at a time"


async def test_an_error_is_reported_with_type_message_and_trace(state: Path) -> None:
    workers = pool(state)
    error = (await workers.invoke(order(do="raise", message="not today"))).error
    await workers.stop()
    assert error is not None
    assert (error.error_type, error.message) == ("ValueError", "not today")
    assert any("answers.py" in frame for frame in error.stack_trace)
    assert not any("worker.py" in frame for frame in error.stack_trace)


async def test_a_handler_over_its_time_is_killed_and_replaced(state: Path) -> None:
    console: list[str] = []
    workers = pool(state, console, timeout_seconds=0.5)
    before = (await workers.invoke(order(do="facts"))).result
    error = (await workers.invoke(order(do="sleep", seconds=30))).error
    after = (await workers.invoke(order(do="facts"))).result
    await workers.stop()
    assert error is not None
    assert error.error_type == "Sandbox.Timedout"
    assert "Task timed out after 0.50 seconds" in error.message
    assert not alive(before["pid"])
    assert after["pid"] != before["pid"]
    assert after["invocations"] == 1
    assert any("timed out" in line for line in console)


async def test_a_handler_that_exits_is_a_runtime_exit(state: Path) -> None:
    workers = pool(state)
    error = (await workers.invoke(order(do="exit"))).error
    await workers.stop()
    assert error is not None
    assert error.error_type == "Runtime.ExitError"
    assert "exit status 3" in error.message


async def test_a_result_that_is_no_json_is_a_marshal_error(state: Path) -> None:
    workers = pool(state)
    error = (await workers.invoke(order(do="marshal"))).error
    await workers.stop()
    assert error is not None
    assert error.error_type == "Runtime.MarshalError"


async def test_an_event_above_6_megabytes_is_refused(state: Path) -> None:
    workers = pool(state)
    with pytest.raises(EventTooLarge):
        await workers.invoke({"body": "x" * (6 * 1024 * 1024)}, body_size=6 * 1024 * 1024)
    await workers.stop()


async def test_a_module_that_cannot_be_imported_is_told_at_the_start(state: Path) -> None:
    workers = pool(state, handler="broken.handler")
    error = await workers.warm_up()
    await workers.stop()
    assert error is not None
    assert error.error_type == "Runtime.ImportModuleError"
    assert "no_such_package" in error.message


async def test_a_handler_name_that_does_not_exist_is_told_at_the_start(state: Path) -> None:
    workers = pool(state, handler="answers.nobody")
    error = await workers.warm_up()
    await workers.stop()
    assert error is not None
    assert error.error_type == "Runtime.HandlerNotFound"


async def test_what_a_handler_prints_goes_into_its_log_and_warnings_to_the_console(state: Path) -> None:
    console: list[str] = []
    workers = pool(state, console)
    await workers.invoke(order(do="print", text="just so"))
    await workers.invoke(order(do="print", text="[WARNING] look here"))
    await workers.stop()
    log = (state / "logs" / "answers.log").read_text()
    assert log.count("just so") == 2
    assert "REPORT RequestId" in log
    assert "[answers] [WARNING] look here" in console
    assert not any("just so" in line for line in console)


async def test_a_stopped_pool_leaves_no_process(state: Path) -> None:
    workers = pool(state, local_workers=2)
    busy = asyncio.create_task(workers.invoke(order(do="sleep", seconds=30)))
    facts: Outcome = await workers.invoke(order(do="facts"))
    await eventually(lambda: len(workers.process_ids) == 2)
    processes = workers.process_ids
    await workers.stop()
    assert (await busy).error is not None
    assert facts.result["pid"] in processes
    assert not any(alive(process) for process in processes)


async def test_workers_end_when_the_gateway_is_killed(state: Path) -> None:
    script = (
        "import asyncio, sys, pathlib\n"
        "from tests.unit.gateway.harness import function, manifest, pool_for\n"
        "async def main():\n"
        "    pool = pool_for(manifest(function()).functions[0], pathlib.Path(sys.argv[1]))\n"
        "    await pool.warm_up()\n"
        "    print(pool.process_ids[0], flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    repository = HANDLERS.parents[3]
    gateway = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        str(state),
        cwd=repository,
        stdout=asyncio.subprocess.PIPE,
    )
    assert gateway.stdout is not None
    worker = int(await gateway.stdout.readline())
    assert alive(worker)
    gateway.kill()
    await gateway.wait()
    await eventually(lambda: not alive(worker))


def alive(process_id: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process_id}/stat")
    try:
        return not status.parent.parent.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
