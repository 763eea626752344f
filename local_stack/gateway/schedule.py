"""Functions that run on a schedule: an EventBridge rule `rate(...)` per function with `schedule_seconds`.

The event is EventBridge's (Amazon EventBridge guide, "Scheduled events"). As in AWS a run that takes longer than
the period does not hold the next one up; here it waits for a free worker. AWS repeats a failed asynchronous run
twice; every schedule here comes again soon, so a failure is only logged.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

from local_stack.embedded_aws.ministack import REGION
from local_stack.embedded_aws.resources import ACCOUNT_ID
from local_stack.gateway.manifest import FunctionPlan
from local_stack.gateway.worker_process import Outcome
from local_stack.gateway.workers import WorkerPool


class NotScheduled(LookupError):
    """No function of that name has a schedule."""


class Schedule:
    """All scheduled functions; `start` and `stop` it, or run one of them now."""

    def __init__(
        self,
        functions: tuple[FunctionPlan, ...],
        pools: dict[str, WorkerPool],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._plans = {plan.name: plan for plan in functions if plan.schedule_seconds is not None}
        self._pools = pools
        self._now = now
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Begin to count; the first run of each function is one period from now."""
        for plan in self._plans.values():
            self._keep(asyncio.create_task(self._tick(plan.name, plan.schedule_seconds or 0.0)))

    async def run_now(self, name: str) -> Outcome:
        """Run one scheduled function and wait for what it gives.

        Raises:
            NotScheduled: there is no such function.
        """
        if name not in self._plans:
            raise NotScheduled(f"no scheduled function is called {name!r}")
        return await self._pools[name].invoke(scheduled_event(name, self._now()))

    async def stop(self) -> None:
        """Stop counting, and give up the runs under way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tick(self, name: str, period_seconds: float) -> None:
        while True:
            await asyncio.sleep(period_seconds)
            self._keep(asyncio.create_task(self.run_now(name)))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def scheduled_event(name: str, epoch_seconds: float) -> dict[str, Any]:
    """The event of a rule called like its function."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch_seconds)),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT_ID}:rule/{name}"],
        "detail": {},
    }
